// SPDX-License-Identifier: BSD-2-Clause
import type { CapList, KernelObject, ObjectDecl, Ref, Span, Spec } from './model.js';
import { refName } from './model.js';

/** Something in a specification that can not work, though parse-capDL lets it through. */
export interface Fault {
  readonly kind: FaultKind;
  readonly message: string;
  /** Line of the text, when the specification was read from one. */
  readonly line?: number;
}

export type FaultKind =
  | 'duplicate-name'
  | 'unknown-object'
  | 'capability-kind'
  | 'parameter'
  | 'slot-beyond'
  | 'slot-twice'
  | 'content'
  | 'guard'
  | 'paddr-twice'
  | 'ports-overlap'
  | 'bdf-twice'
  | 'domain-twice'
  | 'vector'
  | 'interrupt-twice'
  | 'asid-twice'
  | 'used-twice'
  | 'mapping';

/** What a check may ask about a specification, and where it puts what it finds. */
export interface Checked {
  readonly spec: Spec;
  readonly faults: Fault[];
  readonly declared: ReadonlyMap<string, ObjectDecl>;
  /** The capability lists, by the spelling of their object. */
  readonly lists: ReadonlyMap<string, CapList>;
}

export function report(to: Checked, kind: FaultKind, message: string, line?: number): void {
  to.faults.push({ kind, message, ...(line !== undefined && { line }) });
}

/** The object that a reference means, or nothing when there is none. */
export function lookUp(to: Checked, { name, index }: Ref): KernelObject | undefined {
  const decl = to.declared.get(name);
  if (decl === undefined) return undefined;
  const exists =
    decl.count === undefined
      ? index === undefined
      : index !== undefined && index >= 0 && index < decl.count;
  return exists ? decl.object : undefined;
}

/** The type of object that a span means, or nothing when one of its objects does not exist. */
export function lookUpSpan(to: Checked, { name, first, count }: Span): KernelObject | undefined {
  if (count < 1) return undefined;
  if (first === undefined) return count === 1 ? lookUp(to, { name }) : undefined;
  return lookUp(to, { name, index: first + count - 1 }) && lookUp(to, { name, index: first });
}

/** A range of numbers that belongs to one thing alone; `last` is inclusive. */
export interface Claim {
  readonly first: number;
  readonly last: number;
  readonly name: string;
  readonly line?: number;
}

/** Calls back for each claim that overlaps an earlier one; sorts, so that many claims stay cheap. */
export function overlaps(
  claims: readonly Claim[],
  found: (earlier: Claim, later: Claim) => void,
): void {
  let furthest: Claim | undefined;
  for (const claim of claims.toSorted((a, b) => a.first - b.first)) {
    if (furthest !== undefined && claim.first <= furthest.last) found(furthest, claim);
    if (furthest === undefined || claim.last > furthest.last) furthest = claim;
  }
}

/** Calls back for everything whose key an earlier one has already. */
export function twice<T>(
  things: Iterable<readonly [key: string, thing: T]>,
  found: (earlier: T, later: T, key: string) => void,
): void {
  const seen = new Map<string, T>();
  for (const [key, thing] of things) {
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, thing);
    else found(earlier, thing, key);
  }
}

export function describe(ref: Ref): string {
  return `\`${refName(ref)}\``;
}

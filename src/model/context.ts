// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type Span } from '../diagnostics/diagnostic.js';
import { writeInstead } from '../diagnostics/fix.js';
import type { Page } from '../diagnostics/page.js';
import type { RawAcceptances } from '../generated/system.js';
import { entryOf, nodeAt, type Located, type Path } from '../source/located.js';
import { choiceHint, surely } from '../util/suggest.js';
import type { Entry } from './system.js';

/** What resolving carries along: the document, and the findings so far. */
export interface ResolveContext {
  readonly root: Located;
  readonly diagnostics: Diagnostic[];
}

/** The common part of every entry that has a name. */
export function entry(context: ResolveContext, path: Path): Entry {
  return { name: path.at(-1) ?? '', path, node: nodeAt(context.root, path) ?? context.root };
}

/** Accepted findings: reason by code. */
export function acceptances(raw: RawAcceptances = {}): Map<string, string> {
  return new Map(Object.entries(raw).map(([code, { reason }]) => [code, reason]));
}

/** The names that stand in a map of the document, those of refused entries too. */
function declaredNames(context: ResolveContext, key: string): string[] {
  const node = entryOf(context.root, key)?.value;
  return node?.kind === 'map' ? [...node.entries.keys()] : [];
}

/** A name that is looked up: what for, under which key of the description, and where it stands. */
export interface Reference {
  readonly page: Page;
  readonly what: string;
  readonly key: string;
  /** Asked for a finding only: most names are there. */
  readonly span: () => Span;
  /** Names that need no entry. */
  readonly extra?: readonly string[];
  /** Names that can not be meant, since they stand beside this one already. */
  readonly taken?: readonly string[];
}

/**
 * What a name refers to. Nothing, and a finding, when nothing has that name; nothing, and no finding, when what has it was
 * itself refused.
 */
export function lookUp<T>(
  context: ResolveContext,
  among: ReadonlyMap<string, T>,
  name: string,
  { page, what, key, span: place, extra = [], taken = [] }: Reference,
): T | undefined {
  const target = among.get(name);
  if (target !== undefined) return target;
  const declared = declaredNames(context, key);
  if (declared.includes(name)) return undefined;
  const span = place();
  const candidates = [...extra, ...declared];
  const hint = choiceHint(name, candidates, `there is none; add it under "${key}"`);
  const meant = surely(name, candidates);
  const fix = meant === undefined || taken.includes(meant) ? undefined : writeInstead(span, meant);
  context.diagnostics.push(diagnostic(page, span, `there is no ${what} "${name}"`, { hint, fix }));
  return undefined;
}

/** A property when there is a value, for optional properties. */
export function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);
}

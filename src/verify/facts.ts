// SPDX-License-Identifier: BSD-2-Clause

/**
 * One statement about who may do what. A plan and a built system are both turned into such
 * statements, in the same words; what one side says and the other does not is a mismatch, so that
 * nothing can be granted beyond the plan by being of a kind that nobody thought of comparing.
 */
export interface Fact {
  readonly kind: FactKind;
  /** The component that it is about; empty for the system. */
  readonly component: string;
  /** The statement. Two facts are the same when they say the same. */
  readonly what: string;
  /** How often it is true, 1 if absent. */
  readonly count?: number;
  /** Line of the specification. */
  readonly line?: number;
}

export type FactKind =
  | 'component'
  | 'thread'
  | 'control'
  | 'event'
  | 'io_ports'
  | 'io_space'
  | 'irq'
  | 'untyped'
  | 'asid_pool'
  | 'device'
  | 'memory'
  | 'image'
  | 'shared'
  | 'slot';

/** A statement that is not as often true as it was planned to be. */
export interface Mismatch {
  readonly kind: FactKind;
  readonly component: string;
  readonly what: string;
  readonly planned: number;
  readonly found: number;
  readonly line?: number;
}

/** Where two lists of facts differ, in the order of the facts. */
export function differences(planned: Iterable<Fact>, found: Iterable<Fact>): Mismatch[] {
  const tally = new Map<string, Tally>();
  for (const fact of planned) tallyOf(tally, fact).planned += fact.count ?? 1;
  for (const fact of found) tallyOf(tally, fact).found += fact.count ?? 1;
  return [...tally.values()]
    .filter((t) => t.planned !== t.found)
    .map(({ fact, planned: p, found: f }) => {
      const { kind, component, what, line } = fact;
      return { kind, component, what, planned: p, found: f, ...(line !== undefined && { line }) };
    });
}

interface Tally {
  fact: Fact;
  planned: number;
  found: number;
}

function tallyOf(tally: Map<string, Tally>, fact: Fact): Tally {
  const key = `${fact.component}\n${fact.kind}\n${fact.what}`;
  let entry = tally.get(key);
  if (entry === undefined) {
    entry = { fact, planned: 0, found: 0 };
    tally.set(key, entry);
  }
  // The plan's facts have no lines: the first one found lends its own.
  if (entry.fact.line === undefined && fact.line !== undefined) entry.fact = fact;
  return entry;
}

/** A mismatch as a line of text. */
export function formatMismatch({ component, what, planned, found, line }: Mismatch): string {
  const who = component === '' ? '' : `${component}: `;
  const where = line === undefined ? '' : ` (line ${line})`;
  return `${who}${what}: planned ${planned}, found ${found}${where}`;
}

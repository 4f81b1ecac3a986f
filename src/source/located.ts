// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';

/** A value of a document together with its place. */
export type Located = LocatedMap | LocatedSeq | LocatedScalar;

export interface LocatedMap {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  /** Entries whose key stood in the map before. They count for nothing but a finding. */
  readonly repeated: readonly LocatedEntry[];
}

export interface LocatedEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Located;
}

export interface LocatedSeq {
  readonly kind: 'seq';
  readonly span: Span;
  readonly items: readonly Located[];
}

export type ScalarValue = string | number | boolean | null;

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: ScalarValue;
  /** Written without quotes. */
  readonly plain: boolean;
}

/** Keys and indices from the root of a document to a value. */
export type Path = readonly string[];

/** The entry of a map, or nothing where there is no map or no such key. */
export function entryOf(node: Located | undefined, key: string): LocatedEntry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

/** The value at a path, or nothing. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  let node: Located | undefined = root;
  for (const step of path) {
    node = node?.kind === 'seq' ? node.items[Number(step)] : entryOf(node, step)?.value;
  }
  return node;
}

/** The span of the value at a path, or of the nearest thing around it that exists. */
export function valueSpan(root: Located, path: Path): Span {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node.span;
  }
  return root.span;
}

/** The span of the key at a path, or of the nearest thing around it that exists. */
export function keySpan(root: Located, path: Path): Span {
  const last = path.at(-1);
  if (last === undefined) return root.span;
  const entry = entryOf(nodeAt(root, path.slice(0, -1)), last);
  return entry?.keySpan ?? valueSpan(root, path);
}

/** The document as plain data, as the validator reads it. Objects have no prototype, so that no key is special. */
export function plainValue(node: Located): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'seq':
      return node.items.map(plainValue);
    case 'map': {
      const object = Object.create(null) as Record<string, unknown>;
      for (const entry of node.entries.values()) object[entry.key] = plainValue(entry.value);
      return object;
    }
  }
}

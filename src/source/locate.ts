// SPDX-License-Identifier: BSD-2-Clause
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Scalar,
  visit,
  type Alias,
  type Document,
  type ParsedNode,
  type YAMLMap,
} from 'yaml';
import { diagnostic, type Diagnostic, type FileId, type Span } from '../diagnostics/diagnostic.js';
import type { Located, LocatedEntry, LocatedMap, LocatedScalar } from './located.js';
import { aliasBomb, badKey, badMerge, syntax, tag } from './pages.js';

/** Values that a document may have once its aliases are expanded. */
const MAX_VALUES = 200_000;

interface Context {
  readonly file: FileId;
  readonly diagnostics: Diagnostic[];
  /** What each alias stands for. */
  readonly targetOf: (alias: Alias) => Node;
  /** Anchored nodes that are being read: meeting one again is a loop. */
  readonly open: Set<unknown>;
  values: number;
}

type Node = ParsedNode | null | undefined;

/** Turns a parsed YAML document into located values: aliases followed, merge keys applied, keys unique. */
export function locate(file: FileId, document: Document, diagnostics: Diagnostic[]): Located {
  // Most documents have no alias, and are not searched for anchors.
  let targets: ReadonlyMap<Alias, Node> | undefined;
  const targetOf = (alias: Alias): Node => (targets ??= aliasTargets(document)).get(alias);
  const context: Context = { file, diagnostics, targetOf, open: new Set(), values: 0 };
  return convert(context, document.contents as Node, { file, start: 0, end: 0 });
}

/** Each alias means the last anchor of its name before it; found for all of them in one pass. */
function aliasTargets(document: Document): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node as Node);
    },
  });
  return targets;
}

function spanOf(context: Context, node: Node, fallback: Span): Span {
  const range = node?.range;
  return range ? { file: context.file, start: range[0], end: range[1] } : fallback;
}

/** `at` is the place to show: that of an alias, not of its anchor. */
function convert(context: Context, node: Node, at: Span): Located {
  const span = spanOf(context, node, at);
  context.values += 1;
  if (context.values > MAX_VALUES) {
    if (context.values === MAX_VALUES + 1) {
      const message = `aliases expand to more than ${MAX_VALUES.toLocaleString('en')} values`;
      const hint = 'write out what is meant; each alias stands for a whole copy';
      context.diagnostics.push(diagnostic(aliasBomb, span, message, { hint }));
    }
    return scalar(span, null);
  }
  if (isAlias(node)) return followAlias(context, node, span);
  refuseTag(context, node, span);
  if (isMap(node)) return convertMap(context, node, span);
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(context, item, span));
    return { kind: 'seq', span, items };
  }
  if (isScalar(node)) return convertScalar(node, span);
  return scalar(span, null);
}

function scalar(span: Span, value: LocatedScalar['value']): LocatedScalar {
  return { kind: 'scalar', span, value, plain: true };
}

function convertScalar(node: Scalar, span: Span): LocatedScalar {
  const { value } = node;
  const known =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return {
    kind: 'scalar',
    span,
    value: known ? value : null,
    plain: node.type === Scalar.PLAIN,
  };
}

const PLAIN_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

function refuseTag(context: Context, node: Node, span: Span): void {
  const name = node?.tag;
  if (name === undefined || PLAIN_TAG.test(name)) return;
  const hint = 'write the value without the tag';
  context.diagnostics.push(diagnostic(tag, span, `the tag ${name} is not supported`, { hint }));
}

function followAlias(context: Context, alias: Alias, span: Span): Located {
  const target = context.targetOf(alias);
  if (!target) {
    context.diagnostics.push(diagnostic(syntax, span, 'this alias has no anchor before it'));
    return scalar(span, null);
  }
  if (context.open.has(target)) {
    const message = `the anchor "${alias.source}" contains itself`;
    const hint = `take "*${alias.source}" out`;
    context.diagnostics.push(diagnostic(aliasBomb, span, message, { hint }));
    return scalar(span, null);
  }
  context.open.add(target);
  const value = convert(context, target, span);
  context.open.delete(target);
  return { ...value, span };
}

function convertMap(context: Context, node: YAMLMap.Parsed, span: Span): LocatedMap {
  const entries = new Map<string, LocatedEntry>();
  const repeated: LocatedEntry[] = [];
  const merged: Located[] = [];
  context.open.add(node);
  for (const pair of node.items) {
    const keySpan = spanOf(context, pair.key, span);
    const key = keyText(context, pair.key, keySpan);
    if (key === undefined) continue;
    const value = convert(context, pair.value, keySpan);
    if (key === '<<') {
      merged.push(...mergeSources(context, value));
      continue;
    }
    const entry = { key, keySpan, value };
    if (entries.has(key)) repeated.push(entry);
    else entries.set(key, entry);
  }
  context.open.delete(node);
  for (const source of merged) addMissing(entries, source);
  return { kind: 'map', span, entries, repeated };
}

function keyText(context: Context, key: Node, span: Span): string | undefined {
  const target = isAlias(key) ? context.targetOf(key) : key;
  if (isScalar(target) && target.value !== null && target.value !== '') {
    // The text as written: `1` and `1.0` are different keys, and `no` is a word.
    return typeof target.value === 'string' ? target.value : target.source;
  }
  const hint = 'write a name before the colon, as in "web: { ... }"; not a list, a map or nothing';
  context.diagnostics.push(diagnostic(badKey, span, 'a key must be a word', { hint }));
  return undefined;
}

function mergeSources(context: Context, value: Located): LocatedMap[] {
  const sources = value.kind === 'seq' ? value.items : [value];
  return sources.filter((source): source is LocatedMap => {
    if (source.kind === 'map') return true;
    const message = '"<<" takes a map or a list of maps';
    const hint = 'write "<<: *NAME", with "&NAME" before the map that is meant';
    context.diagnostics.push(diagnostic(badMerge, source.span, message, { hint }));
    return false;
  });
}

/** Entries that are written out win over merged ones, earlier merges over later ones (YAML merge key, 1.1). */
function addMissing(entries: Map<string, LocatedEntry>, source: Located): void {
  if (source.kind !== 'map') return;
  for (const entry of source.entries.values()) {
    if (!entries.has(entry.key)) entries.set(entry.key, entry);
  }
}

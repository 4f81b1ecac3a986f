// SPDX-License-Identifier: BSD-2-Clause
import type { Range, TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import systemSchema from '../../schema/system.schema.json' with { type: 'json' };
import { hasErrors } from '../diagnostics/diagnostic.js';
import { MAX_BYTES } from '../source/decode.js';
import { kindOf } from '../source/kind.js';
import { parse } from '../source/parse.js';
import { rangeOf } from './check.js';
import { namesAt, namesOf, type Name } from './names.js';
import { readText } from './workspace.js';

/** Why something is not renamed, in words for the user. */
export interface Refusal {
  readonly refusal: string;
}

const { pattern, maxLength } = systemSchema.$defs.name;

/** Words that some YAML reader takes for something else than text (YAML 1.1, 10.2; 1.2, 10.3.2). */
const NO_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/;

/** What of the text a new name would replace, or nothing where no name stands. */
export function renameRange(
  document: TextDocument,
  offset: number,
): { range: Range; placeholder: string } | Refusal | undefined {
  const found = lookAt(document, offset);
  if (found === undefined || 'refusal' in found) return found;
  const { name } = found;
  return { range: rangeOf(document, inner(readText(document), name)), placeholder: name.text };
}

/** The changes that give something another name wherever it is named. */
export function rename(
  document: TextDocument,
  offset: number,
  newName: string,
): readonly TextEdit[] | Refusal {
  const found = lookAt(document, offset);
  if (found === undefined) return { refusal: 'no name stands here' };
  if ('refusal' in found) return found;
  const { name, scopes, names } = found;
  const inScope = names.filter(({ scope }) => scopes.has(scope));
  const fault = newName === name.text ? undefined : faultOf(newName, name, inScope, document);
  if (fault !== undefined) return { refusal: fault };
  const text = readText(document);
  const edits = new Map<number, TextEdit>();
  for (const each of inScope.filter((other) => other.text === name.text)) {
    edits.set(each.span.start, edit(document, text, each, newName));
  }
  return [...edits.values()];
}

interface Found {
  readonly name: Name;
  /** One, or where an anchor is shared, those of all its users. */
  readonly scopes: ReadonlySet<string>;
  readonly names: readonly Name[];
}

function lookAt(document: TextDocument, offset: number): Found | Refusal | undefined {
  const text = readText(document);
  if (kindOf(text) !== 'system' || text.length > MAX_BYTES) return undefined;
  const { root, diagnostics } = parse(0, text);
  const names = root === undefined ? [] : namesOf(root);
  const here = namesAt(names, offset);
  const [name] = here;
  if (name === undefined) return undefined;
  if (hasErrors(diagnostics)) {
    const [first] = diagnostics;
    const line = document.positionAt(first?.span.start ?? 0).line + 1;
    return { refusal: `mend line ${String(line)} first: ${first?.message ?? ''}` };
  }
  if (name.kind === 'device' || name.kind === 'bdf') {
    return { refusal: "this is the machine file's, which other descriptions may use" };
  }
  if (name.kind === 'core' || name.kind === 'machine' || name.kind === 'code') return undefined;
  const scopes = new Set(here.map(({ scope }) => scope));
  if (!names.some((n) => n.declares && scopes.has(n.scope) && n.text === name.text)) {
    return { refusal: `"${name.text}" is not declared in this file` };
  }
  return { name, scopes, names };
}

function faultOf(
  newName: string,
  name: Name,
  inScope: readonly Name[],
  document: TextDocument,
): string | undefined {
  if (!new RegExp(pattern).test(newName) || newName.length > maxLength) {
    const rule = 'lower-case letters, digits and underscores, beginning with a letter';
    return `${JSON.stringify(newName)} is no name: it takes ${rule}, at most ${String(maxLength)}`;
  }
  if (name.kind === 'backend' && newName === 'ramdisk') return '"ramdisk" is the built-in backend';
  const clash = inScope.find(({ text }) => text === newName);
  if (clash === undefined) return undefined;
  const line = document.positionAt(clash.span.start).line + 1;
  return `"${newName}" stands in line ${String(line)} already`;
}

/** A name without its quotes, where they hold nothing but the name. */
function inner(text: string, { span, ...name }: Name): { start: number; end: number } {
  const quoted = /^["']/.test(text.slice(span.start, span.start + 1));
  const plain = quoted && text.slice(span.start + 1, span.end - 1) === name.text;
  return plain ? { start: span.start + 1, end: span.end - 1 } : span;
}

function edit(document: TextDocument, text: string, name: Name, newName: string): TextEdit {
  const span = inner(text, name);
  const keepsQuotes = span.start !== name.span.start;
  const newText = NO_TEXT.test(newName) && !keepsQuotes ? `"${newName}"` : newName;
  return { range: rangeOf(document, span), newText };
}

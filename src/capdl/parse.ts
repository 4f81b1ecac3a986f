// SPDX-License-Identifier: BSD-2-Clause
import type { CapList, IrqMapping, ObjectDecl, Spec } from './model.js';
import { parseCapList, parseRef } from './parse-caps.js';
import { parseObject } from './parse-objects.js';
import { Scanner, type ReadError } from './scanner.js';

export type { ReadError } from './scanner.js';

/** A specification, or the first reason why there is none. */
export type ParseResult =
  { readonly ok: true; readonly spec: Spec } | { readonly ok: false; readonly error: ReadError };

interface Draft {
  readonly objects: ObjectDecl[];
  readonly declared: Map<string, ObjectDecl>;
  readonly caps: CapList[];
  readonly irqs: IrqMapping[];
}

/**
 * Reads capDL text for x86-64, as python-capdl writes it (so every CAMkES build) and as
 * `printSpec` does. Layout is free. Of the language's shorthand it knows arrays and ranges; named
 * capabilities, their copies, derivations and declarations inside untypeds are refused, because
 * neither writer uses them. Objects come before the capabilities to them.
 */
export function parseSpec(text: string): ParseResult {
  const s = new Scanner(text);
  const draft: Draft = { objects: [], declared: new Map(), caps: [], irqs: [] };
  if (s.word() !== 'arch') s.fail('a specification begins with `arch x86_64`');
  const arch = s.word();
  if (arch !== 'x86_64') s.fail(`the architecture \`${arch}\` is not x86_64`);
  while (!s.done) parseSection(s, draft);
  if (s.error !== undefined) return { ok: false, error: s.error };
  const { objects, caps, irqs } = draft;
  return { ok: true, spec: { objects, caps, irqs } };
}

function parseSection(s: Scanner, draft: Draft): void {
  const section = s.word();
  if (section === 'irq' && s.word() !== 'maps') s.fail('`maps` expected after `irq`');
  if (!SECTIONS.includes(section)) s.fail(`the section \`${section}\` is not read here`);
  s.need('{');
  if (section === 'domains') {
    // The domain schedule gives nobody authority over anything: its content is of no interest.
    s.until('}');
    return;
  }
  while (!s.atSign('}') && !s.done) {
    if (section === 'objects') parseDecl(s, draft);
    else if (section === 'caps') draft.caps.push(parseCapList(s, draft.declared));
    else parseIrq(s, draft);
  }
  s.need('}');
}

const SECTIONS: readonly string[] = ['objects', 'caps', 'irq', 'domains'];

function parseDecl(s: Scanner, draft: Draft): void {
  const { line } = s;
  const name = s.word();
  let count: number | undefined;
  if (s.take('[')) {
    count = s.numberBelow(MOST_OBJECTS, 'an array of');
    s.need(']');
  }
  if (s.atSign('/')) s.fail('objects inside untypeds (`ut/object`) are not read here');
  s.need('=');
  const object = parseObject(s);
  const decl = { name, ...(count !== undefined && { count }), object, line };
  draft.objects.push(decl);
  // The first of two declarations is the one that the text means from there on; `checkSpec`
  // reports the second.
  if (!draft.declared.has(name)) draft.declared.set(name, decl);
}

/** A CNode has at most 2^28 slots: no array is longer, and a slip of the pen fills no memory. */
const MOST_OBJECTS = 2 ** 28 + 1;

function parseIrq(s: Scanner, draft: Draft): void {
  const { line } = s;
  const vector = s.number();
  s.need(':');
  const object = parseRef(s, draft.declared);
  draft.irqs.push({ vector, object, line });
  s.take(';');
}

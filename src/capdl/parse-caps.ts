// SPDX-License-Identifier: BSD-2-Clause
import {
  RIGHT,
  TCB_SLOT,
  capTypeOf,
  slotCount,
  type Cap,
  type CapEntry,
  type CapList,
  type Control,
  type ObjectDecl,
  type ObjectType,
  type Ref,
  type Rights,
  type Span,
} from './model.js';
import type { Scanner } from './scanner.js';

/** The objects that were declared so far, by name. */
export type Declared = ReadonlyMap<string, ObjectDecl>;

/** Reads `name { slot: capability … }`. */
export function parseCapList(s: Scanner, declared: Declared): CapList {
  const { line } = s;
  const object = parseRef(s, declared);
  const inTcb = declared.get(object.name)?.object.type === 'tcb';
  const entries: CapEntry[] = [];
  let next = 0;
  s.need('{');
  while (!s.atSign('}') && !s.done) {
    const at = s.line;
    let slot = parseSlot(s, inTcb) ?? next;
    for (const cap of parseCaps(s, declared)) {
      entries.push({ slot, cap, line: at });
      slot += slotCount(cap);
    }
    next = slot;
    s.take(';');
  }
  s.need('}');
  return { object, entries, line };
}

/** Reads `name` or `name[3]`, of an object that exists. */
export function parseRef(s: Scanner, declared: Declared): Ref {
  const name = s.word();
  const spans = parseSpans(s, name, declared.get(name));
  const [span, more] = spans;
  if (span === undefined) return { name };
  if (more !== undefined || span.count !== 1) s.fail(`\`${name}[…]\` must be one object here`);
  return span.first === undefined ? { name } : { name, index: span.first };
}

/** `0x12:` or, in a TCB, `cspace:`; nothing where the slot is left to be the next one. */
function parseSlot(s: Scanner, inTcb: boolean): number | undefined {
  if (s.atNumber) {
    const slot = s.number();
    s.need(':');
    return slot;
  }
  const slot = inTcb ? TCB_SLOTS.get(s.peekWord()) : undefined;
  if (slot !== undefined) {
    s.word();
    s.need(':');
  }
  return slot;
}

const TCB_SLOTS: ReadonlyMap<string, number> = new Map(Object.entries(TCB_SLOT));

function parseCaps(s: Scanner, declared: Declared): Cap[] {
  if (s.atSign('<')) s.fail('copies of named capabilities are not read here');
  const name = s.word();
  if (s.atSign('=')) s.fail('named capabilities are not read here');
  const decl = declared.get(name);
  if (decl === undefined && isControl(name)) return [parseControl(s, name)];
  const spans = parseSpans(s, name, decl);
  const parameters = new CapParameters(s, declared);
  const caps = spans.map((target) => parameters.capTo(target, decl?.object.type ?? 'tcb'));
  parameters.finish(name);
  if (s.atSign('-')) s.fail('derivations (`child_of`) are not read here');
  return caps;
}

const CONTROLS: readonly string[] = ['irq_control', 'asid_control', 'domain', 'sched_control'];

function isControl(name: string): name is Control {
  return CONTROLS.includes(name);
}

function parseControl(s: Scanner, control: Control): Cap {
  if (!s.take('(')) return { type: 'control', control };
  if (s.word() !== 'core') s.fail('`core` expected');
  s.need(':');
  const core = s.number();
  s.need(')');
  return { type: 'control', control, core };
}

/** What follows a name: nothing, `[]`, `[3]`, `[0..4]`, or several of these with commas. */
function parseSpans(s: Scanner, name: string, decl: ObjectDecl | undefined): Span[] {
  if (decl === undefined) {
    if (!s.done) s.fail(`there is no object \`${name}\``);
    return [];
  }
  if (decl.count === undefined) {
    if (s.atSign('[')) s.fail(`\`${name}\` is one object, not an array`);
    return [{ name, count: 1 }];
  }
  if (!s.take('[')) s.fail(`\`${name}\` is an array: which of its objects is meant?`);
  const spans: Span[] = [];
  if (s.atSign(']')) spans.push({ name, first: 0, count: decl.count });
  while (!s.atSign(']') && !s.done) {
    spans.push(parseRange(s, decl.name, decl.count));
    if (!s.take(',')) break;
  }
  s.need(']');
  return spans;
}

function parseRange(s: Scanner, name: string, count: number): Span {
  const first = s.atNumber ? s.number() : 0;
  const open = s.take('..');
  const last = !open ? first : s.atNumber ? s.number() : count - 1;
  if (last < first) s.fail(`the range [${first}..${last}] is empty`);
  if (last >= count) s.fail(`\`${name}[${last}]\` is beyond the array of ${count}`);
  return { name, first, count: last - first + 1 };
}

const RIGHT_OF: Readonly<Record<string, Rights>> = {
  R: RIGHT.read,
  W: RIGHT.write,
  G: RIGHT.grant,
  X: RIGHT.grant,
  P: RIGHT.grantReply,
};

/** What stands between the parentheses after a capability's object. */
class CapParameters {
  private rights: Rights | undefined;
  private badge: bigint | undefined;
  private guard: number | undefined;
  private guardSize: number | undefined;
  private uncached: boolean | undefined;
  private mapping: { object: Ref; slot: number } | undefined;
  private readonly left = new Set<string>();

  constructor(
    private readonly s: Scanner,
    declared: Declared,
  ) {
    if (!s.take('(')) return;
    while (!s.atSign(')') && !s.done) {
      this.read(declared);
      if (!s.take(',')) break;
    }
    s.need(')');
  }

  /** The capability to an object of that type; the parameters that fit it count as taken. */
  capTo(target: Span, object: ObjectType): Cap {
    const type = capTypeOf(object);
    switch (type) {
      case 'signal': {
        this.took('rights', 'badge');
        const badge = this.badge === undefined ? {} : { badge: this.badge };
        return { type, target, rights: this.rights ?? 0, ...badge };
      }
      case 'frame': {
        this.took('rights', 'cached', 'uncached', 'mapping');
        const mapping = this.mapping === undefined ? {} : { mapping: this.mapping };
        return {
          type,
          target,
          rights: this.rights ?? 0,
          uncached: this.uncached ?? false,
          ...mapping,
        };
      }
      case 'cnode':
        this.took('guard', 'guard_size');
        return { type, target, guard: this.guard ?? 0, guardSize: this.guardSize ?? 0 };
      case 'plain':
        return { type, target };
    }
  }

  finish(name: string): void {
    const [surplus] = this.left;
    if (surplus !== undefined) {
      this.s.fail(`a capability to \`${name}\` has no parameter \`${surplus}\``);
    }
  }

  private took(...names: string[]): void {
    for (const name of names) this.left.delete(name);
  }

  private read(declared: Declared): void {
    const { s } = this;
    const word = s.word();
    if (/^[RWGXP]+$/.test(word)) {
      this.left.add('rights');
      this.rights ??= 0;
      for (const letter of word) this.rights |= RIGHT_OF[letter] ?? 0;
      return;
    }
    if (this.left.has(word)) s.fail(`\`${word}\` is given twice`);
    this.left.add(word);
    if (word === 'cached' || word === 'uncached') {
      this.uncached = word === 'uncached';
      return;
    }
    s.need(':');
    if (word === 'badge') this.badge = s.big();
    else if (word === 'guard') this.guard = s.number();
    else if (word === 'guard_size') this.guardSize = s.number();
    else if (word === 'mapping') this.mapping = this.readMapping(declared);
    else s.fail(`the parameter \`${word}\` of a capability is not read here`);
  }

  private readMapping(declared: Declared): { object: Ref; slot: number } {
    const { s } = this;
    s.need('(');
    const object = parseRef(s, declared);
    s.need(',');
    const slot = s.number();
    s.need(')');
    return { object, slot };
  }
}

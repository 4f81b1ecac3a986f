// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT, spanName, type Frame, type Rights } from '../capdl/model.js';
import type { Built, BuiltSystem } from './built.js';
import type { Fact, FactKind } from './facts.js';
import * as words from './words.js';

/** What an object is to the components that hold it. */
export interface Statement {
  readonly kind: FactKind;
  /** The words for a holder with these rights. */
  readonly words: (rights: Rights) => string;
  /** Whether several may hold it as they please, or only by these very words. */
  readonly sharing: 'free' | 'never' | 'in words';
}

/** Facts about an object, one for each component that holds it. */
export function* objectFacts(system: BuiltSystem, built: Built): Generator<Fact> {
  const { line, object, holders } = built;
  const at = line === undefined ? {} : { line };
  if (object.type === 'frame') yield* storedImage(system, built, object);
  const statement = statementOf(system, built);
  if (statement === undefined) return;
  const { kind, sharing } = statement;
  if (sharing === 'in words') {
    const component = writerOf(built);
    yield { kind, component, what: statement.words(0), ...at };
    return;
  }
  if (holders.size === 0) {
    yield { kind, component: '', what: `${statement.words(0)}, which nobody holds`, ...at };
  }
  for (const [component, { rights }] of holders) {
    const what = statement.words(rights);
    if (sharing === 'free' || holders.size === 1) {
      yield { kind, component, what, ...at };
    } else {
      const others = [...holders.keys()].filter((id) => id !== component).join(' and ');
      yield { kind, component, what: `${what}, shared with ${others}`, ...at };
    }
  }
}

/** What there is to say about an object; nothing about those that only run a component's program. */
export function statementOf(system: BuiltSystem, built: Built): Statement | undefined {
  const { object, name, holders } = built;
  switch (object.type) {
    case 'frame':
      return frameStatement(system, built, object);
    case 'io_ports':
      return own('io_ports', words.ports(object.first, object.last));
    case 'io_device':
      return own('io_space', words.ioSpace(object, object.domain));
    case 'ioapic_irq': {
      const { ioapic, pin, level, polarity } = object;
      const source = words.ioapicInput(ioapic, pin, level === 1, polarity === 1);
      return own('irq', interrupt(system, built, source));
    }
    case 'msi_irq':
      return own('irq', interrupt(system, built, words.message(object, object.handle)));
    case 'irq':
      return own('irq', interrupt(system, built, 'an interrupt of unknown source'));
    case 'ut': {
      const where = object.paddr === undefined ? '' : ` at 0x${object.paddr.toString(16)}`;
      return own('untyped', `${words.untyped(object.bits)}${where}`);
    }
    case 'asid_pool': {
      const leader = [...holders.keys()].reduce((a, b) => (b < a ? b : a), '~');
      return { kind: 'asid_pool', words: () => words.asidPool(leader), sharing: 'free' };
    }
    case 'ep': {
      if (holders.size < 2) return undefined;
      const hearers = [...holders]
        .filter(([, { rights }]) => (rights & RIGHT.read) !== 0)
        .map(([id]) => id);
      const call = (rights: Rights): string => words.endpoint(rights, hearers);
      return { kind: 'control', words: call, sharing: 'free' };
    }
    case 'rtreply':
    case 'sc':
      // Each component has some of its own to run its program; shared, they would be a channel.
      return holders.size > 1 ? own('control', `the ${object.type} \`${name}\``) : undefined;
    case 'tcb':
    case 'cnode':
    case 'notification':
    case 'pml4':
    case 'pdpt':
    case 'pd':
    case 'pt':
      return undefined;
  }
}

function own(kind: FactKind, what: string): Statement {
  return { kind, words: () => what, sharing: 'never' };
}

function interrupt(system: BuiltSystem, { name }: Built, source: string): string {
  const cap = system.lists.get(name)?.entries[0]?.cap;
  let raised = 'nothing';
  if (cap?.type === 'signal') {
    const target = spanName(cap.target, 0);
    raised = words.event(system.listeners.get(target) ?? `\`${target}\``, cap.badge ?? 0n);
  }
  return words.interrupt(source, system.vectors.get(name), raised);
}

function frameStatement(
  system: BuiltSystem,
  { holders }: Built,
  frame: Frame,
): Statement | undefined {
  const { bits, paddr } = frame;
  if (paddr !== undefined) {
    const device = (rights: Rights): string => words.deviceFrame(paddr, bits, rights);
    return { kind: 'device', words: device, sharing: 'free' };
  }
  const image = imageWords(system, frame);
  if (image !== undefined) {
    const read = (rights: Rights): string => `${image} (${words.access(rights)})`;
    return holders.size === 0 ? undefined : { kind: 'image', words: read, sharing: 'free' };
  }
  const filled = frame.fill.length > 0 ? ', filled' : '';
  if (holders.size > 1) {
    const all = [...holders].map(([id, { rights }]) => [id, rights] as const);
    const shared = (): string => `${words.shared(bits, all)}${filled}`;
    return { kind: 'shared', words: shared, sharing: 'in words' };
  }
  const [holder] = holders.values();
  // What only an address space has is the program itself: its text, data, stack, IPC buffer.
  if (holder?.inCNode !== true) return undefined;
  const mine = (rights: Rights): string => `${words.ownFrame(bits, rights)}${filled}`;
  return { kind: 'memory', words: mine, sharing: 'never' };
}

/** The words for a frame that holds a piece of an image; nothing for another frame. */
function imageWords({ images }: BuiltSystem, { bits, fill }: Frame): string | undefined {
  const [piece, more] = fill;
  if (piece?.type !== 'file' || piece.offset !== 0 || more !== undefined) return undefined;
  const image = piece.file.replace(/\..*$/, '');
  if (!images.has(image)) return undefined;
  return words.imageFrame(image, piece.fileOffset, piece.length, bits);
}

/** That a piece of an image is there: once, however many read it. */
function* storedImage(system: BuiltSystem, { line }: Built, frame: Frame): Generator<Fact> {
  const what = imageWords(system, frame);
  if (what !== undefined) {
    yield { kind: 'image', component: '', what, ...(line !== undefined && { line }) };
  }
}

/** Whom a shared frame is told about: the first of those who write it. */
function writerOf({ holders }: Built): string {
  const ids = [...holders.keys()].toSorted();
  return ids.find((id) => (holders.get(id)?.rights ?? 0) & RIGHT.write) ?? ids[0] ?? '';
}

// SPDX-License-Identifier: BSD-2-Clause
import { RIGHT, type Rights } from '../capdl/model.js';

// The words of the facts: plan and built system are compared by them, and people read them.

export function ports(first: number, last: number): string {
  return `I/O ports ${hex(first)} to ${hex(last)}`;
}

interface Pci {
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

function pci({ bus, device, function: fn }: Pci): string {
  const two = (value: number): string => value.toString(16).padStart(2, '0');
  return `${two(bus)}:${two(device)}.${fn}`;
}

export function ioSpace(at: Pci, domain: number): string {
  return `DMA of PCI function ${pci(at)} in domain ${domain}`;
}

/** An interrupt's source, for both of its kinds. */
export function ioapicInput(ioapic: number, pin: number, level: boolean, low: boolean): string {
  const trigger = `${level ? 'level' : 'edge'}-triggered, active ${low ? 'low' : 'high'}`;
  return `input ${pin} of I/O APIC ${ioapic}, ${trigger}`;
}

export function message(at: Pci, handle: number): string {
  return `message ${handle} of PCI function ${pci(at)}`;
}

export function interrupt(source: string, vector: number | undefined, raised: string): string {
  return `${source}, vector ${vector ?? 'none'}, raising ${raised}`;
}

/** An event of a component: the bit of its notification's word that a badge sets. */
export function event(component: string, badge: bigint): string {
  const bit = badge.toString(2).length - 1;
  const single = badge > 0n && badge === 1n << BigInt(bit);
  return single ? `event ${bit} of ${component}` : `badge ${hex(badge)} at ${component}`;
}

/** An endpoint that several components share. */
export function endpoint(rights: Rights, hearers: readonly string[]): string {
  return (rights & RIGHT.read) === 0 ? `calling ${hearers.join(' and ')}` : 'hearing who calls';
}

export const REPLY = 'an object for answers';

export function untyped(bits: number | undefined): string {
  return `untyped memory of 2^${bits ?? '?'} bytes`;
}

/** `leader` stands for the pool: the first of the components that share it. */
export function asidPool(leader: string): string {
  return `the ASID pool of ${leader}`;
}

function frame(bits: number): string {
  return bits < 20 ? `frame of ${2 ** (bits - 10)} KiB` : `frame of ${2 ** (bits - 20)} MiB`;
}

export function deviceFrame(paddr: number, bits: number, rights: Rights): string {
  return `${frame(bits)} at ${hex(paddr)} (${access(rights)})`;
}

export function ownFrame(bits: number, rights: Rights): string {
  return `${frame(bits)} of its own (${access(rights)})`;
}

export function imageFrame(image: string, offset: number, length: number, bits: number): string {
  return `${frame(bits)} with ${length} bytes of ${image} from ${offset}`;
}

export function shared(bits: number, holders: readonly (readonly [string, Rights])[]): string {
  const who = holders
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([component, rights]) => `${component} (${access(rights)})`)
    .join(' and ');
  return `${frame(bits)} shared by ${who}`;
}

/** x86 pages know reading and writing only: an execute right changes nothing. */
export function access(rights: Rights): string {
  const letters = `${rights & RIGHT.read ? 'R' : ''}${rights & RIGHT.write ? 'W' : ''}`;
  return letters === '' ? 'nothing' : letters;
}

export function thread(prio: number, maxPrio: number, core: number, times: string): string {
  return `thread of priority ${prio} (at most ${maxPrio}) on core ${core}${times}`;
}

/** Scheduling context; a budget as long as its period is a whole core, however long they are. */
export function times(budget: number, period: number): string {
  return budget === period ? ' with all its time' : ` with ${budget} of ${period} µs`;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

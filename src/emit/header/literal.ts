// SPDX-License-Identifier: BSD-2-Clause
import { parseBdf } from '../../util/bdf.js';
import { cString as escaped, hex } from '../filters.js';

/** In place of an index or a number (MK_NONE of config_common.h). */
export const NONE = 'MK_NONE';

/** A string. */
export function cString(text: string): string {
  return `"${escaped(text)}"`;
}

/** A guest-physical or machine address. */
export function address(value: number): string {
  return hex(value, 16);
}

/** A size in bytes. */
export function bytes(value: number): string {
  return hex(value, 8);
}

/** An I/O port. */
export function port(value: number): string {
  return hex(value, 4);
}

/** An index into a table, by name. */
export function indexOf(names: readonly string[], name: string, what: string): string {
  const index = names.indexOf(name);
  if (index < 0) throw new Error(`the plan has no ${what} "${name}"`);
  return String(index);
}

/** A number, or `MK_NONE` when there is none. */
export function orNone(value: number | undefined): string {
  return value === undefined ? NONE : String(value);
}

/** Initializer of a `struct mk_bdf`. */
export function bdf(text: string): string {
  const { segment, bus, device, function: fn } = parseBdf(text);
  return bdfOf(segment, bus, device, fn);
}

/** Initializer of a `struct mk_bdf` from its numbers. */
export function bdfOf(segment: number, bus: number, device: number, fn: number): string {
  return `{ ${hex(segment, 4)}, ${hex(bus, 2)}, ${hex(device, 2)}, ${String(fn)} }`;
}

/** Initializer of an Ethernet address. */
export function mac(text: string): string {
  return `{ ${text
    .split(':')
    .map((byte) => `0x${byte}`)
    .join(', ')} }`;
}

/** An enumerator: `MK_REGION_` and `ram` give `MK_REGION_RAM`. */
export function enumerator(prefix: string, word: string): string {
  return prefix + word.toUpperCase().replaceAll('-', '_');
}

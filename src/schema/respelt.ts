// SPDX-License-Identifier: BSD-2-Clause
import type { SchemaNode } from './lookup.js';

const UNITS: Readonly<Record<string, string>> = { kib: 'KiB', mib: 'MiB', gib: 'GiB' };

/** What a value of a kind is in its one spelling, when it differs from that in case and blanks alone. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  Bdf: (text) => text.toLowerCase(),
  Mac: (text) => text.toLowerCase(),
  Size: (text) => text.replace(/[a-z]+$/i, (unit) => UNITS[unit.toLowerCase()] ?? unit),
  Duration: (text) => text.toLowerCase(),
};

/** Kinds that other YAML readers take for numbers unless they stand in quotes. */
const QUOTED: ReadonlySet<string> = new Set(['Bdf', 'Mac']);

/** A malformed value written as the schema wants it, ready for the file; nothing when more than its spelling is wrong. */
export function respelt(text: string, { title = '', pattern }: SchemaNode): string | undefined {
  const spell = SPELLINGS[title];
  if (spell === undefined || pattern === undefined) return undefined;
  const right = spell(text.replace(/[ ]+/g, ''));
  if (!new RegExp(pattern, 'u').test(right)) return undefined;
  return QUOTED.has(title) ? JSON.stringify(right) : right;
}

// SPDX-License-Identifier: BSD-2-Clause
import { GIB, KIB, MIB } from '../util/size.js';

/** A number of bytes for people: `256 MiB`, `639 KiB`, `1.5 GiB`, `7.7 MiB`, `20 B`. */
export function quantity(bytes: number): string {
  for (const [unit, factor] of [
    ['GiB', GIB],
    ['MiB', MIB],
    ['KiB', KIB],
  ] as const) {
    if (bytes >= factor) return `${rounded(bytes / factor)} ${unit}`;
  }
  return `${String(bytes)} B`;
}

/** At most two decimals, none that say nothing. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** `1 frame`, `2 frames`. */
export function count(n: number, noun: string): string {
  return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}

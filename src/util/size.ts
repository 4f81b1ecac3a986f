// SPDX-License-Identifier: BSD-2-Clause

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: KIB, MiB: MIB, GiB: GIB };

/** Bytes of a size that the schema has accepted, such as `256MiB`. */
export function parseSize(text: string): number {
  const match = /^([0-9]+)(B|KiB|MiB|GiB)$/.exec(text);
  if (match === null) throw new Error(`not a size: ${text}`);
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1);
}

/** The shortest exact spelling of a number of bytes: `256MiB`, `12KiB`, `1000B`. */
export function formatSize(bytes: number): string {
  for (const [unit, factor] of [
    ['GiB', GIB],
    ['MiB', MIB],
    ['KiB', KIB],
  ] as const) {
    if (bytes >= factor && bytes % factor === 0) return `${String(bytes / factor)}${unit}`;
  }
  return `${String(bytes)}B`;
}

/** Microseconds of a duration that the schema has accepted, such as `10ms`. */
export function parseDuration(text: string): number {
  const match = /^([0-9]+)(us|ms|s)$/.exec(text);
  if (match === null) throw new Error(`not a duration: ${text}`);
  const factor = match[2] === 's' ? 1_000_000 : match[2] === 'ms' ? 1000 : 1;
  return Number(match[1]) * factor;
}

/** The shortest exact spelling of a number of microseconds: `10ms`, `1500us`. */
export function formatDuration(microseconds: number): string {
  if (microseconds % 1_000_000 === 0) return `${String(microseconds / 1_000_000)}s`;
  if (microseconds % 1000 === 0) return `${String(microseconds / 1000)}ms`;
  return `${String(microseconds)}us`;
}

/** The least multiple of `alignment` that is not below `value`. Exact up to 2^53. */
export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

/** The greatest multiple of `alignment` that is not above `value`. Exact up to 2^53. */
export function alignDown(value: number, alignment: number): number {
  return Math.floor(value / alignment) * alignment;
}

/** The least n with 2^n not below `value`, for a positive value. */
export function log2Ceil(value: number): number {
  let bits = 0;
  while (2 ** bits < value) bits += 1;
  return bits;
}

export function isPowerOfTwo(value: number): boolean {
  return value > 0 && 2 ** log2Ceil(value) === value;
}

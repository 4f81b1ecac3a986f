// SPDX-License-Identifier: BSD-2-Clause

/** A PCI address. */
export interface Bdf {
  readonly segment: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

/** Reads a PCI address that the schema has accepted; the segment is 0 when it is left out. */
export function parseBdf(text: string): Bdf {
  const match = /^(?:([0-9a-f]{4}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/.exec(text);
  if (match === null) throw new Error(`not a PCI address: ${text}`);
  const hex = (group: number): number => Number.parseInt(match[group] ?? '0', 16);
  return { segment: hex(1), bus: hex(2), device: hex(3), function: hex(4) };
}

/** The one spelling in which addresses are compared and shown: `0000:03:00.0`. */
export function formatBdf(bdf: Bdf): string {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  return `${hex(bdf.segment, 4)}:${hex(bdf.bus, 2)}:${hex(bdf.device, 2)}.${String(bdf.function)}`;
}

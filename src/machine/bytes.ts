// SPDX-License-Identifier: BSD-2-Clause

/**
 * Bytes that firmware or a device wrote. Everything is little-endian. A value that does not lie wholly within the bytes
 * is `undefined`, never an exception and never a neighbour's.
 */
export interface Bytes {
  readonly length: number;
  u8(offset: number): number | undefined;
  u16(offset: number): number | undefined;
  u32(offset: number): number | undefined;
  u64(offset: number): bigint | undefined;
  /** The part from `start` to `end`, cut where the bytes end. */
  part(start: number, end: number): Bytes;
}

export function bytesOf(data: Uint8Array): Bytes {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const holds = (offset: number, size: number): boolean =>
    Number.isInteger(offset) && offset >= 0 && offset + size <= data.length;
  return {
    length: data.length,
    u8: (offset) => (holds(offset, 1) ? view.getUint8(offset) : undefined),
    u16: (offset) => (holds(offset, 2) ? view.getUint16(offset, true) : undefined),
    u32: (offset) => (holds(offset, 4) ? view.getUint32(offset, true) : undefined),
    u64: (offset) => (holds(offset, 8) ? view.getBigUint64(offset, true) : undefined),
    part: (start, end) => bytesOf(data.subarray(Math.max(0, start), Math.max(0, end))),
  };
}

/** The greatest physical address (52 bits): what the inventory's schema takes. */
export const MAX_ADDRESS = 2 ** 52 - 1;

/** A physical address as a number; nothing when no processor could form it. */
export function addressOf(value: bigint | undefined): number | undefined {
  return value === undefined || value > BigInt(MAX_ADDRESS) ? undefined : Number(value);
}

/** `0x1f`, for messages. */
export function hex(value: number, width = 0): string {
  return `0x${value.toString(16).padStart(width, '0')}`;
}

// SPDX-License-Identifier: BSD-2-Clause
import { hex, type Bytes } from '../bytes.js';

/** Something that a table says and that can not be. */
export interface AcpiFault {
  /** From the beginning of the table. */
  readonly offset: number;
  readonly message: string;
}

/** What was read of a table, as far as it can be relied on. */
export interface Table<T> {
  /** Absent when nothing of the table can be relied on. */
  readonly value?: T;
  readonly faults: readonly AcpiFault[];
  /** Whether the sum over all bytes is 0, as it must be. */
  readonly checksum: boolean;
}

/** ACPI 6.5, 5.2.6, table 5.4: the header that all tables begin with. */
const HEADER_BYTES = 36;

/** Checks the header: the signature, and that the table is as long as it says. */
export function openTable(bytes: Bytes, signature: string): Table<Bytes> {
  const length = bytes.u32(4);
  if (length === undefined || bytes.length < HEADER_BYTES) {
    return refused(0, `it has ${String(bytes.length)} bytes; the header alone has 36`);
  }
  const name = [0, 1, 2, 3].map((n) => String.fromCharCode(bytes.u8(n) ?? 0)).join('');
  if (name !== signature) return refused(0, `its signature is ${JSON.stringify(name)}`);
  if (length < HEADER_BYTES || length > bytes.length) {
    return refused(
      4,
      `it says that it has ${String(length)} bytes; it has ${String(bytes.length)}`,
    );
  }
  const value = bytes.part(0, length);
  return { value, faults: [], checksum: sum(value) === 0 };
}

function refused(offset: number, message: string): Table<Bytes> {
  return { faults: [{ offset, message }], checksum: true };
}

/** ACPI 6.5, 5.2.6: the entire table, checksum included, must add to zero. */
function sum(bytes: Bytes): number {
  let total = 0;
  for (let offset = 0; offset < bytes.length; offset += 1) total += bytes.u8(offset) ?? 0;
  return total & 0xff;
}

/** One of the structures that a table is a list of. */
export interface AcpiRecord {
  readonly type: number;
  /** From the beginning of the table. */
  readonly offset: number;
  /** With its header. */
  readonly bytes: Bytes;
}

/** How the structures of a table say what they are: two fields at the beginning. */
export interface RecordShape {
  /** Width of the type in bytes: also the offset of the length, which is as wide. */
  readonly width: 1 | 2;
}

/**
 * The structures from `start` to the end. Each is at least as long as its own header, so this comes to an end; one that
 * is shorter, or reaches past the end, is a fault, and nothing behind it is read.
 */
export function records(
  bytes: Bytes,
  start: number,
  { width }: RecordShape,
): { readonly records: readonly AcpiRecord[]; readonly faults: readonly AcpiFault[] } {
  const found: AcpiRecord[] = [];
  const read = (offset: number): number | undefined =>
    width === 1 ? bytes.u8(offset) : bytes.u16(offset);
  let offset = start;
  while (offset < bytes.length) {
    const type = read(offset);
    const length = read(offset + width);
    if (type === undefined || length === undefined || length < 2 * width) {
      return { records: found, faults: [{ offset, message: badLength(offset, length) }] };
    }
    if (offset + length > bytes.length) {
      const message = `the structure at ${hex(offset)} reaches ${String(offset + length - bytes.length)} bytes past the end of the table`;
      return { records: found, faults: [{ offset, message }] };
    }
    found.push({ type, offset, bytes: bytes.part(offset, offset + length) });
    offset += length;
  }
  return { records: found, faults: [] };
}

function badLength(offset: number, length: number | undefined): string {
  return length === undefined
    ? `the structure at ${hex(offset)} is cut off`
    : `the structure at ${hex(offset)} says that it has ${String(length)} bytes, less than its header`;
}

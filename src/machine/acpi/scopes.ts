// SPDX-License-Identifier: BSD-2-Clause
import type { RawScope } from '../../generated/machine.js';
import { hex, type Bytes } from '../bytes.js';
import type { AcpiFault } from './table.js';

/** Types of device scopes: VT-d specification 4.1, 8.3.1. */
const TYPES: readonly (RawScope['type'] | undefined)[] = [
  undefined,
  'endpoint',
  'bridge',
  'ioapic',
  'hpet',
  'acpi',
];

/** Type, length, flags and reserved byte, enumeration id, start bus: the path follows. */
const HEADER_BYTES = 6;

/**
 * The device scopes from `start` to the end of a structure: VT-d 8.3.1. Each has at least one step, so this comes to an
 * end.
 *
 * @param base where the structure begins in its table, for messages
 */
export function readScopes(
  bytes: Bytes,
  start: number,
  base: number,
): { readonly scopes: RawScope[]; readonly faults: AcpiFault[] } {
  const scopes: RawScope[] = [];
  let offset = start;
  while (offset < bytes.length) {
    const at = base + offset;
    const length = bytes.u8(offset + 1) ?? 0;
    const end = offset + length;
    if (length < HEADER_BYTES + 2 || length % 2 !== 0 || end > bytes.length) {
      const message = `the device scope at ${hex(at)} says that it has ${String(length)} bytes`;
      return { scopes, faults: [{ offset: at, message }] };
    }
    const path = readPath(bytes.part(offset + HEADER_BYTES, end));
    if (path === undefined) {
      const message = `the device scope at ${hex(at)} names a device or function that can not be`;
      return { scopes, faults: [{ offset: at, message }] };
    }
    const id = bytes.u8(offset + 4) ?? 0;
    scopes.push({
      type: TYPES[bytes.u8(offset) ?? 0] ?? 'other',
      bus: bytes.u8(offset + 5) ?? 0,
      path,
      ...(id === 0 ? {} : { id }),
    });
    offset = end;
  }
  return { scopes, faults: [] };
}

/** Pairs of device and function: VT-d 8.3.1. */
function readPath(bytes: Bytes): string[] | undefined {
  const path: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 2) {
    const device = bytes.u8(offset) ?? 0;
    const fn = bytes.u8(offset + 1) ?? 0;
    if (device > 31 || fn > 7) return undefined;
    path.push(`${device.toString(16).padStart(2, '0')}.${String(fn)}`);
  }
  return path;
}

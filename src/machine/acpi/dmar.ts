// SPDX-License-Identifier: BSD-2-Clause
import type { RawIommuUnit, RawRmrr } from '../../generated/machine.js';
import { formatSize } from '../../util/size.js';
import { addressOf, hex, type Bytes } from '../bytes.js';
import { readScopes } from './scopes.js';
import { openTable, records, type AcpiFault, type AcpiRecord, type Table } from './table.js';

/** The DMA remapping table: VT-d specification 4.1, chapter 8. */
export interface Dmar {
  /** Width of DMA addresses. */
  readonly hostBits: number;
  readonly interruptRemapping: boolean;
  readonly units: readonly RawIommuUnit[];
  readonly rmrrs: readonly RawRmrr[];
}

/** Structures: VT-d 8.2 (types), 8.3 (DRHD), 8.4 (RMRR). Offsets of the first device scope are their least lengths. */
const DRHD = { type: 0, bytes: 16 };
const RMRR = { type: 1, bytes: 24 };

/** Host address width, flags and ten reserved bytes follow the ACPI header: VT-d 8.1. */
const FIRST = 48;
const INTR_REMAP = 1;

/** DRHD flags: VT-d 8.3. */
const INCLUDE_PCI_ALL = 1;

interface Result<T> {
  readonly item?: T;
  readonly faults: readonly AcpiFault[];
}

/**
 * Reads the table. An IOMMU that is read wrongly is worse than none, so a caller takes nothing of a table with faults in
 * it for granted; what could be read is there all the same, for people.
 */
export function readDmar(bytes: Bytes): Table<Dmar> {
  const table = openTable(bytes, 'DMAR');
  const body = table.value;
  if (body === undefined) return { faults: table.faults, checksum: table.checksum };
  if (body.length < FIRST) {
    const message = `it has ${String(body.length)} bytes; a DMAR has at least ${String(FIRST)}`;
    return { faults: [{ offset: 4, message }], checksum: table.checksum };
  }
  const list = records(body, FIRST, { width: 2 });
  const faults: AcpiFault[] = [...list.faults];
  const units: RawIommuUnit[] = [];
  const rmrrs: RawRmrr[] = [];
  for (const record of list.records) {
    if (record.type === DRHD.type) take(units, readDrhd(record), faults);
    if (record.type === RMRR.type) take(rmrrs, readRmrr(record), faults);
  }
  const flags = body.u8(37) ?? 0;
  const value = {
    // The field holds one less than the width: VT-d 8.1. No width over 64 means anything.
    hostBits: Math.min((body.u8(36) ?? 0) + 1, 64),
    interruptRemapping: (flags & INTR_REMAP) !== 0,
    units,
    rmrrs,
  };
  return { value, faults, checksum: table.checksum };
}

function take<T>(list: T[], { item, faults }: Result<T>, all: AcpiFault[]): void {
  all.push(...faults);
  if (item !== undefined) list.push(item);
}

function fault(offset: number, words: string): Result<never> {
  return { faults: [{ offset, message: `the structure at ${hex(offset)} ${words}` }] };
}

function readDrhd({ bytes, offset }: AcpiRecord): Result<RawIommuUnit> {
  if (bytes.length < DRHD.bytes) return fault(offset, 'is too short for a DRHD');
  const address = addressOf(bytes.u64(8));
  if (address === undefined) return fault(offset, 'has its registers beyond 52 bits');
  const { scopes, faults } = readScopes(bytes, DRHD.bytes, offset);
  const all = ((bytes.u8(4) ?? 0) & INCLUDE_PCI_ALL) !== 0;
  const item = {
    address,
    ...segmentOf(bytes),
    ...(all ? { all } : {}),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
  return { item, faults };
}

function readRmrr({ bytes, offset }: AcpiRecord): Result<RawRmrr> {
  if (bytes.length < RMRR.bytes) return fault(offset, 'is too short for an RMRR');
  const address = addressOf(bytes.u64(8));
  // The limit is the last byte: VT-d 8.4.
  const limit = addressOf(bytes.u64(16));
  if (address === undefined || limit === undefined) return fault(offset, 'is beyond 52 bits');
  if (limit < address) return fault(offset, 'ends before it begins');
  const { scopes, faults } = readScopes(bytes, RMRR.bytes, offset);
  const size = formatSize(limit - address + 1);
  return { item: { address, size, ...segmentOf(bytes), scopes }, faults };
}

/** The PCI segment of either structure, when it is not the usual one. */
function segmentOf(bytes: Bytes): { segment?: number } {
  const segment = bytes.u16(6) ?? 0;
  return segment === 0 ? {} : { segment };
}

// SPDX-License-Identifier: BSD-2-Clause
import type { RawInterruptOverride, RawIoapic } from '../../generated/machine.js';
import { hex, type Bytes } from '../bytes.js';
import { openTable, records, type AcpiFault, type AcpiRecord, type Table } from './table.js';

/** The Multiple APIC Description Table: ACPI 6.5, 5.2.12. */
export interface Madt {
  /** Local APICs that are enabled: what seL4 counts as cores. */
  readonly processors: number;
  /** In the table's order. Their numbers of inputs stand in their registers, not in the table. */
  readonly ioapics: readonly Omit<RawIoapic, 'pins'>[];
  readonly overrides: readonly RawInterruptOverride[];
}

/** Types of structures: ACPI 6.5, table 5.21. Lengths: 5.2.12.2, .3, .5, .12. */
const LOCAL_APIC = { type: 0, bytes: 8 };
const IO_APIC = { type: 1, bytes: 12 };
const OVERRIDE = { type: 2, bytes: 10 };
const LOCAL_X2APIC = { type: 9, bytes: 16 };

/** Flags of a local APIC: ACPI 6.5, table 5.23. */
const ENABLED = 1;

/** Global system interrupts that an inventory can name. */
const MAX_GSI = 4095;

/** The first structure follows the header, the local APIC address and the flags: ACPI 6.5, table 5.19. */
const FIRST = 44;

export function readMadt(bytes: Bytes): Table<Madt> {
  const table = openTable(bytes, 'APIC');
  if (table.value === undefined) return { faults: table.faults, checksum: table.checksum };
  if (table.value.length < FIRST) {
    const message = `it has ${String(table.value.length)} bytes; a MADT has at least ${String(FIRST)}`;
    return { faults: [{ offset: 4, message }], checksum: table.checksum };
  }
  const list = records(table.value, FIRST, { width: 1 });
  const faults: AcpiFault[] = [...list.faults];
  const ioapics: Omit<RawIoapic, 'pins'>[] = [];
  const overrides: RawInterruptOverride[] = [];
  let processors = 0;
  for (const record of list.records) {
    const known = [LOCAL_APIC, IO_APIC, OVERRIDE, LOCAL_X2APIC].find((k) => k.type === record.type);
    if (known === undefined) continue;
    if (record.bytes.length < known.bytes) {
      faults.push(tooShort(record, known.bytes));
      continue;
    }
    if (record.type === LOCAL_APIC.type) processors += (record.bytes.u32(4) ?? 0) & ENABLED;
    if (record.type === LOCAL_X2APIC.type) processors += (record.bytes.u32(8) ?? 0) & ENABLED;
    if (record.type === IO_APIC.type) take(ioapics, ioapic(record), faults);
    if (record.type === OVERRIDE.type) take(overrides, override(record), faults);
  }
  return { value: { processors, ioapics, overrides }, faults, checksum: table.checksum };
}

function tooShort({ type, offset, bytes }: AcpiRecord, wanted: number): AcpiFault {
  const message = `the structure at ${hex(offset)} has ${String(bytes.length)} bytes; one of type ${String(type)} has ${String(wanted)}`;
  return { offset, message };
}

function take<T extends object>(list: T[], item: T | AcpiFault, faults: AcpiFault[]): void {
  if ('message' in item) faults.push(item);
  else list.push(item);
}

/** ACPI 6.5, 5.2.12.3. */
function ioapic({ bytes, offset }: AcpiRecord): Omit<RawIoapic, 'pins'> | AcpiFault {
  const base = bytes.u32(8) ?? 0;
  if (base > MAX_GSI) return gsiFault(offset, base);
  return { id: bytes.u8(2) ?? 0, address: bytes.u32(4) ?? 0, gsi_base: base };
}

/** ACPI 6.5, 5.2.12.5. */
function override({ bytes, offset }: AcpiRecord): RawInterruptOverride | AcpiFault {
  const gsi = bytes.u32(4) ?? 0;
  if (gsi > MAX_GSI) return gsiFault(offset, gsi);
  const flags = bytes.u16(8) ?? 0;
  // MPS INTI flags: ACPI 6.5, table 5.26. 0 stands for what is usual on the bus, 2 is reserved.
  const polarity = ([undefined, 'high', undefined, 'low'] as const)[flags & 3];
  const trigger = ([undefined, 'edge', undefined, 'level'] as const)[(flags >> 2) & 3];
  return {
    irq: bytes.u8(3) ?? 0,
    gsi,
    ...(trigger === undefined ? {} : { trigger }),
    ...(polarity === undefined ? {} : { polarity }),
  };
}

function gsiFault(offset: number, gsi: number): AcpiFault {
  const message = `the structure at ${hex(offset)} names the global system interrupt ${String(gsi)}`;
  return { offset, message };
}

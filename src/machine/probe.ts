// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.js';
import type { RawIoapic, RawMachine } from '../generated/machine.js';
import type { Tree } from '../source/tree.js';
import { readDmar } from './acpi/dmar.js';
import { readMadt, type Madt } from './acpi/madt.js';
import { readMcfg } from './acpi/mcfg.js';
import type { Table } from './acpi/table.js';
import { bytesOf, hex, type Bytes } from './bytes.js';
import { makeFindings } from './findings.js';
import { sealed } from './fingerprint.js';
import { AS_ROOT, exists, readBytes, readText, type Input } from './input.js';
import { readCpu } from './linux/cpuinfo.js';
import { readFirmware } from './linux/firmware.js';
import { describeIommu } from './linux/iommu.js';
import { readMemory } from './linux/memory.js';
import { readIoports, readUarts } from './linux/ports.js';
import { badChecksum, badTable, nothingThere, unreadablePart } from './pages.js';
import { keepWritten } from './pci/former.js';
import { readPci } from './pci/inventory.js';
import { nameFunctions } from './pci/names.js';

/** An inventory, and what was found while it was made. */
export interface Probed {
  /** Absent when there is nothing to make an inventory of. */
  readonly machine?: RawMachine;
  /** Remarks for the reader, by path of keys joined with a dot. */
  readonly notes: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** The files that diagnostics are about. They are no text. */
  readonly sources: readonly SourceFile[];
}

export interface ProbeOptions {
  /** Of the machine. Left out, it is made from what the firmware calls the product. */
  readonly name?: string;
  /** Of bytes, in hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string;
  /** What the tree is called in findings. */
  readonly place: string;
  /** Whose device names are kept, and what was written into it that no Linux tells. */
  readonly former?: RawMachine;
}

/** Makes an inventory from the files of a Linux. Whatever the tree holds, it comes to an end, and throws nothing. */
export function probe(tree: Tree, { name, place, former, sha256 }: ProbeOptions): Probed {
  const findings = makeFindings(place);
  const input: Input = { tree, findings, notes: new Map() };
  reportUnreadable(input);
  const { firmware, description } = readFirmware(input);
  const madt = readTable(input, 'APIC', readMadt);
  const ioapics = withPins(input, madt);
  const cpu = readCpu(input);
  const functions = readPci(input, ioapics ?? []);
  const { memory, reserved } = readMemory(input);
  if (functions.length === 0 && madt === undefined && cpu === undefined) {
    const hint = 'name a directory that the script of "makatea machine collector" has made, or /';
    findings.report(
      nothingThere,
      '',
      'there is no processor, no ACPI table and no PCI function here',
      hint,
    );
    return { notes: input.notes, diagnostics: findings.diagnostics, sources: findings.sources };
  }
  const cores = madt === undefined || madt.processors === 0 ? {} : { cores: madt.processors };
  const ioports = readIoports(input);
  const uarts = readUarts(input);
  const machine: RawMachine = {
    makatea_machine: 1,
    name: name ?? former?.name ?? nameFrom(description),
    ...(description === undefined ? {} : { description }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(cpu === undefined ? { cpu: cores } : { cpu: { ...cpu, ...cores } }),
    ...listed('memory', memory),
    ...listed('reserved', reserved),
    ...(ioapics === undefined ? {} : { ioapics }),
    ...listed('interrupt_overrides', madt?.overrides ?? []),
    ...iommuOf(input),
    ...listed('ecam', readTable(input, 'MCFG', readMcfg) ?? []),
    ...listed('ioports', ioports),
    ...(Object.keys(uarts).length === 0 ? {} : { uarts }),
    pci: nameFunctions(keepWritten(functions, firmware, former), former?.pci),
  };
  const { diagnostics, sources } = findings;
  return { machine: sealed(machine, sha256), notes: input.notes, diagnostics, sources };
}

/** `Standard PC (Q35 + ICH9, 2009)` → `standard_pc_q35_ich9_2009`. */
function nameFrom(description = ''): string {
  const words = description.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const name = words
    .replace(/^[^a-z]+/, '')
    .slice(0, 48)
    .replace(/_+$/, '');
  return name === '' ? 'machine' : name;
}

/** A list under its key; nothing for an empty one, which would say that there are none. */
function listed<K extends string, T>(key: K, list: readonly T[]): Partial<Record<K, T[]>> {
  return (list.length === 0 ? {} : { [key]: [...list] }) as Partial<Record<K, T[]>>;
}

/** What the collector could not read. */
function lostPaths(input: Input): string[] {
  return (readText(input, 'unreadable', 1024 * 1024) ?? '').split('\n');
}

function reportUnreadable(input: Input): void {
  // Configuration spaces that are too short are seen, and told, by their length.
  const lost = lostPaths(input).filter((path) => path !== '' && !path.endsWith('/config'));
  for (const path of lost.slice(0, 50)) {
    const message = 'the collector could not read it';
    input.findings.report(unreadablePart, path.replace(/^\/+/, ''), message, AS_ROOT);
  }
}

const TABLES = 'sys/firmware/acpi/tables';
const MAX_TABLE = 1024 * 1024;

function openTable<T>(
  input: Input,
  signature: string,
  read: (bytes: Bytes) => Table<T>,
): Table<T> | undefined {
  const path = `${TABLES}/${signature}`;
  const bytes = readBytes(input, path, MAX_TABLE);
  if (bytes === undefined) return undefined;
  const table = read(bytesOf(bytes));
  for (const { offset, message } of table.faults) {
    const words = message.includes('0x') ? message : `at ${hex(offset)}: ${message}`;
    input.findings.report(badTable, path, words);
  }
  if (!table.checksum) {
    const message = 'its bytes do not add up to zero: it was changed, or the firmware is careless';
    input.findings.report(badChecksum, path, message);
  }
  return table;
}

function readTable<T>(
  input: Input,
  signature: string,
  read: (bytes: Bytes) => Table<T>,
): T | undefined {
  return openTable(input, signature, read)?.value;
}

/** Whether there is such a table, readable or not. */
function isThere(input: Input, signature: string): boolean {
  const path = `${TABLES}/${signature}`;
  return exists(input, path) || lostPaths(input).includes(`/${path}`);
}

/** A DMAR that can not be relied on in every part counts as none: the rules then refuse pass-through. */
function iommuOf(input: Input): Partial<RawMachine> {
  const table = openTable(input, 'DMAR', readDmar);
  const dmar = table?.value;
  if (table === undefined || dmar === undefined || dmar.units.length === 0) {
    const why = isThere(input, 'DMAR') ? 'the DMAR table is not usable' : 'there is no DMAR table';
    input.notes.set('', `There is no IOMMU in it: ${why}.`);
    return {};
  }
  if (table.faults.length > 0) {
    input.notes.set('', 'There is no IOMMU in it: the DMAR table is broken.');
    return {};
  }
  return { iommu: describeIommu(input, dmar) };
}

/** Inputs of the I/O APIC of most chipsets: Intel 82093AA, 3.2. */
const USUAL_PINS = 24;

/**
 * The MADT does not say how many inputs an I/O APIC has: a register does, which Linux reads and logs at boot. Where the
 * log is gone, the usual number is assumed, or less where the next I/O APIC begins.
 */
function withPins(input: Input, madt: Madt | undefined): RawIoapic[] | undefined {
  if (madt === undefined || madt.ioapics.length === 0) return undefined;
  const log = readText(input, 'kernel-log', 65_536) ?? '';
  const logged = new Map(
    [...log.matchAll(/IOAPIC\[\d+\]: .*GSI (\d{1,4})-(\d{1,4})/g)].map(([, first, last]) => [
      Number(first),
      Number(last) - Number(first) + 1,
    ]),
  );
  const bases = madt.ioapics.map(({ gsi_base }) => gsi_base);
  return madt.ioapics.map((ioapic, index) => {
    const known = logged.get(ioapic.gsi_base);
    const next = Math.min(...bases.filter((base) => base > ioapic.gsi_base));
    const pins = known ?? Math.min(USUAL_PINS, next - ioapic.gsi_base);
    if (known === undefined) {
      input.notes.set(`ioapics.${String(index)}`, 'the number of pins is assumed');
    }
    return { ...ioapic, pins: Math.min(Math.max(pins, 1), 240) };
  });
}

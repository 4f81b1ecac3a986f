// SPDX-License-Identifier: BSD-2-Clause
import type {
  RawAcs,
  RawBridge,
  RawCpu,
  RawInterruptOverride,
  RawMachine,
  RawMsixPart,
  RawPciFunction,
} from '../generated/machine.js';
import { nodeAt, type Located } from '../source/located.js';
import { formatBdf, parseBdf, type Bdf } from '../util/bdf.js';
import { parseSize } from '../util/size.js';
import { MACHINE_DEFAULTS } from './defaults.js';
import type { PciDevice } from './system.js';
import { resolveIommu, type MachineIommu } from './machine-iommu.js';

/** A machine file with its defaults filled in. Sizes and addresses in bytes. */
export interface Machine {
  readonly name: string;
  readonly node: Located;
  readonly vendor: 'intel' | 'amd';
  /** Absent when the file does not say. */
  readonly cores?: number;
  /** What the file says of the processor. What it does not say is absent, not false. */
  readonly cpu: RawCpu;
  /** Usable memory in bytes; 0 when the file does not say. */
  readonly memory: number;
  /** Usable memory by address. */
  readonly memoryRanges: readonly MachineRange[];
  /** Memory that is there but not usable. */
  readonly reserved: readonly (MachineRange & { readonly kind: string })[];
  readonly ioapics: readonly MachineIoapic[];
  readonly overrides: readonly Required<RawInterruptOverride>[];
  /** Absent when the machine has no VT-d. */
  readonly iommu?: MachineIommu;
  readonly ecam: readonly MachineEcam[];
  /** I/O ports of the mainboard. */
  readonly ioports: readonly {
    readonly first: number;
    readonly last: number;
    readonly use: string;
  }[];
  readonly uarts: readonly MachineUart[];
  readonly functions: readonly MachineFunction[];
  /** Parts of the file were refused, so that what is missing here may be written there. */
  readonly partial: boolean;
}

/** A range of addresses, `end` exclusive. */
export interface MachineRange {
  readonly first: number;
  readonly end: number;
}

export interface MachineIoapic {
  readonly gsiBase: number;
  readonly pins: number;
  readonly id?: number;
  readonly address?: number;
}

/** A window of configuration spaces, 1 MiB for each bus. */
export interface MachineEcam {
  readonly address: number;
  readonly segment: number;
  readonly firstBus: number;
  readonly lastBus: number;
}

export interface MachineUart {
  readonly name: string;
  readonly node: Located;
  readonly port?: number;
  readonly address?: number;
  readonly irq?: number;
}

export interface MachineFunction {
  readonly name: string;
  readonly node: Located;
  readonly bdf: Bdf;
  readonly bars: readonly MachineBar[];
  readonly msi: boolean;
  /** Number of MSI-X vectors; 0 for none. */
  readonly msix: number;
  readonly intx?: { readonly pin: string; readonly gsi: number };
  /** The interrupt pin when it is not known which global system interrupt it reaches. */
  readonly pin?: string;
  /** Vendor and device. */
  readonly ids?: { readonly vendor: number; readonly device: number };
  readonly class?: number;
  /** Its place in the fabric of PCI Express; absent for conventional PCI, and when the file does not say. */
  readonly port?: NonNullable<RawPciFunction['port']>;
  readonly bridge?: RawBridge;
  readonly msixTable?: RawMsixPart;
  readonly msixPba?: RawMsixPart;
  /** Ways to reset it alone; absent when it is not known. */
  readonly reset?: NonNullable<RawPciFunction['reset']>;
  /** Access control services that it offers. */
  readonly acs: RawAcs;
  /** Those that are on when seL4 starts. */
  readonly acsEnabled: RawAcs;
  /** Absent when the file does not say. */
  readonly iommuGroup?: number;
}

export interface MachineBar {
  readonly index: number;
  readonly type: 'io' | 'mmio32' | 'mmio64';
  readonly address: number;
  readonly bytes: number;
  readonly prefetchable: boolean;
}

/**
 * Fills in the defaults of a machine file.
 *
 * @param partial whether the schema refused parts of it
 */
export function resolveMachine(raw: RawMachine, root: Located, partial = false): Machine {
  const { cpu = {}, iommu, memory = [], reserved = [], ecam = [], ioports = [] } = raw;
  const ioapics = raw.ioapics ?? MACHINE_DEFAULTS.ioapics;
  const range = ({ address, size }: { address: number; size: string }): MachineRange => ({
    first: address,
    end: address + parseSize(size),
  });
  return {
    name: raw.name,
    node: root,
    partial,
    vendor: cpu.vendor ?? MACHINE_DEFAULTS.cpu.vendor,
    ...(cpu.cores === undefined ? {} : { cores: cpu.cores }),
    cpu: { ...MACHINE_DEFAULTS.cpu, ...cpu },
    memory: memory.reduce((sum, { size }) => sum + parseSize(size), 0),
    memoryRanges: memory.map(range),
    reserved: reserved.map((r) => ({
      ...range(r),
      kind: r.kind ?? MACHINE_DEFAULTS.reserved.kind,
    })),
    ioapics: ioapics.map(({ gsi_base, ...rest }) => ({ gsiBase: gsi_base, ...rest })),
    overrides: (raw.interrupt_overrides ?? []).map((o) => ({ ...MACHINE_DEFAULTS.override, ...o })),
    ...(iommu === undefined ? {} : { iommu: resolveIommu(iommu, root) }),
    ecam: ecam.map((e) => ({
      address: e.address,
      segment: e.segment ?? MACHINE_DEFAULTS.ecam.segment,
      firstBus: e.first_bus,
      lastBus: e.last_bus,
    })),
    ioports: ioports.map(({ first, last, use = '' }) => ({ first, last, use })),
    uarts: Object.entries(raw.uarts ?? {}).map(([name, uart]) => ({
      name,
      node: nodeAt(root, ['uarts', name]) ?? root,
      ...uart,
    })),
    functions: Object.entries(raw.pci ?? {}).map(([name, fn]) =>
      resolveFunction(name, fn, nodeAt(root, ['pci', name]) ?? root),
    ),
  };
}

function resolveFunction(name: string, raw: RawPciFunction, node: Located): MachineFunction {
  const { intx, port, bridge, pin, reset } = raw;
  return {
    name,
    node,
    bdf: parseBdf(raw.bdf),
    bars: Object.entries(raw.bars ?? {}).map(([index, bar]) => ({
      index: Number(index),
      type: bar.type,
      address: bar.address,
      bytes: parseSize(bar.size),
      prefetchable: bar.prefetchable ?? MACHINE_DEFAULTS.bar.prefetchable,
    })),
    msi: raw.msi ?? MACHINE_DEFAULTS.pciFunction.msi,
    msix: raw.msix ?? MACHINE_DEFAULTS.pciFunction.msix,
    acs: raw.acs ?? [],
    acsEnabled: raw.acs_enabled ?? [],
    ...(intx === undefined
      ? {}
      : { intx: { pin: intx.pin ?? MACHINE_DEFAULTS.intx.pin, gsi: intx.gsi } }),
    ...(raw.vendor_id === undefined || raw.device_id === undefined
      ? {}
      : { ids: { vendor: raw.vendor_id, device: raw.device_id } }),
    ...(raw.class === undefined ? {} : { class: raw.class }),
    ...(raw.msix_table === undefined ? {} : { msixTable: raw.msix_table }),
    ...(raw.msix_pba === undefined ? {} : { msixPba: raw.msix_pba }),
    ...(raw.iommu_group === undefined ? {} : { iommuGroup: raw.iommu_group }),
    ...(port === undefined ? {} : { port }),
    ...(bridge === undefined ? {} : { bridge }),
    ...(pin === undefined ? {} : { pin }),
    ...(reset === undefined ? {} : { reset }),
  };
}

/** The machine's function that a pass-through entry names, by its address or by its name. */
export function functionOf(machine: Machine, by: PciDevice['by']): MachineFunction | undefined {
  if ('device' in by) return machine.functions.find(({ name }) => name === by.device);
  const key = formatBdf(by.bdf);
  return machine.functions.find((fn) => formatBdf(fn.bdf) === key);
}

/** The I/O APIC input that a global system interrupt reaches. */
export function ioapicInput(
  ioapics: readonly MachineIoapic[],
  gsi: number,
): { ioapic: number; pin: number } | undefined {
  const ioapic = ioapics.findIndex(({ gsiBase, pins }) => gsi >= gsiBase && gsi < gsiBase + pins);
  return ioapic < 0 ? undefined : { ioapic, pin: gsi - (ioapics[ioapic]?.gsiBase ?? 0) };
}

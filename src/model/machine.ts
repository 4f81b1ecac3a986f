// SPDX-License-Identifier: BSD-2-Clause
import type { RawMachine } from '../generated/machine.js';
import { nodeAt, type Located } from '../source/located.js';
import { formatBdf, parseBdf, type Bdf } from '../util/bdf.js';
import { parseSize } from '../util/size.js';
import { MACHINE_DEFAULTS } from './defaults.js';

/** A machine file with its defaults filled in. Sizes and addresses in bytes. */
export interface Machine {
  readonly name: string;
  readonly node: Located;
  readonly vendor: 'intel' | 'amd';
  /** Absent when the file does not say. */
  readonly cores?: number;
  /** Usable memory in bytes; 0 when the file does not say. */
  readonly memory: number;
  /** Usable memory by address, `end` exclusive. */
  readonly memoryRanges: readonly { readonly first: number; readonly end: number }[];
  readonly ioapics: readonly MachineIoapic[];
  /** Absent when the machine has no VT-d. */
  readonly iommu?: { readonly domainBits: number; readonly levels: number };
  readonly functions: readonly MachineFunction[];
}

export interface MachineIoapic {
  readonly gsiBase: number;
  readonly pins: number;
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
}

export interface MachineBar {
  readonly index: number;
  readonly type: 'io' | 'mmio32' | 'mmio64';
  readonly address: number;
  readonly bytes: number;
  readonly prefetchable: boolean;
}

/** Fills in the defaults of a machine file that the schema has accepted. */
export function resolveMachine(raw: RawMachine, root: Located): Machine {
  const { cpu = {}, iommu } = raw;
  const ioapics = raw.ioapics ?? MACHINE_DEFAULTS.ioapics;
  return {
    name: raw.name,
    node: root,
    vendor: cpu.vendor ?? MACHINE_DEFAULTS.cpu.vendor,
    ...(cpu.cores === undefined ? {} : { cores: cpu.cores }),
    memory: (raw.memory ?? []).reduce((sum, { size }) => sum + parseSize(size), 0),
    memoryRanges: (raw.memory ?? []).map(({ address, size }) => ({
      first: address,
      end: address + parseSize(size),
    })),
    ioapics: ioapics.map(({ gsi_base, pins }) => ({ gsiBase: gsi_base, pins })),
    ...(iommu === undefined
      ? {}
      : {
          iommu: {
            domainBits: iommu.domain_bits ?? MACHINE_DEFAULTS.iommu.domain_bits,
            levels: iommu.levels ?? MACHINE_DEFAULTS.iommu.levels,
          },
        }),
    functions: Object.entries(raw.pci ?? {}).map(([name, fn]) =>
      resolveFunction(name, fn, nodeAt(root, ['pci', name]) ?? root),
    ),
  };
}

type RawFunction = NonNullable<RawMachine['pci']>[string];

function resolveFunction(name: string, raw: RawFunction, node: Located): MachineFunction {
  const { intx } = raw;
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
    ...(intx === undefined
      ? {}
      : { intx: { pin: intx.pin ?? MACHINE_DEFAULTS.intx.pin, gsi: intx.gsi } }),
  };
}

/** The machine's function at a PCI address. */
export function functionAt(machine: Machine, bdf: Bdf): MachineFunction | undefined {
  const key = formatBdf(bdf);
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

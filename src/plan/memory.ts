// SPDX-License-Identifier: BSD-2-Clause
import type { Machine } from '../model/machine.js';
import type { PlanDeviceFrames, PlanRamBank } from '../generated/plan.js';
import type { Vm } from '../model/system.js';

const PAGE_BITS = 12;
const LARGE_BITS = 21;
const GIB_BITS = 30;

/** A VCPU object (seL4 16.0, libsel4 x86 constants: seL4_VCPUBits). */
const VCPU_BITS = 14;

/**
 * Size of the frames of a VM's RAM: 2 MiB; but 4 KiB where a device is passed through, because seL4 maps only 4 KiB
 * frames into IO spaces.
 */
export function ramFrameBits(vm: Vm): number {
  return vm.pci.length > 0 ? PAGE_BITS : LARGE_BITS;
}

/** A mapping in an address space. */
interface Mapping {
  readonly address: number;
  readonly bytes: number;
  readonly frameBits: number;
}

/** How many distinct aligned pieces of 2^bits the mappings touch. */
function pieces(mappings: readonly Mapping[], bits: number): number {
  const touched = new Set<number>();
  for (const { address, bytes } of mappings) {
    const last = Math.floor((address + bytes - 1) / 2 ** bits);
    for (let n = Math.floor(address / 2 ** bits); n <= last; n += 1) touched.add(n);
  }
  return touched.size;
}

/** Paging structures below the root: one PDPT each 512 GiB, one PD each GiB, one PT each 2 MiB of 4 KiB frames. */
function pagingStructures(mappings: readonly Mapping[]): number {
  const small = mappings.filter(({ frameBits }) => frameBits === PAGE_BITS);
  return pieces(mappings, 39) + pieces(mappings, GIB_BITS) + pieces(small, LARGE_BITS);
}

/** What a monitor makes from untyped memory, in objects. */
export interface RuntimeObjects {
  /** 4 KiB objects: paging structures of the EPT, the monitor's own address space and the IO spaces. */
  readonly pages: number;
  readonly vcpus: number;
}

export interface MonitorMemory {
  readonly ram: readonly PlanRamBank[];
  readonly frameBits: number;
  readonly devices: readonly (PlanDeviceFrames & { readonly gpa: number })[];
  readonly ioSpaces: number;
  /** Pages of MSI-X tables, which the monitor itself maps. */
  readonly tablePages: number;
}

/** Counts the objects that a VM's monitor needs; nothing else is made from its untyped memory. */
export function monitorObjects(vm: Vm, memory: MonitorMemory, machine?: Machine): RuntimeObjects {
  const { ram, frameBits, devices, ioSpaces, tablePages } = memory;
  const guest = [
    ...ram.map((bank) => ({ address: bank.gpa, bytes: bank.frames * 2 ** frameBits, frameBits })),
    ...devices.map((d) => ({
      address: d.gpa,
      bytes: d.frames * 2 ** d.frame_bits,
      frameBits: d.frame_bits,
    })),
  ];
  const ept = 1 + pagingStructures(guest);
  // The monitor sees all RAM in one window of its own, the first of a 512 GiB piece, and after it the MSI-X tables.
  const tables = { address: vm.memory, bytes: tablePages * 2 ** PAGE_BITS, frameBits: PAGE_BITS };
  const window: Mapping[] = [{ address: 0, bytes: vm.memory, frameBits }];
  const own = pagingStructures(tablePages > 0 ? [...window, tables] : window);
  return { pages: ept + own + ioSpaces * ioTables(guest.slice(0, ram.length), machine), vcpus: 1 };
}

/** IO page tables of one device: each level covers 9 bits more (VT-d 3.6). DMA addresses are guest-physical. */
function ioTables(ram: readonly Mapping[], machine?: Machine): number {
  const levels = machine?.iommu?.levels ?? 0;
  let tables = 0;
  for (let level = 0; level < levels; level += 1) tables += pieces(ram, LARGE_BITS + 9 * level);
  return tables;
}

/** Paging structures for a component that maps its own 2 MiB frames in one window. */
export function storagePages(bytes: number): number {
  return pagingStructures([{ address: 0, bytes, frameBits: LARGE_BITS }]);
}

/** Untyped memory for a number of 4 KiB objects and VCPUs, exactly: one untyped for each binary digit, largest first. */
export function untypedFor({ pages, vcpus }: RuntimeObjects): number[] {
  const sizes: number[] = [];
  for (let bit = 40; bit >= 0; bit -= 1) {
    if (Math.floor(pages / 2 ** bit) % 2 === 1) sizes.push(PAGE_BITS + bit);
  }
  for (let n = 0; n < vcpus; n += 1) sizes.push(VCPU_BITS);
  return sizes.sort((a, b) => b - a);
}

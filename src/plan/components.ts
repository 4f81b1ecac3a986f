// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanPciFunction, PlanVm } from '../generated/plan.js';
import { componentId } from '../model/names.js';
import { COM_PORTS, PCI_CONFIG, PIT, RTC } from '../model/platform.js';
import type { Console, Disk, Vm } from '../model/system.js';
import type { DraftComponent } from './caps.js';
import type { EventTable } from './events.js';
import { bootPaths, imageId } from './images.js';
import { imageFacts, passthroughs, type Passthrough, type PlanContext } from './context.js';
import { monitorObjects, ramFrameBits, storagePages, untypedFor } from './memory.js';
import { deviceFrames, ioapicIrq, vmIoSpaces, vmIrqs, vmPorts, type Supply } from './resources.js';

/** Above all monitors (1 to 200), so that a busy guest delays neither time nor the operator. */
const PRIORITY = { time: 240, console: 230, lifecycle: 220, pciConfig: 210 } as const;

/** A pool holds 512 address spaces (seL4 manual, x86-64 ASID pools). */
const ASIDS_PER_POOL = 512;

const NOTHING = {
  untyped: [],
  images: [],
  io_ports: [],
  device_frames: [],
  irqs: [],
  io_spaces: [],
  freeSlots: 0,
} satisfies Partial<DraftComponent>;

function draft(
  id: string,
  role: PlanComponent['role'],
  of: string,
  priority: number,
  table: EventTable,
): DraftComponent {
  return { ...NOTHING, id, role, of, priority, core: 0, events: table.events };
}

/** Device memory of a VM, with where its guest sees it. Where an MSI-X table may be it is in pages: those the monitor keeps. */
function guestDeviceMemory(context: PlanContext, vm: Vm, functions: readonly PlanPciFunction[]) {
  const tables = new Map(passthroughs(context, vm).map((p) => [p.device.name, tableBar(p)]));
  const bars = functions
    .filter((fn) => fn.kind === 'passthrough')
    .flatMap((fn) =>
      fn.bars
        .filter((bar) => bar.type !== 'io')
        .map(({ index, paddr, bytes, gpa }) => {
          const table = tables.get(fn.name);
          const inPages = table === 'unknown' || table === index;
          const name = `pci_${fn.name}_bar${String(index)}`;
          return { ...deviceFrames(name, paddr, bytes, inPages), gpa };
        }),
    );
  const given = vm.mmio.map((m) => ({
    ...deviceFrames(`mmio_${m.name}`, m.address, m.bytes),
    gpa: m.address,
  }));
  return [...bars, ...given];
}

/** The register whose memory has a function's MSI-X table, as far as it is used and the machine file says. */
function tableBar({ fn, interrupts }: Passthrough): number | 'unknown' | undefined {
  return interrupts.type === 'msix' ? (fn.msixTable?.bar ?? 'unknown') : undefined;
}

/** A vector of an MSI-X table (PCI Express 5.0, 7.7.2). */
const VECTOR_BYTES = 16;
const PAGE_BYTES = 4096;

/** The pages that a function's MSI-X table touches; one more when it is not known where it begins. */
function tablePages({ fn, interrupts }: Passthrough): number {
  if (interrupts.type !== 'msix') return 0;
  const begin = (fn.msixTable?.offset ?? PAGE_BYTES - VECTOR_BYTES) % PAGE_BYTES;
  return Math.ceil((begin + VECTOR_BYTES * Math.max(fn.msix, interrupts.vectors)) / PAGE_BYTES);
}

/** The monitor of a VM, and all the authority that it gets. */
export function planMonitor(
  context: PlanContext,
  vm: Vm,
  guest: PlanVm,
  index: number,
  supply: Supply,
  table: EventTable,
): DraftComponent {
  const frameBits = ramFrameBits(vm);
  const frames = vm.memory / 2 ** frameBits;
  const devices = guestDeviceMemory(context, vm, guest.pci.functions);
  const io_spaces = vmIoSpaces(context, vm, supply);
  const pages = passthroughs(context, vm).reduce((sum, passed) => sum + tablePages(passed), 0);
  const ioSpaces = io_spaces.length;
  const objects = monitorObjects(
    vm,
    { ram: guest.ram, frameBits, devices, ioSpaces, tablePages: pages },
    context.machine,
  );
  // A frame cap maps once: the first is for the EPT, a copy for the monitor, one more for each IO space. Of a device's memory the
  // guest or the monitor sees a frame, never both.
  const copies = frames * (1 + ioSpaces);
  const { budget } = vm;
  return {
    ...draft(componentId.vmm(vm.name), 'vmm', vm.name, vm.priority, table),
    core: vm.cores[0] ?? 0,
    ...(budget && { budget: { budget_us: budget.budget, period_us: budget.period } }),
    untyped: untypedFor(objects),
    fault_number: index,
    asid_pool: Math.floor(index / ASIDS_PER_POOL),
    memory: { purpose: 'guest_ram', frame_bits: frameBits, frames },
    images: [...new Set(bootPaths(vm).map((path) => imageId(imageFacts(context, path).sha256)))],
    io_ports: vmPorts(context, vm),
    device_frames: devices.map(({ gpa: _, ...rest }) => rest),
    irqs: vmIrqs(context, vm, guest.pci.functions, supply, table),
    io_spaces,
    freeSlots: objects.pages + objects.vcpus + copies,
  };
}

const EDGE_HIGH = { ioapic: 0, level: false, activeLow: false } as const;

export function planConsole(console: Console, supply: Supply, table: EventTable): DraftComponent {
  const { first, last, hostPin } = COM_PORTS[console.uart];
  return {
    ...draft(componentId.console(console.name), 'console', console.name, PRIORITY.console, table),
    io_ports: [{ name: console.uart, first, last }],
    irqs: [ioapicIrq(supply, table, console.uart, { ...EDGE_HIGH, pin: hostPin })],
  };
}

/** The source of time: it drives the interval timer and reads the clock, which every PC has. */
export function planTime(supply: Supply, table: EventTable): DraftComponent {
  const { first, last, pin } = PIT;
  return {
    ...draft(componentId.time, 'time', '', PRIORITY.time, table),
    io_ports: [
      { name: 'pit', first, last },
      { name: 'rtc', ...RTC },
    ],
    irqs: [ioapicIrq(supply, table, 'pit', { ...EDGE_HIGH, pin })],
  };
}

export function planLifecycle(table: EventTable): DraftComponent {
  return draft(componentId.lifecycle, 'lifecycle', '', PRIORITY.lifecycle, table);
}

/** Access to PCI configuration space, for systems that pass devices through. */
export function planPciConfig(table: EventTable): DraftComponent {
  return {
    ...draft(componentId.pciConfig, 'pci_config', '', PRIORITY.pciConfig, table),
    io_ports: [{ name: 'pci_config', ...PCI_CONFIG }],
  };
}

/** A ramdisk runs beside the monitor that it serves: at its priority, on its core, within no budget of its own. */
export function planRamdisk(vm: Vm, disk: Disk, table: EventTable): DraftComponent {
  const bytes = disk.bytes ?? 0;
  const pages = storagePages(bytes);
  return {
    ...draft(componentId.ramdisk(vm.name, disk.name), 'ramdisk', vm.name, vm.priority, table),
    core: vm.cores[0] ?? 0,
    untyped: untypedFor({ pages, vcpus: 0 }),
    memory: { purpose: 'storage', frame_bits: 21, frames: bytes / 2 ** 21 },
    freeSlots: pages,
  };
}

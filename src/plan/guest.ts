// SPDX-License-Identifier: BSD-2-Clause
import type {
  PlanAcceptance,
  PlanBoot,
  PlanGsi,
  PlanIoapic,
  PlanMapEntry,
  PlanPciFunction,
  PlanSerial,
  PlanVm,
  PlanVmChannel,
} from '../generated/plan.js';
import { bootLayout } from '../model/boot-layout.js';
import { componentId, portName } from '../model/names.js';
import {
  COM_PORTS,
  ECAM,
  GUEST_GSI,
  IOAPIC_BASE,
  IOAPIC_PINS,
  IOAPIC_STRIDE,
  type RamRun,
} from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { keySpan } from '../source/located.js';
import { MIB } from '../util/size.js';
import { accepted } from './accepted.js';
import { imageFacts, linksOf, refuse, type PlanContext } from './context.js';
import type { OwnEnd } from './caps.js';
import type { EventTable } from './events.js';
import { placeBars } from './guest-bars.js';
import { ACPI, memoryMap, ramBanks } from './guest-memory.js';
import { guestDevices, placeDevices } from './guest-pci.js';
import { imageId } from './images.js';
import { ramFrameBits } from './memory.js';
import { MEMORY_ROWS, memoryTable } from './memory-table.js';
import { memoryTableFull } from './pages.js';
import { guestTerminals } from './terminals.js';

/** Everything that a guest sees. Nothing here depends on another VM's entries. */
export function planVm(
  context: PlanContext,
  vm: Vm,
  ends: readonly OwnEnd[],
  table: EventTable,
): PlanVm {
  const placed = placeDevices(context, vm, guestDevices(context, vm));
  const { functions, window64 } = placeBars(context, vm, placed);
  const interrupts = guestInterrupts(context, vm, functions);
  const ioapics = guestIoapics(vm, interrupts);
  const { boot, ram } = planBoot(context, vm);
  const buses = 1 + Math.max(0, ...functions.map((fn) => fn.secondary_bus));
  const map = memoryMap(vm, ram, buses * MIB, ioapics.length, window64);
  checkTable(context, vm, map);
  return {
    name: vm.name,
    component: componentId.vmm(vm.name),
    description: vm.description,
    cores: [...vm.cores],
    paravirt: vm.paravirt,
    memory_bytes: vm.memory,
    map,
    ram: ramBanks(ram, ramFrameBits(vm)),
    ioapics,
    boot,
    serial: guestSerial(context, vm),
    terminals: guestTerminals(context, vm),
    pci: { ecam_gpa: ECAM.base, ecam_bytes: buses * MIB, buses, functions },
    ports: vm.ioports.map(({ name, first, last }) => ({ name, first, last })),
    interrupts,
    start: vm.lifecycle.start,
    restart: vm.lifecycle.restart,
    controllers: vm.lifecycle.controllers.map(({ name }) => name),
    channels: vmChannels(context, ends, table),
    accepted: acceptedIn(vm),
  };
}

/** Refuses a map that the memory table has not enough rows for. */
function checkTable(context: PlanContext, vm: Vm, map: readonly PlanMapEntry[]): void {
  const rows = memoryTable(map).length;
  if (rows <= MEMORY_ROWS) return;
  const message = `the memory of VM "${vm.name}" has ${String(rows)} separate ranges; Linux' table has ${String(MEMORY_ROWS)} rows`;
  const hint = `leave out ${String(rows - MEMORY_ROWS)} of them, join neighbouring ones, or give some to another VM`;
  refuse(
    context,
    memoryTableFull,
    keySpan(context.system.node, [...vm.path, 'mmio']),
    message,
    hint,
  );
}

function acceptedIn(vm: Vm): PlanAcceptance[] {
  return [
    ...accepted('', vm),
    ...vm.pci.flatMap((device) => accepted(`pci.${device.name}`, device)),
  ];
}

/** The serial ports that lead somewhere, in the order of their names. */
function guestSerial(context: PlanContext, vm: Vm): PlanSerial[] {
  const linked = linksOf(context, vm).flatMap((link) =>
    link.type !== 'serial'
      ? []
      : link.ends
          .filter((end) => end.vm === vm)
          .flatMap(({ port }) =>
            port === undefined ? [] : { port, channel: portName.link(link.name) },
          ),
  );
  const toConsoles = vm.serial.map(({ port }) => ({ port, channel: portName.serial(port) }));
  return [...toConsoles, ...linked]
    .sort((a, b) => (a.port < b.port ? -1 : 1))
    .map(({ port, channel }) => {
      const { first, gsi } = COM_PORTS[port];
      return { port, first, gsi, channel };
    });
}

function guestInterrupts(
  context: PlanContext,
  vm: Vm,
  functions: readonly PlanPciFunction[],
): PlanGsi[] {
  const edge = { level: false, active_low: false };
  const fixed: PlanGsi[] = [
    { gsi: GUEST_GSI.rtc, name: 'real-time clock', ...edge },
    { gsi: GUEST_GSI.ged, name: 'generic event device', ...edge },
    ...guestSerial(context, vm).map(({ port, gsi }) => ({ gsi, name: port, ...edge })),
  ];
  const pci = functions
    .filter((fn) => fn.intx_gsi > 0)
    // INTx is level-triggered and active low (PCI 3.0, 2.2.6).
    .map((fn) => ({ gsi: fn.intx_gsi, name: fn.name, level: true, active_low: true }));
  const given = vm.irqs.map((irq) => ({
    gsi: (context.machine?.ioapics[irq.ioapic]?.gsiBase ?? 0) + irq.pin,
    name: irq.name,
    level: irq.level,
    active_low: irq.activeLow,
  }));
  return [...fixed, ...pci, ...given].sort((a, b) => a.gsi - b.gsi);
}

/** As many I/O APICs of 24 inputs as the interrupts need; ids after those of the virtual CPUs. */
function guestIoapics(vm: Vm, interrupts: readonly PlanGsi[]): PlanIoapic[] {
  const last = Math.max(...interrupts.map(({ gsi }) => gsi));
  return Array.from({ length: Math.floor(last / IOAPIC_PINS) + 1 }, (_, n) => ({
    id: vm.cores.length + n,
    gpa: IOAPIC_BASE + n * IOAPIC_STRIDE,
    gsi_base: n * IOAPIC_PINS,
    pins: IOAPIC_PINS,
  }));
}

/** Places in low memory, below the kernel; the command line has 2 KiB and its NUL. */
const PLACES = {
  boot_params_gpa: 0x7000,
  gdt_gpa: 0x8000,
  page_table_gpa: 0x9000,
  cmdline_gpa: 0x2_0000,
} as const;

function planBoot(
  context: PlanContext,
  vm: Vm,
): { readonly boot: PlanBoot; readonly ram: readonly RamRun[] } {
  if (vm.boot.type !== 'linux') throw new Error(`planning the boot of ${vm.name}`);
  const { boot } = vm;
  const kernel = imageFacts(context, boot.kernel);
  if (kernel.kernel === undefined || 'fault' in kernel.kernel) throw new Error('no kernel header');
  const initrd = boot.initrd === undefined ? undefined : imageFacts(context, boot.initrd);
  const layout = bootLayout(vm.memory, kernel.kernel, initrd?.bytes ?? 0);
  if ('fault' in layout) throw new Error(layout.fault);
  const plan: PlanBoot = {
    kernel_image: imageId(kernel.sha256),
    ...(initrd === undefined ? {} : { initrd_image: imageId(initrd.sha256) }),
    cmdline: boot.cmdline,
    ...PLACES,
    acpi_gpa: ACPI.gpa,
    acpi_bytes: ACPI.bytes,
    kernel_gpa: layout.kernel,
    kernel_bytes: layout.kernelBytes,
    kernel_offset: kernel.kernel.kernelOffset,
    initrd_gpa: layout.initrd,
    initrd_bytes: initrd?.bytes ?? 0,
  };
  return { boot: plan, ram: layout.ram };
}

/** The channels of a monitor, with the other end's VM, or the service that it is. */
function vmChannels(
  context: PlanContext,
  ends: readonly OwnEnd[],
  table: EventTable,
): PlanVmChannel[] {
  const events = new Map(table.events.map(({ name, bit }) => [name, bit]));
  const bytes = (end: OwnEnd['own']): number => end.frames * 2 ** end.frame_bits;
  return ends.map(({ kind, own, other }) => ({
    port: own.port,
    kind,
    peer: context.vmOf.get(other.component) ?? other.component,
    tx_bytes: bytes(own),
    rx_bytes: bytes(other),
    event: events.get(own.port) ?? 0,
  }));
}

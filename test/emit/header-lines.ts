// SPDX-License-Identifier: BSD-2-Clause
// What print-config.c must print for a VM of the plan, worked out from the plan without the emitter.
import type { PlanCap, PlanComponent, PlanVm, Plan } from '../../src/generated/plan.js';

const REGIONS = 'ram reserved acpi mmio32 ecam ioapic lapic device mmio64'.split(' ');
const CHANNELS = 'net serial vsock console timer lifecycle pci_config disk'.split(' ');
const FUNCTIONS = 'host_bridge root_port net vsock block console passthrough'.split(' ');
const NONE = 0xffffffff;

type Value = string | number | boolean | bigint;

/** A line: a word, then what it has. */
function line(word: string, values: Readonly<Record<string, Value>>): string {
  const parts = Object.entries(values).map(
    ([key, value]) =>
      ` ${key}=${typeof value === 'boolean' ? String(Number(value)) : String(value)}`,
  );
  return word + parts.join('');
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** Everything about a VM, line by line. */
export function expectedLines(plan: Plan, vm: PlanVm): string[] {
  const component = plan.components.find(({ id }) => id === vm.component);
  if (component === undefined) throw new Error('no monitor');
  const cores = vm.cores.map((core) => ` core=${String(core)}`).join('');
  return [
    line('vm', {
      name: hex(vm.name),
      paravirt: vm.paravirt === 'kvm' ? 1 : 0,
      ram_bytes: vm.memory_bytes,
      start: ['auto', 'manual'].indexOf(vm.start),
      restart: ['never', 'on-crash', 'always'].indexOf(vm.restart),
      budgeted: component.budget === undefined ? 0 : 1,
    }) + cores,
    ...memoryLines(vm),
    ...bootLines(plan, vm, component),
    ...deviceLines(vm, component),
    ...resourceLines(vm, component),
  ];
}

function memoryLines(vm: PlanVm): string[] {
  return [
    ...vm.ram.map((bank) => line('bank', { ...bank })),
    ...vm.map.map(({ kind, name, gpa, bytes }) =>
      line('region', { gpa, bytes, kind: REGIONS.indexOf(kind), name: hex(name) }),
    ),
    ...e820(vm).map((row) => line('e820', row)),
    ...vm.ioapics.map(({ id, gpa, gsi_base, pins }) => line('ioapic', { gpa, gsi_base, pins, id })),
    ...vm.interrupts.map(({ gsi, name, level, active_low }) =>
      line('gsi', { gsi, level, active_low, name: hex(name) }),
    ),
  ];
}

/** RAM is 1, ACPI tables are 3, windows for BARs are absent, the rest is 2; neighbours are one. */
function e820(vm: PlanVm): { gpa: number; bytes: number; type: number }[] {
  const rows: { gpa: number; bytes: number; type: number }[] = [];
  for (const { kind, gpa, bytes } of vm.map) {
    if (kind === 'mmio32' || kind === 'mmio64') continue;
    const type = kind === 'ram' ? 1 : kind === 'acpi' ? 3 : 2;
    const before = rows.find((row) => row.gpa + row.bytes === gpa && row.type === type);
    if (before === undefined) rows.push({ gpa, bytes, type });
    else before.bytes += bytes;
  }
  return rows;
}

function bootLines(plan: Plan, vm: PlanVm, component: PlanComponent): string[] {
  const { boot } = vm;
  const index = (id: string | undefined) =>
    id === undefined ? NONE : component.images.indexOf(id);
  return [
    ...component.images.map((id) => {
      const image = plan.images.find((candidate) => candidate.id === id);
      if (image === undefined) throw new Error('no image');
      const { bytes, frames, frame_bits } = image;
      return line('image', { id: hex(id), bytes, frames, frame_bits });
    }),
    line('boot', {
      kernel_image: index(boot.kernel_image),
      initrd_image: index(boot.initrd_image),
      kernel_offset: boot.kernel_offset,
      kernel_gpa: boot.kernel_gpa,
      kernel_bytes: boot.kernel_bytes,
      initrd_gpa: boot.initrd_gpa,
      initrd_bytes: boot.initrd_bytes,
      boot_params_gpa: boot.boot_params_gpa,
      gdt_gpa: boot.gdt_gpa,
      page_table_gpa: boot.page_table_gpa,
      acpi_gpa: boot.acpi_gpa,
      acpi_bytes: boot.acpi_bytes,
      cmdline_gpa: boot.cmdline_gpa,
      cmdline: hex(boot.cmdline),
      end: 0,
    }),
  ];
}

function channelNumber(vm: PlanVm, port: string): number {
  return port === '' ? NONE : vm.channels.findIndex((channel) => channel.port === port);
}

function deviceLines(vm: PlanVm, component: PlanComponent): string[] {
  const { ecam_gpa, ecam_bytes, buses } = vm.pci;
  return [
    ...vm.serial.map(({ port, first, gsi, channel }) =>
      line('serial', { name: hex(port), first, gsi, channel: channelNumber(vm, channel) }),
    ),
    ...vm.terminals.map(({ name, channel, console, columns, rows }) =>
      line('terminal', {
        name: hex(name),
        channel: channelNumber(vm, channel),
        console,
        columns,
        rows,
      }),
    ),
    line('pci', { ecam_gpa, ecam_bytes, buses }),
    ...vm.pci.functions.flatMap((fn) => functionLines(vm, fn)),
    ...component.io_spaces.map(({ name, bus, device, function: fn }) =>
      line('io_space', {
        name: hex(name),
        host: `0000:${byte(bus)}:${byte(device)}.${String(fn)}`,
        slot: slot(component, 'io_space', name),
      }),
    ),
  ];
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function functionLines(vm: PlanVm, fn: PlanVm['pci']['functions'][number]): string[] {
  const { name, kind, bus, device, multifunction, msi, msix_vectors } = fn;
  return [
    line('function', {
      name: hex(name),
      kind: FUNCTIONS.indexOf(kind),
      bus,
      device,
      function: fn.function,
      multifunction,
      msi,
      msix_vectors,
      intx_gsi: fn.intx_gsi === 0 ? NONE : fn.intx_gsi,
      channel: channelNumber(vm, fn.channel),
    }),
    ...fn.bars.map(({ gpa, bytes, paddr, type, index, prefetchable }) => {
      const number = ['io', 'mmio32', 'mmio64'].indexOf(type);
      return line('bar', { gpa, bytes, paddr, type: number, index, prefetchable });
    }),
    memberLine(vm, fn),
  ];
}

function memberLine(vm: PlanVm, fn: PlanVm['pci']['functions'][number]): string {
  const { secondary_bus, window_gpa, window_bytes, mtu, cid, sectors, readonly, host } = fn;
  const passed = vm.pci.functions.filter(({ kind }) => kind === 'passthrough');
  const peers = fn.peers.map(
    (peer) => ` peer=${String(peer.cid)} channel=${String(channelNumber(vm, peer.channel))}`,
  );
  switch (fn.kind) {
    case 'host_bridge':
    case 'console':
      return 'member';
    case 'root_port':
      return line('member', { secondary_bus, window_gpa, window_bytes });
    case 'net':
      return line('member', { mac: fn.mac.replaceAll(':', ''), mtu });
    case 'vsock':
      return line('member', { cid }) + peers.join('');
    case 'block':
      return line('member', { sectors, readonly });
    case 'passthrough':
      return line('member', { host, number: passed.indexOf(fn) });
  }
}

function find(component: PlanComponent, kind: PlanCap['kind'], name: string) {
  return component.caps.find((cap) => cap.kind === kind && cap.name === name);
}

function slot(component: PlanComponent, kind: PlanCap['kind'], name: string = kind): number {
  return find(component, kind, name)?.slot ?? NONE;
}

function run(component: PlanComponent, kind: PlanCap['kind'], name: string = kind): string {
  const cap = find(component, kind, name);
  return cap === undefined ? '0+0' : `${String(cap.slot)}+${String(cap.count)}`;
}

function resourceLines(vm: PlanVm, component: PlanComponent): string[] {
  const { memory, untyped } = component;
  const bits = [...vm.channels.map(({ event }) => event), ...component.irqs.map(({ bit }) => bit)];
  return [
    line('resources', {
      component: hex(component.id),
      cnode_bits: component.cnode_bits,
      event_mask: bits.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n),
      frame_bits: memory?.frame_bits ?? 0,
      frames: run(component, 'memory', 'guest_ram'),
    }),
    line('own', {
      tcb: slot(component, 'tcb'),
      cnode: slot(component, 'cnode'),
      vspace: slot(component, 'vspace'),
      notification: slot(component, 'notification'),
      faults: slot(component, 'faults'),
      reply: slot(component, 'reply'),
      asid_pool: slot(component, 'asid_pool'),
      untyped: run(component, 'untyped'),
      free: run(component, 'free'),
      untyped_bits: Buffer.from(untyped).toString('hex'),
    }),
    ...channelLines(vm, component),
    ...irqLines(vm, component),
    ...eventLines(vm, component),
    ...component.io_ports.map(({ name, first, last }) => {
      const at = slot(component, 'io_ports', name);
      return line('ports', { name: hex(name), first, last, slot: at });
    }),
    ...component.device_frames.map(({ name, paddr, frame_bits }) => {
      const frames = run(component, 'device', name);
      return line('device', { name: hex(name), paddr, frame_bits, frames });
    }),
  ];
}

function channelLines(vm: PlanVm, component: PlanComponent): string[] {
  return vm.channels.map((channel) =>
    line('channel', {
      port: hex(channel.port),
      peer: hex(channel.peer),
      kind: CHANNELS.indexOf(channel.kind),
      event: channel.event,
      signal: slot(component, 'signal', channel.port),
      tx_bytes: channel.tx_bytes,
      rx_bytes: channel.rx_bytes,
      tx: run(component, 'region_tx', channel.port),
      rx: run(component, 'region_rx', channel.port),
    }),
  );
}

function irqLines(vm: PlanVm, component: PlanComponent): string[] {
  return component.irqs.map((irq) => {
    const msi = irq.type === 'msi';
    const host = msi && `0000:${byte(irq.bus)}:${byte(irq.device)}.${String(irq.function)}`;
    return line('irq', {
      name: hex(irq.name),
      kind: msi ? 1 : 0,
      slot: slot(component, 'irq', irq.name),
      event: irq.bit,
      gsi: msi ? NONE : (irq.gsi ?? NONE),
      function: msi ? vm.pci.functions.findIndex((fn) => fn.host === host) : NONE,
      handle: msi ? irq.handle : 0,
    });
  });
}

function eventLines(vm: PlanVm, component: PlanComponent): string[] {
  return [
    ...vm.channels.map(({ event }, index) => ({ bit: event, source: 0, index })),
    ...component.irqs.map(({ bit }, index) => ({ bit, source: 1, index })),
  ]
    .sort((a, b) => a.bit - b.bit || a.source - b.source || a.index - b.index)
    .map((event) => line('event', event));
}

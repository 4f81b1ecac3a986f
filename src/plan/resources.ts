// SPDX-License-Identifier: BSD-2-Clause
import type {
  PlanDeviceFrames,
  PlanIoapicIrq,
  PlanIoSpace,
  PlanMsiIrq,
  PlanPciFunction,
  PlanRange,
} from '../generated/plan.js';
import { ioapicInput } from '../model/machine.js';
import { intxName } from '../model/names.js';
import type { Vm } from '../model/system.js';
import { passthroughs, type Passthrough, type PlanContext } from './context.js';
import type { EventTable } from './events.js';

/** Numbers of which the machine has one set: given out in the order of the description. Rules have seen that they suffice. */
export class Supply {
  #vectors = 0;
  #domains = 0;

  get vectorsUsed(): number {
    return this.#vectors;
  }

  get domainsUsed(): number {
    return this.#domains;
  }

  /** An seL4 interrupt vector, from 0. */
  vector(): number {
    return this.#vectors++;
  }

  /** A VT-d domain id, from 1: id 0 gives a null capability. */
  domain(): number {
    this.#domains += 1;
    return this.#domains;
  }
}

type Irq = PlanIoapicIrq | PlanMsiIrq;

/** An I/O APIC input of a component, with a vector and an event bit of its own. */
export function ioapicIrq(
  supply: Supply,
  table: EventTable,
  name: string,
  input: { ioapic: number; pin: number; level: boolean; activeLow: boolean },
  gsi?: number,
): PlanIoapicIrq {
  return {
    type: 'ioapic',
    name,
    vector: supply.vector(),
    ioapic: input.ioapic,
    pin: input.pin,
    level: input.level,
    active_low: input.activeLow,
    bit: table.add('irq', name),
    ...(gsi === undefined ? {} : { gsi }),
  };
}

function deviceIrqs(
  context: PlanContext,
  supply: Supply,
  table: EventTable,
  { device, fn, interrupts }: Passthrough,
  guestGsi: number,
): Irq[] {
  if (interrupts.type === 'none') return [];
  if (interrupts.type === 'intx') {
    const gsi = fn.intx?.gsi ?? 0;
    const input = context.machine && ioapicInput(context.machine.ioapics, gsi);
    if (input === undefined)
      throw new Error(`planning with interrupt ${String(gsi)} of no I/O APIC`);
    const name = intxName(device.name);
    const line = { ...input, level: true, activeLow: true };
    return [ioapicIrq(supply, table, name, line, guestGsi)];
  }
  const count = interrupts.type === 'msix' ? interrupts.vectors : 1;
  return Array.from({ length: count }, (_, handle): PlanMsiIrq => {
    const name = `pci_${device.name}_msi${String(handle)}`;
    const { bus, device: dev, function: fun } = fn.bdf;
    const vector = supply.vector();
    const bit = table.add('irq', name);
    return { type: 'msi', name, vector, bus, device: dev, function: fun, handle, bit };
  });
}

/**
 * All interrupts of the machine that a VM is given.
 *
 * @param functions the guest's PCI functions, which say where it sees a device's line
 */
export function vmIrqs(
  context: PlanContext,
  vm: Vm,
  functions: readonly PlanPciFunction[],
  supply: Supply,
  table: EventTable,
): Irq[] {
  const lines = new Map(
    functions.filter((f) => f.kind === 'passthrough').map((f) => [f.name, f.intx_gsi]),
  );
  const devices = passthroughs(context, vm).flatMap((p) =>
    deviceIrqs(context, supply, table, p, lines.get(p.device.name) ?? 0),
  );
  const given = vm.irqs.map((irq) => {
    const gsi = (context.machine?.ioapics[irq.ioapic]?.gsiBase ?? 0) + irq.pin;
    return ioapicIrq(supply, table, `irq_${irq.name}`, irq, gsi);
  });
  return [...devices, ...given];
}

export function vmIoSpaces(context: PlanContext, vm: Vm, supply: Supply): PlanIoSpace[] {
  return passthroughs(context, vm).map(({ device, fn }) => ({
    name: `pci_${device.name}`,
    domain_id: supply.domain(),
    bus: fn.bdf.bus,
    device: fn.bdf.device,
    function: fn.bdf.function,
  }));
}

/** I/O ports of the machine: those given by range, and those of passed-through devices. */
export function vmPorts(context: PlanContext, vm: Vm): PlanRange[] {
  const bars = passthroughs(context, vm).flatMap(({ device, fn }) =>
    fn.bars
      .filter((bar) => bar.type === 'io')
      .map((bar) => ({
        name: `pci_${device.name}_bar${String(bar.index)}`,
        first: bar.address,
        last: bar.address + bar.bytes - 1,
      })),
  );
  const given = vm.ioports.map(({ name, first, last }) => ({ name: `port_${name}`, first, last }));
  return [...given, ...bars];
}

/** Frames of device memory: 2 MiB ones where address and size allow it, unless it is wanted in pages. */
export function deviceFrames(
  name: string,
  paddr: number,
  bytes: number,
  inPages = false,
): PlanDeviceFrames {
  const large = !inPages && paddr % 2 ** 21 === 0 && bytes % 2 ** 21 === 0;
  const frame_bits = large ? 21 : 12;
  return { name, paddr, frame_bits, frames: Math.ceil(bytes / 2 ** frame_bits) };
}

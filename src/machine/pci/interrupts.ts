// SPDX-License-Identifier: BSD-2-Clause
import type { RawIoapic, RawIntx } from '../../generated/machine.js';
import { exists, readLine, readNumber, type Input } from '../input.js';
import { isEnabled, type Device } from './devices.js';

type Pin = NonNullable<RawIntx['pin']>;
const PINS: readonly (Pin | undefined)[] = [undefined, 'A', 'B', 'C', 'D'];

/** The ISA interrupts, which keep their numbers in Linux. */
const ISA = 16;

export function pinOf({ header }: Device): Pin | undefined {
  return PINS[header.pin];
}

/**
 * The global system interrupts of the functions' pins, as far as this Linux has routed them. The routing stands in the
 * firmware's _PRT methods (ACPI 6.5, 6.2.13), which are programs; Linux runs them when a driver enables a function, and
 * shows the outcome. What no driver has enabled stays unknown, unless another function of the same device has the same
 * pin: the wires are the device's.
 */
export function routeInterrupts(
  input: Input,
  devices: readonly Device[],
  ioapics: readonly RawIoapic[],
): ReadonlyMap<Device, number> {
  const wires = new Map<string, number>();
  for (const device of devices) {
    const gsi = pinOf(device) === undefined ? undefined : routed(input, device, ioapics);
    if (gsi !== undefined && !wires.has(wireOf(device))) wires.set(wireOf(device), gsi);
  }
  return new Map(
    devices.flatMap((device) => {
      const gsi = pinOf(device) === undefined ? undefined : wires.get(wireOf(device));
      return gsi === undefined ? [] : [[device, gsi] as const];
    }),
  );
}

function wireOf({ name, header }: Device): string {
  return `${name.slice(0, -2)} ${String(header.pin)}`;
}

function routed(input: Input, device: Device, ioapics: readonly RawIoapic[]): number | undefined {
  // Before it is enabled, `irq` is what the firmware wrote for the old interrupt controller.
  if (!isEnabled(input, device)) return undefined;
  const irq = readNumber(input, `${device.path}/irq`);
  // With MSI in use, `irq` is the first message's.
  if (irq === undefined || irq === 0 || exists(input, `${device.path}/msi_irqs/${String(irq)}`)) {
    return undefined;
  }
  const line = `sys/kernel/irq/${String(irq)}`;
  const chip = readLine(input, `${line}/chip_name`, 40);
  if (chip?.endsWith('IO-APIC') !== true) return undefined;
  const pin = readNumber(input, `${line}/hwirq`);
  return pin === undefined ? undefined : gsiOf(irq, pin, ioapics);
}

/**
 * Linux tells the input, not the I/O APIC. Interrupts of the first one have the number of their GSI in Linux (its domain
 * is the legacy one), those of the others have a number of Linux' own.
 */
function gsiOf(irq: number, pin: number, ioapics: readonly RawIoapic[]): number | undefined {
  const [first, ...others] = ioapics;
  if (first === undefined) return undefined;
  if (first.gsi_base === 0 && pin < first.pins && (irq < ISA || irq === pin)) return pin;
  const candidates = (irq < ISA ? [] : others).filter(({ pins }) => pin < pins);
  const [only, ...more] = candidates;
  return only === undefined || more.length > 0 ? undefined : only.gsi_base + pin;
}

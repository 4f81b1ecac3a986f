// SPDX-License-Identifier: BSD-2-Clause
import type { RawMachine, RawPciFunction } from '../generated/machine.js';

/**
 * What a fingerprint is taken of: what the hardware and the firmware say. Left out is what people write (names,
 * descriptions, services that are on), what is measured (the clock), and what depends on which Linux looked and what it
 * was doing: IOMMU groups, ways to reset, routed interrupts, ports, UARTs. So the same machine gives the same fingerprint
 * after an update of its Linux.
 */
function essence(machine: RawMachine): unknown {
  const { firmware, memory, reserved, ioapics, interrupt_overrides, iommu, ecam } = machine;
  const { tsc_khz: _measured, ...cpu } = machine.cpu ?? {};
  const pci = Object.values(machine.pci ?? {}).map(hardwareOf);
  return {
    ...{ firmware, cpu, memory, reserved, ioapics, interrupt_overrides, iommu, ecam },
    pci: pci.sort((a, b) => (a.bdf < b.bdf ? -1 : 1)),
  };
}

function hardwareOf(fn: RawPciFunction): RawPciFunction {
  const { description: _d, acs_enabled: _a, reset: _r, iommu_group: _g, intx, pin, ...rest } = fn;
  const wired = intx?.pin ?? pin;
  return wired === undefined ? rest : { ...rest, pin: wired };
}

/** JSON with keys in order, so that equal values are equal texts. What is not said is left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.join(',')}}`;
}

/**
 * The inventory with its fingerprint, which stands where people look for it: below the name.
 *
 * @param sha256 of bytes, in hexadecimal
 */
export function sealed(machine: RawMachine, sha256: (bytes: Uint8Array) => string): RawMachine {
  const digest = sha256(new TextEncoder().encode(canonical(essence(machine))));
  const { makatea_machine, name, description, ...rest } = machine;
  return {
    makatea_machine,
    name,
    ...(description === undefined ? {} : { description }),
    fingerprint: `sha256:${digest}`,
    ...rest,
  };
}

// SPDX-License-Identifier: BSD-2-Clause
import type { RawIommu } from '../../generated/machine.js';
import type { Dmar } from '../acpi/dmar.js';
import { listNames, readLine, type Input } from '../input.js';
import { textMalformed } from '../pages.js';

const UNITS = 'sys/class/iommu';

interface Registers {
  readonly cap: bigint;
  readonly ecap: bigint;
}

/** What the DMAR table says of the IOMMU, with what the units' registers say. */
export function describeIommu(input: Input, dmar: Dmar): RawIommu {
  const registers = readRegisters(input);
  const found = dmar.units.map(({ address }) => registers.get(address));
  const all = found.filter((unit) => unit !== undefined);
  const known = all.length === dmar.units.length;
  if (!known) {
    const text =
      'domain_bits and levels are not known: Linux did not drive the units; the defaults are assumed';
    input.notes.set('iommu', text);
  }
  const bits = all.map(({ cap }) => domainBits(cap));
  const levels = ioptLevels(all.map(({ cap }) => cap));
  if (known && (levels === undefined || bits.includes(undefined))) {
    const message =
      'the capability registers of the units contradict each other or the specification';
    input.findings.report(textMalformed, UNITS, message);
  }
  return {
    ...(known && !bits.includes(undefined) ? { domain_bits: Math.min(...bits.map(Number)) } : {}),
    ...(known && levels !== undefined ? { levels } : {}),
    // Extended capability register, bit 3: VT-d 11.4.3.
    interrupt_remapping:
      dmar.interruptRemapping && (!known || all.every(({ ecap }) => ((ecap >> 3n) & 1n) === 1n)),
    host_bits: dmar.hostBits,
    units: [...dmar.units],
    ...(dmar.rmrrs.length === 0 ? {} : { rmrrs: [...dmar.rmrrs] }),
  };
}

/** The registers that Linux shows, by the address of the unit. */
function readRegisters(input: Input): Map<number, Registers> {
  const units = new Map<number, Registers>();
  for (const name of listNames(input, UNITS)) {
    const read = (file: string): bigint | undefined => {
      const text = readLine(input, `${UNITS}/${name}/intel-iommu/${file}`, 20);
      return text !== undefined && /^[0-9a-f]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
    };
    const [address, cap, ecap] = ['address', 'cap', 'ecap'].map(read);
    if (address === undefined || cap === undefined || ecap === undefined) continue;
    units.set(Number(address), { cap, ecap });
  }
  return units;
}

/** Number of domains supported: 2^(4 + 2 ND); the value 7 is reserved (VT-d 11.4.2). */
function domainBits(cap: bigint): number | undefined {
  const nd = Number(cap & 7n);
  return nd === 7 ? undefined : 4 + 2 * nd;
}

/**
 * The levels of page tables that seL4 takes: of those that all units support (SAGAW, VT-d 11.4.2: bit 1 stands for
 * three), three if it can, else the least above, else two.
 */
function ioptLevels(caps: readonly bigint[]): number | undefined {
  const common = caps.reduce((bits, cap) => bits & (cap >> 8n), 0x1fn);
  return [3, 4, 5, 2].find((levels) => ((common >> BigInt(levels - 2)) & 1n) === 1n);
}

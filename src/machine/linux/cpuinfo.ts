// SPDX-License-Identifier: BSD-2-Clause
import type { RawApicv, RawCpu } from '../../generated/machine.js';
import { parseNumber, readText, type Input } from '../input.js';
import { textMalformed } from '../pages.js';
import { hasApicv } from './apicv.js';
import { readVmxMsrs } from './msr.js';

const PATH = 'proc/cpuinfo';
/** Some 1,500 bytes for each processor. */
const MAX_BYTES = 16 * 1024 * 1024;

const VENDORS: Readonly<Record<string, 'intel' | 'amd'>> = {
  GenuineIntel: 'intel',
  AuthenticAMD: 'amd',
};

/** What /proc/cpuinfo says: of the first processor, and how many there are. */
export function readCpu(input: Input): RawCpu | undefined {
  const text = readText(input, PATH, MAX_BYTES);
  if (text === undefined) return undefined;
  const processors = text.split('\n').filter((line) => line.startsWith('processor')).length;
  const fields = new Map(
    (text.split('\n\n', 1)[0] ?? '').split('\n').map((line) => {
      const [key = '', ...value] = line.split(':');
      return [key.trim(), value.join(':').trim()] as const;
    }),
  );
  const flags = new Set((fields.get('flags') ?? '').split(' '));
  const maker = fields.get('vendor_id');
  if (processors === 0 || maker === undefined) {
    input.findings.report(textMalformed, PATH, 'it names no processor and no vendor_id');
    return undefined;
  }
  const vendor = VENDORS[maker];
  if (vendor === undefined) {
    input.findings.report(
      textMalformed,
      PATH,
      `the processor's maker ${JSON.stringify(maker)} is unknown`,
    );
  }
  if (flags.has('hypervisor')) {
    input.notes.set(
      'cpu',
      'Linux ran in a virtual machine: this inventory is of what it was given.',
    );
  }
  return {
    ...(vendor === undefined ? {} : { vendor }),
    ...modelOf(fields, input),
    ...bounded('cores', processors, 1, 4096),
    ...threads(fields),
    ...bounded('physical_bits', Number.parseInt(fields.get('address sizes') ?? '', 10), 32, 52),
    ...frequency(input),
    invariant_tsc: flags.has('nonstop_tsc') && flags.has('constant_tsc'),
    x2apic: flags.has('x2apic'),
    ...virtualisation(input, vendor, flags, fields.get('vmx flags')),
  };
}

function modelOf(fields: ReadonlyMap<string, string>, { notes }: Input): RawCpu {
  const model = (fields.get('model name') ?? '').replace(/\s+/g, ' ').slice(0, 100).trim();
  if (model === '') notes.set('cpu.model', 'not said');
  return {
    ...(model === '' ? {} : { model }),
    ...bounded('family', parseNumber(fields.get('cpu family') ?? ''), 0, 4095),
    ...bounded('stepping', parseNumber(fields.get('stepping') ?? ''), 0, 255),
  };
}

/** A key with its value, when the value is one that the inventory can hold. */
function bounded<K extends string>(
  key: K,
  value: number | undefined,
  least: number,
  most: number,
): Partial<Record<K, number>> {
  const fits = value !== undefined && Number.isInteger(value) && value >= least && value <= most;
  return (fits ? { [key]: value } : {}) as Partial<Record<K, number>>;
}

function threads(fields: ReadonlyMap<string, string>): RawCpu {
  const siblings = parseNumber(fields.get('siblings') ?? '');
  const cores = parseNumber(fields.get('cpu cores') ?? '');
  if (siblings === undefined || cores === undefined || cores === 0) return {};
  return bounded('threads_per_core', siblings / cores, 1, 64);
}

/** As the kernel's log has it; the refined measurement, which comes later, is the better one. */
function frequency(input: Input): RawCpu {
  const log = readText(input, 'kernel-log', 65_536) ?? '';
  const found = [
    /tsc: Refined TSC clocksource calibration: (\d+)\.(\d{3}) MHz/,
    /tsc: Detected (\d+)\.(\d{3}) MHz (?:TSC|processor)/,
  ].map((pattern) => pattern.exec(log));
  const [, mhz = '', fraction = ''] = found.find((match) => match !== null) ?? [];
  return bounded('tsc_khz', mhz === '' ? undefined : Number(`${mhz}${fraction}`), 1, 100_000_000);
}

/**
 * VT-x and its parts: from the capability registers when they were captured, else from the names that Linux gives them
 * (`vmx flags`, since 5.6). Linux takes the flag `vmx` away when the firmware has disabled VT-x.
 */
function virtualisation(
  input: Input,
  vendor: 'intel' | 'amd' | undefined,
  flags: ReadonlySet<string>,
  named: string | undefined,
): RawCpu {
  if (vendor === 'amd') return {};
  if (!flags.has('vmx')) {
    input.notes.set('cpu.vtx', 'the processor has none, or the firmware disabled it');
    return { vtx: false };
  }
  const registers = readVmxMsrs(input);
  if (registers !== undefined) return registers;
  if (named === undefined) {
    input.notes.set(
      'cpu.vtx',
      'its parts are not known: neither Linux nor the msr driver told them',
    );
    return { vtx: true };
  }
  return { vtx: true, ...fromNames(new Set(named.split(' '))) };
}

/** arch/x86/include/asm/vmxfeatures.h of Linux. */
function fromNames(names: ReadonlySet<string>): RawCpu {
  const parts: RawApicv = {
    tpr_shadow: names.has('vtpr'),
    apic_access: names.has('vapic'),
    apic_registers: names.has('vapic_reg'),
    interrupt_delivery: names.has('vid'),
    posted_interrupts: names.has('posted_intr'),
  };
  return {
    ept: names.has('ept'),
    unrestricted_guest: names.has('unrestricted_guest'),
    vpid: names.has('vpid'),
    preemption_timer: names.has('preemption_timer'),
    apicv: hasApicv(parts),
    apicv_parts: parts,
  };
}

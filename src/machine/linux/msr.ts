// SPDX-License-Identifier: BSD-2-Clause
import type { RawApicv, RawCpu } from '../../generated/machine.js';
import { isFault } from '../../source/files.js';
import { bytesOf } from '../bytes.js';
import type { Input } from '../input.js';
import { hasApicv } from './apicv.js';

/** Intel SDM volume 4, table 2-2. */
const MSR = { featureControl: 0x3a, pinBased: 0x481, procBased: 0x482, secondary: 0x48b } as const;

/**
 * A model-specific register: from a capture, in which each has a file of its own, or from the msr driver, whose file
 * is read at the register's number.
 */
function readMsr({ tree }: Input, number: number): bigint | undefined {
  const captured = tree.read(`dev/cpu/0/msr-${number.toString(16)}`, 8);
  const bytes = isFault(captured) ? tree.read('dev/cpu/0/msr', 8, number) : captured;
  return isFault(bytes) ? undefined : bytesOf(bytes).u64(0);
}

/**
 * The capability registers of VT-x: Intel SDM volume 3, appendix A.3. The upper half of each says which controls may be
 * set. Nothing where they were not captured.
 */
export function readVmxMsrs(input: Input): RawCpu | undefined {
  const [control, pin, proc] = [MSR.featureControl, MSR.pinBased, MSR.procBased].map((number) =>
    readMsr(input, number),
  );
  if (control === undefined || pin === undefined || proc === undefined) return undefined;
  // Locked without VMX outside SMX: VMXON faults (SDM volume 3, 24.7).
  if ((control & 1n) !== 0n && (control & 4n) === 0n) {
    input.notes.set('cpu.vtx', 'disabled by the firmware');
    return { vtx: false };
  }
  const may = (register: bigint, bit: number): boolean =>
    ((register >> BigInt(32 + bit)) & 1n) === 1n;
  // Bit 31: there are secondary controls, and so a register about them (SDM volume 3, A.3.3).
  const second = may(proc, 31) ? (readMsr(input, MSR.secondary) ?? 0n) : 0n;
  const parts: RawApicv = {
    tpr_shadow: may(proc, 21),
    apic_access: may(second, 0),
    x2apic_mode: may(second, 4),
    apic_registers: may(second, 8),
    interrupt_delivery: may(second, 9),
    posted_interrupts: may(pin, 7),
  };
  return {
    vtx: true,
    ept: may(second, 1),
    unrestricted_guest: may(second, 7),
    vpid: may(second, 5),
    preemption_timer: may(pin, 6),
    apicv: hasApicv(parts),
    apicv_parts: parts,
  };
}

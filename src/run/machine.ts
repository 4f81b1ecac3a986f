// SPDX-License-Identifier: BSD-2-Clause
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineChoice } from './choices.js';
import type { RunFault } from './fault.js';
import { isHere } from './tools.js';

/** What stands for the machine: an emulator, or a virtual machine on this computer's processor. */
export type MachineKind = 'bochs' | 'kvm';

/** The machine, and why it is this one. */
export interface Chosen {
  readonly kind: MachineKind;
  /** Why it is not KVM, where nobody asked for Bochs. */
  readonly because?: string;
}

/** Where the facts about this computer stand; another folder in tests. */
interface Computer {
  /** Below it stand `dev`, `proc` and `sys`. */
  readonly root: string;
  readonly searchPath: string;
}

/**
 * Takes KVM where a guest of it can run guests itself (nested VT-x), which is many times faster than Bochs. This is judged
 * by what the kernel says of itself, not assumed.
 */
export function chooseMachine(asked: MachineChoice, computer: Computer): Chosen | RunFault {
  if (asked === 'bochs') return { kind: 'bochs' };
  const because = whyNotKvm(computer);
  if (because === undefined) return { kind: 'kvm' };
  if (asked === 'auto') return { kind: 'bochs', because };
  return { fault: `KVM can not run this: ${because}`, hint: '--machine bochs needs no KVM' };
}

/** The first reason why KVM can not run a monitor that itself uses VT-x and EPT; nothing when it can. */
function whyNotKvm({ root, searchPath }: Computer): string | undefined {
  if (!isUsable(join(root, 'dev/kvm'))) return '/dev/kvm is not there, or not ours to use';
  const cpuinfo = read(join(root, 'proc/cpuinfo'));
  if (!hasFlag(cpuinfo, 'flags', 'vmx')) return 'the processor shows no VT-x';
  for (const flag of ['ept', 'unrestricted_guest']) {
    if (!hasFlag(cpuinfo, 'vmx flags', flag)) return `the processor's VT-x lacks ${flag}`;
  }
  const nested = read(join(root, 'sys/module/kvm_intel/parameters/nested')).trim();
  if (nested !== 'Y' && nested !== '1') return "nested VT-x is off (kvm_intel's parameter nested)";
  if (!isHere('qemu-system-x86_64', searchPath)) return 'there is no qemu-system-x86_64';
  return undefined;
}

/** Whether a line of /proc/cpuinfo, such as `flags : fpu vme ...`, has a word. */
function hasFlag(cpuinfo: string, key: string, flag: string): boolean {
  const line = cpuinfo.split('\n').find((text) => text.split(':')[0]?.trim() === key) ?? '';
  return line.split(/\s+/).includes(flag);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

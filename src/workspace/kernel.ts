// SPDX-License-Identifier: BSD-2-Clause
import { asmOperands, functionBody, withoutComments } from './c-source.js';
import type { SourceTree } from './tree.js';

/** What a source says; `unknown` where it has another form than is known. */
export type Told = 'yes' | 'no' | 'unknown';

/** What a monitor needs to know of an seL4, read from its source: backports and branches make version numbers useless. */
export interface KernelFacts {
  /** As the tree calls it; for people only. */
  readonly version: string;
  /** It can be configured for 64-bit guests. */
  readonly guests64: Told;
  /** A monitor may set the VM-entry controls, and so choose the guest's mode. */
  readonly entryControls: Told;
  /** A monitor may learn the rate of the preemption timer. */
  readonly timerRate: Told;
  /** A guest can take over the kernel when a VM entry fails. */
  readonly escape: Told;
  /** FS and GS of the host are the same after a VM exit as before the entry. */
  readonly hostSegments: Told;
  /** There is time between INIT and the startup message when further processors are started. */
  readonly startupDelay: Told;
}

const PATHS = {
  version: 'kernel/VERSION',
  options: 'kernel/src/arch/x86/config.cmake',
  vcpu: 'kernel/src/arch/x86/object/vcpu.c',
  entry: 'kernel/src/arch/x86/64/c_traps.c',
  processors: 'kernel/src/arch/x86/kernel/smp_sys.c',
  apics: ['kernel/src/arch/x86/kernel/xapic.c', 'kernel/src/arch/x86/kernel/x2apic.c'],
} as const;

export function readKernel(tree: SourceTree): KernelFacts {
  const source = (path: string): string => withoutComments(tree.text(path) ?? '');
  const entry = functionBody(source(PATHS.entry), 'restore_vmx');
  const vcpu = source(PATHS.vcpu);
  const options = tree.text(PATHS.options);
  return {
    version: tree.text(PATHS.version)?.trim() ?? 'of an unknown version',
    guests64:
      options === undefined ? 'unknown' : told(/\bKernelX86_64VTX64BitGuests\b/.test(options)),
    entryControls: caseIn(vcpu, 'decodeWriteVMCS', 'VMX_CONTROL_ENTRY_CONTROLS'),
    timerRate: caseIn(vcpu, 'decodeVCPUReadMSR', 'IA32_VMX_MISC_MSR'),
    escape: entry === undefined ? 'unknown' : escapeIn(entry),
    hostSegments: entry === undefined ? 'unknown' : hostSegmentsIn(entry),
    startupDelay: startupDelayIn(source(PATHS.processors), PATHS.apics.map(source)),
  };
}

function told(yes: boolean): Told {
  return yes ? 'yes' : 'no';
}

/** Whether a function decides about something by a label of its switch. */
function caseIn(source: string, name: string, label: string): Told {
  const body = functionBody(source, name);
  return body === undefined ? 'unknown' : told(new RegExp(`\\bcase\\s+${label}\\s*:`).test(body));
}

/**
 * Before VMLAUNCH and VMRESUME the kernel loads the guest's general registers. An address that it needs when the entry fails
 * may then be in none of them, but be part of the instructions: an operand of the class "i", or relative to RIP. As an operand
 * in a register it is whatever the guest had there, and the kernel jumps to it in ring 0. (seL4 13.0 to 15.0 have it so with
 * 64-bit guests; mended by "x86_64/c_traps.c: patch Virtual Machine escape" of May 2026.)
 */
function escapeIn(body: string): Told {
  const operands = body.matchAll(/"([^"]*)"\s*\(\s*&?\s*vmlaunch_failed\s*\)/g);
  if ([...operands].some(([, constraint = '']) => !/^[in]+$/.test(constraint))) return 'yes';
  return /\bvmlaunch_failed\b/.test(body) ? 'no' : 'unknown';
}

/** Past the last of the host's three registers; or what is before them is overwritten, and zeros are loaded at the exit. */
const END = /\[n_vcpu_msr_register\]$|\+n_vcpu_msr_register$|\+3$|\[3\]$/;
const BEGINNING = /host_msr_registers(\[(VCPU_GS|0)\])?$/;

/** An instruction that adds what the operand lacks: three registers of eight bytes. */
const GOES_TO_END =
  /"lea[ql]?\s+(?:24|0x18)\(%\[host_msr\]\)|%\[host_msr\],\s*%%rsp\\n"\s*"add[ql]?\s+\$(?:24|0x18),\s*%%rsp/;

/**
 * FS and GS of the host are pushed, which goes downwards, so the stack pointer must begin at the end of their array. On one core
 * the kernel itself uses neither; on several it finds its own processor's data by GS. (Right until 15.0; at the array's beginning
 * since "x86_64/c_traps.c: fix registers clobbering in VMX" of June 2026, 16.0.0 among them.)
 */
function hostSegmentsIn(body: string): Told {
  const [operand] = asmOperands(body, 'host_msr');
  if (operand === undefined) return 'unknown';
  if (END.test(operand.expression)) return 'yes';
  if (GOES_TO_END.test(body)) return 'yes';
  return BEGINNING.test(operand.expression) ? 'no' : 'unknown';
}

/** Something that takes time: a loop, or a function whose name says so. */
const WAITS = /\b(while|for)\s*\(|\w*(delay|wait|sleep|pause|spin)\w*\s*\(/i;

/**
 * INIT needs 10 ms before the startup message (MultiProcessor Specification 1.4, B.4). Without any time in between a
 * processor may drop the message, and the boot waits for ever.
 */
function startupDelayIn(processors: string, apics: readonly string[]): Told {
  const start = functionBody(processors, 'start_cpu');
  const [, between] =
    /\bapic_send_init_ipi\s*\([^;]*\)\s*;([^]*)\bapic_send_startup_ipi\b/.exec(start ?? '') ?? [];
  if (between === undefined) return 'unknown';
  if (WAITS.test(between)) return 'yes';
  if (/\w\s*\(/.test(between)) return 'unknown'; // a call may wait, or not, as a fence does
  const inits = apics.map((source) => functionBody(source, 'apic_send_init_ipi'));
  if (inits.includes(undefined)) return 'unknown';
  return told(inits.every((body) => WAITS.test(body ?? '')));
}

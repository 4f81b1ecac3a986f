// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type Span } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import type { System } from '../model/system.js';
import { entryOf, valueSpan } from '../source/located.js';
import type { KernelFacts, Told } from './kernel.js';
import { kernelCores, kernelEscape, kernelTooOld, kernelUntold } from './kernel-pages.js';

/** What a description is told at: its kernel, or its name where it says nothing of the kernel. */
function kernelSpan({ node }: System): Span {
  return entryOf(node, 'sel4')?.keySpan ?? valueSpan(node, ['name']);
}

/**
 * Whether a system may be built with a kernel.
 *
 * @param strict whether a kernel that does not isolate VMs, or may not, is refused
 */
export function judgeKernel(
  system: System,
  kernel: KernelFacts,
  { strict }: { readonly strict: boolean },
): Diagnostic[] {
  const judged = [tooOld(system, kernel), escape(system, kernel), untold(system, kernel)];
  const found = [...judged, cores(system, kernel)].filter((d) => d !== undefined);
  return strict ? found.map((d) => ({ ...d, severity: 'error' as const })) : found;
}

const OTHER_KERNEL = 'check out seL4 16.0.0 or newer below kernel/';

function atKernel(page: Page, system: System, message: string, hint: string): Diagnostic {
  return diagnostic(page, kernelSpan(system), message, { hint });
}

function tooOld(system: System, kernel: KernelFacts): Diagnostic | undefined {
  const lacks = [
    ...(kernel.guests64 === 'no' ? ['64-bit guests (KernelX86_64VTX64BitGuests)'] : []),
    ...(kernel.entryControls === 'no' ? ['VM-entry controls that a monitor may set'] : []),
    ...(kernel.timerRate === 'no' ? ["the preemption timer's rate"] : []),
  ];
  if (lacks.length === 0) return undefined;
  const message = `the tree's seL4 (${kernel.version}) lacks ${lacks.join(', ')}: no guest would start`;
  return atKernel(kernelTooOld, system, message, OTHER_KERNEL);
}

function escape(system: System, kernel: KernelFacts): Diagnostic | undefined {
  if (kernel.escape !== 'yes') return undefined;
  const message = `a guest can take over the tree's seL4 (${kernel.version}): restore_vmx jumps to an address that the guest chose`;
  return atKernel(kernelEscape, system, message, `${OTHER_KERNEL}; until then trust no guest`);
}

function untold(system: System, kernel: KernelFacts): Diagnostic | undefined {
  const asked = [
    ['whether restore_vmx lets a guest escape', kernel.escape],
    ['whether it has 64-bit guests', kernel.guests64],
    ['whether a monitor may set VM-entry controls', kernel.entryControls],
    ["whether a monitor learns the preemption timer's rate", kernel.timerRate],
  ] as const;
  const open = asked.flatMap(([what, answer]) => (answer === 'unknown' ? [what] : []));
  if (open.length === 0) return undefined;
  const message = `the source of the tree's seL4 (${kernel.version}) does not tell ${open.join(', ')}`;
  return atKernel(kernelUntold, system, message, 'see "makatea explain MK0709"');
}

function cores(system: System, kernel: KernelFacts): Diagnostic | undefined {
  const { sel4, node } = system;
  if (sel4.cores === 1) return undefined;
  const faults = [
    ...answer(kernel.hostSegments, {
      no: 'FS and GS are lost at a VM exit',
      unknown: 'its source does not tell whether FS and GS outlast a VM exit',
    }),
    ...answer(kernel.startupDelay, {
      no: 'the startup message follows INIT without a delay',
      unknown: 'its source does not tell whether there is a delay after INIT',
    }),
  ];
  if (faults.length === 0) return undefined;
  const message = `the tree's seL4 (${kernel.version}) can not run VMs on ${String(sel4.cores)} cores: ${faults.join('; ')}`;
  const hint = 'write "cores: 1", or take a kernel in which this is mended';
  return diagnostic(kernelCores, valueSpan(node, ['sel4', 'cores']), message, { hint });
}

function answer(told: Told, words: Readonly<Record<'no' | 'unknown', string>>): string[] {
  return told === 'yes' ? [] : [words[told]];
}

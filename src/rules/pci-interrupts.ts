// SPDX-License-Identifier: BSD-2-Clause
import { MACHINE_FILES } from '../diagnostics/examples.js';
import { interruptsOf } from '../model/interrupts.js';
import type { MachineFunction } from '../model/machine.js';
import type { PciInterrupts } from '../model/system.js';
import { formatBdf } from '../util/bdf.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

function alternatives(has: readonly string[]): string {
  if (has.length > 0)
    return `it has ${has.join(' and ')}; without "interrupts" it gets the best that it has`;
  return 'it has no interrupts, as the machine file says: write "interrupts: { type: none }"';
}

function offered(fn: MachineFunction): string[] {
  return [
    ...(fn.msix > 0 ? [`msix (vectors: ${String(fn.msix)})`] : []),
    ...(fn.msi ? ['msi'] : []),
    ...(fn.intx === undefined ? [] : ['intx']),
  ];
}

function isOffered(wanted: PciInterrupts, fn: MachineFunction): boolean {
  switch (wanted.type) {
    case 'none':
      return true;
    case 'msix':
      return fn.msix > 0 && wanted.vectors <= fn.msix;
    case 'msi':
      return fn.msi;
    case 'intx':
      return fn.intx !== undefined;
  }
}

/** What a function's entry gets, in words. */
function inWords(wanted: PciInterrupts): string {
  if (wanted.type !== 'msix') return wanted.type === 'intx' ? 'INTx' : 'MSI';
  return `${String(wanted.vectors)} MSI-X vector${wanted.vectors === 1 ? '' : 's'}`;
}

export const pciInterruptsMissing: Rule = {
  code: 'MK0304',
  severity: 'error',
  title: 'a device can not interrupt in this way',
  text: `The machine file says that the function has no MSI-X, MSI or INTx, or fewer MSI-X vectors than are asked for; leave
\`interrupts\` out to get the best that it has. Or the function has nothing but its interrupt pin, and the machine file does not say
which interrupt that reaches. The firmware's \`_PRT\` program knows; Linux runs it for a function whose driver is loaded, and
\`makatea machine probe\` then tells it as \`intx\`.`,
  fails: passes.replace('0", ', '0", interrupts: { type: intx }, '),
  passes: passes.replace('0", ', '0", interrupts: { type: msix, vectors: 2 }, '),
  files: MACHINE_FILES,
  check(input, report) {
    // What was refused of it is told already, and may be what is missing here.
    if (input.machine?.partial === true) return;
    for (const { device, field, fn } of passedThrough(input)) {
      if (fn === undefined) continue;
      const name = `device "${device.name}" (${formatBdf(fn.bdf)})`;
      const { interrupts } = device;
      const wanted = interrupts ?? interruptsOf(device, fn);
      const byPin = wanted.type === 'intx' || (interrupts === undefined && wanted.type === 'none');
      if (byPin && fn.intx === undefined && fn.pin !== undefined) {
        const message = `${name} is to interrupt by its pin ${fn.pin}, but the machine file does not say which interrupt that reaches`;
        const other = interrupts === undefined ? ', or "interrupts: { type: none }" here' : '';
        const hint = `probe with its driver loaded, or write "intx: { gsi: N }" for "${fn.name}" there${other}`;
        const span = valueOf(device, interrupts === undefined ? field : 'interrupts');
        report(span, message, { hint });
      } else if (!isOffered(wanted, fn)) {
        const message = `${name} can not interrupt by ${inWords(wanted)}`;
        report(valueOf(device, 'interrupts'), message, { hint: alternatives(offered(fn)) });
      }
    }
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import { MACHINE_FILES } from '../diagnostics/examples.js';
import { formatBdf } from '../util/bdf.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { passes } from './pci-example.js';

/** The function has a pin, but where its wire ends stands in no table. */
function unrouted(pin: string): string {
  return `it has the interrupt pin ${pin}, but the machine file does not say which interrupt that reaches: probe with its driver loaded, or write "intx: { gsi: N }" there`;
}

function alternatives(has: readonly string[]): string {
  return has.length === 0
    ? 'it has no interrupts: write "type: none"'
    : `it has ${has.join(' and ')}`;
}

export const pciInterruptsMissing: Rule = {
  code: 'MK0304',
  severity: 'error',
  title: 'a device can not interrupt in this way',
  text: `The machine file says that the function has no MSI-X, MSI or INTx, or fewer MSI-X vectors than are asked for, or that its
INTx line reaches no I/O APIC input. Leave \`interrupts\` out to get the best that it has.`,
  fails: passes.replace('0", ', '0", interrupts: { type: intx }, '),
  passes: passes.replace('0", ', '0", interrupts: { type: msix, vectors: 2 }, '),
  files: MACHINE_FILES,
  check(input, report) {
    for (const { device, fn } of passedThrough(input)) {
      const wanted = device.interrupts;
      if (fn === undefined || wanted === undefined) continue;
      const vectors = wanted.type === 'msix' ? wanted.vectors : 0;
      const able =
        wanted.type === 'none' ||
        (wanted.type === 'msix' && fn.msix > 0 && vectors <= fn.msix) ||
        (wanted.type === 'msi' && fn.msi) ||
        (wanted.type === 'intx' && fn.intx !== undefined);
      if (able) continue;
      const what =
        wanted.type === 'msix'
          ? `${String(vectors)} MSI-X vectors`
          : wanted.type === 'intx'
            ? 'INTx'
            : 'MSI';
      const has = [
        ...(fn.msix > 0 ? [`${String(fn.msix)} MSI-X vectors`] : []),
        ...(fn.msi ? ['MSI'] : []),
        ...(fn.intx ? ['INTx'] : []),
      ];
      const hint =
        wanted.type === 'intx' && fn.pin !== undefined ? unrouted(fn.pin) : alternatives(has);
      const message = `device "${device.name}" (${formatBdf(fn.bdf)}) can not interrupt by ${what}`;
      report(valueOf(device, 'interrupts'), message, { hint });
    }
  },
};

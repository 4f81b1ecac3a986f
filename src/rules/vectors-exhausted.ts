// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { ACCEPT, EXAMPLE_FILES, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { interruptsOf } from '../model/interrupts.js';
import { VECTORS } from '../model/platform.js';
import type { PciInterrupts } from '../model/system.js';
import { valueSpan } from '../source/located.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

const DEVICE = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
});

function vectorsOf(interrupts: PciInterrupts): number {
  if (interrupts.type === 'msix') return interrupts.vectors;
  return interrupts.type === 'none' ? 0 : 1;
}

interface Taker {
  readonly vectors: number;
  readonly span: Span;
}

/** The devices that take vectors, those with most first. */
function takers(input: RuleInput): Taker[] {
  return passedThrough(input)
    .flatMap(({ device, field, fn }): Taker[] => {
      if (fn === undefined) return [];
      const vectors = vectorsOf(interruptsOf(device, fn));
      return [{ vectors, span: valueOf(device, field) }];
    })
    .sort((a, b) => b.vectors - a.vectors);
}

/** How many places are shown. */
const SHOWN = 3;

export const vectorsExhausted: Rule = {
  code: 'MK0503',
  severity: 'error',
  title: "seL4's interrupt vectors are exhausted",
  text: `seL4 on x86 has 108 interrupt vectors for user components. Each I/O APIC input and each MSI or MSI-X vector takes one; so do
the interval timer and each console. Allow devices fewer MSI-X vectors: \`interrupts: { type: msix, vectors: N }\`.`,
  fails: DEVICE.replace(`, ${ACCEPT}`, `, interrupts: { type: msix, vectors: 108 }, ${ACCEPT}`),
  passes: DEVICE,
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: 200'),
  },
  check(input, report) {
    const { system } = input;
    const devices = takers(input);
    const ofDevices = devices.reduce((sum, { vectors }) => sum + vectors, 0);
    const given = system.vms.reduce((sum, vm) => sum + vm.irqs.length, 0);
    const needed = 1 + system.consoles.length + given + ofDevices;
    if (needed <= VECTORS) return;
    const message = `the system needs ${String(needed)} interrupt vectors; seL4 has ${String(VECTORS)}`;
    report(valueSpan(system.node, ['name']), message, {
      related: devices.slice(0, SHOWN).map(({ vectors, span }) => ({
        span,
        message: `this device takes ${String(vectors)}`,
      })),
      hint: 'allow devices fewer MSI-X vectors: interrupts: { type: msix, vectors: N }',
    });
  },
};

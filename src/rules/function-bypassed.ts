// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { formatBdf } from '../util/bdf.js';
import { alignDown, alignUp } from '../util/size.js';
import { meets } from './device-memory.js';
import { hex, type Owned } from './owned.js';
import { passedThrough } from './passthrough.js';
import { passes } from './pci-example.js';
import { valueOf, type Range } from './places.js';
import type { Rule, RuleInput } from './rule.js';

const PAGE = 4096;

/** Registers of functions that no VM is given, by kind; those of others are other rules' business. */
function registers(input: RuleInput, kind: 'io' | 'memory'): Owned[] {
  const given = new Set(passedThrough(input).map(({ fn }) => fn));
  return (input.machine?.functions ?? []).flatMap((fn) =>
    fn.bars.flatMap((bar): Owned[] => {
      if (given.has(fn) || (bar.type === 'io') !== (kind === 'io') || bar.address === 0) return [];
      const end = bar.address + bar.bytes;
      const owner = `register ${String(bar.index)} of "${fn.name}" (${formatBdf(fn.bdf)})`;
      if (kind === 'io') return [{ first: bar.address, last: end - 1, owner }];
      return [{ first: alignDown(bar.address, PAGE), last: alignUp(end, PAGE) - 1, owner }];
    }),
  );
}

interface Given extends Range {
  readonly span: Span;
  readonly what: string;
}

export const functionBypassed: Rule = {
  code: 'MK0358',
  severity: 'error',
  title: 'registers of a PCI function are given away without the function',
  text: `By the machine file the range holds registers of a PCI function. Who has them can make the function use DMA, which is confined
only when the function itself is passed through. Write the function under \`pci\`, which brings its registers with it.`,
  fails: oneVm({
    top: 'machine: box.yaml',
    web: 'mmio: { card: { address: 0xfe400000, size: 16KiB } }',
  }),
  passes,
  files: MACHINE_FILES,
  check(input, report) {
    const { vms } = input.system;
    const memory = vms.flatMap((vm) =>
      vm.mmio.map((m): Given => {
        const [first, last] = [m.address, m.address + m.bytes - 1];
        return { first, last, span: valueOf(m), what: 'device memory' };
      }),
    );
    const ports = vms.flatMap((vm) =>
      vm.ioports.map((p): Given => {
        return { first: p.first, last: p.last, span: valueOf(p), what: 'I/O ports' };
      }),
    );
    const look = (given: readonly Given[], owned: readonly Owned[]): void => {
      for (const { first, last, span, what } of given) {
        const taken = meets({ first, last }, owned);
        if (taken === undefined) continue;
        const message = `${what} ${hex(first)}–${hex(last)}: there is ${taken.owner}`;
        report(span, message, {
          hint: 'pass the function through instead: pci: { NAME: { device: ... } }',
        });
      }
    };
    look(memory, registers(input, 'memory'));
    look(ports, registers(input, 'io'));
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { hex } from './owned.js';
import { passedThrough } from './passthrough.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

interface Given {
  readonly first: number;
  readonly end: number;
  readonly span: ReturnType<typeof valueOf>;
}

function deviceMemory(input: RuleInput): Given[] {
  const given = input.system.vms.flatMap((vm) =>
    vm.mmio.map((m) => ({ first: m.address, end: m.address + m.bytes, span: valueOf(m) })),
  );
  const bars = passedThrough(input).flatMap(({ device, field, fn }) =>
    (fn?.bars ?? [])
      .filter((bar) => bar.type !== 'io')
      .map((bar) => ({
        first: bar.address,
        end: bar.address + bar.bytes,
        span: valueOf(device, field),
      })),
  );
  return [...given, ...bars];
}

export const mmioInMemory: Rule = {
  code: 'MK0337',
  severity: 'error',
  title: "device memory lies in the machine's RAM",
  text: `What is passed through as device memory is memory of the machine by its own file: other components' or the kernel's. A VM
that has it can read and change them. Either the address or the machine file is wrong.`,
  fails: oneVm({
    top: 'machine: box.yaml',
    web: 'mmio: { fpga: { address: 0x200000000, size: 4KiB } }',
  }),
  passes: oneVm({
    top: 'machine: box.yaml',
    web: 'mmio: { fpga: { address: 0xfd000000, size: 4KiB } }',
  }),
  files: {
    ...EXAMPLE_FILES,
    'box.yaml': `makatea_machine: 1
name: box
memory: [{ address: 0x100000, size: 2GiB }, { address: 0x100000000, size: 16GiB }]
`,
  },
  check(input, report) {
    for (const { first, end, span } of deviceMemory(input)) {
      const ram = input.machine?.memoryRanges.find((r) => first < r.end && r.first < end);
      if (ram === undefined) continue;
      const message = `device memory ${hex(first)}–${hex(end - 1)} lies in the machine's RAM (${hex(ram.first)}–${hex(ram.end - 1)})`;
      report(span, message, {
        hint: 'correct the address, or the memory ranges of the machine file',
      });
    }
  },
};

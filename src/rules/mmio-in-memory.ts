// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import { givenMemory } from './device-memory.js';
import { hex } from './owned.js';
import type { Rule } from './rule.js';

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
  check(input, report, unjudged) {
    const { machine } = input;
    for (const { first, last, span } of givenMemory(input)) {
      if (machine?.memory === 0) unjudged('whether device memory lies in RAM (memory)');
      const ram = machine?.memoryRanges.find((r) => first < r.end && r.first <= last);
      if (ram === undefined) continue;
      const message = `device memory ${hex(first)}–${hex(last)} lies in the machine's RAM (${hex(ram.first)}–${hex(ram.end - 1)})`;
      report(span, message, {
        hint: 'correct the address, or the memory ranges of the machine file',
      });
    }
  },
};

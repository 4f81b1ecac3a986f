// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { passedThrough } from './passthrough.js';
import { firstHere, overlaps, valueOf } from './places.js';
import type { Rule } from './rule.js';
import { hex, type Owned } from './owned.js';
import { alignDown, alignUp } from '../util/size.js';

const PAGE = 4096;

export const mmioOverlap: Rule = {
  code: 'MK0332',
  severity: 'error',
  title: 'device memory is given away twice',
  text: `A range of device memory overlaps another one, or a base address register of a device that is passed through. seL4
hands out each page of device memory once.`,
  fails: twoVms({
    web: 'mmio: { tpm: { address: 0xfed40000, size: 20KiB } }',
    db: 'mmio: { tpm: { address: 0xfed44000, size: 4KiB } }',
  }),
  passes: twoVms({
    web: 'mmio: { tpm: { address: 0xfed40000, size: 16KiB } }',
    db: 'mmio: { tpm: { address: 0xfed44000, size: 4KiB } }',
  }),
  files: EXAMPLE_FILES,
  check(input, report) {
    const given: (Owned & { readonly span: Span })[] = input.system.vms.flatMap((vm) =>
      vm.mmio.map((m) => ({
        first: m.address,
        last: m.address + m.bytes - 1,
        owner: `VM "${vm.name}"`,
        span: valueOf(m),
      })),
    );
    const bars = passedThrough(input).flatMap(({ vm, device, field, fn }) =>
      (fn?.bars ?? [])
        .filter((bar) => bar.type !== 'io')
        .map((bar) => ({
          // Whole pages: a page can not be given away in parts.
          first: alignDown(bar.address, PAGE),
          last: alignUp(bar.address + bar.bytes, PAGE) - 1,
          fn,
          owner: `device "${device.name}" of VM "${vm.name}"`,
          span: valueOf(device, field),
        })),
    );
    for (const { first, again } of overlaps([...given, ...bars])) {
      // A function given away twice is another rule's finding, and told there once.
      if (first.fn !== undefined && first.fn === again.fn) continue;
      const message = `device memory ${hex(again.first)}–${hex(again.last)} of ${again.owner} overlaps ${hex(first.first)}–${hex(first.last)} of ${first.owner}`;
      report(again.span, message, {
        ...firstHere(first.span),
        hint: 'a page of device memory belongs to one VM',
      });
    }
  },
};

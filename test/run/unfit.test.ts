// SPDX-License-Identifier: BSD-2-Clause
// What can not run on the bench is refused with a reason; the number of VMs is none.
import { expect, test } from 'vitest';
import { whyNotEmulated } from '../../src/run/unfit.js';
import { planOf } from '../support/run.js';

/** A description with that many VMs. */
function description(count: number): string {
  const vms = Array.from(
    { length: count },
    (_, i) =>
      `  vm${String(i)}: { memory: 128MiB, boot: { type: linux, kernel: images/vmlinuz } }\n`,
  );
  return `makatea: 1\nname: many\nvms:\n${vms.join('')}`;
}

test('as many VMs as there is memory for', () => {
  expect(whyNotEmulated(planOf(description(50)), 'the bench')).toBeUndefined();
});

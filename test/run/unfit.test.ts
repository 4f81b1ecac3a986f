// SPDX-License-Identifier: BSD-2-Clause
// What can not run on the bench is refused with a reason.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BENCH_VMS, whyNotOnBench } from '../../src/run/unfit.js';
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

test('as many VMs as the program for the bench has room for', () => {
  expect(whyNotOnBench(planOf(description(BENCH_VMS)))).toBeUndefined();
  expect(whyNotOnBench(planOf(description(BENCH_VMS + 1)))?.fault).toBe(
    'there are 5 VMs, and the bench has room for 4',
  );
});

test('the number is that of the C code', () => {
  const header = path.resolve(import.meta.dirname, '../../vmm-c/system/system.h');
  expect(readFileSync(header, 'utf8')).toContain(
    `#define MK_SYSTEM_VMS_MAX ${String(BENCH_VMS)}\n`,
  );
});

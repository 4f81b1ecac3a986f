// SPDX-License-Identifier: BSD-2-Clause
import { processorTime } from '../support/processor-time.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitReport } from '../../src/emit/report/index.js';
import type { Plan } from '../../src/generated/plan.js';
import { ringPlan, twoVmPlan } from '../support/plan.js';
import { arbitraryPlan } from './arbitrary-plan.js';
import { fixture } from './fixture.js';

/** Every table: each row has as many cells as its heading. */
function expectTables(report: string): void {
  let columns = 0;
  for (const line of report.split('\n')) {
    if (!line.startsWith('|')) {
      columns = 0;
      continue;
    }
    // A cell ends at a bar that no backslash stands before.
    const cells = line.match(/(?<!\\)(?:\\\\)*\|/g)?.length ?? 0;
    if (columns === 0) columns = cells;
    expect(cells, line).toBe(columns);
    expect(line.endsWith('|'), line).toBe(true);
  }
}

function section(report: string, title: string): string {
  const [, rest = ''] = report.split(`\n### ${title}\n`);
  return rest.split(/\n#/)[0] ?? '';
}

describe('the report', () => {
  test('is as it was reviewed', async () => {
    await expect(emitReport(fixture())).toMatchFileSnapshot('golden/report.md');
  });

  test('is made of any plan, its tables whole', () => {
    expectTables(emitReport(twoVmPlan()));
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        expectTables(emitReport(plan));
      }),
      { numRuns: 100 },
    );
  });

  test('shows hostile names and does not obey them', () => {
    const plan = fixture();
    const [web] = plan.vms;
    if (web === undefined) throw new Error('no VM');
    web.description = 'a | b\n# Trusted\n<script>alert(1)</script> {{ x }} `c` [d](e)';
    web.boot.cmdline = 'a|b \\| <c> *d*';
    const report = emitReport(plan);
    expect(report).not.toContain('<script>');
    expect(report).not.toMatch(/^# Trusted/m);
    expect(report).toContain('a\\|b \\\\\\| \\<c\\> \\*d\\*');
    expectTables(report);
  });

  test('names every VM with a device as part of the System TCB, with the reason', () => {
    const devices = section(emitReport(fixture()), 'By everybody: VMs with devices');
    expect(devices).toMatch(/\| web +\| uplink, PCI `0000:03:00\.0`/);
    expect(devices).toContain('any interrupt vector');
    expect(devices).toMatch(/\| web +\| I\/O ports post/);
    expect(devices).not.toMatch(/\| db /);
  });

  test('gives the reasons for which findings are accepted', () => {
    expect(section(emitReport(fixture()), 'Accepted')).toContain(
      'the card is ours and its firmware too',
    );
  });

  test('separates VMs that no link connects', () => {
    const plan: Plan = fixture();
    plan.channels = plan.channels.filter(({ kind }) => !['net', 'serial', 'vsock'].includes(kind));
    const reach = section(emitReport(plan), 'VM and VM');
    expect(reach).toContain('None.');
    expect(reach).toContain('- web\n- db\n');
  });

  test('joins VMs that reach one another over others', () => {
    expect(section(emitReport(ringPlan(5)), 'VM and VM').match(/^- /gm)).toHaveLength(1);
  });

  test('says when the kernel is a debug build, and only then', () => {
    const plan = fixture();
    expect(emitReport(plan)).toContain('debug build:');
    plan.kernel.build = 'release';
    expect(emitReport(plan)).not.toContain('debug build:');
  });

  test('grows linearly', () => {
    const bytes = (count: number) => emitReport(ringPlan(count)).length;
    expect(bytes(400) / bytes(100)).toBeLessThan(4.4);
    const started = processorTime();
    emitReport(ringPlan(1000));
    expect(processorTime() - started).toBeLessThan(5000);
  });
});

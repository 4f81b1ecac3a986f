// SPDX-License-Identifier: BSD-2-Clause
import { processorTime } from '../support/processor-time.js';
import { describe, expect, it } from 'vitest';
import { checkSpec } from '../../src/capdl/check.js';
import { printSpec } from '../../src/capdl/print.js';
import { emitCapdl, planSpec } from '../../src/emit/capdl/emit.js';
import { indexPlan } from '../../src/emit/plan-index.js';
import { readCdl } from '../support/capdl.js';
import { ringPlan, twoVmPlan } from '../support/plan.js';

describe('system.cdl', () => {
  it('of two VMs with a passed-through device is as committed', async () => {
    const text = emitCapdl(twoVmPlan({ webFrames: 16_384 }));
    await expect(text).toMatchFileSnapshot('golden/two-vm.cdl');
  });

  it('gives every thread a scheduling context with the MCS kernel, and none without', () => {
    const contexts = (mcs: boolean): string[] =>
      emitCapdl(twoVmPlan({ mcs }))
        .split('\n')
        .filter((line) => /^(vm|time)\S*\.sc = |^sc_slot/.test(line));
    expect(contexts(false)).toEqual([]);
    expect(contexts(true)).toContain('vm_db.sc = sc (period: 10000, budget: 4000)');
    expect(contexts(true)).toContain('vm_web.sc = sc (period: 100000, budget: 100000)');
    expect(contexts(true)).toContain('sc_slot: time.sc');
  });

  it('is read back as what was meant', () => {
    const plan = twoVmPlan();
    const spec = planSpec(indexPlan(plan));
    expect(printSpec(readCdl(emitCapdl(plan)))).toBe(printSpec(spec));
  });

  it('depends on nothing but the plan', () => {
    expect(emitCapdl(twoVmPlan())).toBe(emitCapdl(structuredClone(twoVmPlan())));
  });

  it('has for a component the same lines, whoever else is in the system', () => {
    const lines = (count: number): string[] =>
      emitCapdl(ringPlan(count))
        .split('\n')
        .filter((line) => line.startsWith('vm_2.'));
    expect(lines(9)).toEqual(lines(5));
  });

  it('has lines in proportion to the VMs, and not to their memory', () => {
    const lines = (count: number): number => emitCapdl(ringPlan(count)).split('\n').length;
    expect(lines(40) - lines(30)).toBe(lines(30) - lines(20));
    const frames = (webFrames: number): number =>
      emitCapdl(twoVmPlan({ webFrames })).split('\n').length;
    expect(frames(65_536)).toBe(frames(64));
  });

  it('has nothing that can not work, for a thousand VMs in a short time', () => {
    const plan = ringPlan(1000);
    const start = processorTime();
    const text = emitCapdl(plan);
    expect(processorTime() - start).toBeLessThan(5000);
    expect(checkSpec(readCdl(text))).toEqual([]);
  });

  it('of images in small frames goes through page tables, and leaves empty files out', () => {
    const plan = twoVmPlan();
    const [kernel, initrd] = plan.images;
    if (!kernel || !initrd) throw new Error('the fixture has two images');
    Object.assign(kernel, { frame_bits: 12, frames: 1869 });
    Object.assign(initrd, { bytes: 0, frames: 1 });
    const spec = planSpec(indexPlan(plan));
    expect(checkSpec(spec)).toEqual([]);
    const text = printSpec(spec);
    expect(text).toContain(
      'vm_db.pd0 {\n0x0: vm_db.pt0\n0x1: vm_db.pt1\n0x2: vm_db.pt2\n0x3: vm_db.pt3\n}',
    );
    expect(text).toContain('img_0123456789ab.1868 = frame (4k, fill: [{0 2993 CDL_');
    expect(text).toContain('img_ba9876543210.0 = frame (2M)');
  });
});

describe('a plan that contradicts itself is refused:', () => {
  it.each([
    [
      'a slot for an ASID pool that it does not have',
      'time',
      { kind: 'asid_pool', name: 'asid_pool' },
    ],
    ['a slot of a channel that does not end there', 'time', { kind: 'signal', name: 'nowhere' }],
    ['more slots for interrupts than interrupts', 'time', { kind: 'irq', name: 'pit' }],
  ] as const)('%s', (_, id, cap) => {
    const plan = twoVmPlan();
    const component = plan.components.find((c) => c.id === id);
    component?.caps.push({ slot: 500, count: 1, ...cap });
    expect(() => emitCapdl(plan)).toThrow(/the plan/);
  });
});

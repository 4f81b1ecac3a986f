// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emitCamkes } from '../../../src/emit/camkes/emit.js';
import type { Plan, PlanComponent } from '../../../src/generated/plan.js';
import { arbitraryPlan } from '../arbitrary-plan.js';
import { fixture } from '../fixture.js';
import { readJinja } from './jinja.js';
import { tinyPlan } from './tiny.js';

/** How many slots a call fills: one, or one for each frame. */
function filled(call: string): { slot: number; count: number; macro: string } {
  const [, macro = '', slot = ''] = /^mk\.(\w+)\((0x[0-9a-f]+)/.exec(call) ?? [];
  const frames = /frames=(\d+)/.exec(call)?.[1] ?? '1';
  return { slot: Number(slot), count: Number(frames), macro };
}

/** The macro for a kind of capability of the plan. */
function macroOf(component: PlanComponent, kind: string, nth: number): string {
  if (kind !== 'irq') return kind;
  return component.irqs[nth]?.type === 'msi' ? 'msi_irq' : 'ioapic_irq';
}

/** The slots of a plan, each with its macro, one by one: written from the table, not from the code under test. */
function planned(component: PlanComponent): Map<number, string> {
  const slots = new Map<number, string>();
  let irqs = 0;
  for (const { slot, count, kind } of component.caps) {
    if (kind === 'free') continue;
    for (let i = 0; i < count; i += 1) {
      expect(slots.has(slot + i)).toBe(false);
      slots.set(slot + i, macroOf(component, kind, irqs));
      if (kind === 'irq') irqs += 1;
    }
  }
  return slots;
}

function emitted(template: string): Map<number, string> {
  const slots = new Map<number, string>();
  for (const call of readJinja(template).code) {
    const { slot, count, macro } = filled(call);
    if (macro === '') continue;
    for (let i = 0; i < count; i += 1) {
      expect(slots.has(slot + i)).toBe(false);
      slots.set(slot + i, macro);
    }
  }
  return slots;
}

function check(plan: Plan): void {
  const files = emitCamkes(plan);
  for (const component of plan.components) {
    const template = files.get(`templates/${component.id}-caps.c`) ?? '';
    expect(emitted(template)).toEqual(planned(component));
    const images = readJinja(template).code.flatMap(
      (call) => /^mk\.image\('mk_(\w+)'/.exec(call)?.[1] ?? [],
    );
    expect(images).toEqual(component.images);
  }
}

test('every capability of a plan stands in the templates once, in its slot', () => {
  check(tinyPlan());
  check(fixture());
  fc.assert(
    fc.property(arbitraryPlan, (plan) => {
      check({ ...plan, system: 'any' });
    }),
  );
});

test('a channel is a dataport pair each way, and its frames stand at both ends', () => {
  const files = emitCamkes(tinyPlan());
  const adl = files.get('tiny.camkes') ?? '';
  const calls = (id: string) => readJinja(files.get(`templates/${id}-caps.c`) ?? '').code;
  expect(adl).toContain(
    'connection seL4SharedData serial_rev(from console_front.web_tx, to vm_web.com1_rx);',
  );
  expect(adl).toContain('vm_web.com1_rx_access = "R";');
  expect(adl).toContain('console_front.web_tx_access = "RW";');
  const rev = (call: string): boolean => call.includes("connection='serial_rev', frames=2");
  expect(calls('vm_web').filter(rev)).toEqual([expect.stringMatching(/^mk\.region_rx\(/)]);
  expect(calls('console_front').filter(rev)).toEqual([expect.stringMatching(/^mk\.region_tx\(/)]);
});

test('a region without frames has neither dataports nor capabilities', () => {
  const plan = tinyPlan();
  const [end] = plan.channels[0]?.ends ?? [];
  if (end === undefined) throw new Error('no channel');
  end.frames = 0;
  for (const component of plan.components) {
    component.caps = component.caps.filter(
      ({ kind, name }) =>
        !(kind === 'region_tx' && name === 'com1') && !(kind === 'region_rx' && name === 'web'),
    );
  }
  const adl = emitCamkes(plan).get('tiny.camkes');
  expect(adl).not.toContain('serial_fwd');
  expect(adl).toContain('serial_rev');
});

test('a plan that contradicts itself is refused', () => {
  const broken = (change: (plan: Plan) => void): (() => unknown) => {
    const plan = tinyPlan();
    change(plan);
    return () => emitCamkes(plan);
  };
  const run = (plan: Plan, kind: string) => {
    const cap = plan.components.flatMap(({ caps }) => caps).find((c) => c.kind === kind);
    if (cap === undefined) throw new Error(`no ${kind}`);
    return cap;
  };
  for (const kind of ['region_tx', 'region_rx', 'memory', 'device', 'irq', 'untyped']) {
    expect(broken((plan) => (run(plan, kind).count += 1))).toThrow(/plan/);
  }
  expect(broken((plan) => void plan.channels[0]?.ends.pop())).toThrow(/lacks an end/);
  for (const sha256 of ['', 'x)', '0'.repeat(63)]) {
    const images = tinyPlan().images.map((image) => ({ ...image, sha256 }));
    expect(() => emitCamkes({ ...tinyPlan(), images })).toThrow(/SHA-256/);
  }
});

test('a region whose pages the connector would make of another size is refused', () => {
  const plan = tinyPlan();
  const [end] = plan.channels[0]?.ends ?? [];
  if (end === undefined) throw new Error('no channel');
  end.frames = 512;
  expect(() => emitCamkes(plan)).toThrow(/2\^21 bytes, the plan has 2\^12/);
  end.frames = 512;
  end.frame_bits = 21;
  expect(() => emitCamkes(plan)).toThrow(/2\^30 bytes, the plan has 2\^21/);
});

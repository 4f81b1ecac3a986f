// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from 'vitest';
import { loaderSize } from '../../../src/emit/camkes/loader.js';
import { planRegions } from '../../../src/emit/camkes/regions.js';
import { planSpec } from '../../../src/emit/capdl/emit.js';
import { indexPlan } from '../../../src/emit/plan-index.js';
import type { Plan } from '../../../src/generated/plan.js';
import { fixture } from '../fixture.js';
import { tinyPlan } from './tiny.js';

function size(plan: Plan) {
  return loaderSize(plan, [...planRegions(plan).values()]);
}

test.each([tinyPlan(), fixture()])('has room for what the plan has, and for programs', (plan) => {
  const planned = planSpec(indexPlan(plan)).objects.reduce((n, { count }) => n + (count ?? 1), 0);
  const { objects, cnodeBits } = size(plan);
  // What CAMkES was seen to add to each component, and twice that for programs that do something.
  expect(objects).toBeGreaterThan(planned + 3 * 320 * plan.components.length);
  expect(2 ** cnodeBits).toBeGreaterThan(objects);
});

test('counts what is shared once, and what is mapped at every reader', () => {
  const plan = tinyPlan();
  const before = size(plan);
  const [image] = plan.images;
  if (image === undefined) throw new Error('no image');
  image.frames += 1000;
  image.bytes += 1000 * 2 ** 21;
  expect(size(plan).objects).toBe(before.objects + 1000);
  expect(size(plan).cnodeBits).toBeGreaterThan(before.cnodeBits);
});

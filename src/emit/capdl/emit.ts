// SPDX-License-Identifier: BSD-2-Clause
import type { Spec } from '../../capdl/model.js';
import { printSpec } from '../../capdl/print.js';
import type { Plan } from '../../generated/plan.js';
import { indexPlan, type PlanIndex } from '../plan-index.js';
import { componentCaps } from './caps.js';
import { mapImages } from './images.js';
import { objectName } from './names.js';
import { planObjects } from './objects.js';

/** The text of `system.cdl`: the authority that every component of a plan is meant to have. */
export function emitCapdl(plan: Plan): string {
  return `${header(plan.system)}\n${printSpec(planSpec(indexPlan(plan)))}`;
}

/** The same as a model, for whoever wants to emit or check it otherwise. */
export function planSpec(index: PlanIndex): Spec {
  const { components } = index.plan;
  const mappings = components.map((component) => mapImages(index, component));
  return {
    objects: [...planObjects(index), ...mappings.flatMap(({ objects }) => objects)],
    caps: [
      ...components.flatMap((component) => [...componentCaps(index, component)]),
      ...mappings.flatMap(({ caps }) => caps),
    ],
    irqs: components.flatMap(({ id, irqs }) =>
      irqs.map(({ vector, name }, i) => ({
        vector,
        object: { name: objectName.irq(id, i, name) },
      })),
    ),
  };
}

function header(system: string): string {
  return [
    `The authority that the components of the system ${system} are meant to have.`,
    '',
    'It says what each component may reach: events, memory, devices, interrupts. It is not what',
    'boots: CAMkES builds that, and adds to each component what is unknown before the build: the',
    'frames of its program and its stack, its page tables, IPC buffer and fault endpoint (from',
    'slot 1 on), and the addresses where it starts (0 here). Images are shown in a page directory',
    'of their own: that a component reads them is meant, and no address. That the built system',
    'grants exactly this is checked afterwards.',
  ]
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

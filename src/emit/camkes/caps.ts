// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannelEnd, PlanComponent } from '../../generated/plan.js';
import { resolveSlots } from '../slots.js';
import { lookUp, type PlanIndex } from '../plan-index.js';
import { render } from '../render.js';
import { describe } from './assembly.js';
import { bootTscCall, capCall, imageCall } from './cap-calls.js';
import { identifier, paths } from './names.js';
import type { Region } from './regions.js';

/** The CAMkES template that gives a component its capabilities and images. */
export function emitCaps(
  index: PlanIndex,
  component: PlanComponent,
  regions: ReadonlyMap<PlanChannelEnd, Region>,
): string {
  const calls = [
    ...resolveSlots(index, component).map((range) => capCall(component, range, regions)),
    ...component.images.map((id) => imageCall(lookUp(index.images, id, 'image'))),
    ...(component.role === 'time' ? [bootTscCall] : []),
  ];
  return render('camkes/caps.c', {
    system: index.system,
    id: identifier(component.id),
    what: describe(component),
    macros: paths.macros,
    calls: calls.map(({ macro, args, note }) => ({
      text: `mk.${macro}(${args.join(', ')})`,
      note: note ?? '',
    })),
  });
}

/** The macros that the templates call; the same text for every system. */
export function emitMacros(): string {
  return render('camkes/makatea.jinja', {});
}

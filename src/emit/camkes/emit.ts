// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../../generated/plan.js';
import { indexPlan } from '../plan-index.js';
import { emitAssembly } from './assembly.js';
import { emitBody } from './bodies.js';
import { emitCaps, emitMacros } from './caps.js';
import { emitCMakeLists, emitSettings } from './cmake.js';
import { identifier, paths } from './names.js';
import { planRegions } from './regions.js';

/**
 * The files of the CAMkES application that are CAMkES' own affair, by path: assembly, build scripts,
 * templates, and where the components' programs begin. It needs besides: the headers of each component
 * below {@link paths.ownInclude}, their code below {@link paths.code}, and the guest images below
 * {@link paths.images}, by their ids.
 */
export function emitCamkes(plan: Plan): Map<string, string> {
  const index = indexPlan(plan);
  const regions = planRegions(plan);
  const files = new Map<string, string>();
  const all = [...regions.values()];
  files.set(paths.assembly(plan.system), emitAssembly(plan, all));
  files.set(paths.cmake, emitCMakeLists(plan));
  files.set(paths.settings, emitSettings(plan, all));
  files.set(`${paths.templates}/${paths.macros}`, emitMacros());
  for (const component of plan.components) {
    const caps = `${paths.templates}/${paths.caps(identifier(component.id))}`;
    files.set(caps, emitCaps(index, component, regions));
    files.set(paths.body(identifier(component.id)), emitBody(index, component));
  }
  return files;
}

// SPDX-License-Identifier: BSD-2-Clause
import { code } from '../generated/code.js';
import type { Plan } from '../generated/plan.js';
import { emitCamkes } from './camkes/emit.js';
import { paths } from './camkes/names.js';
import { emitCapdl } from './capdl/emit.js';
import { emitHeaders } from './header/index.js';
import { indexPlan } from './plan-index.js';
import { emitReport } from './report/index.js';

/** A file of the output: its text, or another file that is copied byte by byte. */
export type OutputFile = string | { readonly copyOf: string };

/** Every file of the output, by path relative to the output directory. */
export type Output = ReadonlyMap<string, OutputFile>;

/** Where the files stand that are copied. */
export interface Assets {
  /** A guest image, by its path in the plan. */
  readonly image: (path: string) => string;
  /** A C source, by its path below `vmm-c`. */
  readonly code: (path: string) => string;
}

/** All files of a composed system. Pure: what is copied is only named. */
export function emitAll(plan: Plan, assets: Assets): Output {
  const index = indexPlan(plan);
  const files = new Map<string, OutputFile>(emitCamkes(plan));
  for (const [path, text] of emitHeaders(index)) files.set(`${paths.include}/${path}`, text);
  for (const path of code) files.set(`${paths.code}/${path}`, { copyOf: assets.code(path) });
  for (const { id, path } of plan.images) {
    files.set(`${paths.images}/${id}`, { copyOf: assets.image(path) });
  }
  files.set('system.cdl', emitCapdl(plan));
  files.set('plan.json', `${JSON.stringify(plan, null, 2)}\n`);
  files.set('report.md', emitReport(plan, index));
  return files;
}

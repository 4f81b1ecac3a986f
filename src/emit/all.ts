// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../generated/plan.js';

/** A file of the output: its text, or another file that is copied byte by byte. */
export type OutputFile = string | { readonly copyOf: string };

/** Every file of the output, by path relative to the output directory. */
export type Output = ReadonlyMap<string, OutputFile>;

/**
 * All files of a composed system.
 *
 * @param imageFile turns an image's path in the plan into one that can be opened
 */
export function emitAll(plan: Plan, imageFile: (path: string) => string): Output {
  const images = plan.images.map(
    ({ id, path }) => [`images/${id}`, { copyOf: imageFile(path) }] as const,
  );
  return new Map<string, OutputFile>([
    ['plan.json', `${JSON.stringify(plan, null, 2)}\n`],
    ...images,
  ]);
}

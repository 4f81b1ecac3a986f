// SPDX-License-Identifier: BSD-2-Clause
import type { ErrorObject } from 'ajv';
import { insideName, mapsWithBadNames, pathOf } from './humanise.js';

/**
 * Takes out of plain data what the validator refused, so that the rest can still be checked and all findings are told at
 * once. An entry that lacks something goes as a whole.
 *
 * @returns whether anything is left to go on with.
 */
export function prune(data: unknown, errors: readonly ErrorObject[]): boolean {
  const named = mapsWithBadNames(errors);
  for (const error of errors) {
    // The error about the name itself takes the entry out.
    if (insideName(error, named)) continue;
    const path = [...pathOf(error.instancePath)];
    const params = error.params as Record<string, unknown>;
    if (error.keyword === 'additionalProperties') path.push(String(params['additionalProperty']));
    if (error.keyword === 'propertyNames') path.push(String(params['propertyName']));
    if (path.length === 0) return false;
    remove(data, path);
  }
  return true;
}

function remove(data: unknown, path: readonly string[]): void {
  let node = data;
  for (const step of path.slice(0, -1)) {
    if (typeof node !== 'object' || node === null) return;
    node = (node as Record<string, unknown>)[step];
  }
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) Reflect.deleteProperty(node, path.at(-1) ?? '');
  // The order of a list means something: with an item gone, the rest would be read wrongly.
  else remove(data, path.slice(0, -1));
}

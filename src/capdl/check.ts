// SPDX-License-Identifier: BSD-2-Clause
import { checkCaps } from './check-caps.js';
import { checkMachine } from './check-machine.js';
import { checkObjects } from './check-objects.js';
import { report, twice, type Checked, type Fault } from './fault.js';
import { refName, type CapList, type ObjectDecl, type Spec } from './model.js';

export type { Fault } from './fault.js';

/**
 * Finds what can not work in a specification although parse-capDL accepts it: the loader would
 * abort while the system starts, or silently go on with something else than was meant.
 */
export function checkSpec(spec: Spec): Fault[] {
  const to: Checked = {
    spec,
    faults: [],
    declared: firstOf(spec.objects, (decl: ObjectDecl) => decl.name),
    lists: firstOf(spec.caps, (list: CapList) => refName(list.object)),
  };
  checkNames(to);
  checkObjects(to);
  checkCaps(to);
  checkMachine(to);
  return to.faults;
}

function firstOf<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const thing of things) if (!map.has(keyOf(thing))) map.set(keyOf(thing), thing);
  return map;
}

function checkNames(to: Checked): void {
  twice(
    to.spec.objects.map((decl) => [decl.name, decl] as const),
    (_, decl) => {
      report(to, 'duplicate-name', `two objects are called \`${decl.name}\``, decl.line);
    },
  );
  twice(
    to.spec.caps.map((list) => [refName(list.object), list] as const),
    (_, list, name) => {
      report(to, 'duplicate-name', `\`${name}\` has two lists of capabilities`, list.line);
    },
  );
}

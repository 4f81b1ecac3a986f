// SPDX-License-Identifier: BSD-2-Clause
import type { ErrorObject } from 'ajv';
import machineSchema from '../../schema/machine.schema.json' with { type: 'json' };
import systemSchema from '../../schema/system.schema.json' with { type: 'json' };
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { RawMachine } from '../generated/machine.js';
import type { RawSystem } from '../generated/system.js';
import validateMachine from '../generated/validate-machine.js';
import validateSystem from '../generated/validate-system.js';
import { entryOf, plainValue, type Located } from '../source/located.js';
import { humanise } from './humanise.js';
import { unquotedBdf } from './pages.js';
import { prune } from './prune.js';

/** What the schema says of a document. */
export interface Shape<T> {
  /** What was accepted; refused parts are left out. Absent when nothing usable is left. */
  readonly raw?: T;
  readonly diagnostics: Diagnostic[];
}

interface Validator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Checks a system description against its schema. */
export function checkSystemShape(root: Located): Shape<RawSystem> {
  const shape = check<RawSystem>(root, systemSchema, validateSystem);
  const vms = entryOf(root, 'vms')?.value;
  for (const vm of vms?.kind === 'map' ? vms.entries.values() : []) {
    shape.diagnostics.push(...unquoted(entryOf(vm.value, 'pci')?.value));
  }
  return shape;
}

/** Checks a machine file against its schema. */
export function checkMachineShape(root: Located): Shape<RawMachine> {
  const shape = check<RawMachine>(root, machineSchema, validateMachine);
  shape.diagnostics.push(...unquoted(entryOf(root, 'pci')?.value));
  return shape;
}

function check<T>(root: Located, schema: unknown, validate: Validator): Shape<T> {
  const data = plainValue(root);
  if (validate(data)) return { raw: data as T, diagnostics: [] };
  const diagnostics = humanise(root, schema, validate.errors ?? []);
  // Each round takes out what is refused; what that makes incomplete is refused in the next.
  for (;;) {
    if (!prune(data, validate.errors ?? [])) return { diagnostics };
    const complete = validate(data) || (validate.errors ?? []).every(isEmptied);
    if (complete) return { raw: data as T, diagnostics };
  }
}

/** A map lost its last entry to the findings; that alone is no reason to drop what stands beside it. */
function isEmptied(error: ErrorObject): boolean {
  return error.keyword === 'minProperties';
}

/** PCI addresses without quotes: YAML 1.2 reads text, YAML 1.1 a number (decision: refuse what readers see differently). */
function unquoted(devices: Located | undefined): Diagnostic[] {
  if (devices?.kind !== 'map') return [];
  return [...devices.entries.values()].flatMap((device) => {
    const bdf = entryOf(device.value, 'bdf')?.value;
    if (bdf?.kind !== 'scalar' || !bdf.plain || typeof bdf.value !== 'string') return [];
    const replacement = JSON.stringify(bdf.value);
    return diagnostic(unquotedBdf, bdf.span, `the PCI address ${bdf.value} is not in quotes`, {
      hint: `write ${replacement}: without quotes some YAML readers take it for a number`,
      fix: { title: 'put it in quotes', span: bdf.span, replacement },
    });
  });
}

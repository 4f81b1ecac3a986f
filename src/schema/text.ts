// SPDX-License-Identifier: BSD-2-Clause
import machine from '../../schema/machine.schema.json' with { type: 'json' };
import plan from '../../schema/plan.schema.json' with { type: 'json' };
import system from '../../schema/system.schema.json' with { type: 'json' };

const schemas: Readonly<Record<string, unknown>> = { system, machine, plan };

export const schemaNames = Object.keys(schemas);

/** A schema as text, by its name: system, machine or plan. */
export function schemaText(name: string): string | undefined {
  if (!Object.hasOwn(schemas, name)) return undefined;
  return `${JSON.stringify(schemas[name], null, 2)}\n`;
}

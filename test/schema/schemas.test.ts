// SPDX-License-Identifier: BSD-2-Clause
// The schemas are what editors, types, docs and the program go by: what must hold of every part of them.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import machineSchema from '../../schema/machine.schema.json' with { type: 'json' };
import planSchema from '../../schema/plan.schema.json' with { type: 'json' };
import systemSchema from '../../schema/system.schema.json' with { type: 'json' };
import { deref, type SchemaNode } from '../../src/schema/lookup.js';
import { schemaNames, schemaText } from '../../src/schema/text.js';

const SCHEMAS = { system: systemSchema, machine: machineSchema, plan: planSchema } as const;

/** Every subschema with its place. */
function nodes(node: unknown, place = '#'): [string, SchemaNode][] {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.entries(node).flatMap(([key, value]) =>
    ['default', 'examples', 'enum', 'const', 'required'].includes(key)
      ? []
      : nodes(value, `${place}/${key}`),
  );
  return [[place, node], ...below];
}

describe.each(Object.entries(SCHEMAS))('the %s schema', (name, schema) => {
  const all = nodes(schema);

  test('is printed as it is', () => {
    expect(schemaNames).toContain(name);
    expect(JSON.parse(schemaText(name) ?? '')).toEqual(schema);
  });

  test('describes every property and every definition', () => {
    const mute = all.flatMap(([place, { properties }]) =>
      Object.entries(properties ?? {})
        .filter(([, node]) => (deref(schema, node).description ?? '').length < 3)
        .map(([key]) => `${place}/${key}`),
    );
    expect(mute).toEqual([]);
    const definitions = Object.entries(schema.$defs as Record<string, SchemaNode>);
    expect(definitions.filter(([, d]) => !d.description || !d.title).map(([key]) => key)).toEqual(
      [],
    );
  });

  test('tells the branches of each oneOf apart by a constant "type"', () => {
    for (const [place, { oneOf }] of all) {
      if (oneOf === undefined) continue;
      const branches = oneOf.map((branch) => deref(schema, branch));
      const types = branches.map((branch) => branch.properties?.['type']?.const);
      expect(
        types.every((type) => typeof type === 'string'),
        place,
      ).toBe(true);
      expect(new Set(types).size, place).toBe(types.length);
      for (const branch of branches)
        expect(branch, place).toHaveProperty('required', expect.arrayContaining(['type']));
    }
  });

  test('refuses unknown keys everywhere', () => {
    const open = all.filter(
      ([, node]) => 'properties' in node && !('additionalProperties' in node) && !('oneOf' in node),
    );
    expect(open.map(([place]) => place)).toEqual([]);
  });

  test('accepts its own examples and defaults', () => {
    const ajv = new Ajv2020({ strict: false, discriminator: true, schemas: [schema] });
    for (const [place, node] of all) {
      const samples = [...(node.examples ?? []), ...('default' in node ? [node.default] : [])];
      if (samples.length === 0) continue;
      const validate = ajv.compile({ $ref: `${schema.$id}${place}` });
      for (const sample of samples)
        expect(validate(sample), `${place} ${JSON.stringify(sample)}`).toBe(true);
    }
  });
});

// SPDX-License-Identifier: BSD-2-Clause

/** A JSON schema, as far as the generators look into it. */
export interface JsonSchema {
  readonly $id: string;
  readonly title: string;
  readonly [keyword: string]: unknown;
}

const MAPS_OF_SCHEMAS = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);
const DATA = new Set(['const', 'enum', 'default', 'examples', 'discriminator']);

/**
 * A copy of a schema in which every schema object went through `edit`, inner ones first. Told apart
 * from them are maps whose keys are names (a property may be called `title`) and plain data.
 */
export function mapSchema<T>(schema: T, edit: (schema: Record<string, unknown>) => object): T {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return edit(
      mapValues(value, (inner, key) => {
        if (DATA.has(key)) return inner;
        return MAPS_OF_SCHEMAS.has(key) ? mapValues(inner as object, walk) : walk(inner);
      }),
    );
  };
  return walk(schema) as T;
}

function mapValues(object: object, f: (value: unknown, key: string) => unknown) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));
}

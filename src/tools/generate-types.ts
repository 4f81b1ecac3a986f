// SPDX-License-Identifier: BSD-2-Clause
import { compile } from 'json-schema-to-typescript';
import { mapSchema, type JsonSchema } from './json-schema.js';

const BANNER = [
  '// SPDX-License-Identifier: BSD-2-Clause',
  '// Generated from schema/ by `npm run generate`. Not to be edited.',
].join('\n');

/** TypeScript types of a schema; `title`s name them. */
export async function compileTypes(schema: JsonSchema, schemaDir: string): Promise<string> {
  return compile(mapSchema(schema, forTypes), schema.title, {
    additionalProperties: false,
    bannerComment: BANNER,
    cwd: schemaDir,
    // `noUncheckedIndexedAccess` makes indexing safe; tuples would only make arrays hard to build.
    ignoreMinAndMaxItems: true,
  });
}

/**
 * A reference with a description of its own would become a type of its own (`Size3`), so that
 * description goes. Keys that a pattern lets through (`x-…`) are ignored by the program, so its
 * types omit them; patterns on names are nothing to TypeScript.
 */
function forTypes(schema: Record<string, unknown>): object {
  if ('$ref' in schema) return { $ref: schema['$ref'] };
  const { patternProperties, propertyNames, ...rest } = schema;
  return rest['additionalProperties'] === false || patternProperties === undefined
    ? rest
    : { ...rest, patternProperties };
}

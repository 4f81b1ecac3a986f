// SPDX-License-Identifier: BSD-2-Clause
import { Ajv2020 } from 'ajv/dist/2020.js';
import { SchemaEnv } from 'ajv/dist/compile/index.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { mapSchema, type JsonSchema } from './json-schema.js';
import { root } from './root.js';

const BANNER = `// SPDX-License-Identifier: BSD-2-Clause
// Generated from schema/ by \`npm run generate\`. Not to be edited.
`;

/** A validator for the schema of that name, as a module that needs neither ajv nor the schema. */
export async function compileValidator(name: string, schemas: readonly JsonSchema[]) {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    // `required: [type]` stands beside a `oneOf` whose branches have the property.
    strictRequired: false,
    discriminator: true,
    // The errors' words are ours (src/schema), made from keyword, place and parameters.
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
    schemas: schemas.map((schema) => mapSchema(schema, withoutAnnotations)),
  });
  for (const { $id } of schemas) nameDefinitions(ajv, $id);
  const schema = schemas.find(({ $id }) => $id.endsWith(`:${name}.schema.json`));
  const validate = schema && ajv.getSchema(schema.$id);
  if (!validate) throw new Error(`schema/${name}.schema.json: its $id must end in its file name`);
  return {
    code: BANNER + (await bundle(standalone.default(ajv, validate))),
    types: types(name, schema.title),
  };
}

/**
 * A definition that ajv compiles to a function of its own reports errors with a `schemaPath` from
 * that definition, not from the schema's root (`#/type`). Told the definition's place beforehand,
 * it reports `#/$defs/vm/type`, which the humaniser can look up.
 */
function nameDefinitions(ajv: Ajv2020, id: string): void {
  const root = ajv.schemas[id];
  if (!root || typeof root.schema === 'boolean') return;
  const definitions = (root.schema['$defs'] ?? {}) as Record<string, object>;
  for (const [name, schema] of Object.entries(definitions)) {
    const schemaPath = `#/$defs/${name}`;
    ajv.refs[id + schemaPath] = new SchemaEnv({ schema, schemaPath, root, baseId: id });
  }
}

/** Annotations would only make the validator larger: it carries the parts that its errors quote. */
function withoutAnnotations(schema: Record<string, unknown>): object {
  const { title, description, examples, default: fallback, ...rest } = schema;
  return rest;
}

/** Ajv's code calls `require`, which a module has not: esbuild puts the few helpers in. */
async function bundle(code: string): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    format: 'esm',
    target: 'node20',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}

function types(name: string, title: string): string {
  return `${BANNER}import type { ErrorObject } from 'ajv';
import type { ${title} } from './${name}.js';

declare const validate: {
  (data: unknown): data is ${title};
  /** Of the last call; null when there were none. */
  errors?: ErrorObject[] | null;
};
export default validate;
`;
}

// SPDX-License-Identifier: BSD-2-Clause
// Makes src/generated/: what is derived from the schemas, the templates and the names of the C sources at build time, so that
// no schema is compiled and no template is parsed when the program runs.
import { readdir, readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeList } from './generate-code-list.js';
import { compileTypes } from './generate-types.js';
import { compileTemplates } from './generate-templates.js';
import { compileValidator } from './generate-validator.js';
import { root } from './root.js';
import type { JsonSchema } from './json-schema.js';

const schemaDir = path.join(root, 'schema');
const templateDir = path.join(root, 'templates');
const outDir = path.join(root, 'src/generated');

async function readSchemas(): Promise<Map<string, JsonSchema>> {
  const schemas = new Map<string, JsonSchema>();
  for (const file of (await readdir(schemaDir)).sort()) {
    const name = /^(.+)\.schema\.json$/.exec(file)?.[1];
    if (name === undefined) continue;
    const text = await readFile(path.join(schemaDir, file), 'utf8');
    schemas.set(name, JSON.parse(text) as JsonSchema);
  }
  return schemas;
}

async function generate(): Promise<Map<string, string>> {
  const schemas = await readSchemas();
  const files = new Map<string, string>();
  for (const [name, schema] of schemas) {
    files.set(`${name}.ts`, await compileTypes(schema, schemaDir));
    const validator = await compileValidator(name, [...schemas.values()]);
    files.set(`validate-${name}.js`, validator.code);
    files.set(`validate-${name}.d.ts`, validator.types);
  }
  const templates = await compileTemplates(templateDir);
  files.set('templates.js', templates.code);
  files.set('templates.d.ts', templates.types);
  files.set('code.ts', await codeList(path.join(root, 'vmm-c')));
  return files;
}

const files = await generate();
await rm(outDir, { recursive: true, force: true });
await mkdir(outDir, { recursive: true });
for (const [name, text] of files) await writeFile(path.join(outDir, name), text);

// SPDX-License-Identifier: BSD-2-Clause
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import nunjucks from 'nunjucks';
import { transform } from 'esbuild';

const BANNER = `// SPDX-License-Identifier: BSD-2-Clause
// Generated from templates/ by \`npm run generate\`. Not to be edited.
`;

/**
 * All templates (`*.njk`), compiled to functions, in one module. A template's name is its path
 * below templates/ without the ending: `camkes/CMakeLists.txt`.
 */
export async function compileTemplates(templateDir: string) {
  // These options are fixed at compile time; the run time can not loosen them.
  const env = new nunjucks.Environment([], {
    autoescape: false,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  const entries: string[] = [];
  for (const file of await listFiles(templateDir)) {
    const name = templateName(file);
    const text = withoutComments(await readFile(path.join(templateDir, file), 'utf8'));
    const wrapper = ([compiled]: { template: string }[]) =>
      `${JSON.stringify(name)}: (() => {${compiled?.template ?? ''}})(),\n`;
    entries.push(nunjucks.precompileString(text, { name, env, wrapper } as never));
  }
  const code = `export const templates = {\n${entries.join('')}};\n`;
  // Only a check that what was generated is JavaScript, and a tidy layout.
  const tidy = await transform(code, { format: 'esm', target: 'node20' });
  return { code: BANNER + tidy.code, types: TYPES };
}

const TYPES = `${BANNER}
/** Compiled templates by name: functions of nunjucks' own form, for a body and its blocks. */
export declare const templates: Record<
  string,
  Record<string, (env: unknown, context: unknown, frame: unknown, runtime: unknown, done: unknown) => void>
>;
`;

/** Nunjucks would leave an empty line where a comment has lines of its own. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\{#[^]*?#\}[ \t]*\n/gm, '');
}

async function listFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/** A stray file would be left out in silence, so there may be none. */
function templateName(file: string): string {
  if (!file.endsWith('.njk')) throw new Error(`templates/${file}: a template ends in .njk`);
  return file.slice(0, -'.njk'.length);
}

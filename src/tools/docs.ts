// SPDX-License-Identifier: BSD-2-Clause
// `docs.ts`: writes the generated pages of docs/reference/. `docs.ts --check`: fails when they are stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { referencePages } from './docs-pages.js';
import { root } from './root.js';

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [file, text] of await referencePages()) {
  const target = path.join(root, file);
  const present = await readFile(target, 'utf8').catch(() => undefined);
  if (present === text) continue;
  stale.push(file);
  if (check) continue;
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}
for (const file of stale)
  console.log(check ? `${file} is stale; run npm run docs` : `wrote ${file}`);
process.exitCode = check && stale.length > 0 ? 1 : 0;

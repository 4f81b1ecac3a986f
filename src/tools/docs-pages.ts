// SPDX-License-Identifier: BSD-2-Clause
// The generated pages of docs/reference/, and the picture of README. They are committed; a test compares them with this.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { draw } from '../diagram/draw.js';
import { pictureOf } from '../diagram/picture.js';
import { catalogue } from '../pipeline/catalogue.js';
import { checkFile } from '../pipeline/check.js';
import { nodeFiles } from '../source/node-files.js';
import { code, fenced } from './docs-markdown.js';
import { diagnosticsPage } from './docs-diagnostics.js';
import { schemaPage, type SchemaNode } from './docs-schema.js';
import { root } from './root.js';

/** All generated pages, by path relative to the repository. */
export async function referencePages(): Promise<Map<string, string>> {
  const pages: readonly (readonly [string, string])[] = [
    ['language', await page('system', 'Language reference', await language())],
    ['machine', await page('machine', 'Machine file reference', await machine())],
    ['plan', await page('plan', 'Plan reference', PLAN)],
    ['diagnostics', diagnosticsPage(catalogue)],
  ];
  return new Map([
    ...pages.map(([name, text]) => [`docs/reference/${name}.md`, `${text}\n`] as const),
    ['docs/images/two-linux.svg', pictured('systems/two-linux.yaml')],
  ]);
}

/** What `makatea diagram` draws of a file of the repository. */
function pictured(file: string): string {
  const files = nodeFiles(() => '');
  const { system } = checkFile(path.join(root, file), { files, composing: false });
  if (system === undefined) throw new Error(`${file} is not a description`);
  return draw(pictureOf(system), 'svg');
}

async function page(schema: string, title: string, introduction: string): Promise<string> {
  const source = `schema/${schema}.schema.json`;
  const node = JSON.parse(await readFile(path.join(root, source), 'utf8')) as SchemaNode;
  return schemaPage(node, { title, source, introduction, filledIn: schema !== 'plan' });
}

/** An example of the repository, without the lines that only its file needs. */
async function exampleFile(file: string): Promise<string> {
  const text = await readFile(path.join(root, file), 'utf8');
  return fenced('yaml', text.replace(/^# (?:SPDX|yaml-language).*\n/gm, ''));
}

async function language(): Promise<string> {
  return `A system description is one YAML file (YAML 1.2, at most 1 MiB). Its rules:

- What has a name is an entry of a map: ${code('vms: { web: … }')}. Lists stand only where order means something.
- Each key has one shape: never a text in one file and a map in another.
- Names are lower-case letters, digits and underscores, begin with a letter, and have at most 32 characters.
- Sizes and times carry their unit: ${code('256MiB')}, ${code('10ms')}. There is no default unit.
- PCI addresses stand in quotes: ${code('"0000:03:00.0"')}. Some YAML readers take an unquoted one for a number.
- Paths are relative to the file that names them.
- An unknown key is an error. Keys that begin with ${code('x-')} are ignored at the top level: a place for anchors.
- Authority is written where it is received: who may stop a VM stands in that VM.
- There are no includes and no environment variables.

In the paths below, words in capitals stand for names that you choose: ${code('vms.VM.memory')} is the key ${code('memory')} of
each entry of ${code('vms')}. What is wrong with a description is told by [diagnostics](diagnostics.md).

A whole description, ${code('systems/two-linux.yaml')}:

${await exampleFile('systems/two-linux.yaml')}`;
}

async function machine(): Promise<string> {
  return `A machine file is an inventory of one machine: what a system description can pass through, and the limits that it is
checked against. A description names it by ${code('machine:')}. ${code('makatea machine probe')}
writes it ([how, and what can not be known](../machine.md)); it can be written by hand too. What is not written down is taken to be
absent, except where a default is given.

An example, ${code('systems/machines/xeon_d.yaml')}:

${await exampleFile('systems/machines/xeon_d.yaml')}`;
}

const PLAN = `${code('plan.json')} is written beside the output. It holds every number that was decided about the system: memory maps,
capability slots, badges, interrupts, IO spaces, sizes of untyped memory. All other output is made from it alone. It is meant
to be read by programs and to be compared between two versions of a system; it is not edited.

The format is versioned by ${code('makatea_plan')}. Until version 1.0 of the program it may change without a new number.`;

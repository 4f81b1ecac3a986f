// SPDX-License-Identifier: BSD-2-Clause
// What the demo says about the files that came out.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** What each file of an output directory is, first match first. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/^report\.md$/, 'who can reach whom, who must be trusted, memory maps: read it first'],
  [/^[^/]+\.camkes$/, 'the application in CAMkES ADL: components, shared memory'],
  [/^CMakeLists\.txt$/, 'how a CAMkES project builds it'],
  [/^settings\.cmake$/, 'what the kernel and the loader must be configured for'],
  [/^templates\//, 'templates for CAMkES: the capabilities that ADL can not express'],
  [/^include\/makatea\//, 'types of the configuration headers'],
  [/^include\//, 'configuration header of one component, for its C code'],
  [/^components\//, 'C bodies of the components: empty in this version'],
  [/^images\//, 'guest images, named by their content'],
  [/^system\.cdl$/, 'the authority that is meant, in capDL'],
  [/^plan\.json$/, 'every number that was decided'],
  [/^manifest\.json$/, 'hashes of all files: what may be replaced by the next run'],
];

/** The files of an output directory with what they are. Files that are alike share a line. */
export async function tree(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .sort();
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const meaning = MEANINGS.find(([pattern]) => pattern.test(file))?.[1] ?? '';
    groups.set(meaning, [...(groups.get(meaning) ?? []), file]);
  }
  const order = [...MEANINGS.map(([, meaning]) => meaning), ''];
  const sorted = [...groups].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return Promise.all(sorted.map(async ([meaning, group]) => row(dir, group, meaning)));
}

async function row(dir: string, files: readonly string[], meaning: string): Promise<string> {
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(path.join(dir, file))).size),
  );
  const [first = ''] = files;
  const name = files.length === 1 ? first : `${common(files)}… (${files.length} files)`;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return `${name.padEnd(30)} ${size(total).padStart(9)}  ${meaning}`;
}

/** The innermost folder that all files lie in. */
function common(files: readonly string[]): string {
  const [first = ''] = files;
  const folders = first.split('/').slice(0, -1);
  const prefixes = folders.map((_, index) => `${folders.slice(0, index + 1).join('/')}/`);
  return prefixes.findLast((prefix) => files.every((file) => file.startsWith(prefix))) ?? '';
}

function size(bytes: number): string {
  return bytes < 2 ** 20
    ? `${(bytes / 1024).toFixed(1)} KiB`
    : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** The first table below a heading of a report. */
export async function reportTable(dir: string, heading: string): Promise<string[]> {
  const lines = (await readFile(path.join(dir, 'report.md'), 'utf8')).split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`report.md has no "${heading}"`);
  const first = lines.findIndex((text, index) => index > start && text.startsWith('|'));
  const length = lines.slice(first).findIndex((text) => !text.startsWith('|'));
  return lines.slice(first, first + length);
}

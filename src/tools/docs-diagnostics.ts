// SPDX-License-Identifier: BSD-2-Clause
// The reference of diagnostics, from the pages that `makatea explain` shows too.
import type { Page } from '../diagnostics/page.js';
import { code, fenced, generatedFrom, table } from './docs-markdown.js';

const INTRODUCTION = `A diagnostic is a line \`FILE:LINE:COLUMN: SEVERITY CODE: MESSAGE\`, the line that it is about, related places, and a
hint. Codes are stable: they are not renumbered and not reused. \`makatea explain CODE\` shows the same text as this page.
All findings are reported at once, in the order of the file.

An **error** stops \`compose\`; a **warning** or a **note** does not. Some findings can be accepted, with a reason, in the entry that
they are about: \`accept: { CODE: { reason: "..." } }\`. They are then told in the report, and no longer as findings. The exit status is 0 without errors, 1 with errors, 2 when the program
was called wrongly, 3 for a fault of the program itself.

Each example below is run by the tests: the failing one gives its code, the passing one does not.`;

/** What each group of codes is about, by the first digits. */
const GROUPS: readonly (readonly [prefix: string, title: string])[] = [
  ['MK00', 'Reading the file'],
  ['MK01', 'Shape of the entries'],
  ['MK02', 'Names and references'],
  ['MK03', 'Devices, processors and other things to be had once'],
  ['MK04', 'Memory and guest images'],
  ['MK05', 'Limits met while planning'],
  ['MK06', 'Making an inventory of a machine'],
  ['MK07', 'Building with seL4, and booting there'],
  ['MK09', 'What this version can not do'],
];

/** Examples that the tests make, because they are too large to show or are no text. */
const MADE: Readonly<Record<string, string>> = {
  '@large': 'A description of more than 1 MiB.',
  '@latin1': 'A description in which an accented letter is one byte, as in Latin-1.',
  '@manyvms':
    'A description with more VMs, consoles and ramdisks than the loader has identifiers for.',
  '@toomanyvms': 'A description with more VMs than there are address space identifiers.',
  '@manydisks': 'A VM with more disks than PCI Express can address.',
  '@manyranges': 'A VM with 130 ranges of device memory that are no neighbours.',
  '@manydevices': 'More passed-through functions than the machine has VT-d domain ids.',
  '@none': 'None: in this version every description gives this finding.',
};

/** Files that an example names and that are no text. */
const MADE_FILES: Readonly<Record<string, string>> = {
  '@bzimage32': 'a bzImage of a 32-bit kernel.',
  '@bzimage-damaged': 'a bzImage in which the packed kernel is damaged.',
  '@bzimage-of-100-mib': 'a bzImage whose header asks for 100 MiB (`init_size`).',
};

/** The page of all codes. */
export function diagnosticsPage(catalogue: readonly Page[]): string {
  const groups = GROUPS.map(([prefix, title]) => ({
    title,
    pages: catalogue.filter((page) => page.code.startsWith(prefix)),
  }));
  const placed = groups.reduce((sum, { pages }) => sum + pages.length, 0);
  if (placed !== catalogue.length)
    throw new Error('a code belongs to no group of docs-diagnostics.ts');
  return [
    '# Diagnostics',
    generatedFrom('the catalogue in src/pipeline/catalogue.ts'),
    INTRODUCTION,
    '## Contents',
    ...groups.map(({ title, pages }) => `**${title}**\n\n${contents(pages)}`),
    ...groups.flatMap(({ title, pages }) => [`## ${title}`, ...pages.map(section)]),
  ].join('\n\n');
}

function contents(pages: readonly Page[]): string {
  const rows = pages.map((page) => [
    `[${page.code}](#${page.code.toLowerCase()})`,
    page.severity,
    page.title,
  ]);
  return table(['Code', 'Severity', 'Finding'], rows);
}

function section(page: Page): string {
  return [
    `<a id="${page.code.toLowerCase()}"></a>`,
    `### ${page.code}: ${page.title}`,
    `*${kind(page)}.* ${page.text.trim()}`,
    ...example('Fails', page, page.fails),
    ...example('Passes', page, page.passes),
    ...files(page),
  ].join('\n\n');
}

function kind({ severity, acceptable }: Page): string {
  const word = `${severity[0]?.toUpperCase() ?? ''}${severity.slice(1)}`;
  return acceptable === true ? `${word}, can be accepted` : word;
}

function example(title: string, { kind: of }: Page, source: string): string[] {
  if (!source.startsWith('@')) return [`${title}:`, fenced(of === 'log' ? 'text' : 'yaml', source)];
  return [`${title}: ${made(MADE, source)}`];
}

/** The files that the examples name. The kernel that nearly all name is not worth a line. */
function files({ files: named = {} }: Page): string[] {
  return Object.entries(named).flatMap(([path, content]) => {
    if (content === '@bzimage') return [];
    if (content.startsWith('@')) return [`${code(path)}: ${made(MADE_FILES, content)}`];
    return [`${code(path)}:`, fenced('yaml', content)];
  });
}

function made(words: Readonly<Record<string, string>>, name: string): string {
  const text = words[name];
  if (text === undefined) throw new Error(`docs-diagnostics.ts has no words for the made ${name}`);
  return text;
}

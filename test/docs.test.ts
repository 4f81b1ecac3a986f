// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkFile } from '../src/pipeline/check.js';
import { renderPretty } from '../src/render/pretty.js';
import { withMistakes } from '../src/tools/demo-mistakes.js';
import { referencePages } from '../src/tools/docs-pages.js';
import { memoryFiles } from './support/files.js';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => path.join('docs', file));
const pages = [...docs, 'README.md', 'CHANGELOG.md', 'systems/README.md'].sort();

/** Text outside code. */
function prose(markdown: string): string {
  return markdown.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Anchors of a page: those written out, and those that headings get. */
function anchors(markdown: string): Set<string> {
  const written = [...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...written, ...headings]);
}

/** Where a page's links to files of the repository lead. */
function targets(page: string): string[] {
  return [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target));
}

describe('the generated pages', async () => {
  const generated = await referencePages();

  test.each([...generated.keys()])('%s is up to date (npm run docs writes it)', (file) => {
    expect(existsSync(path.join(root, file)) ? read(file) : '').toBe(generated.get(file));
  });
});

describe.each(pages)('%s', (page) => {
  test('links to files and anchors that are there', () => {
    const broken = targets(page).filter((target) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? page : path.normalize(path.join(path.dirname(page), file));
      if (!existsSync(path.join(root, to))) return true;
      return anchor !== undefined && !anchors(read(to)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names only codes that there are', () => {
    const known = generatedCodes();
    const named = read(page).match(/MK\d{4}/g) ?? [];
    // MK0999 stands for a code that there is not.
    expect(named.filter((code) => !known.has(code) && code !== 'MK0999')).toEqual([]);
  });
});

function generatedCodes(): Set<string> {
  return new Set(
    read('docs/reference/diagnostics.md')
      .match(/^### MK\d{4}/gm)
      ?.map((h) => h.slice(4)),
  );
}

const twoLinux = read('systems/two-linux.yaml');

test('README shows the example as it is', () => {
  const example = twoLinux.replace(/^#.*\n/gm, '');
  expect(read('README.md')).toContain(`\`\`\`yaml\n${example}\`\`\``);
});

test("README shows the program's words about the demo's mistakes", () => {
  const file = 'build/mistake.yaml';
  const files = memoryFiles({
    [file]: withMistakes(twoLinux),
    'systems/images/vmlinuz': '@bzimage',
    'systems/images/initrd.cpio.gz': '@initrd',
  });
  const { diagnostics, sources } = checkFile(file, { files, composing: false });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors).toHaveLength(2);
  for (const error of errors) {
    // Without the last line, the count.
    const [shown = ''] = renderPretty([error], sources, false).split('\n\n');
    expect(read('README.md')).toContain(shown);
  }
});

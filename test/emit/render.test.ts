// SPDX-License-Identifier: BSD-2-Clause
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { compileTemplates } from '../../src/tools/generate-templates.js';

const sources = {
  'camkes/list.txt': [
    '{# A comment and tags',
    '   leave no empty lines. #}',
    '{% for vm in vms %}',
    '  {% if vm.first %}',
    'first: {{ vm.name }} {{ vm.base | hex(8) }}',
    '  {% endif %}',
    '{% endfor %}',
    'end',
    '',
  ].join('\n'),
  'camkes/macro.txt': '{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(x) }}{{ m(1) }}\n',
  'camkes/include.txt': 'a{% include "camkes/macro.txt" %}b',
  'raw.txt': '{{ text }}',
};

vi.mock('../../src/generated/templates.js', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'makatea-render-'));
  await mkdir(path.join(dir, 'camkes'));
  for (const [name, text] of Object.entries(sources)) {
    await writeFile(path.join(dir, `${name}.njk`), text);
  }
  const module = path.join(dir, 'templates.mjs');
  await writeFile(module, (await compileTemplates(dir)).code);
  const templates: unknown = await import(module);
  await rm(dir, { recursive: true });
  return templates;
});

const { render } = await import('../../src/emit/render.js');

describe('render', () => {
  const vms = [
    { first: true, name: 'web', base: 4096 },
    { first: false, name: 'db', base: 0 },
  ];

  test('fills in a template, filters included, and removes the lines of tags', () => {
    expect(render('camkes/list.txt', { vms })).toBe('first: web 0x00001000\nend\n');
  });

  test('escapes nothing unasked', () => {
    expect(render('raw.txt', { text: '<&"\'>' })).toBe('<&"\'>');
  });

  test('knows macros and includes', () => {
    expect(render('camkes/include.txt', { x: 7 })).toBe('a<7><1>\nb');
  });

  test.each([
    ['an output', 'raw.txt', {}, "'text' is undefined"],
    ['a list', 'camkes/list.txt', {}, "'vms' is undefined"],
    ['a condition', 'camkes/list.txt', { vms: [{ name: 'web', base: 0 }] }, "'first' is undefined"],
    ['a member', 'camkes/list.txt', { vms: [{ first: true, name: 'web' }] }, "'base' is undefined"],
    ['an argument', 'camkes/macro.txt', {}, "'x' is undefined"],
    ['null as an output', 'raw.txt', { text: null }, 'null or undefined value'],
    ['no template', 'nothing.txt', {}, "there is no template 'nothing.txt'"],
  ])('refuses an undefined value: %s', (_name, template, context, message) => {
    expect(() => render(template, context)).toThrow(message);
  });
});

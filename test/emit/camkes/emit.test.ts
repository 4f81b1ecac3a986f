// SPDX-License-Identifier: BSD-2-Clause
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitCamkes } from '../../../src/emit/camkes/emit.js';
import { fixture } from '../fixture.js';
import { tinyPlan } from './tiny.js';

const GOLDEN = path.join(import.meta.dirname, 'golden');

describe('a small plan', () => {
  const files = emitCamkes(tinyPlan());

  test.each([
    'tiny.camkes',
    'CMakeLists.txt',
    'settings.cmake',
    'templates/console_front-caps.c',
    'templates/vm_web-caps.c',
  ])('gives %s', async (file) => {
    await expect(files.get(file)).toMatchFileSnapshot(path.join(GOLDEN, file));
  });

  test('has a template for each component, and a body for each component', () => {
    expect([...files.keys()]).toEqual([
      'tiny.camkes',
      'CMakeLists.txt',
      'settings.cmake',
      'templates/makatea.jinja',
      'templates/console_front-caps.c',
      'components/console_front.c',
      'templates/ramdisk-caps.c',
      'components/ramdisk.c',
      'templates/vm_web-caps.c',
      'components/vm_web.c',
    ]);
  });

  test('is the same every time, and ends every file with a line', () => {
    expect(emitCamkes(tinyPlan())).toEqual(files);
    for (const text of files.values()) expect(text).toMatch(/[^\n]\n$/);
  });
});

describe('every file that the others name', () => {
  const plan = fixture();
  const files = emitCamkes(plan);
  const cmake = files.get('CMakeLists.txt') ?? '';

  test('is there', () => {
    const named = [...cmake.matchAll(/SOURCES (\S+\.c)$/gm)].map(([, file = '']) =>
      file.includes('/') ? file : `templates/${file}`,
    );
    expect(named).toHaveLength(2 * plan.components.length);
    for (const file of named) expect(files.has(file)).toBe(true);
    expect(files.has(/DeclareCAmkESRootserver\((\S+)\)/.exec(cmake)?.[1] ?? '')).toBe(true);
  });

  test('calls no macro that there is not, and each with its parameters', () => {
    const macros = new Map(
      [...(files.get('templates/makatea.jinja') ?? '').matchAll(/macro (\w+)\((.*)\)/g)].map(
        ([, name = '', parameters = '']) => [name, parameters.split(', ')] as const,
      ),
    );
    const caps = [...files].filter(([file]) => file.endsWith('-caps.c'));
    const calls = caps.flatMap(([, text]) => [...text.matchAll(/mk\.(\w+)\((.*?)\)/g)]);
    expect(calls.length).toBeGreaterThan(0);
    for (const [call, name = '', args = ''] of calls) {
      const given = args.split(', ').map((arg) => /^(\w+)=/.exec(arg)?.[1]);
      // The first is given by its place.
      expect([call, given.slice(1)]).toEqual([call, macros.get(name)?.slice(1)]);
    }
  });
});

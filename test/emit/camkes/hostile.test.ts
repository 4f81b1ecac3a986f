// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emitCamkes } from '../../../src/emit/camkes/emit.js';
import type { Plan } from '../../../src/generated/plan.js';
import { readJinja } from './jinja.js';
import { tinyPlan } from './tiny.js';

/** Every text of a plan that a person writes freely. */
function withText(text: string): Plan {
  const plan = tinyPlan();
  const named = <T extends { name: string }>(things: readonly T[]): T[] =>
    things.map((thing) => ({ ...thing, name: text }));
  return {
    ...plan,
    description: text,
    images: plan.images.map((image) => ({ ...image, path: text })),
    components: plan.components.map((component) => ({
      ...component,
      of: text,
      io_ports: named(component.io_ports),
      irqs: named(component.irqs),
      io_spaces: named(component.io_spaces),
      device_frames: named(component.device_frames),
    })),
    channels: named(plan.channels),
    vms: plan.vms.map((vm) => ({ ...vm, description: text, boot: { ...vm.boot, cmdline: text } })),
  };
}

/** What the readers of a file make of it, comments left out. */
function meaning(file: string, text: string): unknown {
  if (file.endsWith('.txt') || file.endsWith('.cmake')) return text;
  if (!file.startsWith('templates/')) return withoutComments(text);
  const { code, text: c } = readJinja(text);
  return { code, c: withoutComments(c).replace(/[ \t]+$/gm, '') };
}

/** As cpp reads it: lines that end in a backslash are joined before comments are looked for. */
function withoutComments(text: string): string {
  const joined = text.replaceAll('??/', '\\').replace(/\\[ \t]*\n/g, '');
  return joined.replace(/\/\*.*?\*\//gs, '').replace(/[ \t]+$/gm, '');
}

function meanings(plan: Plan): Map<string, unknown> {
  return new Map([...emitCamkes(plan)].map(([file, text]) => [file, meaning(file, text)]));
}

const PIECES = [
  ...['*/', '/*', '//', '/*?', '?*/', '/*-', '-*/', '/*#', '#*/', '"', "'", '\\', '\n', '\r\n'],
  ...['\0', '??/', '#', '#include <x>', '{{', '}}', '{%', '%}', '${HOME}', '@x@', ';', ')', '/'],
  ...['raise(1)', '*', '-', '?', ' ', 'linux', 'é', '\u2028', '\ud800'],
];

describe('free text', () => {
  const plain = meanings(withText('plain'));

  test('is never more than a comment', () => {
    const hostile = fc
      .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(meanings(withText(text))).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });

  test('is seen by this very test when it breaks out', () => {
    const broken = [...emitCamkes(withText('plain'))].map(([file, text]) => [
      file,
      meaning(file, text.replace('plain', 'a */ b')),
    ]);
    expect(new Map(broken as [string, unknown][])).not.toEqual(plain);
  });
});

describe('names', () => {
  test('may be words of the languages: each has a prefix or a suffix', () => {
    const plan = tinyPlan();
    const rename = (id: string): string => (id === 'vm_web' ? 'vm_linux' : id);
    for (const component of plan.components) component.id = rename(component.id);
    for (const end of plan.channels.flatMap(({ ends }) => ends)) {
      end.component = rename(end.component);
    }
    const adl = emitCamkes(plan).get('tiny.camkes') ?? '';
    expect(adl).toContain('component Mk_vm_linux vm_linux;');
    // To cpp, `linux` alone is the number 1.
    expect(adl).not.toMatch(/\b(?:linux|unix)\b/);
  });

  test.each([
    [
      'a component',
      (plan: Plan, name: string) => plan.components.map((component) => (component.id = name)),
    ],
    [
      'a channel',
      (plan: Plan, name: string) => plan.channels.map((channel) => (channel.id = name)),
    ],
    ['a system', (plan: Plan, name: string) => (plan.system = name)],
  ])('that would break out are refused: of %s', (_, set) => {
    for (const name of ['a b', 'a"', "a'", 'a;b', 'a)', '../a', 'a\n', '/*?', 'é', '${x}']) {
      const plan = tinyPlan();
      set(plan, name);
      expect(() => emitCamkes(plan)).toThrow();
    }
  });

  test('that cpp replaces are refused', () => {
    const plan = tinyPlan();
    plan.channels = [];
    plan.components = plan.components.map((c) => ({ ...c, id: 'linux', caps: [] }));
    expect(() => emitCamkes(plan)).toThrow(/macro of cpp/);
  });
});

// SPDX-License-Identifier: BSD-2-Clause
// What the validator finds, in a person's words: what is wrong, where, and what is wanted; each mistake told once.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import machineSchema from '../../schema/machine.schema.json' with { type: 'json' };
import systemSchema from '../../schema/system.schema.json' with { type: 'json' };
import { MACHINE_FILES, oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { renderPretty } from '../../src/render/pretty.js';
import { lint, told } from '../support/run.js';

const link = (text: string): string => twoVms({ top: `links:\n  a: { ${text} }` });

/** For each keyword of the schemas that can fail: what is written, and what is said. */
const SAID: Readonly<Record<string, readonly [text: string, message: string, hint: string | RegExp]>> = {
  type: [
    oneVm({ web: 'priority: high' }),
    '"vms.web.priority" wants a whole number, not the text "high"',
    /^seL4 priority of the VM's monitor/,
  ],
  required: [oneVm().replace('    memory: 64MiB\n', ''), '"vms.web" lacks "memory"', /For example: "256MiB"$/],
  additionalProperties: [
    oneVm({ web: 'memroy: 1' }),
    'unknown key "memroy" in "vms.web"',
    'did you mean "memory"?',
  ],
  propertyNames: [oneVm().replace('web', 'Web'), '"Web" can not be a name', /^A name: lower-case letters/],
  enum: [oneVm({ web: 'paravirt: kvn' }), '"vms.web.paravirt" can not be the text "kvn"', 'did you mean "kvm"?'],
  const: [oneVm().replace('makatea: 1', 'makatea: 2'), '"makatea" can not be the number 2', /1/],
  pattern: [oneVm().replace('64MiB', '64MB'), 'the text "64MB" is malformed for "vms.web.memory"', /KiB, MiB or GiB/],
  minimum: [oneVm({ web: 'priority: 0' }), '"vms.web.priority" is below the least value 1', /^seL4 priority/],
  maximum: [oneVm({ web: 'priority: 300' }), '"vms.web.priority" is above the greatest value 200', /^seL4 priority/],
  minLength: [
    oneVm({
      top: 'machine: box.yaml',
      web: 'pci: { nic: { device: nic0, accept: { MK0320: { reason: "x" } } } }',
    }),
    '"vms.web.pci.nic.accept.MK0320.reason" is shorter than 3',
    /^The reason/,
  ],
  maxLength: [oneVm({ web: `description: ${'x'.repeat(401)}` }), '"vms.web.description" is longer than 400', /^A line about/],
  minItems: [oneVm({ web: 'cores: []' }), '"vms.web.cores" has fewer items than 1', /^Processor cores/],
  minProperties: ['makatea: 1\nname: a\nvms: {}\n', '"vms" has fewer entries than 1', /^The virtual machines/],
  uniqueItems: [oneVm({ web: 'cores: [0, 0]' }), 'the list "vms.web.cores" has an item twice', /^Processor cores/],
  discriminator: [link('type: nett, ends: {}'), '"links.a" can not be of type "nett"', 'did you mean "net"?'],
}; // prettier-ignore

/** Keywords that say something of a schema, or select a part of it, and never fail by themselves. */
const SILENT = ['$defs', '$id', '$ref', '$schema', 'default', 'description', 'examples', 'items', 'oneOf', 'patternProperties', 'properties', 'title']; // prettier-ignore

function keywords(node: unknown, names = false): string[] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    return Array.isArray(node) ? node.flatMap((item) => keywords(item)) : [];
  }
  return Object.entries(node).flatMap(([key, value]) => [
    ...(names ? [] : [key]),
    ...(['default', 'examples', 'const', 'enum', 'discriminator'].includes(key) && !names
      ? []
      : keywords(value, !names && ['properties', '$defs', 'patternProperties'].includes(key))),
  ]);
}

describe('each keyword that can fail', () => {
  test('is listed here', () => {
    const used = new Set([...keywords(systemSchema), ...keywords(machineSchema)]);
    const failing = [...used].filter((keyword) => !SILENT.includes(keyword));
    expect(Object.keys(SAID).sort()).toEqual(failing.sort());
  });

  test.each(Object.entries(SAID))('%s', (_, [text, message, hint]) => {
    const files = { 'box.yaml': MACHINE_FILES['box.yaml'] };
    const errors = lint(text, files).diagnostics.filter((d) => d.severity === 'error');
    expect(errors.map((d) => d.message)).toEqual([message]);
    expect(errors[0]?.hint).toMatch(hint);
  });
});

/** Mistakes that could each draw others after it. */
const ALONE: readonly (readonly [what: string, text: string, finding: string])[] = [
  ['a misspelt required key', oneVm().replace('memory', 'memroy'), 'MK0101 5:5 memroy'],
  ['a misspelt boot', oneVm().replace('boot', 'bot'), 'MK0101 6:5 bot'],
  ['a misspelt top key', oneVm().replace('vms', 'vns'), 'MK0101 3:1 vns'],
  ['a boot of no type', oneVm().replace('type: linux, ', ''), 'MK0102 6:5 boot'],
  ['a boot of another type', oneVm().replace('linux', 'lunix'), 'MK0104 6:19 lunix'],
  ['a boot that is a text', oneVm().replace(/boot: .*/, 'boot: vmlinuz'), 'MK0103 6:11 vmlinuz'],
  ['a VM that is a text', `${oneVm()}  db: hello\n`, 'MK0103 7:7 hello'],
  ['a VM that is nothing', `${oneVm()}  db:\n`, 'MK0103 7:6'],
  ['a linked VM that is refused', link('type: net, ends: { web: {}, db: {} }').replace('  db:\n    memory: 64MiB\n', '  db:\n'), 'MK0102 7:3 db'],
  ['a used console that is refused', oneVm({ web: 'serial: { com1: { console: front } }', top: 'consoles: { front: { uart: 1 } }' }), 'MK0104 8:28 1'],
  ['a console that only a refused VM uses', oneVm({ web: 'serial: { com1: { console: front } }', top: 'consoles: { front: {} }' }).replace('64MiB', 'x'), 'MK0105 5:13 x'],
  ['a port that does not exist', oneVm({ web: 'serial: { com9: { console: front } }', top: 'consoles: { front: {} }' }), 'MK0101 7:15 com9'],
  ['an end that is refused', link('type: net, ends: { web: { mac: 1 }, db: {} }'), 'MK0103 11:39 1'],
  ['an end with a bad name', link('type: net, ends: { WEB: {}, db: {} }'), 'MK0107 11:27 WEB'],
  ['ends that are a list', link('type: net, ends: [web, db]'), 'MK0103 11:25 [web, db]'],
  ['a bad core among good ones', oneVm({ web: 'cores: [0, x]' }), 'MK0103 7:16 x'],
  ['a bad BDF', oneVm({ web: 'pci: { nic: { bdf: "3:0.0" } }', top: 'machine: m.yaml' }), 'MK0110 7:24 "3:0.0"'],
  ['a BDF that is a number', oneVm({ web: 'pci: { nic: { bdf: 3 } }', top: 'machine: m.yaml' }), 'MK0111 7:24 3'],
  ['a bad disk size', oneVm({ web: 'disks: { data: { backend: ramdisk, size: 4 } }' }), 'MK0103 7:46 4'],
  ['a backend that does not exist', oneVm({ web: 'disks: { data: { backend: ramdsk, size: 4MiB } }' }), 'MK0203 7:31 ramdsk'],
  ['a machine that does not exist', oneVm({ web: 'pci: { nic: { bdf: "0000:03:00.0" } }', top: 'machine: none.yaml' }), 'MK0001 8:10 none.yaml'],
  ['half a budget', oneVm({ web: 'budget: { budget: 5ms }', top: 'sel4: { mcs: true }' }), 'MK0102 7:5 budget'],
  ['a start that is refused', oneVm({ web: 'lifecycle: { start: { when: never } }' }), 'MK0104 7:25 { when: never }'],
]; // prettier-ignore

describe('one mistake gives one finding', () => {
  const more = { 'm.yaml': 'makatea_machine: 1\nname: m\niommu: {}\n' };
  test.each(ALONE)('%s', (_, text, finding) => {
    expect(told(lint(text, more)).filter((line) => !line.startsWith('MK0320'))).toEqual([finding]);
  });

  test('but two mistakes give two', () => {
    expect(told(lint(oneVm({ web: 'memroy: 1\npriority: 300\ncores: 0' })))).toHaveLength(3);
  });
});

test('findings as people see them', async () => {
  const dir = path.resolve(import.meta.dirname, '../fixtures/pretty');
  const { diagnostics, sources } = lint(readFileSync(path.join(dir, 'bad.yaml'), 'utf8'));
  await expect(renderPretty(diagnostics, sources, false)).toMatchFileSnapshot(
    path.join(dir, 'bad.txt'),
  );
});

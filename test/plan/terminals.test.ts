// SPDX-License-Identifier: BSD-2-Clause
// The ports of a VM's VirtIO console: which there are, in which order, and what they move.
import { describe, expect, test } from 'vitest';
import { oneVm, twoVms } from '../../src/diagnostics/examples.js';
import type { PlanVm } from '../../src/generated/plan.js';
import { wrongWith } from '../support/plan-invariants.js';
import { codes, compose, lint, planOf } from '../support/run.js';

const CONSOLE = 'consoles: { front: {} }';
const SHELL = 'terminals: { shell: { console: front } }';
const CABLE =
  'links: { cable: { type: serial, ends: { web: { terminal: log }, db: { port: com2 } } } }';

function webOf(text: string): PlanVm {
  const plan = planOf(text);
  expect(wrongWith(plan)).toEqual([]);
  const vm = plan.vms.find(({ name }) => name === 'web');
  if (vm === undefined) throw new Error('no VM web');
  return vm;
}

const names = (vm: PlanVm): string[] => vm.terminals.map(({ name }) => name);

test('consoles come first, then cables, then the port of a controller', () => {
  const web = webOf(
    twoVms({
      web: SHELL,
      db: 'lifecycle: { controllers: [web] }',
      top: `${CONSOLE}\n${CABLE}`,
    }),
  );
  expect(names(web)).toEqual(['shell', 'log', 'makatea.lifecycle']);
  expect(web.terminals.map(({ channel }) => channel)).toEqual([
    'terminal_shell',
    'link_cable',
    'control',
  ]);
  // Two queues for each port and two for messages, and the configuration.
  expect(web.pci.functions.at(-1)).toMatchObject({ kind: 'console', msix_vectors: 9 });
});

test('a size is planned where one is given', () => {
  const size = 'size: { columns: 100, rows: 30 }';
  const text = oneVm({
    web: `terminals:\n  a: { console: front, ${size} }\n  b: { console: front }`,
    top: CONSOLE,
  });
  const sizes = webOf(text).terminals.map(({ columns, rows }) => [columns, rows]);
  expect(sizes).toEqual([
    [100, 30],
    [0, 0],
  ]);
});

test('a VM that nobody names and that has no port has no console device', () => {
  const web = webOf(twoVms());
  expect(web.pci.functions.map(({ kind }) => kind)).toEqual(['host_bridge']);
});

test('to be named as a controller moves none of a VM’s other devices and ports', () => {
  const disks = 'disks: { data: { backend: ramdisk, size: 2MiB } }';
  const before = webOf(twoVms({ web: `${disks}\n${SHELL}`, top: CONSOLE }));
  const after = webOf(
    twoVms({
      web: `${disks}\n${SHELL}`,
      db: 'lifecycle: { controllers: [web] }',
      top: CONSOLE,
    }),
  );
  expect(after.terminals.slice(0, 1)).toEqual(before.terminals);
  expect(after.pci.functions.slice(0, -1)).toEqual(before.pci.functions.slice(0, -1));
});

test('names of VM and terminal that would join to the same do not meet at a console', () => {
  const text = twoVms({
    web: 'terminals: { c_d: { console: front } }',
    db: 'terminals: { d: { console: front } }',
    top: CONSOLE,
  })
    .replace('  web:', '  b:')
    .replace('  db:', '  b_c:');
  expect(wrongWith(planOf(text))).toEqual([]);
});

describe('a terminal', () => {
  test.each([
    [
      'used twice',
      twoVms({ web: 'terminals: { log: { console: front } }', top: `${CONSOLE}\n${CABLE}` }),
      'MK0306',
    ],
    ['without a console', oneVm({ web: SHELL }), 'MK0202'],
    ['and a port at one end', twoVms({ top: CABLE.replace('log', 'log, port: com1') }), 'MK0206'],
    [
      'with a dot in its name',
      oneVm({ web: 'terminals: { makatea.lifecycle: { console: front } }', top: CONSOLE }),
      'MK0107',
    ],
  ])('%s is refused', (_, text, code) => {
    expect(codes(lint(text))).toContain(code);
  });

  test('past the 511th is refused', () => {
    const many = Array.from({ length: 512 }, (_, n) => `  t${n}: { console: front }`).join('\n');
    expect(codes(compose(oneVm({ web: `terminals:\n${many}`, top: CONSOLE })))).toEqual(['MK0501']);
  });
});

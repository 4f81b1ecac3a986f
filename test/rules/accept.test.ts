// SPDX-License-Identifier: BSD-2-Clause
// What a description accepts: by name, with a reason, in the entry that the finding is about, and never isolation.
import { describe, expect, test } from 'vitest';
import { MACHINE_FILES, oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { catalogue } from '../../src/pipeline/catalogue.js';
import { renderJson } from '../../src/render/json.js';
import { codes, compose, lint, told } from '../support/run.js';

const ACCEPT = (code: string): string => `accept: { ${code}: { reason: "we looked into it" } }`;
const forged = ACCEPT('MK0320');

/** The examples' machine, with a card that can not be reset. */
const FIXED = {
  ...MACHINE_FILES,
  'box.yaml': MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: 8\n    reset: []'),
};

const withDevice = (accept: string): string =>
  oneVm({ top: 'machine: box.yaml', web: `pci: { uplink: { device: nic0, ${accept} } }` });

describe('an accepted finding', () => {
  test('is no finding any more, and stands in the plan and the report with its reason', () => {
    const text = oneVm({ top: `consoles: { front: {} }\n${ACCEPT('MK0308')}` });
    const result = compose(text);
    expect(codes(result)).toEqual([]);
    expect(result.accepted.map(({ diagnostic: d, reason }) => [d.code, reason])).toEqual([
      ['MK0308', 'we looked into it'],
    ]);
    expect(result.composition?.plan.accepted).toEqual([
      { entry: '', code: 'MK0308', reason: 'we looked into it' },
    ]);
    const report = result.composition?.output.get('report.md');
    expect(report).toMatch(/^\| – +\| – +\| MK0308 +\| we looked into it +\|$/m);
  });

  test('of a VM, of a device and of the system is accepted in that entry and nowhere else', () => {
    const vm = 'lifecycle: { start: manual }';
    expect(codes(lint(oneVm({ web: `${vm}\n${ACCEPT('MK0317')}` })))).toEqual([]);
    expect(codes(lint(oneVm({ web: vm, top: ACCEPT('MK0317') })))).toEqual(['MK0317', 'MK0321']);
    const both = 'accept: { MK0320: { reason: "ours" }, MK0354: { reason: "ours" } }';
    expect(codes(lint(withDevice(both), FIXED))).toEqual([]);
    const atTop = `${withDevice(forged)}${ACCEPT('MK0354')}\n`;
    expect(codes(lint(atTop, FIXED))).toEqual(['MK0354', 'MK0321']);
  });

  test('is told to programs as accepted, with the reason', () => {
    const { diagnostics, sources, accepted } = lint(withDevice(forged), MACHINE_FILES);
    const shown = JSON.parse(renderJson(diagnostics, sources, accepted)) as object;
    expect(shown).toHaveProperty('accepted.0.code', 'MK0320');
    expect(shown).toHaveProperty('accepted.0.reason', 'we looked into it');
    expect(shown).toHaveProperty('accepted.0.start', { line: 7, column: 30 });
  });

  test('of one VM is not accepted for another', () => {
    const text = twoVms({
      top: 'machine: box.yaml',
      web: `pci: { a: { device: nic0, ${forged} } }`,
      db: 'pci: { b: { device: nic1 } }',
    });
    expect(told(lint(text, MACHINE_FILES))).toEqual(['MK0320 11:25 nic1']);
  });
});

describe('forged interrupts', () => {
  test('that the description does not accept refuse it', () => {
    const { diagnostics, composition } = compose(withDevice('slot: 3'), MACHINE_FILES);
    expect(diagnostics.find(({ code }) => code === 'MK0320')?.severity).toBe('error');
    expect(composition).toBeUndefined();
  });

  test('that it accepts are named in the report, with the VM in the System TCB', () => {
    const { composition } = compose(withDevice(forged), MACHINE_FILES);
    const report = composition?.output.get('report.md');
    expect(report).toMatch(/### By everybody: VMs with devices[^]*\| web +\| uplink, PCI/);
    expect(report).toMatch(/\| web +\| pci.uplink +\| MK0320 +\| we looked into it/);
  });

  test('are told once when the acceptance is there but has no reason', () => {
    const result = lint(withDevice('accept: { MK0320: { reason: "" } }'), MACHINE_FILES);
    expect(codes(result)).toEqual(['MK0106']);
  });
});

describe('what can not be accepted', () => {
  const never = catalogue.filter((page) => page.acceptable !== true).map(({ code }) => code);

  test.each(never)('%s', (code) => {
    const { diagnostics } = lint(oneVm({ top: ACCEPT(code) }));
    const found = diagnostics.filter((d) => d.code === 'MK0347');
    expect(found.map(({ severity, message }) => [severity, message.startsWith(code)])).toEqual([
      ['error', true],
    ]);
  });

  test('is refused beside its own finding', () => {
    const text = twoVms({
      top: 'machine: box.yaml',
      web: `pci: { a: { device: nic0, ${forged} } }`,
      db: `pci: { b: { device: nic0, accept: { MK0320: { reason: "ours" }, MK0301: { reason: "ours" } } } }`,
    });
    expect(codes(lint(text, MACHINE_FILES))).toEqual(['MK0301', 'MK0347']);
  });
});

describe('an acceptance of nothing', () => {
  test('is stale: a warning at its code', () => {
    const text = oneVm({ top: `consoles: {}\n${ACCEPT('MK0308')}` });
    expect(told(lint(text))).toEqual(['MK0321 8:11 MK0308']);
  });

  test('that is not a code is an error that says which is near', () => {
    const { diagnostics } = lint(oneVm({ top: ACCEPT('MK0380') }));
    expect(diagnostics.find(({ code }) => code === 'MK0346')?.hint).toMatch(/^did you mean "MK03/);
  });

  const both = 'accept: { MK0320: { reason: "ours" }, MK0354: { reason: "ours" } }';

  test('is not told where the check could not be made', () => {
    expect(codes(lint(withDevice(both), MACHINE_FILES))).toEqual([]);
    const irq = oneVm({ web: `irqs: { gpio: { pin: 14 } }\n${ACCEPT('MK0352')}` });
    expect(codes(lint(irq))).toEqual([]);
  });

  test('is told of one device when the check could be made of it and not of another', () => {
    const text = twoVms({
      top: 'machine: box.yaml',
      web: `pci: { a: { device: nic0, ${both} } }`,
      db: `pci: { b: { device: nic1, ${both} } }`,
    });
    const files = {
      ...MACHINE_FILES,
      'box.yaml': MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: 8\n    reset: [flr]'),
    };
    expect(told(lint(text, files))).toEqual(['MK0321 7:69 MK0354']);
  });

  test('is not told of a device that the machine file does not know', () => {
    const absent = withDevice(both).replace('nic0', 'nic7');
    expect(codes(lint(absent, MACHINE_FILES))).toEqual(['MK0303']);
    const { 'box.yaml': _, ...none } = MACHINE_FILES;
    expect(codes(lint(withDevice(both), none))).not.toContain('MK0321');
    const refused = MACHINE_FILES['box.yaml'].replace('msix: 8', 'msix: 8\n    resett: []');
    const codesOf = codes(lint(withDevice(both), { ...none, 'box.yaml': refused }));
    expect(codesOf).toEqual(['MK0101']);
  });
});

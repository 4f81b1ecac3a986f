// SPDX-License-Identifier: BSD-2-Clause
// Which functions can be kept apart, by Linux' groups and by what the machine file says of bridges and ACS.
import { describe, expect, test } from 'vitest';
import { ACCEPT, MACHINE_FILES, twoVms } from '../../src/diagnostics/examples.js';
import { codes, lint } from '../support/run.js';

/** Functions `a`, for the VM `web`, and `b`, for `db`, and others on the way to them. */
function findings(pci: string): string[] {
  const machine = `makatea_machine: 1\nname: box\niommu: {}\npci:\n${pci.replace(/^(?=.)/gm, '  ')}\n`;
  const text = twoVms({
    top: 'machine: box.yaml',
    web: `pci: { x: { device: a, ${ACCEPT} } }`,
    db: `pci: { x: { device: b, ${ACCEPT} } }`,
  });
  return codes(lint(text, { ...MACHINE_FILES, 'box.yaml': machine }));
}

const root = (acs: string, more = ''): string =>
  `root: { bdf: "00:1c.0", class: 0x060400, port: root_port, ${acs} bridge: { secondary: 1, subordinate: 9 } ${more} }`;
const FOUR = '[source_validation, request_redirect, completion_redirect, upstream_forwarding]';
const OFF = `acs: ${FOUR},`;
const ACS = `${OFF} acs_enabled: ${FOUR},`;
const on = (bus: number, device: string, port: string, more = ''): string =>
  `{ bdf: "0${bus}:${device}", class: 0x020000${port === '' ? '' : `, port: ${port}`} ${more} }`;

describe('functions of one device', () => {
  const card = (more: string): string =>
    `${root(ACS)}\na: ${on(1, '00.0', 'endpoint', more)}\nb: ${on(1, '00.1', 'endpoint', more)}`;

  test('can go to different VMs when they have ACS', () => {
    expect(findings(card(`, ${ACS.slice(0, -1)}`))).toEqual([]);
  });

  test('can not when nobody switches their ACS on, or a part of it only', () => {
    expect(findings(card(`, ${OFF.slice(0, -1)}`))).toEqual(['MK0363']);
    const part = `, ${OFF} acs_enabled: [source_validation]`;
    expect(findings(card(part))).toEqual(['MK0363']);
  });

  test('need no more to be on than they offer', () => {
    const some = '[request_redirect, completion_redirect]';
    const card = `, acs: [request_redirect, completion_redirect, egress_control], acs_enabled: ${some}`;
    const pci = `${root(ACS)}\na: ${on(1, '00.0', 'endpoint', card)}\nb: ${on(1, '00.1', 'endpoint', card)}`;
    expect(findings(pci)).toEqual([]);
  });

  test('can not when they have none', () => {
    expect(findings(card(''))).toEqual(['MK0350']);
  });

  test('can go to different VMs when Linux has them in groups of their own', () => {
    const [a, b] = [', iommu_group: 3', ', iommu_group: 4'];
    expect(findings(`a: ${on(1, '00.0', '', a)}\nb: ${on(1, '00.1', '', b)}`)).toEqual([]);
    expect(findings(`a: ${on(1, '00.0', '', a)}\nb: ${on(1, '00.1', '', a)}`)).toEqual(['MK0350']);
  });

  test('are believed to be apart by nature when Linux groups them so and they offer no ACS', () => {
    const pci = (acs: string): string =>
      `${root(ACS)}\na: ${on(1, '00.0', 'endpoint', `${acs}, iommu_group: 3`)}\nb: ${on(1, '00.1', 'endpoint', `${acs}, iommu_group: 4`)}`;
    expect(findings(pci(''))).toEqual([]);
    expect(findings(pci(`, ${OFF.slice(0, -1)}`))).toEqual(['MK0363']);
  });
});

describe('devices', () => {
  const behind = (port: string): string =>
    `up: { bdf: "01:00.0", class: 0x060400, port: upstream_port, bridge: { secondary: 2, subordinate: 9 } }
one: { bdf: "02:00.0", class: 0x060400, ${port} bridge: { secondary: 3, subordinate: 3 } }
two: { bdf: "02:01.0", class: 0x060400, ${port} bridge: { secondary: 4, subordinate: 4 } }
a: ${on(3, '00.0', 'endpoint')}
b: ${on(4, '00.0', 'endpoint')}`;

  test.each([
    ['below a switch whose ports have ACS', ACS, `port: downstream_port, ${ACS}`, []],
    [
      'below a switch whose ports have ACS that is off',
      ACS,
      `port: downstream_port, ${OFF}`,
      ['MK0363'],
    ],
    ['below a root port whose ACS is off', OFF, `port: downstream_port, ${ACS}`, ['MK0363']],
    ['below a switch whose ports have none', ACS, 'port: downstream_port,', ['MK0350']],
    ['below a root port that has none', '', `port: downstream_port, ${ACS}`, ['MK0350']],
    ['below conventional bridges', ACS, '', ['MK0350']],
  ])('%s', (_, above, port, expected) => {
    expect(findings(`${root(above)}\n${behind(port)}`)).toEqual(expected);
  });

  test('whose ports only Linux can keep apart', () => {
    const port = (name: string, number: number, bus: number): string =>
      `${name}: { bdf: "00:1c.${number}", class: 0x060400, port: root_port, iommu_group: ${number}, bridge: { secondary: ${bus}, subordinate: ${bus} } }`;
    const pci = `${port('one', 0, 1)}\n${port('two', 1, 2)}\na: ${on(1, '00.0', 'endpoint', ', iommu_group: 7')}\nb: ${on(2, '00.0', 'endpoint', ', iommu_group: 8')}`;
    expect(findings(pci)).toEqual(['MK0363']);
    const said = pci.replaceAll('port: root_port', `port: root_port, acs_enabled: ${FOUR}`);
    expect(findings(said)).toEqual([]);
  });

  test('below root ports that are devices of their own', () => {
    const port = (name: string, device: number, bus: number): string =>
      `${name}: { bdf: "00:1${device}.0", class: 0x060400, port: root_port, ${OFF} bridge: { secondary: ${bus}, subordinate: ${bus} } }`;
    const pci = `${port('one', 1, 1)}\n${port('two', 2, 2)}\na: ${on(1, '00.0', 'endpoint')}\nb: ${on(2, '00.0', 'endpoint')}`;
    expect(findings(pci)).toEqual([]);
  });

  test('of the root complex, each on its own', () => {
    expect(findings(`a: ${on(0, '02.0', 'root_endpoint')}\nb: ${on(0, '03.0', 'root_endpoint')}`)).toEqual([]); // prettier-ignore
  });

  test('on one conventional bus', () => {
    const bridge = root('').replace('port: root_port', 'port: pcie_to_pci');
    expect(findings(`${bridge}\na: ${on(1, '01.0', '')}\nb: ${on(1, '02.0', '')}`)).toEqual(['MK0350']); // prettier-ignore
  });

  test('whose bridges name each other come to an end', () => {
    const bridge = (name: string, bus: number, to: number): string =>
      `${name}: { bdf: "0${bus}:00.0", port: downstream_port, bridge: { secondary: ${to}, subordinate: 9 } }`;
    const loop = `${bridge('x', 1, 2)}\n${bridge('y', 2, 1)}\n${bridge('z', 3, 3)}`;
    expect(findings(`${loop}\na: ${on(2, '01.0', 'endpoint')}\nb: ${on(3, '01.0', 'endpoint')}`)).toEqual([]); // prettier-ignore
  });
});

// A comparison of all with all would not end within the time that a test has.
test('4,096 functions in one group are judged soon', { timeout: 10_000 }, () => {
  const many = Array.from({ length: 4096 }, (_, n) => {
    const hex = (value: number): string => value.toString(16).padStart(2, '0');
    const bdf = `${hex(16 + (n >> 8))}:${hex((n >> 3) & 31)}.${n & 7}`;
    return `f${n}: { bdf: "${bdf}", class: 0x020000, iommu_group: 1 }`;
  });
  const [a, b] = [', iommu_group: 1', ', iommu_group: 2'];
  const found = findings(`a: ${on(1, '00.0', '', a)}\nb: ${on(2, '00.0', '', b)}\n${many.join('\n')}`); // prettier-ignore
  expect(found).toEqual(['MK0351']);
});

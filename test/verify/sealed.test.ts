// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, test } from 'vitest';
import type { Plan, PlanComponent } from '../../src/generated/plan.js';
import { checkSealed } from '../../src/verify/sealed.js';

const MONITOR = {
  id: 'vm_a',
  role: 'vmm',
  caps: [
    { slot: 256, count: 1, kind: 'tcb', name: 'tcb' },
    { slot: 257, count: 1, kind: 'cnode', name: 'cnode' },
    { slot: 258, count: 1, kind: 'notification', name: 'notification' },
    { slot: 259, count: 2, kind: 'untyped', name: 'untyped' },
    { slot: 261, count: 2, kind: 'memory', name: 'guest_ram' },
    { slot: 263, count: 5, kind: 'free', name: 'free' },
  ],
} as unknown as PlanComponent;
const PLAN = { components: [MONITOR, { id: 'time', role: 'time' }] } as unknown as Plan;

/** What a sealed monitor shows: its notification, two frames, and what it made. */
const SHOWN = ['258 258 6', '261 262 1', '263 263 21', '264 264 29', '265 266 1'];

function log(lines: readonly string[], end = `end ${lines.length}`, id = 'vm_a'): string {
  return [...lines, end].map((line) => `${id}: makatea: slots ${id} ${line}\r\n`).join('noise\n');
}

test('a monitor that holds what the plan leaves it is right', () => {
  expect(checkSealed(PLAN, log(SHOWN))).toEqual([]);
});

test('two monitors whose lines alternate are told apart, with what the kernel says in between', () => {
  const plan = { components: [MONITOR, { ...MONITOR, id: 'vm_b' }] } as unknown as Plan;
  const a = log(SHOWN).split('noise\n');
  const b = log(SHOWN, undefined, 'vm_b').split('noise\n');
  const both = a.map((line, i) => `${line}${b[i] ?? ''}`).join('');
  const refused =
    '\x1b[0m\x1b[1m<<seL4(CPU 0) [decode/204 T0xffff "vm_a:control"]: Refused.>>\x1b[0m\n';
  const torn = both.replace('slots vm_b 26', `slots vm_b 2${refused}6`);
  expect(torn).not.toBe(both);
  expect(checkSealed(plan, torn)).toEqual([]);
});

describe('a monitor is wrong', () => {
  const without = (line: string): string[] => SHOWN.filter((shown) => shown !== line);
  test.each([
    [
      'that kept its thread',
      ['256 256 12', ...SHOWN],
      /slot 256 \(tcb\) holds a capability of kind 12/,
    ],
    ['that kept its CNode', ['257 257 10', ...SHOWN], /slot 257 \(cnode\)/],
    ['that kept untyped memory', ['260 260 2', ...SHOWN], /slot 260 \(untyped\)/],
    ['that kept what CAMkES gave it', ['1 1 12', ...SHOWN], /slot 1 is not in the plan/],
    ['that lost a frame', ['261 261 1', ...without('261 262 1')], /slot 262 \(memory\) .* kind 0/],
    ['with untyped memory among what it made', ['267 267 2', ...SHOWN], /slot 267 \(free\)/],
    ['with two VCPUs', ['267 267 21', ...SHOWN], /holds 2 times a VCPU/],
    ['without an EPT', without('264 264 29'), /holds 0 times a root of the EPT/],
  ])('%s', (_, lines, message) => {
    expect(checkSealed(PLAN, log(lines)).join('\n')).toMatch(message);
  });
  test.each([
    ['whose list has no end', 'begin 5'],
    ['of whose list a line is missing', 'end 6'],
  ])('%s', (_, end) => {
    expect(checkSealed(PLAN, log(SHOWN, end))).toEqual(['vm_a has not shown all of its slots']);
  });
});

// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import type { Mmio, Vm } from '../model/system.js';
import { passedThrough } from './passthrough.js';
import { valueOf, type Range } from './places.js';
import type { RuleInput } from './rule.js';

/** Memory of the machine that a VM is given. */
export interface GivenMemory extends Range {
  readonly vm: Vm;
  readonly span: Span;
  /** The entry; absent for a register of a passed-through device. */
  readonly entry?: Mmio;
}

/** What stands under `mmio`, and the memory registers of passed-through devices. */
export function givenMemory(input: RuleInput): GivenMemory[] {
  const given = input.system.vms.flatMap((vm) =>
    vm.mmio.map((entry) => ({
      vm,
      entry,
      first: entry.address,
      last: entry.address + entry.bytes - 1,
      span: valueOf(entry),
    })),
  );
  const bars = passedThrough(input).flatMap(({ vm, device, field, fn }) =>
    (fn?.bars ?? [])
      .filter((bar) => bar.type !== 'io')
      .map((bar) => ({
        vm,
        first: bar.address,
        last: bar.address + bar.bytes - 1,
        span: valueOf(device, field),
      })),
  );
  return [...given, ...bars];
}

/** The first of some ranges that a range has anything in common with. */
export function meets<T extends Range>(range: Range, others: readonly T[]): T | undefined {
  return others.find((other) => range.first <= other.last && other.first <= range.last);
}

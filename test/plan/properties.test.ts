// SPDX-License-Identifier: BSD-2-Clause
// What holds of every valid system, shown on random ones.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import validatePlan from '../../src/generated/validate-plan.js';
import type { RawSystem } from '../../src/generated/system.js';
import {
  arbitrarySystem,
  buildSystem,
  Choices,
  filesOf,
  type Example,
} from '../support/arbitrary-system.js';
import { wrongWith } from '../support/plan-invariants.js';
import { compose, lint, planOf, told } from '../support/run.js';

const runs = (numRuns: number) => ({ numRuns, seed: 20261123 });

function planned(example: Example) {
  const { text, more } = filesOf(example);
  return planOf(text, more);
}

describe('a valid system', () => {
  test('gives no finding', () => {
    fc.assert(
      fc.property(arbitrarySystem, (example) => {
        const { text, more } = filesOf(example);
        expect(told(lint(text, more)), text).toEqual([]);
      }),
      runs(200),
    );
  });

  test('composes; the same input gives the same bytes', () => {
    fc.assert(
      fc.property(arbitrarySystem, (example) => {
        const { text, more } = filesOf(example);
        const { composition } = compose(text, more);
        expect(composition).toBeDefined();
        expect(compose(text, more).composition?.output).toEqual(composition?.output);
      }),
      runs(15),
    );
  });

  test('has a plan that its schema accepts and with which nothing is wrong', () => {
    fc.assert(
      fc.property(arbitrarySystem, (example) => {
        const plan = planned(example);
        expect(validatePlan(plan), JSON.stringify(validatePlan.errors)).toBe(true);
        expect(wrongWith(plan)).toEqual([]);
      }),
      runs(150),
    );
  });

  test('means the same whatever the order of the keys in its entries', () => {
    const turned = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([k, v]) => [k, turned(v)]),
      );
    };
    // Entries with names keep their order, from which numbers follow; settings have none.
    const entries = ['vms', 'links', 'consoles', 'ends', 'disks', 'pci', 'serial'];
    const shuffled = (value: unknown, key = ''): unknown => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const list = Object.entries(value).map(([k, v]): [string, unknown] => [k, shuffled(v, k)]);
      return Object.fromEntries(entries.includes(key) ? list : list.reverse());
    };
    expect(turned({ a: 1, b: { c: 1, d: 2 } })).toEqual({ b: { d: 2, c: 1 }, a: 1 });
    fc.assert(
      fc.property(arbitrarySystem, (example) => {
        const system = shuffled(example.system) as RawSystem;
        expect(planned({ ...example, system })).toEqual(planned(example));
      }),
      runs(40),
    );
  });
});

describe('adding VMs', () => {
  /** Two more VMs with a link between them and a disk. */
  const MORE: Pick<RawSystem, 'vms' | 'links'> = {
    vms: {
      new_a: {
        memory: '64MiB',
        boot: { type: 'linux', kernel: 'images/vmlinuz' },
        disks: { data: { backend: 'ramdisk', size: '2MiB' } },
      },
      new_b: { memory: '128MiB', boot: { type: 'linux', kernel: 'images/vmlinuz' } },
    },
    links: {
      new_net: { type: 'net', ends: { new_a: {}, new_b: {} } },
      new_vsock: { type: 'vsock', ends: { new_b: {}, new_a: {} } },
      new_serial: { type: 'serial', ends: { new_a: { port: 'com1' }, new_b: { port: 'com4' } } },
    },
  };

  function added(example: Example, first: boolean): Example {
    const { system } = example;
    const vms = first ? { ...MORE.vms, ...system.vms } : { ...system.vms, ...MORE.vms };
    const links = first ? { ...MORE.links, ...system.links } : { ...system.links, ...MORE.links };
    return { ...example, system: { ...system, vms, links } };
  }

  test.each([
    ['behind the others', false],
    ['before the others', true],
  ])('%s leaves what the others are told as it was', (_, first) => {
    fc.assert(
      fc.property(arbitrarySystem, (example) => {
        const before = planned(example);
        const after = planned(added(example, first));
        for (const vm of before.vms) {
          expect(after.vms.find(({ name }) => name === vm.name)).toEqual(vm);
          const slots = (plan: typeof before): unknown =>
            plan.components.find(({ id }) => id === vm.component)?.caps;
          expect(slots(after)).toEqual(slots(before));
        }
      }),
      runs(40),
    );
  });

  test.each([
    ['behind the others', false],
    ['before the others', true],
  ])('%s leaves the headers of the others byte for byte as they were', (_, first) => {
    const examples = Array.from({ length: 12 }, (_, n) => {
      const tape = fc.sample(fc.array(fc.nat(0xffff), { minLength: 200, maxLength: 200 }), {
        seed: n,
        numRuns: 1,
      })[0];
      return buildSystem(new Choices(tape ?? []));
    });
    for (const example of examples) {
      const output = (from: Example) => {
        const { text, more } = filesOf(from);
        return compose(text, more).composition?.output ?? expect.fail('does not compose');
      };
      const [before, after] = [output(example), output(added(example, first))];
      const headers = [...before.keys()].filter((path) => path.startsWith('include/vm_'));
      expect(headers.length).toBe(Object.keys(example.system.vms).length);
      for (const path of headers) expect(after.get(path), path).toEqual(before.get(path));
    }
  });
});

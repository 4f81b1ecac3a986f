// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from 'vitest';
import { checkSpec } from '../../src/capdl/check.js';
import { planSpec } from '../../src/emit/capdl/emit.js';
import { indexPlan } from '../../src/emit/plan-index.js';
import { readCdl } from '../support/capdl.js';
import { ringPlan, twoVmPlan } from '../support/plan.js';

const GOOD = `arch x86_64
objects {
t = tcb (addr: 0x0, ip: 0x0, sp: 0x0, prio: 100, max_prio: 100, affinity: 0)
t2 = tcb
c = cnode (4 bits)
n = notification
e = ep
s = sc (period: 10000, budget: 4000)
v = pml4
v2 = pml4
pdpt0 = pdpt
pd0 = pd
pt0 = pt
small = frame (4k, paddr: 0xfebc0000)
large = frame (2M, paddr: 0xfe000000)
image = frame (2M, fill: [{0 2097152 CDL_FrameFill_FileData "img" 0}])
ram[8] = frame (4k)
u = ut (23 bits)
u2 = ut (21 bits, paddr: 0x40000000) { inside }
inside = frame (4k, paddr: 0x40000000)
pool = asid_pool (asid_high: 1)
pool2 = asid_pool (asid_high: 2)
com1 = io_ports (ports: [0x3f8..0x3ff])
com2 = io_ports (ports: [0x2f8..0x2ff])
nic = io_device (domainID: 1, 0x3:0.0)
nvme = io_device (domainID: 2, 0x4:0.0)
pin = ioapic_irq (ioapic_num: 0, ioapic_pin: 4, ioapic_level: 0, ioapic_polarity: 0)
pin2 = ioapic_irq (ioapic_num: 0, ioapic_pin: 5, ioapic_level: 0, ioapic_polarity: 0)
msi = msi_irq (msi_handle: 0, msi_pci_bus: 3, msi_pci_dev: 0, msi_pci_fun: 0)
msi2 = msi_irq (msi_handle: 1, msi_pci_bus: 3, msi_pci_dev: 0, msi_pci_fun: 0)
}
caps {
t {
cspace: c (guard: 0, guard_size: 60)
vspace: v
sc_slot: s
bound_notification: n (R)
fault_ep_slot: e (RWP)
ipc_buffer_slot: ram[7] (RW)
}
c {
0x1: n (W, badge: 1)
0x2: ram[0..3] (RW)
0x6: small (RW, uncached)
0x7: ram[5] (RW, mapping: (pt0, 1))
0xf: c (guard: 0, guard_size: 60)
}
v {
0x0: pdpt0
}
pdpt0 {
0x0: pd0
}
pd0 {
0x0: pt0
0x1: large (RW)
0x2: image (R)
}
pt0 {
0x0: small (RW)
0x1: ram[5] (RW)
}
pool {
0x1: v
}
pin {
0x0: n (W, badge: 2)
}
}
irq maps {
0: pin
1: pin2
2: msi
107: msi2
}
`;

/** The good specification with one passage replaced. */
function faults(from: string, to: string): string[] {
  const text = GOOD.replace(from, to);
  if (text === GOOD) throw new Error(`nothing to replace: ${from}`);
  return checkSpec(readCdl(text)).map(({ kind, message, line }) => `${kind} ${line}: ${message}`);
}

describe('the check finds nothing', () => {
  it('in a specification with one of everything', () => {
    expect(checkSpec(readCdl(GOOD))).toEqual([]);
  });

  it('in what is emitted for a plan', () => {
    expect(checkSpec(planSpec(indexPlan(twoVmPlan())))).toEqual([]);
    expect(checkSpec(planSpec(indexPlan(twoVmPlan({ mcs: true, webFrames: 16_384 }))))).toEqual([]);
    expect(checkSpec(planSpec(indexPlan(ringPlan(20))))).toEqual([]);
  });
});

describe('the check finds, though parse-capDL lets it through,', () => {
  it.each([
    [
      'a slot beyond its CNode',
      '0xf: c',
      '0x10: c',
      'slot-beyond 46: `c`: slot 16 is beyond its 16 slots',
    ],
    [
      'a run of slots that ends beyond it',
      '0x2: ram[0..3]',
      '0xe: ram[0..3]',
      'slot-beyond 43: `c`: slot 17 is beyond its 16 slots',
    ],
    [
      'a paging slot over 511',
      '0x1: ram[5]',
      '0x200: ram[5]',
      'slot-beyond 61: `pt0`: slot 512 is beyond its 512 slots',
    ],
    [
      'a slot of an interrupt that does not exist',
      '0x0: n (W, badge: 2)',
      '0x1: n (W, badge: 2)',
      'slot-beyond 67: `pin`: slot 1 is beyond its 1 slots',
    ],
    ['a slot twice', '0x6: small', '0x3: small', 'slot-twice 44: slot 3 of `c` is filled twice'],
    [
      'a small frame where large ones are mapped',
      '0x1: large (RW)',
      '0x1: ram[6] (RW)',
      'content 56: `pd0`: slot 1 of a pd can not hold the frame `ram[6]` of 2^12 bytes',
    ],
    [
      'a large frame where small ones are mapped',
      '0x0: small (RW)',
      '0x0: large (RW)',
      'content 60: `pt0`: slot 0 of a pt can not hold the frame `large` of 2^21 bytes',
    ],
    [
      'a paging structure at the wrong level',
      '0x0: pdpt0',
      '0x0: pd0',
      'content 49: `v`: slot 0 of a pml4 can not hold the pd `pd0`',
    ],
    [
      'a thread with something else for its CNode',
      'cspace: c (guard: 0, guard_size: 60)',
      'cspace: n (R)',
      'content 34: `t`: slot 0 of a tcb can not hold the notification `n`',
    ],
    [
      'a frame in an ASID pool',
      'pool {\n0x1: v',
      'pool {\n0x1: small',
      'content 64: `pool`: slot 1 of a asid_pool can not hold the frame `small` of 2^12 bytes',
    ],
    [
      'something in an object without slots',
      'pool {\n0x1: v',
      'nic {\n0x0: pt0',
      'content 64: `nic`: slot 0 of a io_device can not hold the pt `pt0`',
    ],
    [
      'authority over the machine outside a CNode',
      'v {\n0x0: pdpt0',
      'v {\n0x0: irq_control',
      'content 49: `v`: `irq_control` stands outside a CNode',
    ],
    [
      'a guard that leaves bits over',
      'cspace: c (guard: 0, guard_size: 60)',
      'cspace: c (guard: 0, guard_size: 59)',
      'guard 34: `t`: a guard of 59 bits before 4 bits of slots; all are 64',
    ],
    [
      'a guard that is too long',
      '0xf: c (guard: 0, guard_size: 60)',
      '0xf: c (guard: 0, guard_size: 61)',
      'guard 46: `c`: a guard of 61 bits before 4 bits of slots; all are 64',
    ],
    [
      'a guard that does not fit its size',
      '0xf: c (guard: 0, guard_size: 60)',
      '0xf: c (guard: 9, guard_size: 3)',
      'guard 46: `c`: the guard 9 needs more than 3 bits',
    ],
    [
      'a mapping of another frame',
      'mapping: (pt0, 1)',
      'mapping: (pt0, 0)',
      'mapping 45: `c`: the mapping in slot 0 of `pt0` is not of this frame',
    ],
    [
      'a physical address twice',
      '0xfebc0000',
      '0xfe1ff000',
      'paddr-twice 14: physical address 0xfe1ff000 belongs to `large` and `small`',
    ],
    [
      'an array of frames at one address',
      'small = frame (4k, paddr: 0xfebc0000)\n',
      'small = frame (4k)\nbar[2] = frame (4k, paddr: 0xfebc0000)\n',
      'paddr-twice 15: physical address 0xfebc0000 belongs to `bar` and `bar`',
    ],
    [
      'a device frame inside an untyped at an address',
      '{ inside }',
      '',
      'paddr-twice 20: physical address 0x40000000 belongs to `u2` and `inside`',
    ],
    [
      'an address that is not aligned',
      '0xfebc0000',
      '0xfebc0800',
      'parameter 14: `small`: the physical address 0xfebc0800 is not aligned to 2^12',
    ],
    [
      'a frame of no page size',
      'ram[8] = frame (4k)',
      'ram[8] = frame (8k)',
      'parameter 17: `ram`: x86-64 has no pages of 2^13 bytes',
    ],
    [
      'content beyond its frame',
      '{0 2097152',
      '{1 2097152',
      'parameter 16: `image`: 2097152 bytes at 1 do not fit into the frame',
    ],
    [
      'overlapping ports',
      '[0x2f8..0x2ff]',
      '[0x3ff..0x400]',
      'ports-overlap 24: I/O port 0x3ff belongs to `com1` and `com2`',
    ],
    [
      'a range of ports that is none',
      '[0x2f8..0x2ff]',
      '[0x2ff..0x2f8]',
      'parameter 24: `com2`: the ports 767 to 760 are no range of I/O ports',
    ],
    [
      'ports past the last',
      '[0x2f8..0x2ff]',
      '[0x2f8..0x10000]',
      'parameter 24: `com2`: the ports 760 to 65536 are no range of I/O ports',
    ],
    [
      'a PCI function with two IO spaces',
      '0x4:0.0',
      '0x3:0.0',
      'bdf-twice 26: PCI function 03:00.0 has two IO spaces, `nic` and `nvme`',
    ],
    [
      'a PCI address that does not exist',
      '0x4:0.0',
      '0x4:32.8',
      'parameter 26: `nvme`: the PCI device is 32, not 0 to 31',
    ],
    [
      'a domain id twice',
      'domainID: 2',
      'domainID: 1',
      'domain-twice 26: `nic` and `nvme` have the same domain id 1',
    ],
    [
      'domain id 0',
      'domainID: 2',
      'domainID: 0',
      'parameter 26: `nvme`: the domain id is 0, not 1 to 65535',
    ],
    [
      'an ASID pool twice',
      'asid_high: 2',
      'asid_high: 1',
      'asid-twice 22: `pool` and `pool2` are both ASID pool 1',
    ],
    [
      'the ASID pool of the loader',
      'asid_high: 2',
      'asid_high: 0',
      'parameter 22: `pool2`: the number of the ASID pool is 0, not 1 to 7',
    ],
    [
      'more ASID pools than there are',
      'asid_high: 2',
      'asid_high: 8',
      'parameter 22: `pool2`: the number of the ASID pool is 8, not 1 to 7',
    ],
    [
      'an input of an I/O APIC twice',
      'ioapic_pin: 5',
      'ioapic_pin: 4',
      'interrupt-twice 28: input 4 of I/O APIC 0 belongs to `pin` and `pin2`',
    ],
    [
      'a message of a device twice',
      'msi_handle: 1',
      'msi_handle: 0',
      'interrupt-twice 30: message 0 of PCI function 03:00.0 belongs to `msi` and `msi2`',
    ],
    [
      'a trigger mode that is none',
      'ioapic_pin: 5, ioapic_level: 0',
      'ioapic_pin: 5, ioapic_level: 2',
      'parameter 28: `pin2`: level is 2, not 0 to 1',
    ],
    [
      'a vector over 107',
      '107: msi2',
      '108: msi2',
      'vector 74: vector 108 of `msi2` is not 0 to 107',
    ],
    ['a vector twice', '107: msi2', '2: msi2', 'vector 74: vector 2 belongs to `msi` and `msi2`'],
    [
      'an interrupt with two vectors',
      '107: msi2',
      '107: msi2\n3: msi',
      'vector 75: `msi` has two vectors',
    ],
    ['an interrupt without a vector', '107: msi2', '', 'vector 30: `msi2` has no vector'],
    [
      'a vector of something else',
      '107: msi2',
      '107: msi2\n3: n',
      'vector 75: vector 3 has the notification `n`, no interrupt',
    ],
    ['a name twice', 't2 = tcb', 't = tcb', 'duplicate-name 4: two objects are called `t`'],
    [
      'two lists for one object',
      'v {\n0x0: pdpt0\n}',
      'v {\n0x0: pdpt0\n}\nv {\n}',
      'duplicate-name 51: `v` has two lists of capabilities',
    ],
    [
      'a notification bound to two threads',
      'c {\n0x1',
      't2 {\nbound_notification: n (R)\n}\nc {\n0x1',
      'used-twice 41: `n` is bound or mapped twice: `t` and `t2`',
    ],
    [
      'a scheduling context of two threads',
      'c {\n0x1',
      't2 {\nsc_slot: s\n}\nc {\n0x1',
      'used-twice 41: `s` is bound or mapped twice: `t` and `t2`',
    ],
    [
      'a paging structure in two address spaces',
      'v {\n',
      'v2 {\n0x0: pdpt0\n}\nv {\n',
      'used-twice 51: `pdpt0` is bound or mapped twice: `v2` and `v`',
    ],
    [
      'a priority over 255',
      'prio: 100, max_prio: 100',
      'prio: 256, max_prio: 300',
      'parameter 3: `t`: the priority is 256, not 0 to 255',
    ],
    [
      'a budget over its period',
      'budget: 4000',
      'budget: 40000',
      'parameter 8: `s`: a budget of 40000 in 10000 µs',
    ],
    [
      'an untyped that is too large',
      '23 bits',
      '48 bits',
      'parameter 18: `u`: log2 of the size is 48, not 4 to 47',
    ],
    [
      'an untyped over an object that does not exist',
      '{ inside }',
      '{ inside, ram[8] }',
      'unknown-object 19: `u2` covers `ram[8]`, which does not exist',
    ],
    [
      'a CNode without slots',
      'c = cnode (4 bits)',
      'c = cnode (4 bits)\nz = cnode (0 bits)',
      'parameter 6: `z`: log2 of the slots is 0, not 1 to 42',
    ],
    ['an empty array', 'e = ep', 'e = ep\nz[0] = ep', 'parameter 8: `z`: is an empty array'],
  ])('%s', (_, from, to, expected) => {
    expect(faults(from, to)).toContain(expected);
  });
});

describe('the check finds in a model that was not read from text', () => {
  const object = { name: 'c', object: { type: 'cnode', bits: 4 } } as const;
  const plain = (name: string, first?: number) => ({
    type: 'plain' as const,
    target: { name, count: 1, ...(first !== undefined && { first }) },
  });

  it('capabilities to objects that do not exist, of the wrong kind, and in nothing', () => {
    const spec = {
      objects: [object, { name: 'a', count: 2, object: { type: 'tcb' as const } }],
      caps: [
        {
          object: { name: 'c' },
          entries: [
            { slot: 0, cap: plain('x') },
            { slot: 1, cap: plain('a', 2) },
            { slot: 2, cap: plain('a') },
            { slot: 3, cap: plain('c') },
            { slot: 4, cap: { type: 'plain' as const, target: { name: 'a', first: 0, count: 0 } } },
          ],
        },
        { object: { name: 'y' }, entries: [] },
      ],
      irqs: [{ vector: 0, object: { name: 'z' } }],
    };
    expect(checkSpec(spec).map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'unknown-object: `c`: there is no object `x`',
      'unknown-object: `c`: there is no object `a[2]`',
      'unknown-object: `c`: there is no object `a`',
      'capability-kind: `c`: a plain capability can not reach the cnode `c`',
      'unknown-object: `c`: there is no object `a[0..-1]`',
      'unknown-object: there is no object `y`',
      'unknown-object: there is no object `z`',
    ]);
  });

  it('names that are none', () => {
    const spec = {
      objects: [
        { ...object, name: 'objects' },
        { ...object, name: '0x' },
      ],
      caps: [],
      irqs: [],
    };
    expect(checkSpec(spec).map(({ message }) => message)).toEqual([
      '`objects`: is no name in capDL',
      '`0x`: is no name in capDL',
    ]);
  });
});

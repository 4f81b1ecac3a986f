// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from 'vitest';
import { checkSpec } from '../../src/capdl/check.js';
import { emitCapdl } from '../../src/emit/capdl/emit.js';
import { comparePlanWithCdl, formatMismatch } from '../../src/verify/compare.js';
import { camkesCdl, plant, swap, without } from '../support/camkes.js';
import { readCdl } from '../support/capdl.js';
import { ringPlan, twoVmPlan } from '../support/plan.js';

const PLAN = twoVmPlan({ webFrames: 8 });
const BUILT = camkesCdl(PLAN);

/** What is said about a text, without line numbers. */
function told(text: string, plan = PLAN): string[] {
  return comparePlanWithCdl(plan, readCdl(text)).map((mismatch) =>
    formatMismatch(mismatch).replace(/ \(line \d+\)$/, ''),
  );
}

describe('the comparison finds nothing', () => {
  it('in what CAMkES would build for the plan', () => {
    expect(told(BUILT)).toEqual([]);
    expect(checkSpec(readCdl(BUILT))).toEqual([]);
  });

  it('with the MCS kernel', () => {
    const plan = twoVmPlan({ webFrames: 8, mcs: true });
    expect(told(camkesCdl(plan), plan)).toEqual([]);
  });

  it('in our own system.cdl', () => {
    for (const plan of [PLAN, twoVmPlan({ mcs: true, webFrames: 16_384 }), ringPlan(30)]) {
      expect(told(emitCapdl(plan), plan)).toEqual([]);
    }
  });
});

type Planted = readonly [what: string, mutate: (text: string) => string, expected: string[]];

const DEVICES: Planted[] = [
  [
    'I/O ports that are missing',
    (t) => without(t, 'mk_vm_web_ports0_uplink_bar2'),
    ['vm_web: I/O ports 0xe000 to 0xe01f: planned 1, found 0'],
  ],
  [
    'I/O ports that reach further',
    (t) => swap(t, '[57344..57375]', '[57344..57376]'),
    [
      'vm_web: I/O ports 0xe000 to 0xe01f: planned 1, found 0',
      'vm_web: I/O ports 0xe000 to 0xe020: planned 0, found 1',
    ],
  ],
  [
    'I/O ports beyond the plan',
    (t) => plant(plant(t, 'objects', 'x = io_ports (ports:[96..100])'), 'vm_db_cnode', '0xf0: x'),
    ['vm_db: I/O ports 0x60 to 0x64: planned 0, found 1'],
  ],
  [
    'I/O ports that another component has too',
    (t) => plant(t, 'vm_db_cnode', '0xf0: mk_console_front_ports0_com1'),
    [
      'console_front: I/O ports 0x3f8 to 0x3ff: planned 1, found 0',
      'console_front: I/O ports 0x3f8 to 0x3ff, shared with vm_db: planned 0, found 1',
      'vm_db: I/O ports 0x3f8 to 0x3ff, shared with console_front: planned 0, found 1',
    ],
  ],
  [
    'I/O ports that nobody holds',
    (t) => plant(t, 'objects', 'x = io_ports (ports:[96..100])'),
    ['I/O ports 0x60 to 0x64, which nobody holds: planned 0, found 1'],
  ],
  [
    'an IO space that is missing',
    (t) => without(t, 'mk_vm_web_iospace0_uplink'),
    ['vm_web: DMA of PCI function 03:00.0 in domain 1: planned 1, found 0'],
  ],
  [
    'an IO space of another function',
    (t) => swap(t, '0x3:0.0', '0x3:0.1'),
    [
      'vm_web: DMA of PCI function 03:00.0 in domain 1: planned 1, found 0',
      'vm_web: DMA of PCI function 03:00.1 in domain 1: planned 0, found 1',
    ],
  ],
  [
    'an IO space with another domain',
    (t) => swap(t, 'domainID: 1', 'domainID: 2'),
    [
      'vm_web: DMA of PCI function 03:00.0 in domain 1: planned 1, found 0',
      'vm_web: DMA of PCI function 03:00.0 in domain 2: planned 0, found 1',
    ],
  ],
  [
    'an IO space beyond the plan',
    (t) =>
      plant(plant(t, 'objects', 'x = io_device (domainID: 9, 0x5:0.0)'), 'time_cnode', '0xf0: x'),
    ['time: DMA of PCI function 05:00.0 in domain 9: planned 0, found 1'],
  ],
  [
    'device memory that is missing',
    (t) => without(t, 'mk_vm_web_device1_uplink_bar3_2'),
    ['vm_web: frame of 4 KiB at 0xfebc2000 (RW): planned 1, found 0'],
  ],
  [
    'device memory at another address',
    (t) => swap(t, '0xfebc3000', '0xfebd3000'),
    [
      'vm_web: frame of 4 KiB at 0xfebc3000 (RW): planned 1, found 0',
      'vm_web: frame of 4 KiB at 0xfebd3000 (RW): planned 0, found 1',
    ],
  ],
  [
    'device memory beyond the plan, even in an address space',
    (t) =>
      plant(
        plant(t, 'objects', 'x = frame (4k, paddr: 0xfee00000, fill: [])'),
        'pt_vm_db_group_bin_0002',
        '0x9: x (R)',
      ),
    ['vm_db: frame of 4 KiB at 0xfee00000 (R): planned 0, found 1'],
  ],
  [
    'device memory that another component has too',
    (t) => plant(t, 'vm_db_cnode', '0xf0: mk_vm_web_device0_uplink_bar0_0 (RW, uncached)'),
    ['vm_db: frame of 2 MiB at 0xfe000000 (RW): planned 0, found 1'],
  ],
  [
    'device memory that nobody holds',
    (t) => plant(t, 'objects', 'x = frame (4k, paddr: 0xfee00000, fill: [])'),
    ['frame of 4 KiB at 0xfee00000 (nothing), which nobody holds: planned 0, found 1'],
  ],
];

const PIT = 'input 2 of I/O APIC 0, edge-triggered, active high, vector 0, raising event 2 of time';
const MSI = 'message 0 of PCI function 03:00.0, vector 2, raising event 7 of vm_web';

const INTERRUPTS: Planted[] = [
  [
    'an interrupt that is missing',
    (t) => without(t, 'mk_time_irq0_pit'),
    [`time: ${PIT}: planned 1, found 0`],
  ],
  [
    'an interrupt of another input',
    (t) => swap(t, 'ioapic_pin:2', 'ioapic_pin:3'),
    [
      `time: ${PIT}: planned 1, found 0`,
      `time: ${PIT.replace('input 2', 'input 3')}: planned 0, found 1`,
    ],
  ],
  [
    'an interrupt with another trigger and polarity',
    (t) =>
      swap(
        t,
        'ioapic_pin:2, ioapic_level:0, ioapic_polarity:0',
        'ioapic_pin:2, ioapic_level:1, ioapic_polarity:1',
      ),
    [
      `time: ${PIT}: planned 1, found 0`,
      `time: ${PIT.replace('edge', 'level').replace('high', 'low')}: planned 0, found 1`,
    ],
  ],
  [
    'a message of another device',
    (t) => swap(t, 'msi_handle:0, msi_pci_bus:3', 'msi_handle:0, msi_pci_bus:4'),
    [
      `vm_web: ${MSI}: planned 1, found 0`,
      `vm_web: ${MSI.replace('03:', '04:')}: planned 0, found 1`,
    ],
  ],
  [
    'another vector',
    (t) => swap(t, '2: mk_vm_web_irq0_uplink_0', '12: mk_vm_web_irq0_uplink_0'),
    [
      `vm_web: ${MSI}: planned 1, found 0`,
      `vm_web: ${MSI.replace('vector 2', 'vector 12')}: planned 0, found 1`,
    ],
  ],
  [
    'no vector',
    (t) => swap(t, '\n2: mk_vm_web_irq0_uplink_0', ''),
    [
      `vm_web: ${MSI}: planned 1, found 0`,
      `vm_web: ${MSI.replace('vector 2', 'vector none')}: planned 0, found 1`,
    ],
  ],
  [
    'another event',
    (t) => swap(t, '0x0: mk_vm_web_ntfn (W, badge: 128)', '0x0: mk_vm_web_ntfn (W, badge: 129)'),
    [
      `vm_web: ${MSI}: planned 1, found 0`,
      `vm_web: ${MSI.replace('event 7 of', 'badge 0x81 at')}: planned 0, found 1`,
    ],
  ],
  [
    'an event of another component',
    (t) => swap(t, '0x0: mk_vm_web_ntfn (W, badge: 128)', '0x0: mk_vm_db_ntfn (W, badge: 128)'),
    [
      `vm_web: ${MSI}: planned 1, found 0`,
      `vm_web: ${MSI.replace('7 of vm_web', '7 of vm_db')}: planned 0, found 1`,
    ],
  ],
  [
    'no event at all',
    (t) => swap(t, '0x0: mk_vm_web_ntfn (W, badge: 128)', ''),
    [
      `vm_web: ${MSI}: planned 1, found 0`,
      `vm_web: ${MSI.replace('event 7 of vm_web', 'nothing')}: planned 0, found 1`,
    ],
  ],
  [
    'an interrupt beyond the plan, of unknown source',
    (t) =>
      plant(plant(plant(t, 'objects', 'x = irq'), 'irq maps', '50: x'), 'vm_db_cnode', '0xf0: x'),
    ['vm_db: an interrupt of unknown source, vector 50, raising nothing: planned 0, found 1'],
  ],
];

const PRIVATE = 'frame of 4 KiB shared by vm_db (R) and vm_web (RW)';

const MEMORY: Planted[] = [
  [
    'a frame of guest RAM that is missing',
    (t) => without(t, 'mk_vm_web_ram_5'),
    ['vm_web: frame of 4 KiB of its own (RW): planned 8, found 7'],
  ],
  [
    'a frame of guest RAM too many',
    (t) => plant(plant(t, 'objects', 'x = frame (2M, fill: [])'), 'vm_db_cnode', '0xf0: x (RW)'),
    ['vm_db: frame of 2 MiB of its own (RW): planned 32, found 33'],
  ],
  [
    'guest RAM in frames of another size',
    (t) => swap(t, 'mk_vm_db_ram_3 = frame (2M', 'mk_vm_db_ram_3 = frame (4k'),
    [
      'vm_db: frame of 2 MiB of its own (RW): planned 32, found 31',
      'vm_db: frame of 4 KiB of its own (RW): planned 0, found 1',
    ],
  ],
  [
    'guest RAM that can not be written',
    (t) => swap(t, 'mk_vm_db_ram_3 (RW)', 'mk_vm_db_ram_3 (R)'),
    [
      'vm_db: frame of 2 MiB of its own (RW): planned 32, found 31',
      'vm_db: frame of 2 MiB of its own (R): planned 0, found 1',
    ],
  ],
  [
    'guest RAM that is not zero',
    (t) =>
      swap(
        t,
        'mk_vm_db_ram_3 = frame (2M, fill: [])',
        'mk_vm_db_ram_3 = frame (2M, fill: [{0 9 CDL_FrameFill_FileData "x" 0}])',
      ),
    [
      'vm_db: frame of 2 MiB of its own (RW): planned 32, found 31',
      'vm_db: frame of 2 MiB of its own (RW), filled: planned 0, found 1',
    ],
  ],
  [
    'guest RAM that another component reads',
    (t) => plant(t, 'vm_web_cnode', '0xf0: mk_vm_db_ram_3 (R)'),
    [
      'vm_db: frame of 2 MiB of its own (RW): planned 32, found 31',
      'vm_db: frame of 2 MiB shared by vm_db (RW) and vm_web (R): planned 0, found 1',
    ],
  ],
  [
    'guest RAM that another component maps',
    (t) => plant(t, 'pd_vm_web_group_bin_0001', '0x9: mk_vm_db_ram_3 (R)'),
    [
      'vm_db: frame of 2 MiB of its own (RW): planned 32, found 31',
      'vm_db: frame of 2 MiB shared by vm_db (RW) and vm_web (R): planned 0, found 1',
    ],
  ],
  [
    'a program’s own frame that another component maps',
    (t) =>
      plant(
        t,
        'pt_vm_web_group_bin_0002',
        '0x9: stack__camkes_stack_vm_db_0_control_0_vm_db_obj (RW)',
      ),
    ['vm_db: frame of 4 KiB shared by vm_db (RW) and vm_web (RW): planned 0, found 1'],
  ],
  [
    'a channel’s frame that is missing',
    (t) => without(t, 'mk_vm_web_tx_link_private_9'),
    [`vm_web: ${PRIVATE}: planned 65, found 64`],
  ],
  [
    'a channel’s frame that its reader can write',
    (t) => swap(t, 'mk_vm_web_tx_link_private_9 (R)', 'mk_vm_web_tx_link_private_9 (RW)'),
    [
      `vm_web: ${PRIVATE}: planned 65, found 64`,
      `vm_db: ${PRIVATE.replace('(R)', '(RW)')}: planned 0, found 1`,
    ],
  ],
  [
    'a channel’s frame that its reader can write by another capability',
    (t) => plant(t, 'pt_vm_db_group_bin_0002', '0x9: mk_vm_web_tx_link_private_9 (RW)'),
    [
      `vm_web: ${PRIVATE}: planned 65, found 64`,
      `vm_db: ${PRIVATE.replace('(R)', '(RW)')}: planned 0, found 1`,
    ],
  ],
  [
    'a channel’s frame that a third component reads',
    (t) => plant(t, 'time_cnode', '0xf0: mk_vm_web_tx_link_private_9 (R)'),
    [
      `vm_web: ${PRIVATE}: planned 65, found 64`,
      'vm_web: frame of 4 KiB shared by time (R) and vm_db (R) and vm_web (RW): planned 0, found 1',
    ],
  ],
  [
    'a frame of an image that is missing',
    (t) => without(t, 'mk_img_ba9876543210_1'),
    [
      'vm_web: frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152 (R): planned 1, found 0',
      'frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152: planned 1, found 0',
    ],
  ],
  [
    'a frame of an image that can be written',
    (t) => swap(t, 'mk_img_ba9876543210_1 (R)', 'mk_img_ba9876543210_1 (RW)'),
    [
      'vm_web: frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152 (R): planned 1, found 0',
      'vm_web: frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152 (RW): planned 0, found 1',
    ],
  ],
  [
    'an image that shows what follows it in the archive',
    (t) => swap(t, '0 902848 CDL', '0 902849 CDL'),
    [
      'vm_web: frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152 (R): planned 1, found 0',
      'frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152: planned 1, found 0',
      'frame of 2 MiB with 902849 bytes of img_ba9876543210 from 2097152: planned 0, found 1',
      'vm_web: frame of 2 MiB with 902849 bytes of img_ba9876543210 from 2097152 (R): planned 0, found 1',
    ],
  ],
  [
    'an image in the hands of who does not boot it',
    (t) => plant(t, 'vm_db_cnode', '0xf0: mk_img_ba9876543210_1 (R)'),
    [
      'vm_db: frame of 2 MiB with 902848 bytes of img_ba9876543210 from 2097152 (R): planned 0, found 1',
    ],
  ],
  [
    'an untyped that is missing',
    (t) => without(t, 'mk_vm_web_ut2'),
    ['vm_web: untyped memory of 2^14 bytes: planned 1, found 0'],
  ],
  [
    'an untyped of another size',
    (t) => swap(t, 'ut (19 bits)', 'ut (20 bits)'),
    [
      'vm_web: untyped memory of 2^19 bytes: planned 1, found 0',
      'vm_web: untyped memory of 2^20 bytes: planned 0, found 1',
    ],
  ],
  [
    'an untyped beyond the plan, of device memory',
    (t) =>
      plant(plant(t, 'objects', 'x = ut (14 bits, paddr: 0xfee00000)'), 'vm_db_cnode', '0xf0: x'),
    ['vm_db: untyped memory of 2^14 bytes at 0xfee00000: planned 0, found 1'],
  ],
  [
    'an untyped that two components have',
    (t) => plant(t, 'time_cnode', '0xf0: mk_vm_db_ut0'),
    [
      'vm_db: untyped memory of 2^16 bytes: planned 1, found 0',
      'time: untyped memory of 2^16 bytes, shared with vm_db: planned 0, found 1',
      'vm_db: untyped memory of 2^16 bytes, shared with time: planned 0, found 1',
    ],
  ],
  [
    'an ASID pool that is missing',
    (t) => swap(t, '0x104: mk_asid_pool_0\n0x105: mk_vm_db', '0x105: mk_vm_db'),
    [
      'vm_web: the ASID pool of vm_db: planned 1, found 0',
      'vm_db: the ASID pool of vm_db: planned 1, found 0',
      'vm_web: the ASID pool of vm_web: planned 0, found 1',
    ],
  ],
  [
    'an ASID pool beyond the plan',
    (t) => plant(plant(t, 'objects', 'x = asid_pool (asid_high: 2)'), 'time_cnode', '0xf0: x'),
    ['time: the ASID pool of time: planned 0, found 1'],
  ],
];

const AUTHORITY: Planted[] = [
  [
    'an event that can not be raised',
    (t) => swap(t, '0x105: mk_vm_db_ntfn (W, badge: 1)\n', ''),
    ['time: raising event 0 of vm_db: planned 1, found 0'],
  ],
  [
    'another event than the planned one',
    (t) => swap(t, '0x105: mk_vm_db_ntfn (W, badge: 1)', '0x105: mk_vm_db_ntfn (W, badge: 2)'),
    [
      'time: raising event 0 of vm_db: planned 1, found 0',
      'time: raising event 1 of vm_db: planned 0, found 1',
    ],
  ],
  [
    'an unbadged capability to a peer’s notification',
    (t) => plant(t, 'time_cnode', '0xf0: mk_vm_db_ntfn (W)'),
    ['time: raising badge 0x0 at vm_db: planned 0, found 1'],
  ],
  [
    'the right to take a peer’s events away',
    (t) => plant(t, 'time_cnode', '0xf0: mk_vm_db_ntfn (RW, badge: 1)'),
    ['time: raising event 0 of vm_db, and waiting for events of vm_db: planned 0, found 1'],
  ],
  [
    'waiting for a peer’s events',
    (t) => plant(t, 'time_cnode', '0xf0: mk_vm_db_ntfn (R)'),
    ['time: waiting for events of vm_db: planned 0, found 1'],
  ],
  [
    'a component that can raise its own events',
    (t) => plant(t, 'time_cnode', '0xf0: mk_time_ntfn (W, badge: 1)'),
    ['time: raising event 0 of time: planned 0, found 1'],
  ],
  [
    'a notification that two share and nobody planned',
    (t) =>
      plant(
        plant(plant(t, 'objects', 'x = notification'), 'time_cnode', '0xf0: x (W)'),
        'vm_db_cnode',
        '0xf0: x (R)',
      ),
    [
      'time: raising badge 0x0 at `x`: planned 0, found 1',
      'vm_db: waiting for events of `x`: planned 0, found 1',
    ],
  ],
  [
    'an endpoint that two share',
    (t) => plant(t, 'time_cnode', '0xf0: vm_db_fault_ep (RWP)'),
    ['time: hearing who calls: planned 0, found 1', 'vm_db: hearing who calls: planned 0, found 1'],
  ],
  [
    'authority over the machine',
    (t) => plant(t, 'time_cnode', '0xf0: irq_control'),
    ['time: `irq_control`: planned 0, found 1'],
  ],
  [
    'a thread of another component',
    (t) => plant(t, 'time_cnode', '0xf0: vm_db_vm_db_0_control_tcb'),
    ['time: the tcb `vm_db_vm_db_0_control_tcb`: planned 0, found 1'],
  ],
  [
    'an address space of another component',
    (t) => plant(t, 'time_cnode', '0xf0: vm_db_group_bin_pd'),
    [
      'time: the pml4 `vm_db_group_bin_pd`: planned 0, found 1',
      'vm_db: the paging structure `vm_db_group_bin_pd`, shared: planned 0, found 1',
    ],
  ],
  [
    'a page table that two address spaces share',
    (t) => plant(t, 'pd_time_group_bin_0001', '0x9: pt_lifecycle_group_bin_0002'),
    [
      'lifecycle: the paging structure `pt_lifecycle_group_bin_0002`, shared: planned 0, found 1',
      'time: the paging structure `pt_lifecycle_group_bin_0002`, shared: planned 0, found 1',
      'lifecycle: frame of 4 KiB shared by lifecycle (R) and time (R), filled: planned 0, found 1',
      'lifecycle: frame of 4 KiB shared by lifecycle (RW) and time (RW): planned 0, found 2',
    ],
  ],
  [
    'a priority that was not planned',
    (t) => swap(t, 'prio: 240,max_prio: 240', 'prio: 240,max_prio: 254'),
    [
      'time: thread of priority 240 (at most 240) on core 0: planned 1, found 0',
      'time: thread of priority 240 (at most 254) on core 0: planned 0, found 1',
    ],
  ],
  [
    'a core that was not planned',
    (t) => swap(t, 'affinity: 1', 'affinity: 0'),
    [
      'vm_db: thread of priority 100 (at most 100) on core 1: planned 1, found 0',
      'vm_db: thread of priority 100 (at most 100) on core 0: planned 0, found 1',
    ],
  ],
  [
    'a thread that is bound to no notification',
    (t) => swap(t, 'bound_notification: mk_lifecycle_ntfn (R)\n', ''),
    expect.arrayContaining([
      'lifecycle: thread of priority 210 (at most 210) on core 0: planned 1, found 0',
      'lifecycle: the thread `lifecycle_lifecycle_0_control_tcb`, which waits for no events: planned 0, found 1',
    ]) as string[],
  ],
  [
    'a component that is missing',
    (t) => without(t, 'lifecycle_lifecycle_0_control_tcb'),
    expect.arrayContaining(['lifecycle: the component: planned 1, found 0']) as string[],
  ],
  [
    'a component that was not planned',
    (t) =>
      plant(
        plant(t, 'objects', 'x_cnode = cnode (4 bits)\nx_tcb = tcb'),
        'caps',
        'x_tcb {\ncspace: x_cnode (guard: 0, guard_size: 60)\n}',
      ),
    [
      'x: the component: planned 0, found 1',
      'x: the thread `x_tcb`, which waits for no events: planned 0, found 1',
    ],
  ],
  [
    'a second CNode by the name of a component',
    (t) =>
      plant(
        swap(t, '\n}\n\ncaps {', '\ntime.cnode = cnode (4 bits)\nzz_tcb = tcb\n}\n\ncaps {'),
        'caps',
        'zz_tcb {\ncspace: time.cnode (guard: 0, guard_size: 60)\n}',
      ),
    [
      'time.cnode: the component: planned 0, found 1',
      'time.cnode: the thread `zz_tcb`, which waits for no events: planned 0, found 1',
    ],
  ],
  [
    'a thread without a CNode',
    (t) => plant(t, 'objects', 'x_tcb = tcb'),
    [
      '(without a CNode): the component: planned 0, found 1',
      '(without a CNode): the thread `x_tcb`, which waits for no events: planned 0, found 1',
    ],
  ],
];

describe.each([
  ['devices', DEVICES],
  ['interrupts', INTERRUPTS],
  ['memory', MEMORY],
  ['authority', AUTHORITY],
])('the comparison finds, of %s,', (_, planted) => {
  it.each(planted)('%s', (_what, mutate, expected) => {
    expect(told(mutate(BUILT))).toEqual(expected);
  });
});

describe('the comparison looks through', () => {
  it('a CNode inside a CNode', () => {
    const text = plant(
      plant(
        plant(BUILT, 'objects', 'inner = cnode (4 bits)'),
        'caps',
        'inner {\n0x1: mk_vm_db_ram_0 (RW)\n}',
      ),
      'time_cnode',
      '0xf0: inner (guard: 0, guard_size: 0)',
    );
    expect(told(text)).toEqual([
      'vm_db: frame of 2 MiB of its own (RW): planned 32, found 31',
      'time: the cnode `inner`: planned 0, found 1',
      'time: frame of 2 MiB shared by time (RW) and vm_db (RW): planned 0, found 1',
    ]);
  });
});

describe('the comparison of threads', () => {
  it('finds fault handlers', () => {
    expect(told(camkesCdl(PLAN, { faultHandlers: true }))).toContain(
      'time: the thread `time_time_0_fault_handler_tcb`, which waits for no events: planned 0, found 1',
    );
  });

  it('finds another budget than the planned one', () => {
    const plan = twoVmPlan({ webFrames: 8, mcs: true });
    const text = swap(camkesCdl(plan), 'budget: 4000', 'budget: 5000');
    expect(told(text, plan)).toEqual([
      'vm_db: thread of priority 100 (at most 100) on core 1 with 4000 of 10000 µs: planned 1, found 0',
      'vm_db: thread of priority 100 (at most 100) on core 1 with 5000 of 10000 µs: planned 0, found 1',
    ]);
  });

  it('finds a thread without a scheduling context', () => {
    const plan = twoVmPlan({ webFrames: 8, mcs: true });
    const text = swap(camkesCdl(plan), 'sc_slot: time_time_0_control_sc\n', '');
    expect(told(text, plan)).toEqual([
      'time: thread of priority 240 (at most 240) on core 0 with all its time: planned 1, found 0',
      'time: thread of priority 240 (at most 240) on core 0 without time: planned 0, found 1',
    ]);
  });
});

describe('the comparison of slots', () => {
  it('finds what stands in another slot, where the authority is right', () => {
    const text = swap(
      swap(
        swap(BUILT, '0x10a: mk_time_ports0_pit', '0x: x'),
        '0x10b: mk_time_irq0_pit',
        '0x10a: mk_time_irq0_pit',
      ),
      '0x: x',
      '0x10b: mk_time_ports0_pit',
    );
    expect(told(text)).toEqual([
      'time: slot 0x10a: I/O ports 0x40 to 0x43: planned 1, found 0',
      `time: slot 0x10b: ${PIT}: planned 1, found 0`,
      `time: slot 0x10a: ${PIT}: planned 0, found 1`,
      'time: slot 0x10b: I/O ports 0x40 to 0x43: planned 0, found 1',
    ]);
  });

  it('finds something in a slot that the plan leaves free', () => {
    expect(told(plant(BUILT, 'vm_db_cnode', '0x300: vm_db_fault_ep (RWP)'))).toEqual([
      'vm_db: slot 0x300: the ep `vm_db_fault_ep`: planned 0, found 1',
    ]);
  });

  it('finds a run that has moved', () => {
    const text = swap(BUILT, '0x1d8: mk_vm_db_ram_31 (RW)', '0x1d9: mk_vm_db_ram_31 (RW)');
    expect(told(text)).toEqual([
      'vm_db: slot 0x1b9 to 0x1d8: frame of 2 MiB of its own (RW): planned 1, found 0',
      'vm_db: slot 0x1b9 to 0x1d7: frame of 2 MiB of its own (RW): planned 0, found 1',
      'vm_db: slot 0x1d9: frame of 2 MiB of its own (RW): planned 0, found 1',
    ]);
  });
});

describe('a mismatch', () => {
  it('tells the line', () => {
    const text = plant(BUILT, 'objects', 'x = io_ports (ports:[96..100])');
    const [mismatch] = comparePlanWithCdl(PLAN, readCdl(text));
    expect(mismatch && formatMismatch(mismatch)).toBe(
      'I/O ports 0x60 to 0x64, which nobody holds: planned 0, found 1 (line 4)',
    );
  });
});

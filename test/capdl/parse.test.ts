// SPDX-License-Identifier: BSD-2-Clause
import { processorTime } from '../support/processor-time.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RIGHT } from '../../src/capdl/model.js';
import { parseSpec } from '../../src/capdl/parse.js';
import { readCdl } from '../support/capdl.js';

/** A specification with these declarations and lists. */
function text(objects: string, caps = '', irqs = ''): string {
  return `arch x86_64\nobjects {\n${objects}\n}\ncaps {\n${caps}\n}\nirq maps {\n${irqs}\n}\n`;
}

function errorOf(source: string): string {
  const result = parseSpec(source);
  return result.ok ? 'none' : `${result.error.line}: ${result.error.message}`;
}

describe('the reader takes what python-capdl writes', () => {
  it('threads, with its spacing and its flags', () => {
    const line =
      't = tcb (addr: 0x537000,ip: 0x405e44,sp: 0x535000,prio: 255,max_prio: 254,affinity: 1,init: [1],fault_ep: 0x00000002,resume: False)';
    expect(readCdl(text(line)).objects[0]?.object).toEqual({
      type: 'tcb',
      thread: {
        addr: 0x537000,
        ip: 0x405e44,
        sp: 0x535000,
        prio: 255,
        maxPrio: 254,
        affinity: 1,
        resume: false,
      },
      init: [1],
      faultEp: 2,
    });
  });

  it('frames with an address, and frames filled from a file or from the boot information', () => {
    const spec = readCdl(
      text(
        [
          'a = frame (4k, paddr: 0xfebc0000, fill: [])',
          'b = frame (2M, fill: [{0 902848 CDL_FrameFill_FileData "guest.img" 2097152}])',
          'c = frame (4k, fill: [{0 4096 CDL_FrameFill_BootInfo CDL_FrameFill_BootInfo_X86_TSC_Freq 0}])',
        ].join('\n'),
      ),
    );
    expect(spec.objects.map(({ object }) => object)).toEqual([
      { type: 'frame', bits: 12, paddr: 0xfebc0000, fill: [] },
      {
        type: 'frame',
        bits: 21,
        fill: [{ type: 'file', offset: 0, length: 902848, file: 'guest.img', fileOffset: 2097152 }],
      },
      {
        type: 'frame',
        bits: 12,
        fill: [
          {
            type: 'bootinfo',
            offset: 0,
            length: 4096,
            kind: 'CDL_FrameFill_BootInfo_X86_TSC_Freq',
            sourceOffset: 0,
          },
        ],
      },
    ]);
  });

  it('devices, untypeds, pools and scheduling contexts', () => {
    const spec = readCdl(
      text(
        [
          'p = io_ports (ports:[760..767])',
          's = io_device (domainID: 15, 0x3:0.0)',
          'i = ioapic_irq (ioapic_num:0, ioapic_pin:17, ioapic_level:1, ioapic_polarity:1)',
          'm = msi_irq (msi_handle:0, msi_pci_bus:3, msi_pci_dev:0, msi_pci_fun:0)',
          'u = ut (23 bits) {  }',
          'v = ut (20 bits, paddr: 0x100000) { p\ns }',
          'o = asid_pool (asid_high: 0x1)',
          'c = sc (period: 10000, budget: 4000, data: 0, 8 bits)',
        ].join('\n'),
      ),
    );
    expect(spec.objects.map(({ object }) => object)).toEqual([
      { type: 'io_ports', first: 760, last: 767 },
      { type: 'io_device', domain: 15, bus: 3, device: 0, function: 0 },
      { type: 'ioapic_irq', ioapic: 0, pin: 17, level: 1, polarity: 1 },
      { type: 'msi_irq', handle: 0, bus: 3, device: 0, function: 0 },
      { type: 'ut', bits: 23, children: [] },
      {
        type: 'ut',
        bits: 20,
        paddr: 0x100000,
        children: [
          { name: 'p', count: 1 },
          { name: 's', count: 1 },
        ],
      },
      { type: 'asid_pool', asidHigh: 1 },
      { type: 'sc', times: { period: 10000, budget: 4000, data: 0 }, bits: 8 },
    ]);
  });

  it('capabilities with rights, badges, guards and mappings', () => {
    const spec = readCdl(
      text(
        'c = cnode (4 bits)\nn = notification\ne = ep\nf = frame (4k)\npt0 = pt\nt = tcb',
        [
          'c {\n0x1: n (W, badge: 18446744073709551615)\n0x2: e (RWGP)',
          '0x3: f (RWX, uncached, mapping: (pt0, 7))\n0x4: c (guard: 0, guard_size: 60)',
          '0x5: irq_control\n0x6: sched_control (core: 1)\n}',
          't {\nbound_notification: n (R)\nfault_ep_slot: e (badge: 3,RWGP)\n}',
        ].join('\n'),
      ),
    );
    const all = RIGHT.read | RIGHT.write | RIGHT.grant | RIGHT.grantReply;
    const one = (name: string) => ({ name, count: 1 });
    expect(spec.caps[0]?.entries.map(({ slot, cap }) => [slot, cap])).toEqual([
      [1, { type: 'signal', target: one('n'), rights: RIGHT.write, badge: 2n ** 64n - 1n }],
      [2, { type: 'signal', target: one('e'), rights: all }],
      [
        3,
        {
          type: 'frame',
          target: one('f'),
          rights: RIGHT.read | RIGHT.write | RIGHT.grant,
          uncached: true,
          mapping: { object: { name: 'pt0' }, slot: 7 },
        },
      ],
      [4, { type: 'cnode', target: one('c'), guard: 0, guardSize: 60 }],
      [5, { type: 'control', control: 'irq_control' }],
      [6, { type: 'control', control: 'sched_control', core: 1 }],
    ]);
    expect(spec.caps[1]?.entries.map(({ slot }) => slot)).toEqual([8, 5]);
  });

  it('a domain schedule, of which it keeps nothing', () => {
    const domains = 'domains {\n schedule: [(0, 10), (1, 20)]\n domain_set_start: no_start\n}\n';
    expect(readCdl(`${text('e = ep')}\n${domains}`).objects).toHaveLength(1);
  });
});

describe('the reader takes the language’s shorthand for arrays', () => {
  const objects = 'f[4] = frame (4k)\nc = cnode (4 bits)';
  const slots = (caps: string) =>
    readCdl(text(objects, `c { ${caps} }`)).caps[0]?.entries.map(({ slot, cap }) => [
      slot,
      cap.type === 'control' ? 0 : [cap.target.first, cap.target.count],
    ]);

  it.each([
    ['f[]', [[0, [0, 4]]]],
    ['2: f[1..2] (R)', [[2, [1, 2]]]],
    [
      '2: f[1..]; f[0]',
      [
        [2, [1, 3]],
        [5, [0, 1]],
      ],
    ],
    [
      'f[..1] (R) 9: f[3, 0]',
      [
        [0, [0, 2]],
        [9, [3, 1]],
        [10, [0, 1]],
      ],
    ],
  ])('%s', (caps, expected) => {
    expect(slots(caps)).toEqual(expected);
  });
});

describe('the reader does not mind layout', () => {
  it('comments of both kinds, nested, and any blanks', () => {
    const source = '-- a\narch/* b /* c */\n*/x86_64 objects{a=ep b\t=\r\nep}caps{}irq maps{}';
    expect(readCdl(source).objects.map(({ name, line }) => [name, line])).toEqual([
      ['a', 3],
      ['b', 3],
    ]);
  });

  it('names with dots, dashes and at signs', () => {
    const names = ['a.b', 'a-b_c', 'x@y', 'z.0'];
    expect(
      readCdl(text(names.map((n) => `${n} = ep`).join(' '))).objects.map((o) => o.name),
    ).toEqual(names);
  });
});

describe('the reader says what is wrong, and at which line', () => {
  it.each([
    ['', '1: a name expected, found the end'],
    ['arch ia32', '1: the architecture `ia32` is not x86_64'],
    ['arch x86_64 cdt {', '1: the section `cdt` is not read here'],
    [text('a = vcpu'), '3: `vcpu` is no object type of x86-64 that this reader knows'],
    [text('a = ep (4 bits)'), '3: `ep` has no parameter `bits`'],
    [text('a = ep\nb = cnode'), '4: the parameter `bits` is missing'],
    [text('a = frame (3k)'), '3: the size of a frame is no power of two'],
    [
      text('a = frame (4k, fill: [{0 1 Something 2}])'),
      "3: not a frame's content: {0 1 Something 2}",
    ],
    [text('a = tcb (prio: 1)'), '3: the parameter `addr` is missing'],
    [text('a = sc (period: 1)'), '3: the parameter `budget` is missing'],
    [text('a = cnode (4 bits, 5 bits)'), '3: the parameter `bits` is given twice'],
    [
      text('a = ut (4 bits) { b = ep }'),
      '3: objects inside an untyped are to be named there, not declared',
    ],
    [text('a/b = ep'), '3: objects inside untypeds (`ut/object`) are not read here'],
    [text('a[999999999] = ep'), '3: an array of 999999999 is not below 268435457'],
    [text('a = io_ports (ports: [0x10000000000000000..2])'), '3: a number over 2^53'],
    [text('a = cnode (4 bits)', 'b { }'), '6: there is no object `b`'],
    [text('a = cnode (4 bits)', 'a {\n0: b\n}'), '7: there is no object `b`'],
    [
      text('a = cnode (4 bits)', 'a {\n0: a (R)\n}'),
      '7: a capability to `a` has no parameter `rights`',
    ],
    [
      text('a = cnode (4 bits)', 'a {\n0: a (asid: (1,2))\n}'),
      '7: the parameter `asid` of a capability is not read here',
    ],
    [
      text('a = ep\nb = cnode (1 bits)', 'b { 0: a (badge: 0x10000000000000000) }'),
      '7: a number over 64 bits',
    ],
    [text('a = ep\nb = cnode (1 bits)', 'b { 0: a[0] }'), '7: `a` is one object, not an array'],
    [
      text('a[2] = ep\nb = cnode (1 bits)', 'b { 0: a }'),
      '7: `a` is an array: which of its objects is meant?',
    ],
    [
      text('a[2] = ep\nb = cnode (1 bits)', 'b { 0: a[1..2] }'),
      '7: `a[2]` is beyond the array of 2',
    ],
    [text('a[2] = ep\nb = cnode (1 bits)', 'b { 0: a[1..0] }'), '7: the range [1..0] is empty'],
    [text('a[2] = cnode (1 bits)', 'a[] { }'), '6: `a[…]` must be one object here'],
    [
      text('a = ep\nb = cnode (1 bits)', 'b { 0: x = a }'),
      '7: named capabilities are not read here',
    ],
    [
      text('a = ep\nb = cnode (1 bits)', 'b { 0: <x> }'),
      '7: copies of named capabilities are not read here',
    ],
    [
      text('a = ep\nb = cnode (1 bits)', 'b { 0: a - child_of (b, 1) }'),
      '7: derivations (`child_of`) are not read here',
    ],
    [text('a = ep').replace('irq maps', 'irq map'), '8: `maps` expected after `irq`'],
    [text('a = ep', 'a {'), '8: there is no object `irq`'],
    ['arch x86_64 /* ', '1: a comment has no end'],
    ['arch x86_64\nobjects { a = ep', '2: `}` expected, found the end'],
  ])('%j', (source, expected) => {
    expect(errorOf(source)).toBe(expected);
  });
});

describe('the reader and hostile text', () => {
  const good = text(
    'a[3] = frame (4k, fill: [{0 1 CDL_FrameFill_FileData "x" 0}])\nc = cnode (4 bits)\nn = notification',
    'c { 1: a[0..1] (RW, uncached)\n4: n (W, badge: 4) }',
    '',
  );

  it('answers every mangled text with a specification or an error with a line', () => {
    const mangled = fc
      .tuple(fc.nat(good.length), fc.nat(8), fc.string({ maxLength: 6 }))
      .map(([at, length, more]) => good.slice(0, at) + more + good.slice(at + length));
    fc.assert(
      fc.property(mangled, (source) => {
        const result = parseSpec(source);
        expect(result.ok || result.error.line > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads 20 MB in a few seconds', () => {
    const count = 230_000;
    const lines = Array.from({ length: count }, (_, i) => `mk_ram_web_${i} = frame (4k, fill: [])`);
    const caps = lines.map((_, i) => `0x${(256 + i).toString(16)}: mk_ram_web_${i} (RWX)`);
    const big = text(`${lines.join('\n')}\nc = cnode (20 bits)`, `c {\n${caps.join('\n')}\n}`);
    expect(big.length).toBeGreaterThan(15e6);
    const start = processorTime();
    expect(readCdl(big).caps[0]?.entries).toHaveLength(count);
    expect(processorTime() - start).toBeLessThan(10_000);
  });
});

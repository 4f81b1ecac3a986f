// SPDX-License-Identifier: BSD-2-Clause
// Plans that no planner would make, but which are consistent: any name, any number of anything.
import fc from 'fast-check';
import type {
  Plan,
  PlanComponent,
  PlanIrq,
  PlanMapEntry,
  PlanPciFunction,
  PlanVm,
} from '../../src/generated/plan.js';
import { channel, component, fixture, pciFunction, vm, withCaps } from './fixture.js';

/** Pieces that have a meaning somewhere: in C, in a comment, in Markdown, in a template. */
const PIECES = [
  ...['"', '\\', '*/', '/*', '//', '??/', '??', '?', '%s', '%', '$(x)', '${x}', "'", '#', ';'],
  ...[
    '|',
    '<b>',
    '&amp;',
    '`',
    '{{ x }}',
    '{% x %}',
    '\n',
    '\r',
    '\t',
    '\x01',
    '7',
    'é',
    '🗻',
    '_',
  ],
];

/** Text that means something somewhere, and any other but NUL: that ends a C string. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
  fc.array(fc.constantFrom(...PIECES, 'a', ' '), { maxLength: 10 }).map((parts) => parts.join('')),
);

const address = fc.nat({ max: 2 ** 31 - 1 }).map((page) => page * 4096);
const bit = fc.nat({ max: 63 });

/** A map without overlap: sizes and gaps, one after the other. */
const map: fc.Arbitrary<PlanMapEntry[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        ...(['ram', 'reserved', 'acpi', 'mmio32', 'ecam', 'ioapic', 'lapic', 'device'] as const),
      ),
      name: hostileText,
      gpa: fc.nat({ max: 3 }).map((pages) => pages * 2 ** 30),
      bytes: fc.integer({ min: 1, max: 2 ** 20 }).map((pages) => pages * 4096),
    }),
    { maxLength: 12 },
  )
  .map((entries) => {
    let next = 0;
    return entries.map((entry) => {
      const gpa = next + entry.gpa;
      next = gpa + entry.bytes;
      return { ...entry, gpa };
    });
  });

const bars: fc.Arbitrary<PlanPciFunction['bars']> = fc.array(
  fc.record({
    index: fc.nat({ max: 5 }),
    type: fc.constantFrom('io' as const, 'mmio32' as const, 'mmio64' as const),
    prefetchable: fc.boolean(),
    gpa: address,
    bytes: fc.nat({ max: 30 }).map((bits) => 2 ** bits),
    paddr: address,
  }),
  { maxLength: 6 },
);

const host = fc.integer({ min: 0x1000, max: 0xffff }).map((n) => {
  const digits = n.toString(16);
  return `0000:${digits.slice(0, 2)}:1${digits.slice(2, 3)}.${String(n % 8)}`;
});

function peers(ports: readonly string[]): fc.Arbitrary<PlanPciFunction['peers']> {
  if (ports.length === 0) return fc.constant([]);
  const peer = fc.record({ cid: fc.nat(), channel: fc.constantFrom(...ports) });
  return fc.array(peer, { maxLength: 4 });
}

/** A function, with or without one of the channels. */
function pci(ports: readonly string[]): fc.Arbitrary<PlanPciFunction> {
  const port = fc.constantFrom('', ...ports);
  return fc.record({
    bus: fc.nat({ max: 255 }),
    device: fc.nat({ max: 31 }),
    function: fc.nat({ max: 7 }),
    kind: fc.constantFrom(
      ...(['host_bridge', 'root_port', 'net', 'vsock', 'block', 'console', 'passthrough'] as const),
    ),
    name: hostileText,
    channel: port,
    multifunction: fc.boolean(),
    secondary_bus: fc.nat({ max: 255 }),
    msix_vectors: fc.nat({ max: 2048 }),
    msi: fc.boolean(),
    intx_gsi: fc.nat({ max: 255 }),
    bars,
    mac: fc.constant('02:ff:00:a0:0b:c1'),
    mtu: fc.nat({ max: 9000 }),
    cid: fc.nat({ max: 2 ** 32 - 2 }),
    peers: peers(ports),
    sectors: fc.nat({ max: 2 ** 31 }),
    readonly: fc.boolean(),
    host,
    window_gpa: address,
    window_bytes: fc.nat({ max: 2 ** 30 }),
  });
}

/** Each name once, so that it finds its slot. */
function unique<T extends { readonly name: string }>(things: readonly T[]): T[] {
  return things.map((thing, n) => ({ ...thing, name: `${thing.name}${String(n)}` }));
}

const ranges = fc
  .array(
    fc.record({
      name: hostileText,
      first: fc.nat({ max: 0x7fff }),
      last: fc.integer({ min: 0x8000, max: 0xffff }),
    }),
    { maxLength: 3 },
  )
  .map(unique);

const deviceFrames = fc
  .array(
    fc.record({
      name: hostileText,
      paddr: address,
      frame_bits: fc.constantFrom(12, 21),
      frames: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 3 },
  )
  .map(unique);

const irqs: fc.Arbitrary<PlanIrq[]> = fc
  .array(
    fc.record({
      type: fc.constant('ioapic' as const),
      name: hostileText,
      vector: fc.nat({ max: 107 }),
      ioapic: fc.nat({ max: 3 }),
      pin: fc.nat({ max: 23 }),
      level: fc.boolean(),
      active_low: fc.boolean(),
      bit,
      gsi: fc.nat({ max: 95 }),
    }),
    { maxLength: 4 },
  )
  .map(unique);

/** What a monitor is given beside memory and channels. */
const authority = fc.record({
  untyped: fc.array(fc.integer({ min: 12, max: 30 }), { maxLength: 20 }),
  io_ports: ranges,
  device_frames: deviceFrames,
  irqs,
});

/** What of a guest is drawn at random. */
function guest(ports: readonly string[]) {
  return fc.record({
    description: hostileText,
    cores: fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 4 }),
    map,
    cmdline: hostileText,
    paravirt: fc.constantFrom('kvm' as const, 'none' as const),
    functions: fc.array(pci(ports), { maxLength: 4 }),
    start: fc.constantFrom('auto' as const, 'manual' as const),
    restart: fc.constantFrom('never' as const, 'on-crash' as const, 'always' as const),
  });
}

const KINDS = ['net', 'serial', 'vsock'] as const;

/** A plan with two VMs, which any number of channels connect. */
export const arbitraryPlan: fc.Arbitrary<Plan> = fc
  .array(fc.record({ kind: fc.constantFrom(...KINDS), a: bit, b: bit, tx: fc.nat({ max: 4 }) }), {
    maxLength: 6,
  })
  .chain((drafts) => {
    const ports = drafts.map((_, n) => `port${String(n)}`);
    return fc.record({
      drafts: fc.constant(drafts),
      names: fc.tuple(hostileText, hostileText, hostileText, hostileText),
      guests: fc.tuple(guest(ports), guest(ports)),
      authorities: fc.tuple(authority, authority),
    });
  })
  .map(({ drafts, names: [system, description, nameA, nameB], guests, authorities }) => {
    const channels = drafts.map(({ kind, a, b, tx }, n) => {
      const port = `port${String(n)}`;
      return channel(`c${String(n)}`, kind, nameA, ['vm_a', port, tx, b], ['vm_b', port, 2, a]);
    });
    // Two names are never the same.
    const names = { vm_a: `${nameA}a`, vm_b: `${nameB}b` };
    const base = fixture();
    const vms = (['a', 'b'] as const).map((id, n): PlanVm => {
      const { functions, cmdline, ...drawn } = guests[n === 0 ? 0 : 1];
      const plain = vm(id, channels);
      return {
        ...plain,
        ...drawn,
        name: names[`vm_${id}`],
        serial: [],
        terminals: [],
        boot: { ...plain.boot, cmdline },
        pci: { ...plain.pci, functions: [pciFunction([0, 0, 0], 'host_bridge', ''), ...functions] },
      };
    });
    const components = (['a', 'b'] as const).map((id, n): PlanComponent => {
      const images = base.images.map((image) => image.id);
      const memory = { purpose: 'guest_ram', frame_bits: 21, frames: 128 } as const;
      const given = { ...authorities[n === 0 ? 0 : 1], images, memory };
      return withCaps(component(`vm_${id}`, 'vmm', names[`vm_${id}`], given), channels);
    });
    return { ...base, system, description, components, channels, vms, consoles: [], accepted: [] };
  });

// SPDX-License-Identifier: BSD-2-Clause
// Random valid systems. A system is built from a tape of numbers, each a choice; a tape that ends chooses the simplest
// from there on, so that fast-check shrinks a failure to a small system.
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { RawMachine } from '../../src/generated/machine.js';
import type { RawLink, RawSystem, RawVm } from '../../src/generated/system.js';

/** A description, and the machine that it names if it needs one. */
export interface Example {
  readonly system: RawSystem;
  readonly machine?: RawMachine;
}

/** Makes choices from a tape. */
export class Choices {
  #next = 0;
  constructor(private readonly tape: readonly number[]) {}

  /** A number from 0 to n - 1. */
  below(n: number): number {
    return (this.tape[this.#next++] ?? 0) % n;
  }

  /** True once in n times. */
  once(n: number): boolean {
    return this.below(n) === n - 1;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** The properties, or none of them, n - 1 times in n. */
  maybe<T extends object>(n: number, make: () => T): Partial<T> {
    return this.once(n) ? make() : {};
  }
}

const COM = ['com1', 'com2', 'com3', 'com4'] as const;
type Com = (typeof COM)[number];
/** Words that mean something to C, ADL, YAML or JavaScript. */
const WORDS = ['web', 'db', 'int', 'component', 'no', 'null', 'constructor', 'a_b', 'x'] as const;
const MACHINE = 'box.yaml';

/** What of the machine and of the numbers has been given away. */
interface Pool {
  readonly machine: { pci: NonNullable<RawMachine['pci']> };
  ports: number;
  mmio: number;
  high: number;
  /** Global interrupts that neither the system nor a guest uses otherwise: of the first I/O APIC, and of the second. */
  readonly low: number[];
  readonly gsis: number[];
  mac: number;
  cid: number;
}

/** A VM being built, with what is still free in it. */
interface Guest {
  readonly name: string;
  readonly raw: RawVm;
  readonly coms: Com[];
  readonly slots: number[];
  sockets: Set<string>;
}

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => first + n);

export function buildSystem(choices: Choices): Example {
  const pool: Pool = {
    machine: { pci: {} },
    ports: 0x1000,
    mmio: 0xf800_0000,
    high: 2 ** 38,
    low: [10, 11, 12, 13, 14, 15],
    gsis: range(24, 24),
    mac: 1,
    cid: 100,
  };
  const sel4 = {
    cores: 1 + choices.below(4),
    mcs: choices.once(3),
    ...choices.maybe(2, () => ({ build: 'release' as const })),
  };
  const guests = range(0, 1 + choices.below(6)).map((n) => guest(choices, n, sel4, pool));
  const consoles = connectConsoles(choices, guests);
  const links = connectLinks(choices, guests, pool);
  for (const g of guests) finish(choices, g, guests, Object.keys(consoles).length > 0);
  const system: RawSystem = {
    makatea: 1,
    name: 'random',
    ...choices.maybe(3, () => ({ description: choices.pick(TEXTS) })),
    sel4,
    consoles,
    vms: Object.fromEntries(guests.map((g) => [g.name, g.raw])),
    links,
  };
  const needsMachine = Object.keys(pool.machine.pci).length > 0 || pool.gsis.length < 24;
  if (!needsMachine) return { system };
  return {
    system: { ...system, machine: MACHINE },
    machine: {
      makatea_machine: 1,
      name: 'box',
      ioapics: [
        { gsi_base: 0, pins: 24 },
        { gsi_base: 24, pins: 24 },
      ],
      iommu: choices.pick([{}, { levels: 3, domain_bits: 16 }]),
      ...pool.machine,
    },
  };
}

const TEXTS = [
  'a line',
  'with "quotes", \\, $x, `y`, | and *stars*',
  '*/ #endif /*',
  '<b>&amp;</b> {{ x }} {% y %}',
  'gr\u00fcn \u65e5\u672c \u{1f600}',
] as const;

function guest(
  choices: Choices,
  n: number,
  { cores, mcs }: { cores: number; mcs: boolean },
  pool: Pool,
): Guest {
  const name = n < 3 && choices.once(2) ? `${choices.pick(WORDS)}${n || ''}` : `vm${n}`;
  const pci = devices(choices, pool);
  const sizes = ['64MiB', '128MiB', '96MiB', ...(pci ? [] : ['1GiB', '3GiB', '3074MiB', '6GiB'])];
  const slots = range(1, 31);
  const raw: RawVm = {
    memory: choices.pick(sizes),
    cores: [choices.below(cores)],
    boot: {
      type: 'linux',
      kernel: 'images/vmlinuz',
      ...choices.maybe(2, () => ({ initrd: 'images/initrd.cpio.gz' })),
      ...choices.maybe(2, () => ({
        cmdline: choices.pick(['console=ttyS0', 'a="b c" $d;e */ \\f']),
      })),
    },
    ...choices.maybe(3, () => ({ description: choices.pick(TEXTS) })),
    ...choices.maybe(3, () => ({ priority: 1 + choices.below(200) })),
    ...(mcs ? choices.maybe(2, () => ({ budget: { budget: '2ms', period: '10ms' } })) : {}),
    ...choices.maybe(3, () => ({ paravirt: choices.pick(['kvm', 'none'] as const) })),
    ...(pci ? { pci } : {}),
    ...hardware(choices, pool),
    ...choices.maybe(2, () => ({ disks: disks(choices, slots) })),
  };
  return { name, raw, coms: [...COM], slots, sockets: new Set() };
}

function takeSlot(choices: Choices, slots: number[]): { slot?: number } {
  if (!choices.once(3)) return {};
  const [slot] = slots.splice(choices.below(slots.length), 1);
  return slot === undefined ? {} : { slot };
}

function disks(choices: Choices, slots: number[]): NonNullable<RawVm['disks']> {
  // Rarely so many that some stand behind root ports.
  const count = choices.once(12) ? 40 : 1 + choices.below(3);
  return Object.fromEntries(
    range(0, count).map((n) => [
      `disk${n}`,
      {
        backend: 'ramdisk',
        size: choices.pick(['2MiB', '6MiB', '64MiB']),
        ...choices.maybe(3, () => ({ readonly: true })),
        ...takeSlot(choices, slots),
      },
    ]),
  );
}

/** Up to two PCI functions, made in the machine and given to the VM. */
function devices(choices: Choices, pool: Pool): RawVm['pci'] {
  if (!choices.once(3)) return undefined;
  const names = range(0, 1 + choices.below(2)).map((n) => `dev${n}`);
  return Object.fromEntries(
    names.map((name) => {
      const count = Object.keys(pool.machine.pci).length;
      const bdf = `0000:0${count % 9}:${(count % 32).toString(16).padStart(2, '0')}.${count % 8}`;
      const fn = { bdf, ...interruptsOfFunction(choices, pool), bars: barsOf(choices, pool) };
      pool.machine.pci[`fn${count}`] = fn;
      const wanted =
        'msix' in fn ? { type: 'msix' as const, vectors: 1 + choices.below(5) } : undefined;
      return [
        name,
        {
          ...choices.pick([{ bdf }, { device: `fn${count}` }, { bdf: bdf.slice(5) }]),
          ...(wanted && choices.once(2) ? { interrupts: wanted } : {}),
          accept: { MK0320: { reason: choices.pick(TEXTS) } },
        },
      ];
    }),
  );
}

type MachineFunction = NonNullable<RawMachine['pci']>[string];

function interruptsOfFunction(choices: Choices, pool: Pool): Partial<MachineFunction> {
  switch (choices.below(4)) {
    case 0:
      return { msix: 5 + choices.below(4) };
    case 1:
      return { msi: true };
    case 2:
      return { intx: { gsi: pool.gsis.shift() ?? 0 } };
    default:
      return {};
  }
}

function barsOf(choices: Choices, pool: Pool): NonNullable<MachineFunction['bars']> {
  const size = 4096 * 2 ** choices.below(10);
  pool.mmio = Math.ceil(pool.mmio / size) * size;
  pool.high = Math.ceil(pool.high / size) * size;
  const at = { mmio32: pool.mmio, mmio64: pool.high, io: pool.ports };
  const type = choices.pick(['mmio32', 'mmio64'] as const);
  if (type === 'mmio32') pool.mmio += size;
  else pool.high += size;
  const memory = {
    type,
    address: at[type],
    size: `${size / 1024}KiB`,
    prefetchable: choices.once(2),
  };
  if (!choices.once(3)) return { 0: memory };
  pool.ports += 32;
  return { 0: memory, 4: { type: 'io', address: at.io, size: '32B' } };
}

/** Ports, memory and interrupts that are passed through. */
function hardware(choices: Choices, pool: Pool): Partial<RawVm> {
  return {
    ...choices.maybe(4, () => {
      const first = pool.ports;
      const count = 1 + choices.below(64);
      pool.ports += 64;
      return { ioports: { gpio: { first, count } } };
    }),
    ...choices.maybe(4, () => {
      const address = pool.mmio;
      pool.mmio += 2 ** 21;
      return { mmio: { fpga: { address, size: choices.pick(['4KiB', '12KiB', '2MiB']) } } };
    }),
    ...choices.maybe(4, () => {
      const second = choices.once(2);
      const gsi = (second ? pool.gsis : pool.low).pop();
      if (gsi === undefined) return {};
      const trigger = choices.pick(['edge', 'level'] as const);
      const at = second ? { ioapic: 1, pin: gsi - 24 } : { pin: gsi };
      return {
        irqs: {
          gpio: { ...at, trigger, ...choices.maybe(2, () => ({ polarity: 'low' as const })) },
        },
      };
    }),
  };
}

/** Leads serial ports to consoles; only consoles that are used exist. */
function connectConsoles(
  choices: Choices,
  guests: readonly Guest[],
): NonNullable<RawSystem['consoles']> {
  const used = new Set<string>();
  for (const { raw, coms } of guests) {
    for (const console of ['front', 'back']) {
      if (!choices.once(3)) continue;
      const [port] = coms.splice(choices.below(coms.length), 1);
      if (port === undefined) continue;
      raw.serial = { ...raw.serial, [port]: { console } };
      used.add(console);
    }
  }
  const uarts: Readonly<Record<string, Com>> = {
    front: 'com1',
    back: choices.pick(['com2', 'com4']),
  };
  return Object.fromEntries(
    [...used].map((name) => [
      name,
      {
        uart: uarts[name] ?? 'com1',
        ...choices.maybe(2, () => ({ escape: choices.pick(['ctrl-a', 'ctrl-z']) })),
        ...choices.maybe(2, () => ({ output: 'prefix' as const, baud: 9600 as const })),
      },
    ]),
  );
}

function connectLinks(
  choices: Choices,
  guests: readonly Guest[],
  pool: Pool,
): Record<string, RawLink> {
  const links: Record<string, RawLink> = {};
  if (guests.length < 2) return links;
  for (const n of range(0, choices.below(8))) {
    const a = choices.pick(guests);
    const b = choices.pick(guests.filter((g) => g !== a));
    const link = linkBetween(choices, a, b, pool);
    if (link !== undefined) links[`link${n}`] = link;
  }
  return links;
}

function linkBetween(choices: Choices, a: Guest, b: Guest, pool: Pool): RawLink | undefined {
  switch (choices.below(3)) {
    case 0: {
      const end = ({ slots }: Guest): object => ({
        ...choices.maybe(3, () => ({
          mac: `02:00:00:00:00:${(pool.mac++).toString(16).padStart(2, '0')}`,
        })),
        ...takeSlot(choices, slots),
      });
      return {
        type: 'net',
        ends: { [a.name]: end(a), [b.name]: end(b) },
        ...choices.maybe(3, () => ({ mtu: 9000 })),
        ...choices.maybe(3, () => ({ ring: choices.pick(['128KiB', '1MiB', '4MiB']) })),
      };
    }
    case 1: {
      const [portA, portB] = [a.coms.shift(), b.coms.shift()];
      if (portA === undefined || portB === undefined) return undefined;
      return { type: 'serial', ends: { [a.name]: { port: portA }, [b.name]: { port: portB } } };
    }
    default: {
      // One link between two VMs: a context id is reached over one channel.
      if (a.sockets.has(b.name)) return undefined;
      for (const [own, other] of [
        [a, b],
        [b, a],
      ] as const) {
        if (own.sockets.size === 0) own.raw.vsock = choices.maybe(2, () => ({ cid: pool.cid++ }));
        own.sockets.add(other.name);
      }
      return {
        type: 'vsock',
        ends: { [a.name]: {}, [b.name]: {} },
        ...choices.maybe(3, () => ({ ring: '16KiB' })),
      };
    }
  }
}

function finish(
  choices: Choices,
  { raw, name }: Guest,
  guests: readonly Guest[],
  hasConsole: boolean,
): void {
  const others = guests.map((g) => g.name).filter((other) => other !== name);
  const controllers = others.filter(() => choices.once(4));
  const canWait = hasConsole || controllers.length > 0;
  raw.lifecycle = {
    ...(canWait && choices.once(2) ? { start: 'manual' as const } : {}),
    ...choices.maybe(2, () => ({ restart: choices.pick(['on-crash', 'always'] as const) })),
    ...(controllers.length > 0 ? { controllers } : {}),
  };
}

/** A system as files. */
export function filesOf({ system, machine }: Example): {
  text: string;
  more: Readonly<Record<string, string>>;
} {
  const yaml = (value: unknown): string =>
    stringify(value, {
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      aliasDuplicateObjects: false,
    });
  return { text: yaml(system), more: machine === undefined ? {} : { [MACHINE]: yaml(machine) } };
}

export const arbitrarySystem: fc.Arbitrary<Example> = fc
  .array(fc.nat(0xffff), { minLength: 20, maxLength: 400, size: 'max' })
  .map((tape) => buildSystem(new Choices(tape)));

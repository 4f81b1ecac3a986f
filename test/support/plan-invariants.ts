// SPDX-License-Identifier: BSD-2-Clause
// What holds of every plan, whatever it was made from: each entry is a kind of mistake that a description can not bring
// about. An entry lists what is wrong with a plan; nothing is wrong with a good one.
import type {
  Plan,
  PlanBar,
  PlanChannelEnd,
  PlanComponent,
  PlanIrq,
  PlanPciFunction,
  PlanVm,
} from '../../src/generated/plan.js';

export type Invariant = (plan: Plan) => string[];

interface Range {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly name: string;
}

const PAGE = 4096;

function overlapping(ranges: readonly Range[]): string[] {
  const sorted = ranges.filter((r) => r.end > r.first).sort((a, b) => a.first - b.first);
  return sorted.flatMap((range, n) => {
    const next = sorted[n + 1];
    return next !== undefined && next.first < range.end ? [`${range.name} and ${next.name}`] : [];
  });
}

function twice(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

/** Things of one kind of all components, each with its owner's id. */
function all<T>(plan: Plan, of: (component: PlanComponent) => readonly T[]): [string, T][] {
  return plan.components.flatMap((c) => of(c).map((item): [string, T] => [c.id, item]));
}

function inputs(irq: PlanIrq): string {
  return irq.type === 'ioapic'
    ? `input ${irq.ioapic}.${irq.pin}`
    : `message ${irq.bus}:${irq.device}.${irq.function} ${irq.handle}`;
}

function regionBytes(end: PlanChannelEnd): number {
  return end.frames * 2 ** end.frame_bits;
}

function bars({ pci }: PlanVm): [PlanPciFunction, PlanBar][] {
  return pci.functions.flatMap((fn) =>
    fn.bars.filter(({ type }) => type !== 'io').map((bar): [PlanPciFunction, PlanBar] => [fn, bar]),
  );
}

function barRange([fn, bar]: [PlanPciFunction, PlanBar]): Range {
  const name = `BAR ${bar.index} of ${fn.name}`;
  return { first: bar.gpa, end: bar.gpa + Math.max(bar.bytes, PAGE), name };
}

function inside(range: Range, outer: Range): boolean {
  return range.first >= outer.first && range.end <= outer.end;
}

/** The same for every VM of a plan. */
function eachVm(check: (vm: PlanVm) => string[]): Invariant {
  return (plan) => plan.vms.flatMap((vm) => check(vm).map((wrong) => `${vm.name}: ${wrong}`));
}

const ofTheMachine = {
  'an IO domain id is given once, from 1 on, and exists': (plan) => {
    const ids = all(plan, (c) => c.io_spaces).map(([, { domain_id }]) => domain_id);
    const missing = ids.filter((id) => id < 1 || id > plan.kernel.io_domains);
    return [...twice(ids.map(String)), ...missing.map(String)];
  },
  'a PCI function is given once': (plan) =>
    twice(all(plan, (c) => c.io_spaces).map(([, s]) => `${s.bus}:${s.device}.${s.function}`)),
  'an interrupt vector is given once and is one of 108': (plan) => {
    const vectors = all(plan, (c) => c.irqs).map(([, irq]) => irq.vector);
    const odd = vectors.filter((vector) => vector < 0 || vector > 107);
    return [...twice(vectors.map(String)), ...odd.map(String)];
  },
  'an I/O APIC input or a message is given once': (plan) =>
    twice(all(plan, (c) => c.irqs).map(([, irq]) => inputs(irq))),
  'an I/O port is given once and is one of 65,536': (plan) => {
    const ranges = all(plan, (c) => c.io_ports).map(([id, { name, first, last }]) => ({
      first,
      end: last + 1,
      name: `${id} ${name}`,
    }));
    return [...overlapping(ranges), ...ranges.filter((r) => r.end > 65536).map((r) => r.name)];
  },
  'a page of device memory is given once, and whole': (plan) => {
    const frames = all(plan, (c) => c.device_frames);
    const ranges = frames.map(([id, f]) => ({
      first: f.paddr,
      end: f.paddr + f.frames * 2 ** f.frame_bits,
      name: `${id} ${f.name}`,
    }));
    const odd = frames.filter(([, f]) => f.paddr % 2 ** f.frame_bits !== 0);
    return [...overlapping(ranges), ...odd.map(([id, f]) => `${id} ${f.name}`)];
  },
  'an ASID pool exists and serves at most 512': (plan) => {
    const pools = plan.components.flatMap((c) => c.asid_pool ?? []);
    const count = (pool: number): number => pools.filter((p) => p === pool).length;
    return [...new Set(pools)]
      .filter((pool) => pool >= plan.kernel.asid_pools || count(pool) > 512)
      .map(String);
  },
  'a component runs on a core that is started': (plan) =>
    plan.components.filter((c) => c.core >= plan.kernel.cores).map((c) => c.id),
} satisfies Record<string, Invariant>;

const ofComponents = {
  'a component has its name alone': (plan) => twice(plan.components.map((c) => c.id)),
  'slots follow each other from 256 on, inside the CNode': (plan) =>
    plan.components.flatMap(({ id, caps, cnode_bits }) => {
      const ranges = caps.map((c) => ({
        first: c.slot,
        end: c.slot + c.count,
        name: `${id} ${c.kind} ${c.name}`,
      }));
      const out = ranges.filter((r) => r.first < 256 || r.end > 2 ** cnode_bits);
      return [...overlapping(ranges), ...out.map((r) => r.name)];
    }),
  'a slot is named once': (plan) =>
    plan.components.flatMap(({ id, caps }) =>
      twice(caps.map(({ kind, name }) => `${id} ${kind} ${name}`)),
    ),
  'what a component has, it has slots for': (plan) =>
    plan.components.flatMap((c) => {
      const slots = (kind: string, name?: string): number =>
        c.caps
          .filter((cap) => cap.kind === kind && (name === undefined || cap.name === name))
          .reduce((sum, { count }) => sum + count, 0);
      const wrong = [
        slots('untyped') !== c.untyped.length && 'untyped',
        slots('memory') !== (c.memory?.frames ?? 0) && 'memory',
        slots('irq') !== c.irqs.length && 'irqs',
        slots('io_space') !== c.io_spaces.length && 'IO spaces',
        slots('io_ports') !== c.io_ports.length && 'ports',
        c.device_frames.some((f) => slots('device', f.name) !== f.frames) && 'device memory',
        slots('asid_pool') !== Number(c.asid_pool !== undefined) && 'ASID pool',
      ];
      return wrong.filter((w) => w !== false).map((w) => `${c.id}: ${w}`);
    }),
  'each event has a bit of a badge, and each bit its turn': (plan) =>
    plan.components.flatMap(({ id, events }) =>
      events.flatMap(({ bit, name }, n) => (bit === n % 40 ? [] : [`${id} ${name}`])),
    ),
  'an event has its name alone': (plan) =>
    plan.components.flatMap(({ id, events }) =>
      twice(events.map((e) => `${id} ${e.source} ${e.name}`)),
    ),
  'an interrupt raises the bit of its event': (plan) =>
    all(plan, (c) => c.irqs).flatMap(([id, irq]) => {
      const events = plan.components.find((c) => c.id === id)?.events ?? [];
      const event = events.find((e) => e.source === 'irq' && e.name === irq.name);
      return event?.bit === irq.bit ? [] : [`${id} ${irq.name}`];
    }),
  'untyped memory is of object sizes, largest first': (plan) =>
    all(plan, (c) => [c.untyped]).flatMap(([id, sizes]) =>
      sizes.some((s, n) => s < 12 || s > 47 || s > (sizes[n - 1] ?? 64)) ? [id] : [],
    ),
  'a monitor has RAM of exactly its VM’s size': (plan) =>
    plan.vms.flatMap((vm) => {
      const memory = plan.components.find((c) => c.id === vm.component)?.memory;
      const bytes = memory === undefined ? 0 : memory.frames * 2 ** memory.frame_bits;
      const banks = vm.ram.reduce((sum, bank) => sum + bank.frames, 0);
      return bytes === vm.memory_bytes && banks === memory?.frames ? [] : [vm.name];
    }),
} satisfies Record<string, Invariant>;

const ofChannels = {
  'a channel has its name alone, and so has each port at its component': (plan) => [
    ...twice(plan.channels.map((c) => c.id)),
    ...twice(plan.channels.flatMap((c) => c.ends.map((e) => `${e.component} ${e.port}`))),
  ],
  'a channel has two ends at two components that exist': (plan) => {
    const ids = new Set(plan.components.map((c) => c.id));
    return plan.channels
      .filter(({ ends: [a, b, ...more] }) => {
        if (a === undefined || b === undefined || more.length > 0) return true;
        return a.component === b.component || !ids.has(a.component) || !ids.has(b.component);
      })
      .map((c) => c.id);
  },
  'an end raises the bit that its peer waits for': (plan) =>
    plan.channels.flatMap(({ id, ends: [a, b] }) => {
      const bit = (at?: PlanChannelEnd): number | undefined =>
        plan.components
          .find((c) => c.id === at?.component)
          ?.events.find((e) => e.source === 'channel' && e.name === at?.port)?.bit;
      return a?.raises === bit(b) && b?.raises === bit(a) ? [] : [id];
    }),
  'both ends have slots for both regions and the signal': (plan) =>
    plan.channels.flatMap(({ ends: [a, b] }) => {
      if (a === undefined || b === undefined) return ['one end'];
      const has = (own: PlanChannelEnd, peer: PlanChannelEnd): boolean => {
        const caps = plan.components.find((c) => c.id === own.component)?.caps ?? [];
        const count = (kind: string): number | undefined =>
          caps.find((c) => c.kind === kind && c.name === own.port)?.count;
        return (
          count('signal') === 1 &&
          count('region_tx') === own.frames &&
          count('region_rx') === peer.frames
        );
      };
      return [has(a, b) ? [] : [a.port], has(b, a) ? [] : [b.port]].flat();
    }),
  'a VM sees its channels as they are': (plan) =>
    plan.vms.flatMap((vm) =>
      vm.channels.flatMap((seen) => {
        const channel = plan.channels.find((c) =>
          c.ends.some((e) => e.component === vm.component && e.port === seen.port),
        );
        const own = channel?.ends.find((e) => e.component === vm.component);
        const peer = channel?.ends.find((e) => e.component !== vm.component);
        const right =
          own !== undefined &&
          peer !== undefined &&
          channel?.kind === seen.kind &&
          regionBytes(own) === seen.tx_bytes &&
          regionBytes(peer) === seen.rx_bytes &&
          peer.raises === seen.event;
        return right ? [] : [`${vm.name} ${seen.port}`];
      }),
    ),
} satisfies Record<string, Invariant>;

const ofGuests = {
  'the parts of a guest’s memory map are apart': eachVm(({ map }) =>
    overlapping(map.map((e) => ({ first: e.gpa, end: e.gpa + e.bytes, name: e.name }))),
  ),
  'all of a guest’s memory map lies below 512 GiB': eachVm(({ map }) =>
    map.filter((e) => e.gpa < 0 || e.bytes < 0 || e.gpa + e.bytes > 2 ** 39).map((e) => e.name),
  ),
  'registers are aligned, apart, and inside a window': eachVm((vm) => {
    const ranges = bars(vm).map(barRange);
    const windows = vm.map
      .filter(({ kind }) => kind === 'mmio32' || kind === 'mmio64')
      .map((e) => ({ first: e.gpa, end: e.gpa + e.bytes, name: e.name }));
    const odd = ranges.filter(
      (r) => r.first % (r.end - r.first) !== 0 || !windows.some((w) => inside(r, w)),
    );
    return [...overlapping(ranges), ...odd.map((r) => r.name)];
  }),
  'registers behind a root port lie in its window': eachVm((vm) =>
    bars(vm)
      .filter(([fn, bar]) => {
        if (fn.bus === 0) return false;
        const port = vm.pci.functions.find((p) => p.secondary_bus === fn.bus);
        if (port === undefined) return true;
        const window = {
          first: port.window_gpa,
          end: port.window_gpa + port.window_bytes,
          name: port.name,
        };
        return !inside(barRange([fn, bar]), window);
      })
      .map(([fn]) => fn.name),
  ),
  'a guest’s PCI addresses differ, in range, each bus behind a port': eachVm(({ pci }) => {
    const odd = pci.functions.filter(
      (fn) =>
        fn.bus >= pci.buses ||
        fn.device > 31 ||
        fn.function > 7 ||
        (fn.bus > 0 && !pci.functions.some((p) => p.secondary_bus === fn.bus)),
    );
    const addresses = pci.functions.map((fn) => `${fn.bus}:${fn.device}.${fn.function}`);
    return [...twice(addresses), ...odd.map((fn) => fn.name)];
  }),
  'a device with several functions says so at its first': eachVm(({ pci }) =>
    pci.functions
      .filter((fn) => fn.function > 0)
      .filter(
        (fn) =>
          !pci.functions.some(
            (f) =>
              f.bus === fn.bus && f.device === fn.device && f.function === 0 && f.multifunction,
          ),
      )
      .map((fn) => fn.name),
  ),
  // Function n of a device has pin n modulo 4, and the guest is told one line for each pin (ACPI 6.5, 6.2.13).
  'an interrupt pin of a guest has one line': eachVm(({ pci }) => {
    const withPins = pci.functions
      .filter((fn) => fn.intx_gsi > 0)
      .map((fn) => ({ ...fn, pin: `${fn.bus}:${fn.device} pin ${fn.function % 4}` }));
    return withPins
      .filter((fn) => withPins.some((o) => o.pin === fn.pin && o.intx_gsi !== fn.intx_gsi))
      .map((fn) => fn.pin);
  }),
  'an edge-triggered interrupt of a guest has one source': eachVm(({ interrupts }) => {
    const edges = interrupts.filter((i) => !i.level).map((i) => i.gsi);
    return interrupts
      .filter((i) => edges.filter((gsi) => gsi === i.gsi).length > (i.level ? 0 : 1))
      .map((i) => i.name);
  }),
  'a guest’s interrupts reach an I/O APIC': eachVm(({ interrupts, ioapics }) =>
    interrupts
      .filter((i) => !ioapics.some((a) => i.gsi >= a.gsi_base && i.gsi < a.gsi_base + a.pins))
      .map((i) => i.name),
  ),
  'APIC ids differ': eachVm(({ cores, ioapics }) =>
    twice([...cores.keys(), ...ioapics.map((a) => a.id)].map(String)),
  ),
  'what boots lies in RAM, apart': eachVm(({ boot, map }) => {
    const ranges = [
      { first: boot.boot_params_gpa, end: boot.boot_params_gpa + PAGE, name: 'boot parameters' },
      { first: boot.gdt_gpa, end: boot.gdt_gpa + PAGE, name: 'GDT' },
      { first: boot.page_table_gpa, end: boot.page_table_gpa + 6 * PAGE, name: 'page tables' },
      { first: boot.cmdline_gpa, end: boot.cmdline_gpa + 2048, name: 'command line' },
      { first: boot.kernel_gpa, end: boot.kernel_gpa + boot.kernel_bytes, name: 'kernel' },
      { first: boot.initrd_gpa, end: boot.initrd_gpa + boot.initrd_bytes, name: 'initrd' },
    ].filter((r) => r.end > r.first);
    const ram = map
      .filter((e) => e.kind === 'ram')
      .map((e) => ({ first: e.gpa, end: e.gpa + e.bytes, name: e.name }));
    const out = ranges.filter((r) => !ram.some((bank) => inside(r, bank)));
    return [...overlapping(ranges), ...out.map((r) => r.name)];
  }),
  'MAC addresses differ, and so do context ids': (plan) => {
    const functions = plan.vms.flatMap((vm) => vm.pci.functions);
    return [
      ...twice(functions.map((fn) => fn.mac).filter((mac) => mac !== '')),
      ...twice(
        functions
          .map((fn) => fn.cid)
          .filter((cid) => cid > 0)
          .map(String),
      ),
    ];
  },
  'a socket device’s peers exist': (plan) => {
    const cids = new Set(plan.vms.flatMap((vm) => vm.pci.functions.map((fn) => fn.cid)));
    return plan.vms.flatMap((vm) =>
      vm.pci.functions.flatMap((fn) =>
        fn.peers.filter((p) => !cids.has(p.cid)).map((p) => `${vm.name} ${p.channel}`),
      ),
    );
  },
  'images exist, each once': (plan) => {
    const ids = plan.images.map((image) => image.id);
    const wanted = plan.vms.flatMap(({ boot }) =>
      [boot.kernel_image, boot.initrd_image ?? []].flat(),
    );
    return [...twice(ids), ...wanted.filter((id) => !ids.includes(id))];
  },
} satisfies Record<string, Invariant>;

export const INVARIANTS = { ...ofTheMachine, ...ofComponents, ...ofChannels, ...ofGuests };

export type InvariantName = keyof typeof INVARIANTS;

/** All that is wrong with a plan. */
export function wrongWith(plan: Plan): string[] {
  return Object.entries<Invariant>(INVARIANTS).flatMap(([name, check]) =>
    check(plan).map((wrong) => `${name}: ${wrong}`),
  );
}

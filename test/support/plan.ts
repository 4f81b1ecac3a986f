// SPDX-License-Identifier: BSD-2-Clause
// Plans for tests of what comes after planning: complete and consistent, but put together here, so
// that a test that fails means the stage under test and not the planner.
import type {
  Plan,
  PlanCap,
  PlanChannel,
  PlanChannelEnd,
  PlanComponent,
  PlanImage,
  PlanIrq,
  PlanVm,
} from '../../src/generated/plan.js';

const MIB = 2 ** 20;
const FIRST_SLOT = 256;

/** What makes one fixture differ from another. */
interface FixtureOptions {
  readonly mcs?: boolean;
  /** 4 KiB frames of the RAM of the VM with the passed-through device. */
  readonly webFrames?: number;
}

/** A component before it knows its slots. */
type DraftComponent = Omit<PlanComponent, 'caps' | 'cnode_bits' | 'events'> & {
  readonly free?: number;
};

/** An end of a channel before it knows its event bit: component, port, frames that it writes, log2 of their size. */
type DraftEnd = readonly [component: string, port: string, frames: number, bits?: number];

/** A component without authority, to be given some. */
function draftComponent(
  id: string,
  role: PlanComponent['role'],
  given: Partial<DraftComponent> = {},
): DraftComponent {
  const priority = role === 'vmm' ? 100 : 210;
  const nothing = { untyped: [], images: [], io_ports: [], device_frames: [], irqs: [] };
  return { id, role, of: '', priority, core: 0, io_spaces: [], ...nothing, ...given };
}

/**
 * Two VMs, `web` with a passed-through NIC and 4 KiB frames, `db` with a ramdisk and 2 MiB frames;
 * a shared console; net, serial and socket links between them; and the services that this takes.
 */
export function twoVmPlan(options: FixtureOptions = {}): Plan {
  const { mcs = false, webFrames = 1024 } = options;
  const drafts = [
    ...services(),
    webMonitor(webFrames),
    dbMonitor(mcs),
    draftComponent('ramdisk_db_data', 'ramdisk', {
      of: 'db',
      untyped: [13],
      memory: { purpose: 'storage', frame_bits: 21, frames: 4 },
    }),
  ];
  const kernel = { cores: 2, mcs, build: 'release', iommu: true } as const;
  const used = { rmrr_entries: 0, vectors: 4, io_domains: 1, asid_pools: 1 };
  return assemble({ kernel: { ...kernel, ...used }, images: IMAGES, drafts, channels: channels() });
}

/** Any number of VMs in a ring of net links, for measurements. */
export function ringPlan(count: number): Plan {
  const id = (n: number): string => `vm_${n % count}`;
  const drafts = Array.from({ length: count }, (_, n) =>
    draftComponent(id(n), 'vmm', {
      of: String(n),
      untyped: [16, 14],
      asid_pool: Math.floor(n / 512),
      memory: { purpose: 'guest_ram', frame_bits: 21, frames: 128 },
      images: IMAGES.map((image) => image.id),
      free: 160,
    }),
  );
  const links = drafts.map((_, n) =>
    channel(`link_${n}`, 'net', [id(n), 'next', 64], [id(n + 1), 'previous', 64]),
  );
  const kernel = { cores: 1, mcs: false, build: 'release', iommu: false } as const;
  const used = { rmrr_entries: 0, vectors: 0, io_domains: 0, asid_pools: Math.ceil(count / 512) };
  return assemble({ kernel: { ...kernel, ...used }, images: IMAGES, drafts, channels: links });
}

const IMAGES: PlanImage[] = [
  image('img_0123456789ab', 'images/vmlinuz', 7_654_321),
  image('img_ba9876543210', 'images/initrd.cpio.gz', 3_000_000),
];

function image(id: string, path: string, bytes: number): PlanImage {
  const sha256 = id.slice(4).padEnd(64, '0');
  return { id, path, bytes, sha256, frame_bits: 21, frames: Math.ceil(bytes / (2 * MIB)) };
}

function services(): DraftComponent[] {
  const edge = { type: 'ioapic', ioapic: 0, level: false, active_low: false, bit: 0 } as const;
  return [
    draftComponent('time', 'time', {
      priority: 240,
      io_ports: [{ name: 'pit', first: 0x40, last: 0x43 }],
      irqs: [{ ...edge, name: 'pit', vector: 0, pin: 2 }],
    }),
    draftComponent('lifecycle', 'lifecycle'),
    draftComponent('pci_config', 'pci_config', {
      io_ports: [{ name: 'pci_config', first: 0xcf8, last: 0xcff }],
    }),
    draftComponent('console_front', 'console', {
      of: 'front',
      priority: 230,
      io_ports: [{ name: 'com1', first: 0x3f8, last: 0x3ff }],
      irqs: [{ ...edge, name: 'com1', vector: 1, pin: 4 }],
    }),
  ];
}

function webMonitor(frames: number): DraftComponent {
  const nic = { bus: 3, device: 0, function: 0 };
  const msi = (handle: number): PlanIrq => ({
    type: 'msi',
    name: `uplink_${handle}`,
    vector: 2 + handle,
    ...nic,
    handle,
    bit: 0,
  });
  return draftComponent('vm_web', 'vmm', {
    of: 'web',
    untyped: [19, 17, 14],
    asid_pool: 0,
    memory: { purpose: 'guest_ram', frame_bits: 12, frames },
    images: IMAGES.map(({ id }) => id),
    io_ports: [{ name: 'uplink_bar2', first: 0xe000, last: 0xe01f }],
    device_frames: [
      { name: 'uplink_bar0', paddr: 0xfe00_0000, frame_bits: 21, frames: 1 },
      { name: 'uplink_bar3', paddr: 0xfebc_0000, frame_bits: 12, frames: 4 },
    ],
    irqs: [msi(0), msi(1)],
    io_spaces: [{ name: 'uplink', domain_id: 1, ...nic }],
    free: 2 * frames + 256,
  });
}

function dbMonitor(mcs: boolean): DraftComponent {
  return draftComponent('vm_db', 'vmm', {
    of: 'db',
    core: 1,
    ...(mcs && { budget: { budget_us: 4000, period_us: 10_000 } }),
    untyped: [16, 14],
    asid_pool: 0,
    memory: { purpose: 'guest_ram', frame_bits: 21, frames: 32 },
    images: IMAGES.slice(0, 1).map(({ id }) => id),
    free: 64,
  });
}

function channels(): DraftChannel[] {
  const perVm = (vm: string): DraftChannel[] => [
    channel(`timer_${vm}`, 'timer', [`vm_${vm}`, 'timer', 1], ['time', `vm_${vm}`, 1]),
    channel(`control_${vm}`, 'lifecycle', [`vm_${vm}`, 'control', 1], ['lifecycle', `vm_${vm}`, 1]),
    channel(
      `serial_${vm}_com1`,
      'console',
      [`vm_${vm}`, 'serial_com1', 1],
      ['console_front', `vm_${vm}_com1`, 1],
    ),
  ];
  return [
    ...perVm('web'),
    ...perVm('db'),
    channel('config_web', 'pci_config', ['vm_web', 'pci_config', 1], ['pci_config', 'vm_web', 1]),
    channel('menu_front', 'lifecycle', ['console_front', 'menu', 1], ['lifecycle', 'front', 1]),
    channel('disk_db', 'disk', ['vm_db', 'disk_data', 1, 21], ['ramdisk_db_data', 'client', 1, 21]),
    channel('link_private', 'net', ['vm_web', 'link_private', 64], ['vm_db', 'link_private', 64]),
    channel('link_debug', 'serial', ['vm_web', 'link_debug', 1], ['vm_db', 'link_debug', 1]),
    channel(
      'link_control',
      'vsock',
      ['vm_web', 'link_control', 1, 21],
      ['vm_db', 'link_control', 32],
    ),
  ];
}

/** A channel before it knows its event bits. */
interface DraftChannel {
  readonly id: string;
  readonly kind: PlanChannel['kind'];
  readonly ends: readonly [DraftEnd, DraftEnd];
}

function channel(
  id: string,
  kind: PlanChannel['kind'],
  ...ends: [DraftEnd, DraftEnd]
): DraftChannel {
  return { id, kind, ends };
}

/** A plan without the numbers that follow from the rest of it. */
interface DraftPlan {
  readonly kernel: Plan['kernel'];
  readonly images: readonly PlanImage[];
  readonly drafts: readonly DraftComponent[];
  readonly channels: readonly DraftChannel[];
}

/** Gives out event bits and slots, and describes the guests. */
function assemble({ kernel, images, drafts, channels: wanted }: DraftPlan): Plan {
  const events = new Map(drafts.map(({ id }) => [id, [] as PlanComponent['events']]));
  const take = (id: string, source: 'channel' | 'irq', name: string): number => {
    const table = events.get(id);
    if (table === undefined) throw new Error(`no component ${id}`);
    table.push({ bit: table.length, source, name });
    return table.length - 1;
  };
  const links = wanted.map(({ id, kind, ends: [a, b] }): PlanChannel => {
    const atA = take(a[0], 'channel', a[1]);
    const atB = take(b[0], 'channel', b[1]);
    return { id, kind, name: id, ends: [end(a, atB), end(b, atA)] };
  });
  const ends = endsByComponent(links);
  const components = drafts.map((draft) => {
    const irqs = draft.irqs.map((irq) => ({ ...irq, bit: take(draft.id, 'irq', irq.name) }));
    const own = { ...draft, irqs, events: events.get(draft.id) ?? [] };
    return layOut(own, ends.get(draft.id) ?? []);
  });
  const monitors = components.filter(({ role }) => role === 'vmm');
  return {
    makatea_plan: 1,
    system: 'fixture',
    description: '',
    kernel,
    images: [...images],
    components,
    channels: links,
    vms: monitors.map((monitor) => guest(monitor, ends.get(monitor.id) ?? [])),
    consoles: [],
    accepted: [],
  };
}

function end([component, port, frames, bits = 12]: DraftEnd, raises: number): PlanChannelEnd {
  return { component, port, frame_bits: bits, frames, raises };
}

interface Ends {
  readonly channel: PlanChannel;
  readonly own: PlanChannelEnd;
  readonly other: PlanChannelEnd;
}

function endsByComponent(links: readonly PlanChannel[]): Map<string, Ends[]> {
  const map = new Map<string, Ends[]>();
  for (const link of links) {
    const [a, b] = link.ends;
    if (a === undefined || b === undefined) continue;
    for (const [own, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const list = map.get(own.component) ?? [];
      list.push({ channel: link, own, other });
      map.set(own.component, list);
    }
  }
  return map;
}

function layOut(
  { free = 0, ...draft }: Omit<PlanComponent, 'caps' | 'cnode_bits'> & { free?: number },
  ends: readonly Ends[],
): PlanComponent {
  const one = (kind: PlanCap['kind'], name: string = kind) => ({ kind, name, count: 1 });
  const runs = [
    one('tcb'),
    one('cnode'),
    one('vspace'),
    one('notification'),
    ...(draft.asid_pool === undefined ? [] : [one('asid_pool')]),
    { ...one('untyped'), count: draft.untyped.length },
    ...ends.map(({ own }) => one('signal', own.port)),
    ...ends.flatMap(({ own, other }) => [
      { ...one('region_tx', own.port), count: own.frames },
      { ...one('region_rx', own.port), count: other.frames },
    ]),
    ...draft.io_ports.map(({ name }) => one('io_ports', name)),
    ...draft.io_spaces.map(({ name }) => one('io_space', name)),
    ...draft.irqs.map(({ name }) => one('irq', name)),
    ...draft.device_frames.map(({ name, frames }) => ({ ...one('device', name), count: frames })),
    { ...one('memory'), count: draft.memory?.frames ?? 0 },
    { ...one('free'), count: free },
  ].filter(({ count }) => count > 0);
  let slot = FIRST_SLOT;
  const caps = runs.map((run): PlanCap => {
    slot += run.count;
    return { slot: slot - run.count, ...run };
  });
  return { ...draft, cnode_bits: Math.ceil(Math.log2(slot)), caps };
}

/** A guest with no more than the plan's format asks for. */
function guest(monitor: PlanComponent, ends: readonly Ends[]): PlanVm {
  const { memory } = monitor;
  const size = (e: PlanChannelEnd): number => e.frames * 2 ** e.frame_bits;
  const bytes = (memory?.frames ?? 0) * 2 ** (memory?.frame_bits ?? 0);
  return {
    name: monitor.of,
    component: monitor.id,
    description: '',
    cores: [monitor.core],
    paravirt: 'kvm',
    memory_bytes: bytes,
    ram: [{ gpa: 0, first_frame: 0, frames: memory?.frames ?? 0 }],
    map: [{ kind: 'ram', name: 'RAM', gpa: 0, bytes }],
    ioapics: [{ id: 1, gpa: 0xfec0_0000, gsi_base: 0, pins: 24 }],
    boot: BOOT,
    serial: [],
    terminals: [],
    pci: { ecam_gpa: 0xe000_0000, ecam_bytes: MIB, buses: 1, functions: [] },
    ports: [],
    interrupts: [],
    start: 'auto',
    restart: 'never',
    accepted: [],
    channels: ends.map(({ channel: { kind }, own, other }) => ({
      port: own.port,
      kind,
      peer: other.component,
      tx_bytes: size(own),
      rx_bytes: size(other),
      event: other.raises,
    })),
    controllers: [],
  };
}

const BOOT: PlanVm['boot'] = {
  kernel_image: IMAGES[0]?.id ?? '',
  cmdline: 'console=ttyS0',
  cmdline_gpa: 0x2_0000,
  boot_params_gpa: 0x1_0000,
  gdt_gpa: 0x1_1000,
  page_table_gpa: 0x1_2000,
  acpi_gpa: 0xe_0000,
  acpi_bytes: 0x1_0000,
  kernel_gpa: 0x100_0000,
  kernel_bytes: 0x200_0000,
  kernel_offset: 0x4000,
  initrd_gpa: 0,
  initrd_bytes: 0,
};

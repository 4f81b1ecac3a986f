// SPDX-License-Identifier: BSD-2-Clause
// A small plan with one of everything, written by hand: what the emitters print must be right
// whatever the planner does.
import type {
  Plan,
  PlanCap,
  PlanChannel,
  PlanComponent,
  PlanGsi,
  PlanMapEntry,
  PlanPciFunction,
  PlanVm,
  PlanVmChannel,
} from '../../src/generated/plan.js';

const MIB = 2 ** 20;

/** A component without authority, to be given some. */
export function component(
  id: string,
  role: PlanComponent['role'],
  of: string,
  given: Partial<PlanComponent> = {},
): PlanComponent {
  return {
    id,
    role,
    of,
    priority: role === 'vmm' ? 100 : 210,
    core: 0,
    cnode_bits: 12,
    untyped: [],
    images: [],
    io_ports: [],
    device_frames: [],
    irqs: [],
    io_spaces: [],
    events: [],
    caps: [],
    ...given,
  };
}

/** A PCI function without anything, to be given some. */
export function pciFunction(
  address: readonly [bus: number, device: number, fn: number],
  kind: PlanPciFunction['kind'],
  name: string,
  given: Partial<PlanPciFunction> = {},
): PlanPciFunction {
  return {
    bus: address[0],
    device: address[1],
    function: address[2],
    kind,
    name,
    channel: '',
    multifunction: false,
    secondary_bus: 0,
    msix_vectors: 0,
    msi: false,
    intx_gsi: 0,
    bars: [],
    mac: '',
    mtu: 0,
    cid: 0,
    peers: [],
    sectors: 0,
    readonly: false,
    host: '',
    window_gpa: 0,
    window_bytes: 0,
    ...given,
  };
}

/** A channel of 4 KiB frames; each end is its component, port, frames written and bit raised. */
export function channel(
  id: string,
  kind: PlanChannel['kind'],
  name: string,
  ...ends: [string, string, number, number][]
): PlanChannel {
  return {
    id,
    kind,
    name,
    ends: ends.map(([component, port, frames, raises]) => ({
      component,
      port,
      frame_bits: 12,
      frames,
      raises,
    })),
  };
}

const CHANNELS: PlanChannel[] = [
  channel('net_private', 'net', 'private', ['vm_web', 'net0', 256, 0], ['vm_db', 'net0', 256, 0]),
  channel('serial_debug', 'serial', 'debug', ['vm_web', 'com2', 1, 1], ['vm_db', 'com2', 1, 1]),
  channel(
    'vsock_control',
    'vsock',
    'control',
    ['vm_web', 'vsock0', 32, 2],
    ['vm_db', 'vsock0', 32, 2],
  ),
  channel(
    'con_web',
    'console',
    'front',
    ['vm_web', 'com1', 1, 0],
    ['console_front', 'web_com1', 1, 3],
  ),
  channel(
    'con_db',
    'console',
    'front',
    ['vm_db', 'com1', 1, 1],
    ['console_front', 'db_com1', 1, 3],
  ),
  channel('time_web', 'timer', 'web', ['vm_web', 'timer', 1, 0], ['time', 'web', 1, 4]),
  channel('time_db', 'timer', 'db', ['vm_db', 'timer', 1, 1], ['time', 'db', 1, 4]),
  channel('pci_web', 'pci_config', 'web', ['vm_web', 'pci', 1, 0], ['pci_config', 'web', 1, 5]),
  channel('life_web', 'lifecycle', 'web', ['vm_web', 'life', 1, 0], ['lifecycle', 'web', 1, 6]),
  channel('life_db', 'lifecycle', 'db', ['vm_db', 'life', 1, 1], ['lifecycle', 'db', 1, 6]),
  channel(
    'menu_front',
    'lifecycle',
    'front',
    ['console_front', 'menu', 1, 2],
    ['lifecycle', 'front', 1, 3],
  ),
  channel('disk_db_data', 'disk', 'data', ['vm_db', 'data', 65, 0], ['disk_db_data', 'db', 64, 5]),
];

/** The channels of a component as its VM's part of the plan lists them. */
function vmChannels(
  channels: readonly PlanChannel[],
  id: string,
  vmOf: (id: string) => string,
): PlanVmChannel[] {
  return channels.flatMap(({ kind, ends }) => {
    const own = ends.find((end) => end.component === id);
    const other = ends.find((end) => end.component !== id);
    if (own === undefined || other === undefined) return [];
    const size = (end: typeof own): number => end.frames * 2 ** end.frame_bits;
    return [
      {
        port: own.port,
        kind,
        peer: vmOf(other.component),
        tx_bytes: size(own),
        rx_bytes: size(other),
        event: other.raises,
      },
    ];
  });
}

/** Gives a component the slots that what it has needs, from 256 on. */
export function withCaps(of: PlanComponent, channels: readonly PlanChannel[]): PlanComponent {
  const caps: PlanComponent['caps'] = [];
  let slot = 256;
  const add = (kind: PlanCap['kind'], name: string = kind, count = 1): void => {
    if (count === 0) return;
    caps.push({ slot, count, kind, name });
    slot += count;
  };
  for (const kind of ['tcb', 'cnode', 'vspace', 'notification'] as const) add(kind);
  if (of.asid_pool !== undefined) add('asid_pool');
  add('untyped', 'untyped', of.untyped.length);
  for (const { ends } of channels) {
    const own = ends.find((end) => end.component === of.id);
    const other = ends.find((end) => end.component !== of.id);
    if (own === undefined || other === undefined) continue;
    add('signal', own.port);
    add('region_tx', own.port, own.frames);
    add('region_rx', own.port, other.frames);
  }
  for (const { name } of of.io_ports) add('io_ports', name);
  for (const { name } of of.io_spaces) add('io_space', name);
  for (const { name } of of.irqs) add('irq', name);
  for (const { name, frames } of of.device_frames) add('device', name, frames);
  if (of.memory !== undefined) add('memory', of.memory.purpose, of.memory.frames);
  if (of.role === 'vmm') add('free', 'free', 64);
  return { ...of, caps, cnode_bits: Math.ceil(Math.log2(slot)) };
}

const MAP: PlanMapEntry[] = [
  { kind: 'ram', name: 'low memory', gpa: 0, bytes: 0x9f000 },
  { kind: 'reserved', name: 'legacy area', gpa: 0x9f000, bytes: 0x61000 },
  { kind: 'ram', name: 'memory', gpa: 0x100000, bytes: 0xfe00000 - 0x100000 },
  { kind: 'acpi', name: 'ACPI tables', gpa: 0xfe00000, bytes: 0x200000 },
  { kind: 'mmio32', name: 'PCI windows below 4 GiB', gpa: 0xc0000000, bytes: 0x20000000 },
  { kind: 'ecam', name: 'PCI configuration space', gpa: 0xe0000000, bytes: 2 * MIB },
  { kind: 'ioapic', name: 'I/O APIC 0', gpa: 0xfec00000, bytes: 0x1000 },
  { kind: 'lapic', name: 'local APIC', gpa: 0xfee00000, bytes: 0x1000 },
  { kind: 'mmio64', name: 'PCI windows above RAM', gpa: 2 ** 39, bytes: 2 ** 36 },
];

const GSIS: PlanGsi[] = [
  { gsi: 3, name: 'com2', level: false, active_low: false },
  { gsi: 4, name: 'com1', level: false, active_low: false },
  { gsi: 16, name: 'INTA of uplink', level: true, active_low: true },
];

const virtioBars = (n: number): PlanPciFunction['bars'] => [
  {
    index: 0,
    type: 'mmio64',
    prefetchable: true,
    gpa: 2 ** 39 + n * 0x10000,
    bytes: 0x8000,
    paddr: 0,
  },
];

const IMAGES: Plan['images'] = [
  [
    'img_5feceb66ffc8',
    'images/vmlinuz',
    8163264,
    '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
  ],
  [
    'img_6b86b273ff34',
    'images/initrd.cpio.gz',
    3145728,
    '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
  ],
].map(([id, path, bytes, sha256]) => ({
  id: String(id),
  path: String(path),
  bytes: Number(bytes),
  sha256: String(sha256),
  frame_bits: 12,
  frames: Math.ceil(Number(bytes) / 4096),
}));

const vmOf = (id: string): string => id.replace(/^vm_/, '');

/** A VM of the usual shape, to be given its devices. */
export function vm(
  name: string,
  channels: readonly PlanChannel[],
  given: Partial<PlanVm> = {},
): PlanVm {
  return {
    name,
    component: `vm_${name}`,
    description: '',
    cores: [0],
    paravirt: 'kvm',
    memory_bytes: 256 * MIB,
    ram: [{ gpa: 0, first_frame: 0, frames: 128 }],
    map: MAP,
    ioapics: [{ id: 0, gpa: 0xfec00000, gsi_base: 0, pins: 24 }],
    boot: {
      kernel_image: 'img_5feceb66ffc8',
      initrd_image: 'img_6b86b273ff34',
      cmdline: 'console=ttyS0',
      cmdline_gpa: 0x20000,
      boot_params_gpa: 0x10000,
      gdt_gpa: 0x11000,
      page_table_gpa: 0x12000,
      acpi_gpa: 0xfe00000,
      acpi_bytes: 0x200000,
      kernel_gpa: 0x1000000,
      kernel_bytes: 0x2a00000,
      kernel_offset: 0x4000,
      initrd_gpa: 0xfb00000,
      initrd_bytes: 3145728,
    },
    serial: [
      { port: 'com1', first: 0x3f8, gsi: 4, channel: 'com1' },
      { port: 'com2', first: 0x2f8, gsi: 3, channel: 'com2' },
    ],
    terminals: [],
    pci: {
      ecam_gpa: 0xe0000000,
      ecam_bytes: 2 * MIB,
      buses: 2,
      functions: [pciFunction([0, 0, 0], 'host_bridge', 'host bridge')],
    },
    ports: [],
    interrupts: GSIS.slice(0, 2),
    start: 'auto',
    restart: 'never',
    controllers: [],
    accepted: [],
    channels: vmChannels(channels, `vm_${name}`, vmOf),
    ...given,
  };
}

const net = (mac: string) =>
  pciFunction([0, 1, 0], 'net', 'private', {
    channel: 'net0',
    msix_vectors: 3,
    bars: virtioBars(0),
    mac,
    mtu: 1500,
  });

const vsock = (cid: number, peer: number) =>
  pciFunction([0, 2, 0], 'vsock', 'vsock', {
    msix_vectors: 4,
    bars: virtioBars(1),
    cid,
    peers: [{ cid: peer, channel: 'vsock0' }],
  });

function web(): PlanVm {
  const base = vm('web', CHANNELS);
  return {
    ...base,
    description: 'Faces the network',
    terminals: [
      { name: 'shell', channel: 'com1', console: true, columns: 80, rows: 25 },
      { name: 'makatea.lifecycle', channel: 'life', console: false, columns: 0, rows: 0 },
    ],
    ram: [{ gpa: 0, first_frame: 0, frames: 65536 }],
    interrupts: GSIS,
    ports: [{ name: 'post', first: 0x80, last: 0x80 }],
    accepted: [
      { entry: 'pci.uplink', code: 'MK0999', reason: 'the card is ours and its firmware too' },
    ],
    pci: {
      ...base.pci,
      functions: [
        ...base.pci.functions,
        net('02:4d:4b:00:00:01'),
        vsock(1001, 1002),
        pciFunction([0, 4, 0], 'console', 'console', { msix_vectors: 7, bars: virtioBars(3) }),
        pciFunction([0, 3, 0], 'root_port', 'root port 1', {
          secondary_bus: 1,
          window_gpa: 0xc0000000,
          window_bytes: MIB,
        }),
        pciFunction([1, 0, 0], 'passthrough', 'uplink', {
          msix_vectors: 2,
          intx_gsi: 16,
          host: '0000:03:00.0',
          bars: [
            {
              index: 0,
              type: 'mmio32',
              prefetchable: false,
              gpa: 0xc0000000,
              bytes: 0x20000,
              paddr: 0xdf200000,
            },
            { index: 2, type: 'io', prefetchable: false, gpa: 0xc000, bytes: 32, paddr: 0xe020 },
          ],
        }),
      ],
    },
  };
}

function db(): PlanVm {
  const base = vm('db', CHANNELS, {
    cores: [1],
    start: 'manual',
    restart: 'on-crash',
    controllers: ['web'],
  });
  return {
    ...base,
    pci: {
      ...base.pci,
      buses: 1,
      ecam_bytes: MIB,
      functions: [
        ...base.pci.functions,
        net('02:4d:4b:00:00:02'),
        vsock(1002, 1001),
        pciFunction([0, 3, 0], 'block', 'data', {
          channel: 'data',
          msix_vectors: 2,
          bars: virtioBars(2),
          sectors: (64 * MIB) / 512,
        }),
      ],
    },
  };
}

const WEB_COMPONENT = component('vm_web', 'vmm', 'web', {
  asid_pool: 0,
  cnode_bits: 17,
  untyped: [23, 21],
  images: IMAGES.map((image) => image.id),
  memory: { purpose: 'guest_ram', frame_bits: 12, frames: 65536 },
  io_ports: [
    { name: 'post', first: 0x80, last: 0x80 },
    { name: 'uplink BAR 2', first: 0xe020, last: 0xe03f },
  ],
  device_frames: [{ name: 'uplink BAR 0', paddr: 0xdf200000, frame_bits: 12, frames: 32 }],
  irqs: [
    {
      type: 'msi',
      name: 'uplink vector 0',
      vector: 20,
      bus: 3,
      device: 0,
      function: 0,
      handle: 0,
      bit: 7,
    },
    {
      type: 'msi',
      name: 'uplink vector 1',
      vector: 21,
      bus: 3,
      device: 0,
      function: 0,
      handle: 1,
      bit: 8,
    },
    {
      type: 'ioapic',
      name: 'uplink INTA',
      vector: 22,
      ioapic: 1,
      pin: 8,
      level: true,
      active_low: true,
      bit: 9,
      gsi: 16,
    },
  ],
  io_spaces: [{ name: 'uplink', domain_id: 1, bus: 3, device: 0, function: 0 }],
});

const UART_IRQ = {
  type: 'ioapic',
  name: 'com1',
  vector: 4,
  ioapic: 0,
  pin: 4,
  level: false,
  active_low: false,
  bit: 2,
} as const;

const COMPONENTS: PlanComponent[] = [
  WEB_COMPONENT,
  component('vm_db', 'vmm', 'db', {
    core: 1,
    asid_pool: 0,
    untyped: [21],
    images: IMAGES.map((image) => image.id),
    memory: { purpose: 'guest_ram', frame_bits: 21, frames: 128 },
  }),
  component('console_front', 'console', 'front', {
    io_ports: [{ name: 'com1', first: 0x3f8, last: 0x3ff }],
    irqs: [UART_IRQ],
  }),
  component('time', 'time', '', {
    io_ports: [{ name: 'pit', first: 0x40, last: 0x43 }],
    irqs: [{ ...UART_IRQ, name: 'pit', vector: 2, pin: 2 }],
  }),
  component('pci_config', 'pci_config', '', {
    io_ports: [{ name: 'pci', first: 0xcf8, last: 0xcff }],
  }),
  component('lifecycle', 'lifecycle', ''),
  component('disk_db_data', 'ramdisk', 'db', {
    memory: { purpose: 'storage', frame_bits: 21, frames: 32 },
  }),
];

/** Two VMs with a pass-through NIC, a shared console, a RAM disk and three links. */
export function fixture(): Plan {
  return structuredClone({
    makatea_plan: 1,
    system: 'two-linux',
    description: 'A web server in front of a database',
    kernel: {
      cores: 2,
      mcs: false,
      build: 'debug',
      iommu: true,
      rmrr_entries: 2,
      vectors: 5,
      io_domains: 1,
      asid_pools: 1,
    },
    images: IMAGES,
    components: COMPONENTS.map((of) => withCaps(of, CHANNELS)),
    channels: CHANNELS,
    vms: [web(), db()],
    accepted: [{ entry: '', code: 'MK0998', reason: 'the loader is patched' }],
    consoles: [
      {
        name: 'front',
        component: 'console_front',
        uart: 'com1',
        baud: 115200,
        escape: 1,
        output: 'colour',
        ports: [
          { vm: 'web', port: 'com1', channel: 'web_com1', colour: 0 },
          { vm: 'db', port: 'com1', channel: 'db_com1', colour: 1 },
        ],
      },
    ],
  });
}

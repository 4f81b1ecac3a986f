// SPDX-License-Identifier: BSD-2-Clause
import type { PlanBar, PlanPciFunction, PlanVsockPeer } from '../generated/plan.js';
import { cidOf, macOf } from '../model/identity.js';
import { portName } from '../model/names.js';
import { PCI_GSI_BASE, PCI_GSI_COUNT } from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { keySpan } from '../source/located.js';
import { formatBdf } from '../util/bdf.js';
import { KIB } from '../util/size.js';
import { linksOf, passthroughs, refuse, type PlanContext } from './context.js';
import { tooManyDevices } from './pages.js';
import { guestTerminals } from './terminals.js';

/** A device to be placed: all of a function but its address and interrupt. */
export interface DraftDevice {
  readonly slot?: number;
  readonly intx: boolean;
  readonly fn: Omit<PlanPciFunction, 'bus' | 'device' | 'function' | 'multifunction' | 'intx_gsi'>;
}

type Draft = DraftDevice['fn'];

const NOTHING: Omit<Draft, 'kind' | 'name'> = {
  channel: '',
  secondary_bus: 0,
  msix_vectors: 0,
  msi: false,
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
};

/** VirtIO structures in BAR 0, the MSI-X table in BAR 4 (VirtIO 1.2, 4.1.4: any BAR will do). */
const VIRTIO_BARS: readonly PlanBar[] = [
  { index: 0, type: 'mmio32', prefetchable: false, gpa: 0, bytes: 16 * KIB, paddr: 0 },
  { index: 4, type: 'mmio32', prefetchable: false, gpa: 0, bytes: 4 * KIB, paddr: 0 },
];

/** Virtqueues. */
const QUEUES = { net: 2, vsock: 3, block: 1 } as const;

/** What a 4 KiB register holds beside the bits of those that are pending; with fewer than queues a driver shares them. */
const MAX_VECTORS = 128;

function virtio(
  kind: 'net' | 'vsock' | 'block' | 'console',
  queues: number,
  name: string,
  more: Partial<Draft>,
): Draft {
  // One for configuration changes, and one for each virtqueue.
  const msix_vectors = Math.min(1 + queues, MAX_VECTORS);
  const bars = VIRTIO_BARS.map((bar) => ({ ...bar }));
  return { ...NOTHING, kind, name, msix_vectors, bars, ...more };
}

function withSlot(slot: number | undefined, intx: boolean, fn: Draft): DraftDevice {
  return { ...(slot === undefined ? {} : { slot }), intx, fn };
}

function passedThrough(context: PlanContext, vm: Vm): DraftDevice[] {
  return passthroughs(context, vm).map(({ device, fn, interrupts }) =>
    withSlot(device.slot, interrupts.type === 'intx', {
      ...NOTHING,
      kind: 'passthrough',
      name: device.name,
      host: formatBdf(fn.bdf),
      msi: interrupts.type === 'msi',
      msix_vectors: interrupts.type === 'msix' ? interrupts.vectors : 0,
      bars: fn.bars.map((bar) => ({
        index: bar.index,
        type: bar.type,
        prefetchable: bar.prefetchable,
        // Ports keep their numbers: seL4 lets a VCPU have ports, but does not renumber them.
        gpa: bar.type === 'io' ? bar.address : 0,
        bytes: bar.bytes,
        paddr: bar.address,
      })),
    }),
  );
}

function networkDevices(context: PlanContext, vm: Vm): DraftDevice[] {
  return linksOf(context, vm).flatMap((link) => {
    if (link.type !== 'net') return [];
    const end = link.ends.find((e) => e.vm === vm);
    if (end === undefined) return [];
    const channel = portName.link(link.name);
    const fn = virtio('net', QUEUES.net, link.name, {
      channel,
      mac: macOf(link, end),
      mtu: link.mtu,
    });
    return withSlot(end.slot, true, fn);
  });
}

/** One socket device for all of a VM's vsock links: Linux drives only one. */
function socketDevice(context: PlanContext, vm: Vm): DraftDevice[] {
  const peers = linksOf(context, vm).flatMap((link): PlanVsockPeer[] => {
    if (link.type !== 'vsock') return [];
    const other = link.ends.find((e) => e.vm !== vm);
    return other === undefined ? [] : [{ cid: cidOf(other.vm), channel: portName.link(link.name) }];
  });
  if (peers.length === 0) return [];
  return [
    withSlot(
      vm.vsock.slot,
      true,
      virtio('vsock', QUEUES.vsock, 'vsock', { cid: cidOf(vm), peers }),
    ),
  ];
}

/** A page of BAR 0 has room for the notifications of 1,024 queues: two for each port, two for messages. */
const MAX_PORTS = 511;

/** One console device for all ports. It comes last, so that a port which other VMs bring about moves no other device. */
function consoleDevice(context: PlanContext, vm: Vm): DraftDevice[] {
  const ports = guestTerminals(context, vm).length;
  if (ports === 0) return [];
  if (ports > MAX_PORTS) {
    const message = `VM "${vm.name}" has ${String(ports)} console ports; a VirtIO console has ${String(MAX_PORTS)} at most`;
    const span = keySpan(context.system.node, vm.path);
    refuse(context, tooManyDevices, span, message, 'give some of them to another VM');
  }
  return [withSlot(undefined, true, virtio('console', 2 * ports + 2, 'console', {}))];
}

/** A VM's PCI devices in the order in which they get their addresses. */
export function guestDevices(context: PlanContext, vm: Vm): DraftDevice[] {
  const disks = vm.disks.map((disk) => {
    const sectors = (disk.bytes ?? 0) / 512;
    const channel = portName.disk(disk.name);
    const fn = virtio('block', QUEUES.block, disk.name, {
      channel,
      sectors,
      readonly: disk.readonly,
    });
    return withSlot(disk.slot, true, fn);
  });
  return [
    ...passedThrough(context, vm),
    ...networkDevices(context, vm),
    ...socketDevice(context, vm),
    ...disks,
    ...consoleDevice(context, vm),
  ];
}

const SLOTS = 31;
const FUNCTIONS = 8;
/** A slot with eight root ports, eight functions behind each. */
const BEHIND_A_SLOT = FUNCTIONS * FUNCTIONS;

const PINS = 4;

/**
 * The interrupt of a function, swizzled as on a PC (PCI-to-PCI Bridge 1.2, 9.1). Function n has pin n modulo 4 (A to D): a
 * device has four pins, and a pin has one line.
 */
function gsi(device: number, fn: number): number {
  return PCI_GSI_BASE + ((device - 1 + (fn % PINS)) % PCI_GSI_COUNT);
}

/** How many slots must hold root ports, so that `count` devices find a place. */
function portSlots(count: number): number {
  return count <= SLOTS ? 0 : Math.ceil((count - SLOTS) / (BEHIND_A_SLOT - 1));
}

/**
 * Gives each device its address. Up to 31 stand on bus 0; the last slots that nobody pins become root ports when there
 * are more, so that the first devices stay where they were.
 */
export function placeDevices(
  context: PlanContext,
  vm: Vm,
  devices: readonly DraftDevice[],
): PlanPciFunction[] {
  const pinned = new Set(devices.flatMap(({ slot }) => slot ?? []));
  const free = Array.from({ length: SLOTS }, (_, i) => i + 1).filter((slot) => !pinned.has(slot));
  const wanted = portSlots(devices.length);
  if (wanted > free.length) {
    const message = `VM "${vm.name}" has ${String(devices.length)} PCI devices, more than can be addressed`;
    const span = keySpan(context.system.node, vm.path);
    refuse(context, tooManyDevices, span, message, 'give some of them to another VM');
    return [];
  }
  const ports = wanted === 0 ? [] : free.splice(-wanted).reverse();
  const placed: PlanPciFunction[] = [];
  const behind: DraftDevice[] = [];
  for (const draft of devices) {
    const device = draft.slot ?? free.shift();
    if (device === undefined) behind.push(draft);
    else placed.push(at(draft, 0, device, 0, false, gsi(device, 0)));
  }
  return [hostBridge(), ...placed, ...placeBehind(ports, behind)].sort(byAddress);
}

function at(
  draft: DraftDevice,
  bus: number,
  device: number,
  fn: number,
  multifunction: boolean,
  line: number,
): PlanPciFunction {
  const intx_gsi = draft.intx ? line : 0;
  return { bus, device, function: fn, multifunction, intx_gsi, ...draft.fn };
}

function hostBridge(): PlanPciFunction {
  const fn: Draft = { ...NOTHING, kind: 'host_bridge', name: 'host bridge' };
  return at({ intx: false, fn }, 0, 0, 0, false, 0);
}

/** Root ports, eight to a slot, and the devices behind them, eight to a port. */
function placeBehind(slots: readonly number[], devices: readonly DraftDevice[]): PlanPciFunction[] {
  const count = Math.ceil(devices.length / FUNCTIONS);
  return Array.from({ length: count }, (_, index) => {
    const slot = slots[Math.floor(index / FUNCTIONS)] ?? 0;
    const portFn = index % FUNCTIONS;
    const secondary_bus = index + 1;
    const group = devices.slice(index * FUNCTIONS, (index + 1) * FUNCTIONS);
    const name = `root port ${String(index + 1)}`;
    const fn: Draft = { ...NOTHING, kind: 'root_port', name, secondary_bus };
    const port = at({ intx: false, fn }, 0, slot, portFn, count > 1, 0);
    const children = group.map((draft, n) =>
      at(draft, secondary_bus, 0, n, group.length > 1, gsi(slot, n)),
    );
    return [port, ...children];
  }).flat();
}

function byAddress(a: PlanPciFunction, b: PlanPciFunction): number {
  return a.bus - b.bus || a.device - b.device || a.function - b.function;
}

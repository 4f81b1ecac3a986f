// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic } from '../diagnostics/diagnostic.js';
import type { RawBoot, RawDisk, RawNic, RawPciDevice, RawVm } from '../generated/system.js';
import { entryOf, keySpan, nodeAt, valueSpan, type Path } from '../source/located.js';
import { parseBdf } from '../util/bdf.js';
import { parseDuration, parseSize } from '../util/size.js';
import { acceptances, entry, lookUp, optional, type ResolveContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { deviceTwice, unknownBackend, unknownConsole } from './pages.js';
import type {
  Backend,
  Boot,
  ComPort,
  Console,
  Disk,
  Lifecycle,
  Nic,
  PciDevice,
  PciInterrupts,
  SerialPort,
  Terminal,
  Vm,
} from './system.js';

/** What a VM's entry may refer to. Controllers are filled in when all VMs are known. */
export interface References {
  readonly consoles: ReadonlyMap<string, Console>;
  readonly backends: ReadonlyMap<string, Backend>;
}

/** A VM with its list of controllers still to be filled. */
export type DraftVm = Vm & { readonly lifecycle: Lifecycle & { readonly controllers: Vm[] } };

export function resolveVm(
  context: ResolveContext,
  refs: References,
  name: string,
  raw: RawVm,
): DraftVm {
  const path = ['vms', name];
  const { budget, lifecycle = {} } = raw;
  const { node } = entry(context, path);
  const { ioports, mmio, irqs } = resolveHardware(context, path, raw);
  // Written out, not spread: this is done for each VM of each file, and V8 makes slow objects of many spreads.
  const vm: DraftVm = {
    name,
    path,
    node,
    accept: acceptances(raw.accept),
    description: raw.description ?? '',
    memory: parseSize(raw.memory),
    cores: raw.cores ?? DEFAULTS.vm.cores,
    boot: resolveBoot(raw.boot),
    priority: raw.priority ?? DEFAULTS.vm.priority,
    paravirt: raw.paravirt ?? DEFAULTS.vm.paravirt,
    efiRuntime: raw.efi?.runtime ?? DEFAULTS.efi.runtime,
    serial: resolveSerial(context, refs, path, raw),
    terminals: resolveTerminals(context, refs, path, raw),
    pci: resolvePci(context, path, raw.pci ?? {}),
    ioports,
    mmio,
    irqs,
    disks: resolveDisks(context, refs, path, raw.disks ?? {}),
    nics: resolveNics(context, refs, path, raw.nics ?? {}),
    vsock: { ...optional('cid', raw.vsock?.cid), ...optional('slot', raw.vsock?.slot) },
    lifecycle: {
      start: lifecycle.start ?? DEFAULTS.lifecycle.start,
      restart: lifecycle.restart ?? DEFAULTS.lifecycle.restart,
      controllers: [],
    },
  };
  return budget === undefined ? vm : { ...vm, budget: resolveBudget(budget) };
}

function resolveBudget({
  budget,
  period,
}: NonNullable<RawVm['budget']>): NonNullable<Vm['budget']> {
  return { budget: parseDuration(budget), period: parseDuration(period) };
}

function resolveBoot(raw: RawBoot): Boot {
  if (raw.type === 'efi') return { type: 'efi', firmware: raw.firmware };
  return {
    type: 'linux',
    kernel: raw.kernel,
    ...optional('initrd', raw.initrd),
    cmdline: raw.cmdline ?? DEFAULTS.linuxBoot.cmdline,
  };
}

function findConsole(
  context: ResolveContext,
  refs: References,
  name: string,
  at: Path,
): Console | undefined {
  return lookUp(context, refs.consoles, name, {
    page: unknownConsole,
    what: 'console',
    key: 'consoles',
    span: () => valueSpan(context.root, [...at, 'console']),
  });
}

function resolveSerial(
  context: ResolveContext,
  refs: References,
  path: Path,
  raw: RawVm,
): SerialPort[] {
  return Object.entries(raw.serial ?? {}).flatMap(([port, { console: name }]) => {
    const at = [...path, 'serial', port];
    const console = findConsole(context, refs, name, at);
    return console === undefined ? [] : { ...entry(context, at), port: port as ComPort, console };
  });
}

function resolveTerminals(
  context: ResolveContext,
  refs: References,
  path: Path,
  raw: RawVm,
): Terminal[] {
  return Object.entries(raw.terminals ?? {}).flatMap(([name, terminal]) => {
    const at = [...path, 'terminals', name];
    const console = findConsole(context, refs, terminal.console, at);
    if (console === undefined) return [];
    return { ...entry(context, at), console, ...optional('size', terminal.size) };
  });
}

function resolvePci(
  context: ResolveContext,
  path: Path,
  raw: Readonly<Record<string, RawPciDevice>>,
): PciDevice[] {
  return Object.entries(raw).flatMap(([name, device]) => {
    const at = [...path, 'pci', name];
    const by = resolveAddress(device);
    if (by === undefined) {
      // What is written but was refused is told elsewhere.
      const written = nodeAt(context.root, at);
      const names = [entryOf(written, 'bdf'), entryOf(written, 'device')].filter(Boolean);
      if (names.length === 1) return [];
      const message =
        names.length === 0
          ? `device "${name}" has neither "bdf" nor "device"`
          : `device "${name}" has both "bdf" and "device"`;
      const hint = 'name the PCI function by its address or by its name in the machine file';
      context.diagnostics.push(
        diagnostic(deviceTwice, keySpan(context.root, at), message, { hint }),
      );
      return [];
    }
    return {
      ...entry(context, at),
      by,
      ...optional('slot', device.slot),
      ...optional('interrupts', device.interrupts && resolveInterrupts(device.interrupts)),
      accept: acceptances(device.accept),
    };
  });
}

function resolveAddress(device: RawPciDevice): PciDevice['by'] | undefined {
  if ((device.bdf === undefined) === (device.device === undefined)) return undefined;
  if (device.bdf !== undefined) return { bdf: parseBdf(device.bdf) };
  return { device: device.device ?? '' };
}

function resolveInterrupts(raw: NonNullable<RawPciDevice['interrupts']>): PciInterrupts {
  if (raw.type !== 'msix') return { type: raw.type };
  return { type: 'msix', vectors: raw.vectors ?? DEFAULTS.msixInterrupts.vectors };
}

function resolveHardware(
  context: ResolveContext,
  path: Path,
  raw: RawVm,
): Pick<Vm, 'ioports' | 'mmio' | 'irqs'> {
  return {
    ioports: Object.entries(raw.ioports ?? {}).map(([name, { first, count }]) => ({
      ...entry(context, [...path, 'ioports', name]),
      first,
      last: first + count - 1,
    })),
    mmio: Object.entries(raw.mmio ?? {}).map(([name, { address, size }]) => ({
      ...entry(context, [...path, 'mmio', name]),
      address,
      bytes: parseSize(size),
    })),
    irqs: Object.entries(raw.irqs ?? {}).map(([name, irq]) => ({
      ...entry(context, [...path, 'irqs', name]),
      ioapic: irq.ioapic ?? DEFAULTS.irq.ioapic,
      pin: irq.pin,
      level: (irq.trigger ?? DEFAULTS.irq.trigger) === 'level',
      activeLow: (irq.polarity ?? DEFAULTS.irq.polarity) === 'low',
    })),
  };
}

/** Whether a backend exists; says so when it does not. */
function checkBackend(
  context: ResolveContext,
  refs: References,
  name: string,
  at: Path,
  builtIn: readonly string[],
): void {
  if (builtIn.includes(name)) return;
  lookUp(context, refs.backends, name, {
    page: unknownBackend,
    what: 'backend',
    key: 'backends',
    extra: builtIn,
    span: () => valueSpan(context.root, at),
  });
}

function resolveDisks(
  context: ResolveContext,
  refs: References,
  path: Path,
  raw: Readonly<Record<string, RawDisk>>,
): Disk[] {
  return Object.entries(raw).map(([name, disk]) => {
    const at = [...path, 'disks', name];
    checkBackend(context, refs, disk.backend, [...at, 'backend'], ['ramdisk']);
    return {
      ...entry(context, at),
      backend: disk.backend,
      ...optional('bytes', disk.size === undefined ? undefined : parseSize(disk.size)),
      readonly: disk.readonly ?? DEFAULTS.disk.readonly,
      zeroCopy: disk.zero_copy ?? DEFAULTS.disk.zero_copy,
      ...optional('slot', disk.slot),
    };
  });
}

function resolveNics(
  context: ResolveContext,
  refs: References,
  path: Path,
  raw: Readonly<Record<string, RawNic>>,
): Nic[] {
  return Object.entries(raw).map(([name, nic]) => {
    const at = [...path, 'nics', name];
    checkBackend(context, refs, nic.backend, [...at, 'backend'], []);
    return {
      ...entry(context, at),
      backend: nic.backend,
      zeroCopy: nic.zero_copy ?? DEFAULTS.nic.zero_copy,
    };
  });
}

// SPDX-License-Identifier: BSD-2-Clause
import type { RawIoapic, RawPciFunction } from '../../generated/machine.js';
import { parseSize } from '../../util/size.js';
import { exists, listNames, type Input } from '../input.js';
import { pciInconsistent } from '../pages.js';
import { kindOf } from './classes.js';
import { DEVICES, readDevices, resetOf, type Device } from './devices.js';
import type { Features } from './features.js';
import { pinOf, routeInterrupts } from './interrupts.js';
import { busKey, readTopology, type Topology } from './topology.js';

/** What all functions' entries are made from. */
interface Context {
  readonly input: Input;
  readonly topology: Topology;
  readonly gsis: ReadonlyMap<Device, number>;
  readonly groups: ReadonlyMap<string, number>;
  /** Whether this Linux tells how it resets functions. */
  readonly resets: boolean;
}

/** All PCI functions, in order of address. Remarks are noted by address. */
export function readPci(input: Input, ioapics: readonly RawIoapic[]): RawPciFunction[] {
  const devices = readDevices(input);
  const context: Context = {
    input,
    topology: readTopology(devices, input.findings),
    gsis: routeInterrupts(input, devices, ioapics),
    groups: readGroups(input),
    resets: devices.some(({ name }) => exists(input, `${DEVICES}/${name}/reset_method`)),
  };
  return devices.map((device) => functionOf(context, device));
}

const GROUPS = 'sys/kernel/iommu_groups';

/** IOMMU groups by address. */
function readGroups(input: Input): Map<string, number> {
  const names = listNames(input, GROUPS).filter((name) => /^[0-9]{1,5}$/.test(name));
  return new Map(
    names.flatMap((name) => {
      const group = Number(name);
      if (group > 65_535) return [];
      const members = listNames(input, `${GROUPS}/${name}/devices`);
      return members.map((member) => [member, group] as const);
    }),
  );
}

function functionOf(context: Context, device: Device): RawPciFunction {
  const { name, header, features, resources } = device;
  const group = context.groups.get(name);
  return {
    bdf: name,
    description: kindOf(header.class).words,
    vendor_id: header.vendor,
    device_id: header.device,
    class: header.class,
    ...(features?.port === undefined ? {} : { port: features.port }),
    ...(header.bridge !== undefined && context.topology.sound.has(device)
      ? { bridge: header.bridge }
      : {}),
    ...(Object.keys(resources.bars).length === 0 ? {} : { bars: resources.bars }),
    ...(features === undefined ? {} : messagesOf(context, device, features)),
    ...lineOf(context, device),
    ...resetKey(context, device),
    ...(features === undefined || features.acs.length === 0 ? {} : { acs: features.acs }),
    ...(group === undefined ? {} : { iommu_group: group }),
    ...(features === undefined || features.virtualFunctions === 0
      ? {}
      : { virtual_functions: features.virtualFunctions }),
  };
}

function messagesOf(
  { input }: Context,
  { path, resources }: Device,
  { msi, msix }: Features,
): Partial<RawPciFunction> {
  const messages: Partial<RawPciFunction> = msi > 0 ? { msi: true, msi_vectors: msi } : {};
  if (msix === undefined) return messages;
  const { vectors, table, pba } = msix;
  // An entry has 16 bytes, a pending bit is one of 64 in a quadword: PCI Express 6.0, 7.7.2.
  const parts = [
    { part: table, bytes: vectors * 16, words: 'the MSI-X table' },
    { part: pba, bytes: Math.ceil(vectors / 64) * 8, words: 'the MSI-X pending bits' },
  ];
  for (const { part, bytes, words } of parts) {
    const bar = resources.bars[String(part.bar)];
    // A register that nobody gave an address has no size here, so nothing can be said of it.
    const fits =
      bar === undefined
        ? resources.unassigned.includes(part.bar)
        : part.offset + bytes <= parseSize(bar.size) && bar.type !== 'io';
    if (fits) continue;
    const message = `${words} of ${String(vectors)} vectors does not lie in BAR ${String(part.bar)}; MSI-X is left out`;
    input.findings.report(pciInconsistent, `${path}/config`, message);
    return messages;
  }
  return { ...messages, msix: vectors, msix_table: table, msix_pba: pba };
}

function lineOf({ gsis }: Context, device: Device): Partial<RawPciFunction> {
  const pin = pinOf(device);
  const gsi = gsis.get(device);
  if (pin === undefined) return {};
  return gsi === undefined ? { pin } : { intx: { pin, gsi } };
}

function resetKey(context: Context, device: Device): Partial<RawPciFunction> {
  const { input, topology, resets } = context;
  const key = busKey(device.bdf.segment, device.bdf.bus);
  const alone = topology.above.has(key) && topology.members.get(key)?.length === 1;
  const reset = resetOf(input, device, resets, alone);
  return reset === undefined ? {} : { reset };
}

// SPDX-License-Identifier: BSD-2-Clause
import { formatBdf } from '../../util/bdf.js';
import type { Findings } from '../findings.js';
import { bridgesContradict } from '../pages.js';
import type { Device } from './devices.js';

/** How buses hang together. */
export interface Topology {
  /** The bridge right above a bus, by {@link busKey}. Root buses have none. */
  readonly above: ReadonlyMap<string, Device>;
  /** Functions on a bus, by {@link busKey}. */
  readonly members: ReadonlyMap<string, readonly Device[]>;
  /** Bridges whose bus numbers can be believed. */
  readonly sound: ReadonlySet<Device>;
}

export function busKey(segment: number, bus: number): string {
  return `${String(segment)}:${String(bus)}`;
}

/**
 * Puts the bridges together. A bus behind a bridge has a higher number than the bus that the bridge is on (PCI Express
 * 6.0, 7.5.1.3.3 and .4), so bridges that are believed can not form a loop.
 *
 * @param devices in order of address: a bridge comes before those below it
 */
export function readTopology(devices: readonly Device[], findings: Findings): Topology {
  const above = new Map<string, Device>();
  const sound = new Set<Device>();
  const members = new Map<string, Device[]>();
  for (const device of devices) {
    const key = busKey(device.bdf.segment, device.bdf.bus);
    const list = members.get(key);
    if (list === undefined) members.set(key, [device]);
    else list.push(device);
    const fault = bridgeFault(device, above);
    if (fault === undefined) continue;
    if (fault !== '') findings.report(bridgesContradict, `${device.path}/config`, fault);
    else {
      sound.add(device);
      above.set(busKey(device.bdf.segment, device.header.bridge?.secondary ?? 0), device);
    }
  }
  return { above, members, sound };
}

/** What is wrong with a bridge: nothing when it is none, or has no buses yet; an empty text when all is well. */
function bridgeFault(device: Device, above: ReadonlyMap<string, Device>): string | undefined {
  const { bdf, header, name } = device;
  if (header.bridge === undefined || header.bridge.secondary === 0) return undefined;
  const { secondary, subordinate } = header.bridge;
  const own = `bridge ${name} has buses ${String(secondary)} to ${String(subordinate)}`;
  if (subordinate < secondary) return `${own}: none`;
  if (secondary <= bdf.bus) return `${own}, and lies on bus ${String(bdf.bus)} itself`;
  const other = above.get(busKey(bdf.segment, secondary));
  if (other !== undefined) return `${own}, and so has ${formatBdf(other.bdf)}`;
  const parent = above.get(busKey(bdf.segment, bdf.bus))?.header.bridge;
  if (parent !== undefined && subordinate > parent.subordinate) {
    return `${own}, but the bridge above it ends at ${String(parent.subordinate)}`;
  }
  return '';
}

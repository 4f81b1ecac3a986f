// SPDX-License-Identifier: BSD-2-Clause
import type { Plan, PlanChannel, PlanChannelEnd } from '../../generated/plan.js';
import { connectionName, type Direction } from './names.js';

/** Memory that one component writes and one reads: a direction of a channel. */
export interface Region {
  readonly channel: PlanChannel;
  readonly connection: string;
  readonly writer: PlanChannelEnd;
  readonly reader: PlanChannelEnd;
  readonly frames: number;
  readonly frameBits: number;
  readonly bytes: number;
}

/** Page sizes of x86-64. The standard connector takes the largest that divides a region. */
const PAGE_BITS = [30, 21, 12];

/** The regions of a plan by the end that writes them, in the plan's order. */
export function planRegions(plan: Plan): Map<PlanChannelEnd, Region> {
  const regions = new Map<PlanChannelEnd, Region>();
  for (const channel of plan.channels) {
    const [a, b] = channel.ends;
    if (a === undefined || b === undefined) throw new Error(`channel "${channel.id}" lacks an end`);
    for (const region of [regionOf(channel, 'fwd', a, b), regionOf(channel, 'rev', b, a)]) {
      if (region.frames > 0) regions.set(region.writer, region);
    }
  }
  return regions;
}

function regionOf(
  channel: PlanChannel,
  direction: Direction,
  writer: PlanChannelEnd,
  reader: PlanChannelEnd,
): Region {
  const { frames, frame_bits: frameBits } = writer;
  const bytes = frames * 2 ** frameBits;
  const connection = connectionName(channel.id, direction);
  const connectors = PAGE_BITS.find((bits) => bytes % 2 ** bits === 0);
  if (frames > 0 && connectors !== frameBits) {
    throw new Error(
      `${connection}: the connector would make frames of 2^${String(connectors)} bytes, the plan has 2^${frameBits}`,
    );
  }
  return { channel, connection, writer, reader, frames, frameBits, bytes };
}

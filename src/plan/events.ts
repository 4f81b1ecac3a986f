// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannel, PlanEvent } from '../generated/plan.js';
import type { DraftChannel } from './channels.js';

/**
 * Bits that are used of a notification's badge. seL4's badges have 64 bits on x86-64; up to bit 40 was seen to work
 * through CAMkES and the capDL loader.
 */
const EVENT_BITS = 40;

/** The event bits of one component, given out in order; past the last bit the first is used again. */
export class EventTable {
  readonly events: PlanEvent[] = [];

  add(source: PlanEvent['source'], name: string): number {
    const bit = this.events.length % EVENT_BITS;
    this.events.push({ bit, source, name });
    return bit;
  }
}

/** The tables of all components, by component id. */
export type EventTables = ReadonlyMap<string, EventTable>;

function tableOf(tables: EventTables, component: string): EventTable {
  const table = tables.get(component);
  if (table === undefined) throw new Error(`no event table for ${component}`);
  return table;
}

/** How many pages, and of which size, hold a region. */
function framesOf(bytes: number): { frame_bits: number; frames: number } {
  const frame_bits = bytes % 2 ** 21 === 0 ? 21 : 12;
  return { frame_bits, frames: bytes / 2 ** frame_bits };
}

/** Gives each end of each channel the bit that it raises at the other. */
export function assignEvents(drafts: readonly DraftChannel[], tables: EventTables): PlanChannel[] {
  return drafts.map(({ id, kind, name, ends: [a, b] }) => {
    const atA = tableOf(tables, a.component).add('channel', a.port);
    const atB = tableOf(tables, b.component).add('channel', b.port);
    return {
      id,
      kind,
      name,
      ends: [
        { component: a.component, port: a.port, ...framesOf(a.bytes), raises: atB },
        { component: b.component, port: b.port, ...framesOf(b.bytes), raises: atA },
      ],
    };
  });
}

// SPDX-License-Identifier: BSD-2-Clause
import type { PlanChannelEnd, PlanComponent, PlanImage, PlanIrq } from '../../generated/plan.js';
import { faultBadge, type SlotContent, type SlotRange } from '../slots.js';
import { hex } from '../filters.js';
import { BOOT_TSC, imageSymbol, jinjaName } from './names.js';
import type { Region } from './regions.js';

/** A call of one of the macros of `makatea.jinja`. */
export interface Call {
  readonly macro: string;
  /** Arguments as jinja writes them. */
  readonly args: readonly string[];
  /** Remark for people. */
  readonly note?: string;
}

/** The call that puts capabilities into a run of slots. */
export function capCall(
  component: PlanComponent,
  { slot, count, content }: SlotRange,
  regions: ReadonlyMap<PlanChannelEnd, Region>,
): Call {
  const call = contentCall(component, content, regions, count);
  return { ...call, args: [hex(slot, 3), ...call.args] };
}

/** The call that maps an image. */
export function imageCall({ id, bytes, frames, frame_bits }: PlanImage): Call {
  const args = {
    file: jinjaName(id),
    bytes,
    frames,
    frame_bits,
  };
  return { macro: 'image', args: [jinjaName(imageSymbol(id)), ...named(args)] };
}

/** The call that maps what the kernel says about the time-stamp counter. */
export const bootTscCall: Call = { macro: 'boot_tsc', args: [jinjaName(BOOT_TSC)] };

function named(args: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(args).map(([name, value]) => `${name}=${value}`);
}

function contentCall(
  component: PlanComponent,
  content: SlotContent,
  regions: ReadonlyMap<PlanChannelEnd, Region>,
  count: number,
): Call {
  const { what } = content;
  switch (what) {
    case 'tcb':
    case 'cnode':
    case 'vspace':
    case 'notification':
    case 'faults':
    case 'reply':
      return { macro: what, args: [] };
    case 'fault':
      return { macro: what, args: [`badge=0x${faultBadge(content.number).toString(16)}`] };
    case 'asid_pool':
      return { macro: what, args: named({ pool: content.pool }) };
    case 'signal': {
      const to = jinjaName(content.other.component);
      const args = named({ to, bit: content.own.raises });
      return { macro: what, args, note: content.own.port };
    }
    case 'region_tx':
      return { ...regionCall(regions.get(content.own), count), macro: what };
    case 'region_rx':
      return { ...regionCall(regions.get(content.other), count), macro: what };
    case 'memory':
      return memoryCall(component, count);
    default:
      return listedCall(component, what, content.index, count);
  }
}

function regionCall(region: Region | undefined, count: number): Omit<Call, 'macro'> {
  if (region?.frames !== count) throw new Error('slots and frames of a region differ in the plan');
  const { connection, frames, frameBits } = region;
  return {
    args: named({ connection: jinjaName(connection), frames, frame_bits: frameBits }),
  };
}

function memoryCall({ id, memory }: PlanComponent, count: number): Call {
  if (memory?.frames !== count) throw new Error(`memory and slots of "${id}" differ in the plan`);
  const { purpose, frames, frame_bits } = memory;
  return { macro: 'memory', args: named({ frames, frame_bits }), note: purpose };
}

/** What stands at a place of one of the component's lists; its index is part of the object's name. */
function listedCall(
  component: PlanComponent,
  what: 'untyped' | 'io_ports' | 'irq' | 'io_space' | 'device',
  index: number,
  count: number,
): Call {
  switch (what) {
    case 'untyped':
      return {
        macro: what,
        args: named({ index, bits: at(component.untyped, index) }),
      };
    case 'io_ports': {
      const { name, first, last } = at(component.io_ports, index);
      const args = named({ index, first: hex(first), last: hex(last) });
      return { macro: what, args, note: name };
    }
    case 'io_space': {
      const { name, domain_id: domain, bus, device, function: fn } = at(component.io_spaces, index);
      return { macro: what, args: named({ index, domain, bus, device, function: fn }), note: name };
    }
    case 'irq':
      return irqCall(at(component.irqs, index), index);
    case 'device': {
      const { name, paddr, frames, frame_bits } = at(component.device_frames, index);
      if (frames !== count) throw new Error(`slots and frames of "${name}" differ in the plan`);
      const args = named({ index, paddr: hex(paddr), frames, frame_bits });
      return { macro: what, args, note: name };
    }
  }
}

function irqCall(irq: PlanIrq, index: number): Call {
  const { name, vector, bit } = irq;
  if (irq.type === 'msi') {
    const { bus, device, function: fn, handle } = irq;
    const args = named({ index, bit, vector, bus, device, function: fn, handle });
    return { macro: 'msi_irq', args, note: name };
  }
  const { ioapic, pin } = irq;
  const level = irq.level ? 1 : 0;
  const active_low = irq.active_low ? 1 : 0;
  const args = named({ index, bit, vector, ioapic, pin, level, active_low });
  return { macro: 'ioapic_irq', args, note: name };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error('the plan has more slots of a kind than things for them');
  return item;
}

// SPDX-License-Identifier: BSD-2-Clause
import type { Wire } from './picture.js';

/** A wire with the lane that its upright part runs in: 0 is nearest to the VMs. */
export interface LanedWire {
  readonly wire: Wire;
  readonly lane: number;
  /** Its topmost and lowest VM. */
  readonly top: number;
  readonly bottom: number;
}

/** Gives each wire a lane in which it meets no other. Short ones lie inside, consoles outside, each in a lane alone. */
export function laned(wires: readonly Wire[]): { wires: LanedWire[]; lanes: number } {
  const spans = wires.map((wire, order) => {
    const vms = wire.ends.map(({ vm }) => vm);
    return { wire, order, top: Math.min(...vms), bottom: Math.max(...vms), lane: 0 };
  });
  const lanes: (typeof spans)[] = [];
  const inner = spans.filter(({ wire }) => wire.kind !== 'console');
  const byLength = [...inner].sort(
    (a, b) => a.bottom - a.top - (b.bottom - b.top) || a.order - b.order,
  );
  for (const span of byLength) {
    const free = lanes.findIndex((lane) =>
      lane.every((other) => span.bottom <= other.top || other.bottom <= span.top),
    );
    span.lane = free < 0 ? lanes.length : free;
    (lanes[span.lane] ??= []).push(span);
  }
  for (const span of spans) {
    if (span.wire.kind === 'console') span.lane = lanes.push([span]) - 1;
  }
  return { wires: spans, lanes: lanes.length };
}

/** One end of a wire at a VM. */
export interface Port {
  readonly laned: LanedWire;
  readonly end: number;
}

/**
 * The ends at a VM from top to bottom, so that brackets lie in each other and cross little: first what goes up, the inner
 * ones first; then what goes both ways; then what goes down, the outer ones first.
 */
export function portsOf(vm: number, wires: readonly LanedWire[]): Port[] {
  const ports = wires.flatMap((laned) =>
    laned.wire.ends.flatMap((end, index) => (end.vm === vm ? { laned, end: index } : [])),
  );
  const way = ({ laned }: Port): number => Number(laned.top === vm) - Number(laned.bottom === vm);
  const depth = (port: Port): number => (way(port) > 0 ? -port.laned.lane : port.laned.lane);
  return ports.sort((a, b) => way(a) - way(b) || depth(a) - depth(b) || a.end - b.end);
}

// SPDX-License-Identifier: BSD-2-Clause
import type { PlacedWire } from './layout.js';

/** Half a pixel at most, so that a path is short and the same everywhere. */
export function number(value: number): string {
  return String(Math.round(value * 2) / 2);
}

const RADIUS = 6;

/** The path of a wire: from each of its ends to its upright part and along it, with round corners. */
export function wirePath({ x, ends, to }: PlacedWire, edge: number): string {
  const heights = [...ends.map(({ y }) => y), ...(to === undefined ? [] : [to.y])];
  const top = Math.min(...heights);
  const bottom = Math.max(...heights);
  const r = Math.min(RADIUS, (bottom - top) / 2);
  const branch = (from: number, y: number): string => {
    const near = from < x ? x - r : x + r;
    const start = `M${number(from)} ${number(y)}`;
    if (r === 0 || (y !== top && y !== bottom)) return `${start}H${number(x)}`;
    const turn = y === top ? y + r : y - r;
    return `${start}H${number(near)}Q${number(x)} ${number(y)} ${number(x)} ${number(turn)}`;
  };
  return [
    ...ends.map(({ y }) => branch(edge, y)),
    ...(to === undefined ? [] : [branch(to.x, to.y)]),
    ...(bottom - top > 2 * r ? [`M${number(x)} ${number(top + r)}V${number(bottom - r)}`] : []),
  ].join('');
}

// SPDX-License-Identifier: BSD-2-Clause
import { laned, portsOf, type LanedWire, type Port } from './lanes.js';
import { textWidth } from './measure.js';
import type { Picture, PictureBox, PictureDevice, WireEnd } from './picture.js';

/** Sizes of text in pixels. */
export const TEXT = { title: 20, name: 15, small: 12.5 } as const;

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEnd {
  readonly end: WireEnd;
  readonly y: number;
}

export interface PlacedWire extends LanedWire {
  /** Where the upright part runs. */
  readonly x: number;
  readonly ends: readonly PlacedEnd[];
  /** Where it reaches a console. */
  readonly to?: { readonly x: number; readonly y: number };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly vms: readonly Rect[];
  readonly devices: readonly { readonly device: PictureDevice; readonly rect: Rect }[];
  readonly consoles: readonly Rect[];
  /** The right edge of the VMs, where wires begin. */
  readonly edge: number;
  readonly wires: readonly PlacedWire[];
  readonly ground: Rect;
}

const MARGIN = 24;
const LANE = 14;
const PORT = 26;
const LINE = 18;
const DEVICE_GAP = 8;

/** A box's own size: its name, and a line for each fact. */
function boxHeight({ facts }: PictureBox): number {
  return 28 + LINE * facts.length;
}

function boxWidth({ name, facts }: PictureBox): number {
  const widths = facts.map((fact) => textWidth(fact, TEXT.small));
  return 28 + Math.max(textWidth(name, TEXT.name, true), ...widths);
}

function widest(boxes: readonly PictureBox[], least: number): number {
  return Math.max(least, ...boxes.map(boxWidth));
}

/** The width of what is written along the beginning of a wire. */
function labelWidth({ label, words }: WireEnd): number {
  const gap = label === '' || words === '' ? 0 : 7;
  return textWidth(label, TEXT.small, true) + gap + textWidth(words, TEXT.small);
}

/**
 * Devices at the left, VMs below each other beside them, their wires to the right as nested brackets, consoles at the
 * right end. What is written along a wire stands before the first upright line, so that nothing crosses it.
 */
export function layoutOf(picture: Picture): Layout {
  const { vms, consoles } = picture;
  const { wires, lanes } = laned(picture.wires);
  const devices = vms.flatMap((vm) => vm.devices);
  const deviceWidth = devices.length === 0 ? 0 : widest(devices, 120);
  const vmX = MARGIN + (devices.length === 0 ? 0 : deviceWidth + 32);
  const edge = vmX + widest(vms, 180);
  const labels = wires.flatMap(({ wire }) => wire.ends.map(labelWidth));
  const laneX = edge + (labels.length === 0 ? 0 : 32 + Math.max(...labels));
  const consoleX = laneX + lanes * LANE + (consoles.length === 0 ? 0 : 18);
  const consoleWidth = consoles.length === 0 ? 0 : widest(consoles, 130);
  const top = picture.description === '' ? 62 : 84;
  const stack = stacked(picture, wires, { top, vmX, edge, deviceWidth });
  const placed = wires.map((w) => ({
    ...w,
    x: laneX + w.lane * LANE,
    ends: w.wire.ends.map((end, index) => ({ end, y: stack.portY.get(w)?.[index] ?? 0 })),
  }));
  const boxes = placeConsoles(consoles, placed, { x: consoleX, width: consoleWidth, top });
  const bottom = Math.max(stack.bottom, ...boxes.map(({ y, height }) => y + height + MARGIN));
  const title = textWidth(picture.title, TEXT.title, true) + 2 * MARGIN;
  const width = Math.max(480, title, consoleX + consoleWidth + MARGIN);
  return {
    width,
    height: bottom + 40 + MARGIN,
    vms: stack.vms,
    devices: stack.devices,
    consoles: boxes,
    edge,
    wires: placed.map((w) => {
      const box = w.wire.console === undefined ? undefined : boxes[w.wire.console];
      return box === undefined ? w : { ...w, to: { x: box.x, y: box.y + box.height / 2 } };
    }),
    ground: { x: MARGIN, y: bottom, width: width - 2 * MARGIN, height: 40 },
  };
}

interface Stack {
  readonly vms: readonly Rect[];
  readonly devices: Layout['devices'];
  /** The height of each end of a wire. */
  readonly portY: ReadonlyMap<LanedWire, readonly number[]>;
  readonly bottom: number;
}

interface Columns {
  readonly top: number;
  readonly vmX: number;
  readonly edge: number;
  readonly deviceWidth: number;
}

/** VMs below each other, each as high as its text, its wires and its devices need. */
function stacked(picture: Picture, wires: readonly LanedWire[], columns: Columns): Stack {
  const { vmX: x, edge, deviceWidth } = columns;
  const portY = new Map<LanedWire, number[]>(wires.map((w) => [w, []]));
  const devices: { device: PictureDevice; rect: Rect }[] = [];
  let y = columns.top;
  const vms = picture.vms.map((vm, index) => {
    const ports = portsOf(index, wires);
    const tall = vm.devices.reduce((sum, d) => sum + boxHeight(d) + DEVICE_GAP, -DEVICE_GAP);
    const height = Math.max(boxHeight(vm), 10 + PORT * ports.length, tall);
    const rect = { x, y, width: edge - x, height };
    placePorts(ports, rect, portY);
    let deviceY = y + (height - tall) / 2;
    for (const device of vm.devices) {
      const size = { width: deviceWidth, height: boxHeight(device) };
      devices.push({ device, rect: { x: MARGIN, y: deviceY, ...size } });
      deviceY += size.height + DEVICE_GAP;
    }
    y += height + 18;
    return rect;
  });
  return { vms, devices, portY, bottom: y + 6 };
}

function placePorts(
  ports: readonly Port[],
  { y, height }: Rect,
  portY: ReadonlyMap<LanedWire, number[]>,
): void {
  // Text stands above each wire, so that the whole looks centred a little further down.
  const first = y + height / 2 - (PORT * (ports.length - 1)) / 2 + 6;
  ports.forEach(({ laned, end }, index) => {
    const ys = portY.get(laned);
    if (ys !== undefined) ys[end] = first + PORT * index;
  });
}

/** Each console beside the middle of its wires, below the one before it. */
function placeConsoles(
  consoles: readonly PictureBox[],
  wires: readonly Omit<PlacedWire, 'to'>[],
  { x, width, top }: { x: number; width: number; top: number },
): Rect[] {
  const wanted = consoles.map((console, index) => {
    const ys = wires.find(({ wire }) => wire.console === index)?.ends.map((end) => end.y) ?? [];
    const height = boxHeight(console);
    const middle = ys.length === 0 ? top : (Math.min(...ys) + Math.max(...ys)) / 2;
    return { index, height, y: Math.max(top, middle - height / 2) };
  });
  const rects: Rect[] = [];
  let free = top;
  for (const { index, height, y } of [...wanted].sort((a, b) => a.y - b.y || a.index - b.index)) {
    const at = Math.max(free, y);
    rects[index] = { x, y: at, width, height };
    free = at + height + 12;
  }
  return rects;
}

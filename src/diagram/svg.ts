// SPDX-License-Identifier: BSD-2-Clause
import { layoutOf, TEXT, type Layout, type PlacedWire, type Rect } from './layout.js';
import { cut, textWidth } from './measure.js';
import type { Picture, PictureBox } from './picture.js';
import { STYLE } from './style.js';
import { number, wirePath } from './wire-path.js';
import { printable } from './words.js';

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return printable(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

function textAt(x: number, y: number, classes: string, content: string): string {
  return `<text class="${classes}" x="${number(x)}" y="${number(y)}">${escape(content)}</text>`;
}

function rect({ x, y, width, height }: Rect, classes: string, radius = 8): string {
  const sides = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
  return `<rect class="${classes}" ${sides} rx="${String(radius)}"/>`;
}

/** A box with its name and a line for each fact, in its middle. */
function box(at: Rect, { name, facts }: PictureBox, kind: string): string[] {
  const first = at.y + at.height / 2 - 9 * facts.length + 6;
  return [
    rect(at, `box ${kind}`),
    textAt(at.x + 14, first, 'name', name),
    ...facts.map((fact, index) => textAt(at.x + 14, first + 18 * (index + 1), 'small', fact)),
  ];
}

function wire(placed: PlacedWire, edge: number): string[] {
  const { kind } = placed.wire;
  const path = wirePath(placed, edge);
  return [`<path class="halo" d="${path}"/>`, `<path class="wire ${kind}" d="${path}"/>`];
}

/** What stands at the ends of a wire: a dot, or an arrow at who takes orders, and the label. */
function ends({ wire: { kind, from }, ends: placed }: PlacedWire, edge: number): string[] {
  return placed.flatMap(({ end, y }) => {
    const [x, at] = [number(edge), number(y)];
    const arrow = kind === 'control' && end.vm !== from;
    const mark = arrow
      ? `<path class="end ${kind}" d="M${x} ${at}l10 -5v10z"/>`
      : `<circle class="end ${kind}" cx="${x}" cy="${at}" r="3.5"/>`;
    const label = end.label === '' ? '' : `<tspan class="label">${escape(end.label)}</tspan>`;
    const words = end.words === '' ? '' : `<tspan class="small">${escape(end.words)}</tspan>`;
    const text = [label, words].filter((part) => part !== '').join(' ');
    return [mark, `<text x="${number(edge + 14)}" y="${number(y - 6)}">${text}</text>`];
  });
}

function plugs({ devices, vms }: Layout, picture: Picture): string[] {
  const owners = picture.vms.flatMap((vm, index) => vm.devices.map(() => vms[index]));
  return devices.flatMap(({ rect: device }, index) => {
    const vm = owners[index];
    if (vm === undefined) return [];
    const y = number(device.y + device.height / 2);
    return `<path class="plug" d="M${number(device.x + device.width)} ${y}H${number(vm.x)}"/>`;
  });
}

/** The bar below all: what everything stands on. */
function ground({ ground: bar }: Layout, picture: Picture): string[] {
  const words = 'each VM on a monitor of its own; what no line joins is kept apart';
  const room = bar.width - 100;
  const full = `${picture.ground} · ${words}`;
  const shown = textWidth(full, TEXT.small) <= room ? full : cut(picture.ground, TEXT.small, room);
  return [
    rect(bar, 'ground'),
    textAt(bar.x + 14, bar.y + 25, 'name on', 'seL4'),
    textAt(bar.x + bar.width - 14, bar.y + 25, 'on right', shown),
  ];
}

/** A sentence or two for who can not see the picture. */
function told({ vms, wires, consoles }: Picture): string {
  const vm = (index: number): string => vms[index]?.name ?? '';
  const lines = wires.map((w) => {
    const names = w.ends.map((end) => vm(end.vm));
    if (w.from !== undefined) return `${vm(w.from)} controls ${names.slice(1).join(', ')}`;
    if (w.console === undefined) return `${w.words} ${w.name} between ${names.join(' and ')}`;
    return `console ${consoles[w.console]?.name ?? ''} of ${[...new Set(names)].join(', ')}`;
  });
  const devices = vms.flatMap((v) => v.devices.map((d) => `${d.name} of ${v.name}`));
  const all = [`VMs ${vms.map(({ name }) => name).join(', ')}`, ...lines, ...devices];
  return `${all.join('; ')}.`;
}

/** A picture as SVG: the same bytes for the same picture, on light and dark ground, in whatever sans-serif font is there. */
export function svg(picture: Picture): string {
  const layout = layoutOf(picture);
  const [width, height] = [number(layout.width), number(layout.height)];
  const description = cut(picture.description, TEXT.small, layout.width - 48);
  const page = { x: 0.5, y: 0.5, width: layout.width - 1, height: layout.height - 1 };
  // Long wires first, so that short ones lie above them.
  const wires = [...layout.wires].sort((a, b) => b.lane - a.lane);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    '<!-- SPDX-License-Identifier: BSD-2-Clause -->',
    `<title id="title">The system ${escape(picture.title)}</title>`,
    `<desc id="desc">${escape(told(picture))}</desc>`,
    `<style>\n${STYLE}\n</style>`,
    rect(page, 'page', 10),
    textAt(24, 40, 'title', picture.title),
    ...(description === '' ? [] : [textAt(24, 62, 'small', description)]),
    ...wires.flatMap((placed) => wire(placed, layout.edge)),
    ...plugs(layout, picture),
    ...layout.vms.flatMap((at, index) => box(at, picture.vms[index] ?? EMPTY, 'vm')),
    ...layout.devices.flatMap(({ rect: at, device }) => box(at, device, device.kind)),
    ...layout.consoles.flatMap((at, index) => box(at, picture.consoles[index] ?? EMPTY, 'console')),
    ...layout.wires.flatMap((placed) => ends(placed, layout.edge)),
    ...ground(layout, picture),
    '</svg>',
    '',
  ].join('\n');
}

const EMPTY: PictureBox = { name: '', facts: [] };

// SPDX-License-Identifier: BSD-2-Clause
import type { Picture, PictureBox, WireKind } from './picture.js';
import { printable } from './words.js';

const COLOURS: Readonly<Record<WireKind, string>> = {
  net: '#0969da',
  serial: '#9a6700',
  vsock: '#8250df',
  control: '#cf222e',
  console: '#1a7f37',
};

/** A text in double quotes. Graphviz reads escapes and character entities in labels; neither is meant. */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    printable(line).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\n')}"`;
}

function node(id: string, { name, facts }: PictureBox, style: string): string {
  return `  ${id} [label=${quoted(name, ...facts)}, ${style}];`;
}

/** A picture for Graphviz: `dot -Tsvg`. */
export function dot({ title, vms, consoles, wires }: Picture): string {
  const devices = vms.flatMap((vm, v) => vm.devices.map((device) => ({ device, v })));
  return [
    `graph ${quoted(title)} {`,
    '  rankdir=LR;',
    '  node [fontname="sans-serif", shape=box, style="rounded,filled"];',
    '  edge [fontname="sans-serif", fontsize=11];',
    ...vms.map((vm, v) => node(`v${String(v)}`, vm, 'fillcolor="#ddf4ff"')),
    ...consoles.map((c, n) => node(`c${String(n)}`, c, 'shape=tab, fillcolor="#dafbe1"')),
    ...devices.map(({ device }, n) =>
      node(
        `d${String(n)}`,
        device,
        `fillcolor="${device.kind === 'storage' ? '#fbefff' : '#eaeef2'}"`,
      ),
    ),
    ...devices.map(({ v }, n) => `  d${String(n)} -- v${String(v)};`),
    ...wires.flatMap((wire) => {
      const colour = `color="${COLOURS[wire.kind]}"`;
      const [a, b] = wire.ends;
      if (wire.console !== undefined) {
        const to = `c${String(wire.console)}`;
        return wire.ends.map(
          (e) => `  v${String(e.vm)} -- ${to} [label=${quoted(e.label)}, ${colour}];`,
        );
      }
      if (wire.from !== undefined) {
        const from = `v${String(wire.from)}`;
        const style = `label=${quoted(wire.words)}, dir=forward, style=dashed, ${colour}`;
        return wire.ends.slice(1).map((e) => `  ${from} -- v${String(e.vm)} [${style}];`);
      }
      if (a === undefined || b === undefined) return [];
      const label = quoted(wire.name, wire.words);
      return `  v${String(a.vm)} -- v${String(b.vm)} [label=${label}, penwidth=2, ${colour}];`;
    }),
    '}',
    '',
  ].join('\n');
}

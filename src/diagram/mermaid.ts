// SPDX-License-Identifier: BSD-2-Clause
import type { Picture, PictureBox } from './picture.js';
import { printable } from './words.js';

/** A text in double quotes; whatever could mean something to Mermaid or to HTML is written as its number. */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    printable(line).replace(/[^A-Za-z0-9 _.,:()/-]/gu, (c) => `#${String(c.codePointAt(0))};`),
  );
  // An empty text is refused by Mermaid; a blank as wide as a letter is not.
  return `"${escaped.join('<br/>') || '#160;'}"`;
}

const CLASSES = [
  '  classDef vm fill:#ddf4ff,stroke:#0969da,color:#1f2328',
  '  classDef console fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  '  classDef hardware fill:#eaeef2,stroke:#6e7781,color:#1f2328',
  '  classDef storage fill:#fbefff,stroke:#8250df,color:#1f2328',
];

const BRACKETS = {
  vm: ['[', ']'],
  console: ['([', '])'],
  hardware: ['[[', ']]'],
  storage: ['[(', ')]'],
} as const;

function node(id: string, { name, facts }: PictureBox, kind: keyof typeof BRACKETS): string {
  const [open, close] = BRACKETS[kind];
  return `  ${id}${open}${quoted(name, ...facts)}${close}:::${kind}`;
}

/** A picture as a Mermaid flowchart, which GitHub and GitLab draw in Markdown. */
export function mermaid({ vms, consoles, wires }: Picture): string {
  const devices = vms.flatMap((vm, v) => vm.devices.map((device) => ({ device, v })));
  return [
    'flowchart LR',
    ...vms.map((vm, v) => node(`v${String(v)}`, vm, 'vm')),
    ...consoles.map((console, c) => node(`c${String(c)}`, console, 'console')),
    ...devices.map(({ device }, n) => node(`d${String(n)}`, device, device.kind)),
    ...devices.map(({ v }, n) => `  d${String(n)} --- v${String(v)}`),
    ...wires.flatMap((wire) => {
      const [a, b] = wire.ends;
      if (wire.console !== undefined) {
        const to = `c${String(wire.console)}`;
        return wire.ends.map((end) => `  v${String(end.vm)} ---|${quoted(end.label)}| ${to}`);
      }
      if (wire.from !== undefined) {
        const from = `v${String(wire.from)}`;
        const ends = wire.ends.slice(1);
        return ends.map((end) => `  ${from} -.->|${quoted(wire.words)}| v${String(end.vm)}`);
      }
      if (a === undefined || b === undefined) return [];
      return `  v${String(a.vm)} <-->|${quoted(wire.name, wire.words)}| v${String(b.vm)}`;
    }),
    ...CLASSES,
    '',
  ].join('\n');
}

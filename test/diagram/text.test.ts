// SPDX-License-Identifier: BSD-2-Clause
// The formats that other programs draw: read by those programs.
import DOMPurify from 'dompurify';
import { execa } from 'execa';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { dot } from '../../src/diagram/dot.js';
import { mermaid } from '../../src/diagram/mermaid.js';
import { pictureOf, type Picture } from '../../src/diagram/picture.js';
import { lint } from '../support/run.js';
import { arbitraryPicture } from './arbitrary-picture.js';

const samples = fc.sample(arbitraryPicture(6), { numRuns: 60, seed: 4 });

/** How many lines between boxes a picture has. */
function edges({ vms, wires }: Picture): number {
  const devices = vms.reduce((sum, vm) => sum + vm.devices.length, 0);
  const one = wires.map((w) => (w.console === undefined ? w.ends.length - 1 : w.ends.length));
  return devices + one.reduce((sum, n) => sum + n, 0);
}

function nodes({ vms, consoles }: Picture): number {
  return vms.length + consoles.length + vms.reduce((sum, vm) => sum + vm.devices.length, 0);
}

interface Graph {
  readonly name: string;
  readonly objects?: readonly { readonly label: string }[];
  readonly edges?: readonly unknown[];
}

async function graphs(text: string): Promise<Graph[]> {
  const { stdout } = await execa('dot', ['-Tdot_json'], { input: text });
  // Graphviz writes one object for each graph, one after the other.
  return stdout.split(/^(?=\{)/m).map((json) => JSON.parse(json) as Graph);
}

describe('dot', () => {
  test('is read by Graphviz, with every box and line, whatever the names are', async () => {
    const found = await graphs(samples.map(dot).join(''));
    expect(found).toHaveLength(samples.length);
    found.forEach(({ objects = [], edges: lines = [] }, index) => {
      const picture = samples[index] ?? expect.fail();
      expect([objects.length, lines.length]).toEqual([nodes(picture), edges(picture)]);
    });
  });

  test('shows names as they are', async () => {
    const name = 'a "b" \\N \\ <b> & &amp; {|}';
    const vms = [{ name, facts: ['x'], devices: [] }];
    const picture = { title: '', description: '', ground: '', vms, consoles: [], wires: [] };
    const { stdout } = await execa('dot', ['-Tsvg'], { input: dot(picture) });
    const shown = 'a "b" \\N \\ &lt;b&gt; &amp; &amp;amp; {|}';
    expect(stdout.replaceAll('&quot;', '"').replaceAll('&#160;', ' ')).toContain(
      `>${shown}</text>`,
    );
  });
});

describe('mermaid', () => {
  let parse: (text: string) => Promise<unknown>;
  beforeAll(async () => {
    // Parsing draws nothing, so that no browser is needed for cleaning what would be drawn.
    Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (html: string) => html });
    const { default: library } = await import('mermaid');
    parse = (source) => library.parse(source);
  });

  test("is read by Mermaid's own parser, whatever the names are", async () => {
    for (const picture of samples) {
      const text = mermaid(picture);
      await expect(parse(text), text).resolves.toMatchObject({ diagramType: 'flowchart-v2' });
    }
  });

  test('is refused by that parser when it is broken, so the parser is really asked', async () => {
    await expect(parse('flowchart LR\n  a["x --> b\n')).rejects.toThrow();
  });

  test('has a line of its own for every box and every line', () => {
    for (const picture of samples) {
      // The first line, four of styles, and the end.
      expect(mermaid(picture).split('\n')).toHaveLength(nodes(picture) + edges(picture) + 6);
    }
  });
});

test('both say who is who', () => {
  const { system } = lint(`makatea: 1
name: t
consoles: { front: {} }
vms:
  a:
    memory: 64MiB
    boot: { type: linux, kernel: images/vmlinuz }
    serial: { com1: { console: front } }
  b:
    memory: 1GiB
    boot: { type: linux, kernel: images/vmlinuz }
    ioports: { joy: { first: 0x201, count: 1 } }
    lifecycle: { start: manual, controllers: [a] }
links:
  l: { type: net, ends: { a: {}, b: {} } }
`);
  const picture = pictureOf(system ?? expect.fail());
  expect(mermaid(picture)).toMatchInlineSnapshot(`
    "flowchart LR
      v0["a<br/>Linux #183; 64MiB #183; core 0"]:::vm
      v1["b<br/>Linux #183; 1GiB #183; core 0<br/>waits to be started"]:::vm
      c0(["front<br/>console on COM1<br/>VMs by colour"]):::console
      d0[["joy<br/>I/O port 0x201"]]:::hardware
      d0 --- v1
      v0 <-->|"l<br/>network"| v1
      v0 -.->|"controls"| v1
      v0 ---|"com1"| c0
      classDef vm fill:#ddf4ff,stroke:#0969da,color:#1f2328
      classDef console fill:#dafbe1,stroke:#1a7f37,color:#1f2328
      classDef hardware fill:#eaeef2,stroke:#6e7781,color:#1f2328
      classDef storage fill:#fbefff,stroke:#8250df,color:#1f2328
    "
  `);
  expect(dot(picture)).toMatchInlineSnapshot(`
    "graph "t" {
      rankdir=LR;
      node [fontname="sans-serif", shape=box, style="rounded,filled"];
      edge [fontname="sans-serif", fontsize=11];
      v0 [label="a\\nLinux · 64MiB · core 0", fillcolor="#ddf4ff"];
      v1 [label="b\\nLinux · 1GiB · core 0\\nwaits to be started", fillcolor="#ddf4ff"];
      c0 [label="front\\nconsole on COM1\\nVMs by colour", shape=tab, fillcolor="#dafbe1"];
      d0 [label="joy\\nI/O port 0x201", fillcolor="#eaeef2"];
      d0 -- v1;
      v0 -- v1 [label="l\\nnetwork", penwidth=2, color="#0969da"];
      v0 -- v1 [label="controls", dir=forward, style=dashed, color="#cf222e"];
      v0 -- c0 [label="com1", color="#1a7f37"];
    }
    "
  `);
});

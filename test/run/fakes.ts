// SPDX-License-Identifier: BSD-2-Clause
// Programs that stand for those which `makatea run` starts: a make that makes no image, and a Bochs that plays a scene on
// the serial port that its configuration names.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the machine does, one after the other. */
export type Scene = readonly (
  | { readonly print: string }
  /** Goes on when this was typed. */
  | { readonly wait: string }
  | { readonly sleep: number }
  /** Neither prints nor ends any more. */
  | 'hang'
)[];

const NODE = `#!${process.execPath}\n// SPDX-License-Identifier: BSD-2-Clause\n`;

/** Leaves its process id in FAKE_PID; ends with status 1, as Bochs does. */
const BOCHS = `${NODE}
const { readFileSync, writeFileSync } = require('node:fs');
const net = require('node:net');
const args = process.argv.slice(2);
const config = readFileSync(args[args.indexOf('-f') + 1], 'utf8');
const [, port] = /mode=socket-client, dev=localhost:(\\d+)/.exec(config);
const [, log] = /^log: (.*)$/m.exec(config);
const scene = JSON.parse(process.env.FAKE_SCENE);
if (process.env.FAKE_PID) writeFileSync(process.env.FAKE_PID, String(process.pid));
console.log('00000000000i[      ] the fake begins\\n======\\nthe fake 2.7\\n======');
writeFileSync(log, '00000000000p[SIM   ] >>PANIC<< the fake has ended\\n00000000000i[SIM   ] quit_sim called\\n');
const line = net.connect(port, '127.0.0.1');
let typed = '';
line.on('data', (bytes) => { typed += bytes; });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
line.on('connect', async () => {
  line.setNoDelay(true);
  for (const act of scene) {
    if (act === 'hang') await new Promise(() => {});
    if (act.print !== undefined) line.write(act.print);
    if (act.sleep !== undefined) await sleep(act.sleep);
    while (act.wait !== undefined && !typed.includes(act.wait)) await sleep(5);
    if (act.wait !== undefined) typed = typed.slice(typed.indexOf(act.wait) + act.wait.length);
    await sleep(20);
  }
  line.end(() => process.exit(1));
});
`;

/** Leaves its arguments in FAKE_MAKE; fails when FAKE_MAKE_FAILS is set. */
const MAKE = `${NODE}
const { mkdirSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
if (process.env.FAKE_MAKE) writeFileSync(process.env.FAKE_MAKE, args.join('\\n'));
if (process.env.FAKE_MAKE_FAILS) { console.error('system.c:1: error: planted'); process.exit(2); }
const build = args.find((arg) => arg.startsWith('BUILD=')).slice(6);
mkdirSync(build, { recursive: true });
writeFileSync(build + '/system.iso', 'no image');
`;

const NOTHING = NODE;

/** Writes the programs into a folder; gives the search path that finds them first. */
export function installFakes(dir: string): string {
  mkdirSync(dir, { recursive: true });
  const programs = {
    ...{ 'bochs-bin': BOCHS, make: MAKE, gcc: NOTHING, objcopy: NOTHING },
    ...{ 'grub-mkrescue': NOTHING, xorriso: NOTHING, mcopy: NOTHING },
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(dir, name), text);
    chmodSync(path.join(dir, name), 0o755);
  }
  return `${dir}${path.delimiter}${process.env['PATH'] ?? ''}`;
}

/** Text in pieces of so many characters, each sent by itself. */
export function pieces(text: string, size: number): Scene {
  const parts = text.match(new RegExp(`[^]{1,${String(size)}}`, 'g')) ?? [];
  return parts.map((print) => ({ print }));
}

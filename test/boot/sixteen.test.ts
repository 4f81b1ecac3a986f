// SPDX-License-Identifier: BSD-2-Clause
// Sixteen VMs in one image, with a guest of ours that is there at once: no Debian boots here.
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { PROGRAM } from '../support/cli.js';

const VMM = path.resolve(import.meta.dirname, '../../vmm-c');
const NAMES = Array.from({ length: 16 }, (_, i) => `vm${String(i + 1).padStart(2, '0')}`);
/** The one that ends by a triple fault. */
const FAULTY = 'vm07';
/** Those that are switched off while the last one still runs. */
const OTHERS = NAMES.filter((name) => name !== FAULTY && name !== 'vm16');
/** The one that is started anew, and the words that it can fill: 14 MiB. */
const KEEPER = 'vm03';
const WORDS = String((14 * 1024 * 1024) / 8);
const SECONDS = 300;

const expecting = (text: string): readonly string[] => ['--expect', text];
const sending = (text: string): readonly string[] => ['--send', text];
/** The menu is opened, and has told of all VMs. */
const MENU = [...sending('\\x01m'), ...expecting('16 vm16')];
/** A VM is selected in the menu, and a line is typed for it. */
function telling(name: string, line: string): readonly string[] {
  return [
    ...MENU,
    ...sending(`${name}\\r`),
    ...expecting(`connected with ${name}`),
    ...sending(`${line}\\n`),
  ];
}

test(
  'sixteen VMs say their names and answer what is typed; one that starts anew finds nothing of what it left; when one faults the others go on',
  async () => {
    await execa('make', ['-s', '-C', VMM, 'small'], { stdin: 'ignore' });
    const chat = [
      ...expecting('vm16 is here'),
      ...NAMES.flatMap((name) => [
        ...telling(name, `for ${name}`),
        ...expecting(`${name} heard for ${name}`),
      ]),
      // REQ-M02: what a guest left in memory is gone when it starts anew. That `look` can see it is shown first.
      ...telling(KEEPER, 'keep'),
      ...expecting(`${KEEPER} heard keep`),
      ...sending('look\\n'),
      ...expecting(`${WORDS} words are not zero`),
      ...MENU,
      ...sending(`restart ${KEEPER}\\r`),
      ...expecting(`makatea: ${KEEPER}: stopped`),
      ...expecting(`${KEEPER} is here`),
      ...sending(`${KEEPER}\\r`),
      ...expecting(`connected with ${KEEPER}`),
      ...sending('look\\n'),
      ...expecting(' 0 words are not zero'),
      ...telling(FAULTY, 'fault'),
      ...expecting(`${FAULTY} stopped: triple fault`),
      ...expecting(`makatea: ${FAULTY}: ended: crashed`),
      ...OTHERS.flatMap((name) => [
        ...telling(name, 'off'),
        ...expecting(`makatea: ${name}: ended: off`),
      ]),
      // By now its monitor has cleared what the guest left, and said so.
      ...sending('\\x01m'),
      ...expecting(`7 ${FAULTY} crashed`),
      ...expecting('16 vm16 running'),
      ...sending('vm16\\r'),
      ...sending('off\\n'),
      ...expecting('makatea: vm16: ended: off'),
    ];
    const file = path.join(VMM, 'test/small/sixteen.yaml');
    const how = ['--machine', 'bochs', '--timeout', String(SECONDS)];
    const { all, exitCode } = await execa('node', [...PROGRAM, 'run', file, ...how, ...chat], {
      all: true,
      reject: false,
      stdin: 'ignore',
    });
    if (exitCode !== 0) throw new Error(`ended with ${String(exitCode)}:\n${all.slice(-4000)}`);
    // Whoever is selected is shown again what that VM said last.
    const said = new Set(all.match(/^vm\d+: vm\d+ is here/gm));
    expect([...said].sort()).toEqual(NAMES.map((name) => `${name}: ${name} is here`));
  },
  (SECONDS + 60) * 1000,
);

// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { DIAGRAM_FORMATS } from '../../diagram/formats.js';
import { showDash } from './dash.js';
import type { Finish } from './finish.js';

export function diagramCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'diagram <file>',
    'draw VMs, links, consoles and devices',
    (y) =>
      y
        .positional('file', { type: 'string', demandOption: true, describe: '- is standard input' })
        .option('format', {
          choices: DIAGRAM_FORMATS,
          default: 'svg' as const,
          describe: 'a picture, or the text that one is made of',
        })
        .option('out', { alias: 'o', type: 'string', describe: 'file [standard output]' })
        .check((argv) => {
          // yargs makes a list of an option that is given twice.
          const given: unknown = argv.out;
          if (given === undefined || (typeof given === 'string' && given !== '')) return true;
          throw new Error('-o takes one file');
        }),
    async ({ file, format, out }) => {
      const { diagram } = await import('../diagram.js');
      finish(await diagram(showDash(file), format, out === undefined ? out : showDash(out)));
    },
  );
}

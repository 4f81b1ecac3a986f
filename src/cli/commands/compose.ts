// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { showDash } from './dash.js';
import { FORMAT, STRICT } from './format.js';
import type { Finish } from './finish.js';

export function composeCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'compose <file>',
    'write the CAMkES application of a description',
    (y) =>
      y
        .positional('file', { type: 'string', demandOption: true, describe: '- is standard input' })
        .option('out', { alias: 'o', type: 'string', describe: 'output directory [build/NAME]' })
        .option('check', {
          type: 'boolean',
          default: false,
          describe: 'write nothing; fail when the output directory is not up to date',
        })
        .option('format', FORMAT)
        .option('strict', STRICT)
        .check((argv) => {
          // yargs makes a list of an option that is given twice.
          const given: unknown = argv.out;
          if (given === undefined || (typeof given === 'string' && given !== '')) return true;
          throw new Error('-o takes one directory');
        }),
    async ({ file, out, check, format, strict }) => {
      const { compose } = await import('../compose.js');
      finish(
        await compose(showDash(file), {
          ...(out === undefined ? {} : { out }),
          check,
          format,
          strict,
        }),
      );
    },
  );
}

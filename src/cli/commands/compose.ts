// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { FORMAT } from './format.js';
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
        .option('format', FORMAT),
    async ({ file, out, check, format }) => {
      const { compose } = await import('../compose.js');
      finish(compose(file, { ...(out === undefined ? {} : { out }), check, format }));
    },
  );
}

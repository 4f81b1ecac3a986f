// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { showDash } from './dash.js';
import { FORMAT } from './format.js';
import type { Finish } from './finish.js';

export function lintCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'lint <files..>',
    'check descriptions',
    (y) =>
      y
        .positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: '- is standard input',
        })
        .option('format', FORMAT),
    async ({ files, format }) => {
      const { lint } = await import('../lint.js');
      finish(lint(files.map(showDash), format));
    },
  );
}

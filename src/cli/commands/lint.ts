// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { showDash } from './dash.js';
import { FORMAT, STRICT } from './format.js';
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
        .option('format', FORMAT)
        .option('max-warnings', {
          type: 'number',
          requiresArg: true,
          describe: 'fail when there are more warnings than this',
        })
        .option('strict', STRICT)
        .option('against', {
          type: 'string',
          requiresArg: true,
          describe:
            'say what changed in the machine since its inventory: /, or a captured directory',
        })
        .option('fix', {
          type: 'boolean',
          default: false,
          describe: 'mend in place what has one right answer',
        })
        .check(({ maxWarnings, against }) => {
          if (Array.isArray(against) || against === '')
            throw new Error('--against takes one value');
          if (Number.isSafeInteger(maxWarnings ?? 0) && Number(maxWarnings ?? 0) >= 0) return true;
          throw new Error('--max-warnings wants a whole number');
        }),
    async ({ files, format, maxWarnings, fix, strict, against }) => {
      const { lint } = await import('../lint.js');
      finish(
        await lint(files.map(showDash), {
          format,
          fix,
          strict,
          ...(maxWarnings === undefined ? {} : { maxWarnings }),
          ...(against === undefined ? {} : { against }),
        }),
      );
    },
  );
}

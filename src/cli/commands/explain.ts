// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import type { Finish } from './finish.js';

export function explainCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'explain [code]',
    'say what a diagnostic code means',
    (y) => y.positional('code', { type: 'string', describe: 'such as MK0301; all without one' }),
    async ({ code }) => {
      const { explain } = await import('../explain.js');
      finish(explain(code));
    },
  );
}

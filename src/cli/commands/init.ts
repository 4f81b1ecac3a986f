// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import type { Finish } from './finish.js';

export function initCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'init [dir]',
    'write a commented description to begin with',
    (y) => y.positional('dir', { type: 'string', default: '.' }),
    async ({ dir }) => {
      const { init } = await import('../init.js');
      finish(init(dir));
    },
  );
}

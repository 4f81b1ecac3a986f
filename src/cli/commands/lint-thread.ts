// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { EXIT, usage } from '../io.js';
import type { Finish } from './finish.js';

/** Not for users: `lint` of many files starts the program with it in further threads. */
export function lintThreadCommand(parser: Argv, finish: Finish): Argv {
  return parser.command('lint-thread', false, {}, async () => {
    const { lintThread } = await import('../lint-threads.js');
    finish(lintThread() ? EXIT.fine : usage('lint-thread is no command for people'));
  });
}

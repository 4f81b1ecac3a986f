// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { showDash } from './dash.js';
import { FORMAT, STRICT } from './format.js';
import type { Finish } from './finish.js';

/** The option that names a project tree. */
export const WORKSPACE = {
  type: 'string',
  requiresArg: true,
  describe: 'a CAMkES project tree, to build in',
} as const;

export function buildCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'build <file>',
    'build a description with seL4, in a CAMkES project tree',
    (y) =>
      y
        .positional('file', { type: 'string', demandOption: true, describe: '- is standard input' })
        .option('workspace', { ...WORKSPACE, demandOption: true })
        .option('format', FORMAT)
        .option('strict', { ...STRICT, describe: `${STRICT.describe}, or seL4 has a known fault` })
        .check(({ workspace }) => {
          // Yargs makes a list of an option that is given twice.
          if (typeof (workspace as unknown) === 'string' && workspace !== '') return true;
          throw new Error('--workspace takes one directory');
        }),
    async ({ file, workspace, format, strict }) => {
      const { build } = await import('../build.js');
      finish(await build(showDash(file), { workspace, format, strict }));
    },
  );
}

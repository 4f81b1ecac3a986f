// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import type { Finish } from './finish.js';

export function lspCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'lsp',
    'serve an editor on the standard streams (Language Server Protocol)',
    // Many editors add the option to every server that they start; there is no other way to be served.
    (y) => y.option('stdio', { type: 'boolean', hidden: true }),
    async () => {
      const { lsp } = await import('../lsp.js');
      finish(await lsp());
    },
  );
}

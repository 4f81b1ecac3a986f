// SPDX-License-Identifier: BSD-2-Clause
import pkg from '../../package.json' with { type: 'json' };
import { serve } from '../lsp/server.js';
import { realFiles } from './files.js';

/** `makatea lsp`: serves an editor on the standard streams. Ends the process itself, so the promise is never kept. */
export async function lsp(): Promise<number> {
  const { stdin: input, stdout: output } = process;
  serve({ disk: realFiles(), version: pkg.version, input, output });
  return new Promise(() => undefined);
}

// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import type { Finish } from './finish.js';

export function schemaCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'schema [name]',
    'print a JSON schema: system, machine or plan',
    (y) => y.positional('name', { type: 'string', default: 'system' }),
    async ({ name }) => {
      const { schema } = await import('../schema.js');
      finish(schema(name));
    },
  );
}

// SPDX-License-Identifier: BSD-2-Clause
import yargs, { type Argv } from 'yargs';
import pkg from '../../package.json' with { type: 'json' };
import { buildCommand } from './commands/build.js';
import { composeCommand } from './commands/compose.js';
import { hideDashes } from './commands/dash.js';
import { diagramCommand } from './commands/diagram.js';
import { explainCommand } from './commands/explain.js';
import type { Finish } from './commands/finish.js';
import { initCommand } from './commands/init.js';
import { lintCommand } from './commands/lint.js';
import { lintThreadCommand } from './commands/lint-thread.js';
import { lspCommand } from './commands/lsp.js';
import { machineCommand } from './commands/machine.js';
import { runCommand } from './commands/run.js';
import { schemaCommand } from './commands/schema.js';
import { EXIT, usage } from './io.js';

/** Adds a command to the parser. */
type Add = (parser: Argv, finish: Finish, args: readonly string[]) => Argv;

/** In the order in which they are listed. */
const COMMANDS: readonly Add[] = [
  composeCommand,
  lintCommand,
  buildCommand,
  runCommand,
  diagramCommand,
  explainCommand,
  schemaCommand,
  initCommand,
  machineCommand,
  lspCommand,
  lintThreadCommand,
];

/** Parses the command line and runs one command. Commands load what they need themselves: starting up stays quick. */
async function main(args: readonly string[]): Promise<number> {
  let status: number = EXIT.fine;
  const finish = (result: number): void => {
    status = result;
  };
  const parser = yargs()
    .scriptName('makatea')
    .usage('Usage: $0 COMMAND\n\nComposes virtual machines on seL4 from one YAML file.')
    .demandCommand(1, 'name a command')
    .strict()
    .recommendCommands()
    .locale('en')
    .version(pkg.version)
    .alias('help', 'h')
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs hands over its own complaints as a message; anything thrown by a command is our fault.
      throw message === null && error !== undefined ? error : new UsageError(message ?? '');
    });
  for (const add of COMMANDS) add(parser, finish, args);
  await parser.parseAsync(hideDashes(args));
  return status;
}

/** The program was called in a way that it does not know. Thrown to stop yargs, which else goes on. */
class UsageError extends Error {}

/** The library's words about what is missing are about its own grammar. */
function plainly(message: string): string {
  return message.startsWith('Not enough non-option arguments') ? 'an argument is missing' : message;
}

/** Whatever else is thrown is our own bug: a description can only bring about diagnostics. */
function failure(error: unknown): number {
  if (error instanceof UsageError) return usage(plainly(error.message), 'makatea --help');
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`makatea: internal error; this is our fault, please report it\n${text}\n`);
  return EXIT.internal;
}

process.once('uncaughtException', (error) => {
  // Who reads our output has seen enough, as in `makatea explain | head`: nobody's fault.
  const unread = 'code' in error && error.code === 'EPIPE';
  process.exit(unread ? process.exitCode : failure(error));
});

void main(process.argv.slice(2))
  .catch(failure)
  .then((status) => {
    process.exitCode = status;
  });

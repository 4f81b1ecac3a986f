// SPDX-License-Identifier: BSD-2-Clause
import yargs from 'yargs';
import pkg from '../../package.json' with { type: 'json' };
import { EXIT, FORMATS, type Format } from './io.js';

const FORMAT = {
  choices: FORMATS,
  default: 'pretty' as Format,
  describe: 'how findings are shown',
} as const;

/** Parses the command line and runs one command. Commands load what they need themselves: starting up stays quick. */
async function main(args: readonly string[]): Promise<number> {
  let status: number = EXIT.fine;
  const parser = yargs()
    .scriptName('makatea')
    .usage('Usage: $0 COMMAND\n\nComposes virtual machines on seL4 from one YAML file.')
    .command(
      'compose <file>',
      'write the CAMkES application of a description',
      (y) =>
        y
          .positional('file', {
            type: 'string',
            demandOption: true,
            describe: '- is standard input',
          })
          .option('out', { alias: 'o', type: 'string', describe: 'output directory [build/NAME]' })
          .option('check', {
            type: 'boolean',
            default: false,
            describe: 'write nothing; fail when the output directory is not up to date',
          })
          .option('format', FORMAT),
      async ({ file, out, check, format }) => {
        const { compose } = await import('./compose.js');
        status = compose(file, { ...(out === undefined ? {} : { out }), check, format });
      },
    )
    .command(
      'lint <files..>',
      'check descriptions',
      (y) =>
        y
          .positional('files', { type: 'string', array: true, demandOption: true })
          .option('format', FORMAT),
      async ({ files, format }) => {
        const { lint } = await import('./lint.js');
        status = lint(files, format);
      },
    )
    .command(
      'explain [code]',
      'say what a diagnostic code means',
      (y) => y.positional('code', { type: 'string' }),
      async ({ code }) => {
        const { explain } = await import('./explain.js');
        status = explain(code);
      },
    )
    .command(
      'schema [name]',
      'print a JSON schema: system, machine or plan',
      (y) => y.positional('name', { type: 'string', default: 'system' }),
      async ({ name }) => {
        const { schema } = await import('./schema.js');
        status = schema(name);
      },
    )
    .command(
      'init [dir]',
      'write a commented description to begin with',
      (y) => y.positional('dir', { type: 'string', default: '.' }),
      async ({ dir }) => {
        const { init } = await import('./init.js');
        status = init(dir);
      },
    )
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
      if (error !== undefined && message === null) throw error;
      process.stderr.write(`makatea: ${message ?? String(error)}\n  hint: makatea --help\n`);
      status = EXIT.usage;
    });
  await parser.parseAsync(args);
  return status;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`makatea: internal error; this is our fault, please report it\n${text}\n`);
  process.exitCode = EXIT.internal;
}

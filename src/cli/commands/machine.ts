// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { showDash } from './dash.js';
import { FORMAT } from './format.js';
import type { Finish } from './finish.js';

const NAME = { type: 'string', describe: 'name of the machine' } as const;
const OUT = { alias: 'o', type: 'string', describe: 'file to write [standard output]' } as const;

/** Yargs makes a list of an option that is given twice. */
function onlyOnce(argv: Readonly<Record<string, unknown>>): true {
  for (const key of ['name', 'former', 'check', 'out']) {
    const given = argv[key];
    if (given !== undefined && (typeof given !== 'string' || given === '')) {
      throw new Error(`--${key} takes one value`);
    }
  }
  return true;
}

export function machineCommand(parser: Argv, finish: Finish): Argv {
  return parser.command('machine', 'make hardware inventories', (y) =>
    [probeCommand, collectorCommand, importCommand]
      .reduce((inner, add) => add(inner, finish), y)
      .demandCommand(1, 'name what to do: probe, collector or import'),
  );
}

function probeCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'probe [dir]',
    'make an inventory of this machine, or of a captured one',
    (y) =>
      y
        .positional('dir', {
          type: 'string',
          default: '/',
          describe: 'what the collector captured',
        })
        .option('name', NAME)
        .option('former', { type: 'string', describe: 'inventory whose device names are kept' })
        .option('check', {
          type: 'string',
          describe: 'write nothing; say how the machine differs from this inventory',
          conflicts: ['former', 'name', 'out'],
        })
        .option('out', OUT)
        .option('format', FORMAT)
        .check(onlyOnce),
    async ({ dir, format, ...rest }) => {
      const { probeMachine } = await import('../machine.js');
      finish(await probeMachine(dir, format, rest));
    },
  );
}

function collectorCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'collector',
    'print a shell script that captures a machine without Node',
    {},
    async () => {
      const { collector } = await import('../machine.js');
      finish(collector());
    },
  );
}

function importCommand(parser: Argv, finish: Finish): Argv {
  return parser.command(
    'import <file>',
    'make an inventory of a dump by microkit-x86-machinedump',
    (y) =>
      y
        .positional('file', { type: 'string', demandOption: true, describe: '- is standard input' })
        .option('name', NAME)
        .option('out', OUT)
        .option('format', FORMAT)
        .check(onlyOnce),
    async ({ file, format, ...rest }) => {
      const { importMachine } = await import('../machine.js');
      finish(await importMachine(showDash(file), format, rest));
    },
  );
}

// SPDX-License-Identifier: BSD-2-Clause
import type { Argv } from 'yargs';
import { chatOf, type ChatStep } from '../../run/chat.js';
import { MACHINES, type MachineChoice } from '../../run/choices.js';
import { WORKSPACE } from './build.js';
import { showDash } from './dash.js';
import type { Finish } from './finish.js';

/** How long a conversation may take in which nobody says how long. */
const CHAT_SECONDS = 600;

/** The options, as the command line describes them. */
const OPTIONS = {
  machine: {
    choices: MACHINES,
    default: 'auto' as MachineChoice,
    describe: 'what stands for the machine; auto: KVM where it can nest, else Bochs',
  },
  cpu: { type: 'string', requiresArg: true, describe: "processor model, in the emulator's words" },
  timeout: {
    type: 'number',
    requiresArg: true,
    describe: `give up after so many seconds [${String(CHAT_SECONDS)} with --expect]`,
  },
  expect: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'wait for a text on the console, then end well',
  },
  send: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'type a text; with --expect a conversation, in the order given',
  },
  exits: { type: 'boolean', default: false, describe: 'at the end, a table of VM exits' },
  workspace: { ...WORKSPACE, describe: 'run on seL4, built in a CAMkES project tree' },
  keep: { type: 'string', requiresArg: true, describe: 'keep the image and all else in a folder' },
} as const;

export function runCommand(parser: Argv, finish: Finish, args: readonly string[]): Argv {
  return parser.command(
    'run <file>',
    'build an image for the bench, or on seL4, and boot it here and now',
    (y) =>
      y
        .positional('file', { type: 'string', demandOption: true, describe: '- is standard input' })
        .options(OPTIONS)
        .check(({ timeout, cpu, keep, workspace }) => {
          for (const [name, value] of Object.entries({ cpu, keep, timeout, workspace })) {
            // Yargs makes a list of an option that is given twice.
            if (Array.isArray(value) || (value as unknown) === '')
              throw new Error(`--${name} takes one value`);
          }
          if (timeout !== undefined && !(timeout > 0 && timeout <= 1e6)) {
            throw new Error('--timeout wants a number of seconds');
          }
          conversation(args);
          return true;
        }),
    async ({ file, machine, cpu, timeout, exits, keep, workspace }) => {
      const chat = conversation(args);
      const limit = timeout ?? (chat.length > 0 ? CHAT_SECONDS : undefined);
      const { run } = await import('../run.js');
      finish(
        await run(showDash(file), {
          machine,
          chat,
          exits,
          ...(cpu === undefined ? {} : { cpu }),
          ...(limit === undefined ? {} : { timeout: limit }),
          ...(keep === undefined ? {} : { keep }),
          ...(workspace === undefined ? {} : { workspace }),
        }),
      );
    },
  );
}

function conversation(args: readonly string[]): readonly ChatStep[] {
  const chat = chatOf(args);
  if ('wrong' in chat) throw new Error(`${chat.wrong} is empty or has an unknown escape`);
  return chat;
}

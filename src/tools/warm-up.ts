// SPDX-License-Identifier: BSD-2-Clause
// `warm-up.ts APP COMMANDS`: runs commands of the built program, one after the other in this process,
// then saves what V8 compiled for them beside it. COMMANDS is JSON, a list of lists of arguments.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { cacheName } from './cache-name.js';

const [app = '', commands = '[]'] = process.argv.slice(2);
const script = new Script(readFileSync(app, 'latin1'), { filename: app });
const start = script.runInThisContext() as (load: NodeJS.Require, dirname: string) => void;
const waiting = JSON.parse(commands) as string[][];

// Raised each time that nothing is left to do, so the commands do not overlap.
process.on('beforeExit', () => {
  // A command that failed has not shown V8 what it is to keep.
  if (process.exitCode) return;
  const args = waiting.shift();
  if (!args) return;
  process.argv.splice(2, Infinity, ...args);
  start(createRequire(app), path.dirname(app));
  // A command that did all its work at once leaves nothing that would raise the event again.
  setImmediate(() => undefined);
});
process.on('exit', () => {
  writeFileSync(path.join(path.dirname(app), cacheName()), script.createCachedData());
});

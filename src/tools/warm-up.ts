// SPDX-License-Identifier: BSD-2-Clause
// `warm-up.ts APP CACHE COMMANDS`: runs a built program's commands, one after the other in this
// process, then saves what V8 compiled for them. COMMANDS is JSON, a list of lists of arguments.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const [app = '', cache = '', commands = '[]'] = process.argv.slice(2);
const script = new Script(readFileSync(app, 'latin1'), { filename: app });
const start = script.runInThisContext() as (load: NodeJS.Require, dirname: string) => void;
const waiting = JSON.parse(commands) as string[][];

// Raised each time that nothing is left to do, so the commands do not overlap.
process.on('beforeExit', () => {
  const args = waiting.shift();
  if (!args) return;
  process.argv.splice(2, Infinity, ...args);
  start(createRequire(app), path.dirname(app));
  // A command that did all its work at once leaves nothing that would raise the event again.
  setImmediate(() => undefined);
});
process.on('exit', () => {
  writeFileSync(cache, script.createCachedData());
});

// SPDX-License-Identifier: BSD-2-Clause
// Becomes dist/makatea.js. It starts the program (app/app.js) from the form that V8 compiled it to
// at build time, which spares parsing and compiling: docs/decisions/0002-startup.md has the figures.
// Where there is none for this version of V8, or V8 does not take it (other flags), V8 compiles
// app.js as usual; nothing else changes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { cacheName } from './cache-name.js';

type Start = (load: NodeJS.Require, dirname: string) => void;

const dir = join(__dirname, 'app');
const filename = join(dir, 'app.js');
// The file is ASCII; reading it as such spares a check of each byte.
const script = new Script(readFileSync(filename, 'latin1'), { filename, ...cache() });
(script.runInThisContext() as Start)(require, dir);

function cache(): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(join(dir, cacheName())) };
  } catch {
    return {};
  }
}

// SPDX-License-Identifier: BSD-2-Clause
// Becomes dist/makatea.js. It starts the program (app/app.js) from the form that V8 compiled it to
// at build time (app/app.cache), which spares parsing and compiling: docs/decisions/0002-startup.md
// has the figures. Where V8 does not take that form (another version of Node, other flags) or there
// is none, it compiles app.js as usual; nothing else changes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

type Start = (load: NodeJS.Require, dirname: string) => void;

const dir = join(__dirname, 'app');
const filename = join(dir, 'app.js');
// The file is ASCII; reading it as such spares a check of each byte.
const script = new Script(readFileSync(filename, 'latin1'), { filename, ...cache() });
(script.runInThisContext() as Start)(require, dir);

function cache(): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(join(dir, 'app.cache')) };
  } catch {
    return {};
  }
}

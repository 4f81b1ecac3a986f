// SPDX-License-Identifier: BSD-2-Clause
// Makes dist/, the program as it is published: everything that it needs is in it.
//   makatea.js        what a user starts (src/tools/launcher.ts)
//   app/app.js        the program and the libraries that it uses, in one file
//   app/app.*.cache   V8's compiled form of app.js, one for each version of V8
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { execa } from 'execa';
import { licenses } from './licenses.js';
import { root } from './root.js';

const dist = path.join(root, 'dist');
const app = path.join(dist, 'app/app.js');

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // One CommonJS file: no ES module loader to start, and one compiled form to keep.
  format: 'cjs',
  // Names stay, so that the stack of an internal error can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
};

/** Stand-ins for what libraries do at start and most runs have no use for. */
const lean: BuildOptions = {
  alias: {
    assert: './src/tools/lean/assert.ts',
    'node:crypto': './src/tools/lean/crypto.ts',
    'node:module': './src/tools/lean/module.ts',
    process: './src/tools/lean/process.ts',
    'string-width': './src/tools/lean/string-width.ts',
    y18n: './src/tools/lean/y18n.ts',
  },
  define: {
    // Yargs looks for its own files, which are not there ...
    'import.meta.url': '"file:///makatea/app.js"',
    // ... and for the terminal's width, for which Node would set up the whole of process.stdout.
    'process.stdout.columns': 'undefined',
    // The program's own place: two folders below the package, as in src/.
    'import.meta.dirname': '__dirname',
  },
};

/** Packages of which parts are in the generated validators and in nunjucks' own bundle. */
const inlined = ['ajv', 'fast-deep-equal', 'asap', 'a-sync-waterfall'].map(
  (name) => `node_modules/${name}`,
);

async function buildApp(): Promise<void> {
  const result = await build({
    ...common,
    ...lean,
    entryPoints: ['src/cli/main.ts'],
    outfile: app,
    metafile: true,
    // `import()` in a script that is run with cached code would need a hook; `require` does not.
    supported: { 'dynamic-import': false },
    // What the launcher calls.
    banner: { js: '(function(require,__dirname){var module={exports:{}},exports=module.exports;' },
    footer: { js: '})' },
  });
  await writeFile(
    path.join(dist, 'LICENSES'),
    await licenses([...Object.keys(result.metafile.inputs), ...inlined]),
  );
}

async function buildLauncher(): Promise<void> {
  await build({
    ...common,
    entryPoints: ['src/tools/launcher.ts'],
    outfile: path.join(dist, 'makatea.js'),
    banner: { js: '#!/usr/bin/env node' },
  });
  // The package is of ES modules, this folder is not.
  await writeFile(path.join(dist, 'package.json'), '{"type":"commonjs"}\n');
}

/**
 * Runs the program's everyday commands on its own starter, so that the caches hold what these need.
 * There is one for the Node that runs this, and one for Node 24 when .ci/setup.sh has brought it.
 */
async function buildCaches(): Promise<void> {
  const warmUp = path.join(root, 'src/tools/warm-up.ts');
  const nodes = [process.execPath, path.join(root, '.cache/node24/node')];
  for (const node of nodes.filter(existsSync)) {
    const scratch = await mkdtemp(path.join(tmpdir(), 'makatea-build-'));
    const starter = path.join(scratch, 'system.yaml');
    const commands = [
      ['init', scratch],
      ['lint', starter],
      ['compose', starter, '-o', path.join(scratch, 'out')],
    ];
    await execa(node, ['--import', 'tsx', warmUp, app, JSON.stringify(commands)], { cwd: root });
    await rm(scratch, { recursive: true });
  }
}

await rm(dist, { recursive: true, force: true });
await mkdir(path.dirname(app), { recursive: true });
await buildApp();
await buildLauncher();
await buildCaches();
for (const file of await readdir(path.dirname(app))) {
  const { size } = await stat(path.join(path.dirname(app), file));
  console.log(`dist/app/${file}: ${(size / 1024).toFixed(0)} KiB`);
}

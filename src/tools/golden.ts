// SPDX-License-Identifier: BSD-2-Clause
// Golden outputs of the examples in systems/. `npm run golden` writes them; the tests compare.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Output } from '../emit/all.js';
import { paths } from '../emit/camkes/names.js';
import { placeholderKernel } from '../init/placeholder.js';
import { composeFile } from '../pipeline/compose.js';
import type { Files } from '../source/files.js';
import { nodeFiles } from '../source/node-files.js';
import { root } from './root.js';

export const goldenDir = path.join(root, 'test/golden');

/** The examples that have golden outputs. */
export const examples = readdirSync(path.join(root, 'systems'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => path.basename(name, '.yaml'))
  .sort();

const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Stand-ins for the examples' images, the same on every machine. */
const IMAGES: Readonly<Record<string, Uint8Array>> = {
  'images/vmlinuz': placeholderKernel(),
  'images/initrd.cpio.gz': new Uint8Array(5000),
};

function imageAt(file: string): Uint8Array | undefined {
  return Object.entries(IMAGES).find(([name]) => file.endsWith(name))?.[1];
}

/** The real files, but for the images. */
function exampleFiles(): Files {
  const real = nodeFiles(sha256);
  return {
    read: (file) => real.read(file),
    size: (file) => imageAt(file)?.length ?? real.size(file),
    head: (file, length) => imageAt(file)?.subarray(0, length) ?? real.head(file, length),
    sha256(file) {
      const image = imageAt(file);
      return image === undefined ? real.sha256(file) : sha256(image);
    },
  };
}

/** Composes an example; its images are stand-ins. */
export function composeExample(name: string): Output {
  const { composition, diagnostics } = composeFile(
    path.join(root, 'systems', `${name}.yaml`),
    exampleFiles(),
  );
  if (composition === undefined) throw new Error(`${name}: ${JSON.stringify(diagnostics)}`);
  return composition.output;
}

/** Bytes of a file of the output, those of copied ones too. */
export function contentOf(content: string | { readonly copyOf: string }): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return imageAt(content.copyOf) ?? readFileSync(content.copyOf);
}

/** Examples of which all that is emitted is kept; the others have nothing that these do not have. */
const WHOLE: readonly string[] = ['minimal', 'one-linux', 'passthrough-nic', 'two-linux'];

/** What is kept of the other examples: who is connected with whom, and what consoles and the lifecycle manager are told. */
const TELLING = /\.camkes$|^include\/(console_\w+|lifecycle)\//;

/** The files that are kept as golden: emitted text, but for the plan, which is in all the others. */
export function goldenFiles(name: string, output: Output): Map<string, string> {
  return new Map(
    [...output].flatMap(([file, content]) =>
      typeof content === 'string' &&
      file !== 'plan.json' &&
      (WHOLE.includes(name) || TELLING.test(file))
        ? [[file, content] as const]
        : [],
    ),
  );
}

/**
 * A digest of all that seL4's tools read of an output: everything but the report and the plan. What the C sources say is between
 * them and the compiler, which judges them in each test.
 */
export function toolDigest(output: Output): string {
  const lines = [...output]
    .filter(([file]) => file !== 'report.md' && file !== 'plan.json')
    .filter(([file]) => !file.startsWith(`${paths.code}/`))
    .map(([file, content]) => `${sha256(contentOf(content))}  ${file}\n`)
    .sort();
  return sha256(lines.join(''));
}

function update(): void {
  for (const name of examples) {
    const dir = path.join(goldenDir, name);
    rmSync(dir, { recursive: true, force: true });
    for (const [file, text] of goldenFiles(name, composeExample(name))) {
      mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      writeFileSync(path.join(dir, file), text);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) update();

// SPDX-License-Identifier: BSD-2-Clause
// `npm run verified` records that the present outputs of the examples went through seL4's own tools. Run it by hand, after
// having done what docs/verification.md says; the tests then hold the outputs to what was verified.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeExample, examples, goldenDir, toolDigest } from './golden.js';

const file = path.join(goldenDir, 'verified.json');

/** What was verified, and with what. */
export interface Verified {
  /** Commit of each tool, by its name. */
  readonly tools: Readonly<Record<string, string>>;
  /** Digest of what the tools read, by example. */
  readonly outputs: Readonly<Record<string, string>>;
}

export function readVerified(): Verified {
  return JSON.parse(readFileSync(file, 'utf8')) as Verified;
}

function record(): void {
  const { tools } = readVerified();
  const outputs = Object.fromEntries(
    examples.map((name) => [name, toolDigest(composeExample(name))]),
  );
  writeFileSync(file, `${JSON.stringify({ tools, outputs }, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) record();

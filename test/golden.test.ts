// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  composeExample,
  examples,
  goldenDir,
  goldenFiles,
  toolDigest,
} from '../src/tools/golden.js';
import { readVerified } from '../src/tools/verified.js';

describe.each(examples)('systems/%s.yaml', (name) => {
  const output = composeExample(name);
  const files = goldenFiles(name, output);

  it.each([...files.keys()])('gives the golden %s (npm run golden writes it)', (file) => {
    const golden = readFileSync(path.join(goldenDir, name, file), 'utf8');
    expect(files.get(file)).toBe(golden);
  });

  it('gives no file that has no golden one, and none less', () => {
    const present = readdirSync(path.join(goldenDir, name), {
      recursive: true,
      withFileTypes: true,
    })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(path.join(goldenDir, name), path.join(entry.parentPath, entry.name)),
      );
    expect(present.sort()).toEqual([...files.keys()].sort());
  });

  it("is what went through seL4's own tools (docs/verification.md says how to do that again)", () => {
    expect(readVerified().outputs[name]).toBe(toolDigest(output));
  });
});

// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { starterFiles } from '../init/starter.js';
import { makeFolder } from '../output/folder.js';
import { faultOf } from '../output/write.js';
import { schemaText } from '../schema/text.js';
import { EXIT, usage } from './io.js';

/** `makatea init [DIR]`: a commented description that composes as it is. Overwrites nothing. */
export function init(dir: string): number {
  const files = starterFiles(schemaText('system') ?? '');
  const present = [...files.keys()].find((path) => existsSync(join(dir, path)));
  if (present !== undefined) {
    return usage(`${join(dir, present)} exists already`, 'name an empty directory');
  }
  const fault = faultOf(dir, () => {
    for (const [path, content] of files) {
      makeFolder(dirname(join(dir, path)));
      writeFileSync(join(dir, path), content);
      process.stdout.write(`wrote ${join(dir, path)}\n`);
    }
    return undefined;
  });
  if (fault !== undefined) return usage(fault.fault, 'name a directory that can be written');
  process.stdout.write(`now try: makatea compose ${join(dir, 'system.yaml')}\n`);
  return EXIT.fine;
}

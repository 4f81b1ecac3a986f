// SPDX-License-Identifier: BSD-2-Clause
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** What of `vmm-c/` runs under CAMkES: the monitor, the components, and what is below both. */
const FOLDERS = [
  'include/makatea',
  ...[
    'acpi',
    'components',
    'core',
    'devices',
    'devices/virtio',
    'irq',
    'link',
    'pci',
    'platform/sel4',
  ],
];

/** The start of a plain root task, and what only such a task needs. CAMkES has a runtime of its own. */
const ROOT_TASK = /^platform\/sel4\/(start|root)\./;

/** A module with the paths of the C sources, below `vmm-c/`, that an application carries. */
export async function codeList(dir: string): Promise<string> {
  const files: string[] = [];
  for (const folder of FOLDERS) {
    for (const name of await readdir(path.join(dir, folder))) {
      const file = `${folder}/${name}`;
      if (/\.[ch]$/.test(name) && !ROOT_TASK.test(file)) files.push(file);
    }
  }
  return `// SPDX-License-Identifier: BSD-2-Clause
// Generated from vmm-c/ by \`npm run generate\`. Not to be edited.
export const code: readonly string[] = ${JSON.stringify(files.sort(), null, 2)};
`;
}

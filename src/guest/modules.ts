// SPDX-License-Identifier: BSD-2-Clause
// Kernel modules with all that they depend on, in the order in which they can be loaded.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Module {
  /** As the kernel calls it. */
  readonly name: string;
  readonly content: Buffer;
}

/** The kernel takes `-` and `_` in a module's name for the same. */
function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

/** What a module says of itself (Linux, include/linux/moduleinfo.h): strings `key=value`, each ended by a zero byte. */
function dependencies(module: Buffer): string[] {
  const [, names = ''] = /\0depends=([\w,-]*)\0/.exec(module.toString('latin1')) ?? [];
  return names.split(',').filter((name) => name !== '');
}

/**
 * Reads modules below a folder. What is not there is left out: it may be built into the kernel.
 *
 * @param dir `lib/modules` of an unpacked kernel package, before depmod has seen it
 */
export async function readModules(dir: string, wanted: readonly string[]): Promise<Module[]> {
  const entries = await readdir(dir, { recursive: true });
  const files = new Map(
    entries
      .filter((file) => file.endsWith('.ko'))
      .map((file) => [canonical(path.basename(file, '.ko')), path.join(dir, file)]),
  );
  const found = new Map<string, Module>();
  const visiting = new Set<string>();
  const add = async (asked: string): Promise<void> => {
    const name = canonical(asked);
    const file = files.get(name);
    if (file === undefined || visiting.has(name)) return;
    visiting.add(name);
    const content = await readFile(file);
    for (const other of dependencies(content)) await add(other);
    found.set(name, { name, content });
  };
  for (const name of wanted) await add(name);
  return [...found.values()];
}

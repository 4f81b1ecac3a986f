// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isFault, type Files } from '../source/files.js';
import { kindOf } from '../source/kind.js';

/**
 * The files that a command line names, with folders replaced by the descriptions in them: the YAML files with our version
 * key, in the order of their names. A machine file is checked with the description that names it.
 *
 * @returns what is wrong, as a text, when a folder has none.
 */
export function descriptions(paths: readonly string[], files: Files): string[] | string {
  const found: string[] = [];
  for (const path of paths) {
    const entries = path === '-' ? undefined : yamlFiles(path);
    if (entries === undefined) {
      found.push(path);
      continue;
    }
    const ours = entries.filter((file) => isDescription(file, files));
    if (ours.length === 0) return `there is no description in ${JSON.stringify(path)}`;
    found.push(...ours);
  }
  return found;
}

/** The YAML files below a folder; nothing when it is none. Links are not followed: they may lead round in circles. */
function yamlFiles(folder: string): string[] | undefined {
  const names: string[] = [];
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = listed(at);
    if (entries === undefined && at === folder) return undefined;
    // A folder that can not be read is told as a file that can not.
    if (entries === undefined) names.push(at);
    for (const entry of entries ?? []) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) names.push(path);
    }
  }
  return names.sort();
}

function listed(folder: string): ReturnType<typeof entriesOf> | undefined {
  try {
    return entriesOf(folder);
  } catch {
    // A file, or nothing at all, or not to be read: the reader has the words for that.
    return undefined;
  }
}

function entriesOf(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/** What can not be read is taken for one, so that it is told. */
function isDescription(path: string, files: Files): boolean {
  const bytes = files.read(path);
  if (isFault(bytes)) return true;
  return kindOf(new TextDecoder().decode(bytes)) === 'system';
}

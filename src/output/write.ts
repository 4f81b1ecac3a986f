// SPDX-License-Identifier: BSD-2-Clause
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Output } from '../emit/all.js';
import { makeFolder } from './folder.js';
import { formatManifest, MANIFEST, parseManifest, sha256 } from './manifest.js';

/** Why a directory can not be written, in words. */
export interface WriteFault {
  readonly fault: string;
  readonly hint?: string;
}

/** The files of a directory, by path relative to it with `/` between the parts. */
function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/**
 * Whether a directory may be replaced: it does not exist, is empty, or holds exactly what an earlier run wrote. Nobody's
 * work is lost.
 */
function refusal(dir: string): WriteFault | undefined {
  if (!existsSync(dir)) return undefined;
  if (!statSync(dir).isDirectory()) {
    return { fault: `${dir} is not a directory`, hint: 'name a directory with -o' };
  }
  const present = filesIn(dir);
  if (present.length === 0) return undefined;
  const path = join(dir, MANIFEST);
  const manifest = existsSync(path) ? parseManifest(readFileSync(path, 'utf8')) : undefined;
  if (manifest === undefined) {
    return {
      fault: `${dir} is not empty and was not written by makatea`,
      hint: 'name another directory with -o',
    };
  }
  const foreign = present.find((file) => file !== MANIFEST && !(file in manifest.files));
  if (foreign !== undefined) {
    return {
      fault: `${join(dir, foreign)} was not written by makatea and would be lost`,
      hint: 'move it away, or delete the directory, or name another one with -o',
    };
  }
  const changed = present.find(
    (file) => file !== MANIFEST && sha256(readFileSync(join(dir, file))) !== manifest.files[file],
  );
  if (changed === undefined) return undefined;
  return {
    fault: `${join(dir, changed)} was changed since makatea wrote it, and the change would be lost`,
    hint: 'move it away, or delete the directory, or name another one with -o',
  };
}

/** Writes all files into a fresh directory; returns the digest of each. */
function fill(dir: string, output: Output): Map<string, string> {
  const digests = new Map<string, string>();
  for (const [path, content] of output) {
    const target = join(dir, path);
    makeFolder(dirname(target));
    if (typeof content === 'string') writeFileSync(target, content);
    else copyFileSync(content.copyOf, target);
    digests.set(path, sha256(typeof content === 'string' ? content : readFileSync(target)));
  }
  writeFileSync(join(dir, MANIFEST), formatManifest(digests));
  return digests;
}

/**
 * Writes an output directory whole or not at all: everything goes into a fresh directory beside it, which then takes its
 * place. Whatever fails before leaves the old one as it was.
 */
export function writeOutput(dir: string, output: Output): WriteFault | undefined {
  return faultOf(dir, () => writeWhole(dir, output));
}

/** What the file system refuses is a fault of the place, not of ours. */
export function faultOf(dir: string, write: () => WriteFault | undefined): WriteFault | undefined {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { fault: `${dir} can not be written: ${error.message}` };
  }
}

function writeWhole(dir: string, output: Output): WriteFault | undefined {
  const target = existsSync(dir) ? realpathSync(dir) : resolve(dir);
  const fault = refusal(dir);
  if (fault !== undefined) return fault;
  const parent = dirname(target);
  makeFolder(parent);
  const scratch = mkdtempSync(join(parent, `.${basename(target)}-`));
  try {
    const fresh = join(scratch, 'new');
    mkdirSync(fresh);
    const digests = fill(fresh, output);
    if (existsSync(target)) {
      keepFiles(target, fresh, digests);
      replace(target, fresh, join(scratch, 'old'));
    } else renameSync(fresh, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return undefined;
}

/** A file that is the same as before stays, with its time: so a build sees only what has really changed. */
function keepFiles(old: string, fresh: string, digests: ReadonlyMap<string, string>): void {
  const path = join(old, MANIFEST);
  const manifest = existsSync(path) ? parseManifest(readFileSync(path, 'utf8')) : undefined;
  for (const [file, digest] of digests) {
    if (manifest?.files[file] !== digest || !existsSync(join(old, file))) continue;
    const link = join(fresh, `${file}.kept`);
    try {
      linkSync(join(old, file), link);
    } catch {
      // Not every file system has links; the fresh copy does as well.
      continue;
    }
    renameSync(link, join(fresh, file));
  }
}

function replace(target: string, fresh: string, old: string): void {
  renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
}

/** The files in which a directory differs from an output: changed, missing or too many. */
export function differences(dir: string, output: Output): string[] {
  const isThere = existsSync(dir) && statSync(dir).isDirectory();
  const present = new Set(isThere ? filesIn(dir) : []);
  present.delete(MANIFEST);
  const differing = [...output].filter(([path, content]) => {
    if (!present.delete(path)) return true;
    const wanted = typeof content === 'string' ? content : readFileSync(content.copyOf);
    return sha256(readFileSync(join(dir, path))) !== sha256(wanted);
  });
  return [...differing.map(([path]) => path), ...present].sort();
}

// SPDX-License-Identifier: BSD-2-Clause
import { applyFixes, compatible } from '../diagnostics/fix.js';
import type { Diagnostic, Fix } from '../diagnostics/diagnostic.js';
import { indexText, position } from '../diagnostics/lines.js';
import { isFault, type FileFault, type Files } from '../source/files.js';
import { checkFile } from './check.js';

/** One change that was made. */
export interface Change {
  /** The file's name, and the place in it at the time of the change. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly title: string;
}

export interface Fixed {
  readonly changes: readonly Change[];
  /** The new content of each file that changed, by path. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** The files as they are with the changes. */
  readonly files: Files;
}

/** A mended description can show what was hidden before, to be mended in turn; but not without end. */
const MAX_ROUNDS = 10;

/**
 * Makes the fixes of all findings in descriptions and the machine files that they name, until none is left. Writes
 * nothing. Of what is read from standard input only that itself is mended.
 */
export function fixFiles(paths: readonly string[], files: Files): Fixed {
  const overlay = overlaid(files);
  const changes: Change[] = [];
  for (const path of paths) {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const made = fixOnce(path, overlay);
      if (made.length === 0) break;
      changes.push(...made);
    }
  }
  return { changes, contents: overlay.contents, files: overlay };
}

interface Overlay extends Files {
  readonly contents: ReadonlyMap<string, Uint8Array>;
  put(path: string, bytes: Uint8Array): void;
}

/** Files with some replaced. Each is read once, so that standard input can be asked for again. */
function overlaid(files: Files): Overlay {
  const contents = new Map<string, Uint8Array>();
  const known = new Map<string, Uint8Array | FileFault>();
  return {
    ...files,
    contents,
    read(path) {
      const bytes = known.get(path) ?? files.read(path);
      known.set(path, bytes);
      return bytes;
    },
    put(path, bytes) {
      known.set(path, bytes);
      contents.set(path, bytes);
    },
  };
}

type Fixable = Diagnostic & { readonly fix: Fix };

function fixOnce(path: string, overlay: Overlay): Change[] {
  const { diagnostics, sources } = checkFile(path, { files: overlay, composing: false });
  const fixable = diagnostics.filter((d): d is Fixable => d.fix !== undefined);
  return sources.flatMap(({ name, text }, file) => {
    // The description is the first source; the others are named by it.
    if (path === '-' && file > 0) return [];
    const chosen = compatible(fixable.filter(({ fix }) => fix.span.file === file));
    if (chosen.length === 0) return [];
    const target = file === 0 ? path : name;
    const fixed = applyFixes(
      text,
      chosen.map(({ fix }) => fix),
    );
    overlay.put(target, encode(fixed, overlay.read(target)));
    const index = indexText(text);
    return chosen.map(({ code, fix }) => ({
      name,
      ...position(index, fix.span.start),
      code,
      title: fix.title,
    }));
  });
}

/** A text as bytes, with a byte order mark when there was one. */
function encode(text: string, before: Uint8Array | FileFault): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const mark = [0xef, 0xbb, 0xbf];
  if (isFault(before) || mark.some((byte, index) => before[index] !== byte)) return bytes;
  return Uint8Array.from([...mark, ...bytes]);
}

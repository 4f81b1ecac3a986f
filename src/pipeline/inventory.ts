// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type SourceFile } from '../diagnostics/diagnostic.js';
import type { RawMachine } from '../generated/machine.js';
import { checkMachineShape } from '../schema/check.js';
import { decode } from '../source/decode.js';
import { isFault, type Files } from '../source/files.js';
import type { Located } from '../source/located.js';
import { unreadable } from '../source/pages.js';
import { parse } from '../source/parse.js';

/** A machine file by itself, without a system description that names it. */
export interface Inventory {
  readonly source: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
  readonly root?: Located;
  /** Absent when nothing usable is left of it. */
  readonly raw?: RawMachine;
}

/** Reads a machine file and checks its shape. Its file id is 0. */
export function readInventory(files: Files, path: string): Inventory {
  const bytes = files.read(path);
  if (isFault(bytes)) {
    const message = `${JSON.stringify(path)} can not be read: ${bytes.fault}`;
    const span = { file: 0, start: 0, end: 0 };
    return {
      source: { name: path, text: '' },
      diagnostics: [diagnostic(unreadable, span, message)],
    };
  }
  const decoded = decode(0, bytes);
  if ('diagnostic' in decoded) {
    return { source: { name: path, text: '' }, diagnostics: [decoded.diagnostic] };
  }
  const source = { name: path, text: decoded.text };
  const { root, diagnostics } = parse(0, decoded.text);
  if (root === undefined) return { source, diagnostics };
  const shape = checkMachineShape(root);
  const all = [...diagnostics, ...shape.diagnostics];
  return shape.raw === undefined
    ? { source, diagnostics: all, root }
    : { source, diagnostics: all, root, raw: shape.raw };
}

// SPDX-License-Identifier: BSD-2-Clause
import { dirname, join, normalize } from 'node:path';
import {
  diagnostic,
  hasErrors,
  sortDiagnostics,
  type Diagnostic,
  type FileId,
  type SourceFile,
  type Span,
} from '../diagnostics/diagnostic.js';
import { readImages, type ImageTable } from '../facts/images.js';
import { imageRequests } from '../model/images.js';
import { resolveMachine, type Machine } from '../model/machine.js';
import { resolve } from '../model/resolve.js';
import type { System } from '../model/system.js';
import { runRules } from '../rules/run.js';
import { checkMachineShape, checkSystemShape } from '../schema/check.js';
import { decode } from '../source/decode.js';
import { isFault, type Files } from '../source/files.js';
import { entryOf, type Located } from '../source/located.js';
import { unreadable } from '../source/pages.js';
import { parse } from '../source/parse.js';

export interface CheckOptions {
  readonly files: Files;
  /** Whether output is wanted: images must then be there, and are hashed. */
  readonly composing: boolean;
}

/** All that is known of a description after every check, and all findings. */
export interface Checked {
  readonly sources: readonly SourceFile[];
  /** By place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when nothing usable is left of the description. */
  readonly system?: System;
  readonly machine?: Machine;
  readonly images: ImageTable;
}

interface Run extends CheckOptions {
  readonly sources: SourceFile[];
  readonly diagnostics: Diagnostic[];
}

/** Reads and checks a description. `-` is standard input, whose paths are relative to the working directory. */
export function checkFile(path: string, options: CheckOptions): Checked {
  const run: Run = { ...options, sources: [], diagnostics: [] };
  const root = readDocument(run, path, path === '-' ? '<stdin>' : path);
  const checked = root === undefined ? { images: new Map() } : checkSystem(run, path, root);
  return { ...checked, sources: run.sources, diagnostics: sortDiagnostics(run.diagnostics) };
}

/** Turns a path that a description writes into one that can be opened. */
function locate(description: string, path: string): string {
  const file = normalize(join(description === '-' ? '.' : dirname(description), path));
  // `-` alone is standard input, which only the command line can name.
  return file === '-' ? './-' : file;
}

function checkSystem(
  run: Run,
  path: string,
  root: Located,
): Pick<Checked, 'system' | 'machine' | 'images'> {
  const broken = hasErrors(run.diagnostics);
  const shape = checkSystemShape(root);
  run.diagnostics.push(...shape.diagnostics);
  if (shape.raw === undefined) return { images: new Map() };
  const partial = broken || shape.diagnostics.length > 0;
  const { system, diagnostics } = resolve(shape.raw, root, partial);
  run.diagnostics.push(...diagnostics);
  const machine = readMachine(run, path, system);
  const images = readImages(imageRequests(system), {
    files: run.files,
    locate: (image) => locate(path, image),
    hash: run.composing,
  });
  const input = { system, images, composing: run.composing };
  run.diagnostics.push(...runRules(machine === undefined ? input : { ...input, machine }));
  return machine === undefined ? { system, images } : { system, images, machine };
}

function readMachine(run: Run, path: string, system: System): Machine | undefined {
  if (system.machinePath === undefined) return undefined;
  const file = locate(path, system.machinePath);
  const named = entryOf(system.node, 'machine')?.value.span;
  const root = readDocument(run, file, file, named);
  if (root === undefined) return undefined;
  const { raw, diagnostics } = checkMachineShape(root);
  run.diagnostics.push(...diagnostics);
  return raw === undefined ? undefined : resolveMachine(raw, root);
}

/** @param named where the file is named, if a description names it */
function readDocument(run: Run, path: string, name: string, named?: Span): Located | undefined {
  const bytes = run.files.read(path);
  const file: FileId = run.sources.length;
  if (isFault(bytes)) {
    run.sources.push({ name, text: '' });
    const span = named ?? { file, start: 0, end: 0 };
    const message = `${JSON.stringify(name)} can not be read: ${bytes.fault}`;
    const hint = bytes.directory === true ? 'name the files in it' : undefined;
    run.diagnostics.push(diagnostic(unreadable, span, message, { hint }));
    return undefined;
  }
  const decoded = decode(file, bytes);
  if ('diagnostic' in decoded) {
    run.sources.push({ name, text: '' });
    run.diagnostics.push(decoded.diagnostic);
    return undefined;
  }
  run.sources.push({ name, text: decoded.text });
  const { root, diagnostics } = parse(file, decoded.text);
  run.diagnostics.push(...diagnostics);
  return root;
}

// SPDX-License-Identifier: BSD-2-Clause
import { dirname, join, normalize } from 'node:path';
import {
  diagnostic,
  hasErrors,
  readingOrder,
  sortDiagnostics,
  type AcceptedFinding,
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
import { checkAcceptances } from '../rules/acceptances.js';
import type { RuleInput, Target } from '../rules/rule.js';
import { checkUnjudged } from '../rules/unjudged.js';
import { runRules } from '../rules/run.js';
import { checkMachineShape, checkSystemShape } from '../schema/check.js';
import { catalogue } from './catalogue.js';
import { decode } from '../source/decode.js';
import { isFault, type Files } from '../source/files.js';
import { entryOf, type Located } from '../source/located.js';
import { unreadable } from '../source/pages.js';
import { parse } from '../source/parse.js';

export interface CheckOptions {
  readonly files: Files;
  /** What output is wanted for, if it is: images must then be there, and are hashed. */
  readonly composing: Target | false;
  /** Whether a check that could not be made is an error. */
  readonly strict?: boolean;
}

/** All that is known of a description after every check, and all findings. */
export interface Checked {
  readonly sources: readonly SourceFile[];
  /** By place. */
  readonly diagnostics: readonly Diagnostic[];
  /** By place: findings that the description accepts. They are not among the diagnostics. */
  readonly accepted: readonly AcceptedFinding[];
  /** Absent when nothing usable is left of the description. */
  readonly system?: System;
  readonly machine?: Machine;
  /** The path of the machine file that it names, as it was opened. */
  readonly machineFile?: string;
  readonly images: ImageTable;
}

interface Run extends CheckOptions {
  readonly sources: SourceFile[];
  readonly diagnostics: Diagnostic[];
  readonly accepted: AcceptedFinding[];
}

/** Reads and checks a description. `-` is standard input, whose paths are relative to the working directory. */
export function checkFile(path: string, options: CheckOptions): Checked {
  const run: Run = { ...options, sources: [], diagnostics: [], accepted: [] };
  const root = readDocument(run, path, path === '-' ? '<stdin>' : path);
  const checked = root === undefined ? { images: new Map() } : checkSystem(run, path, root);
  return {
    ...checked,
    sources: run.sources,
    diagnostics: sortDiagnostics(run.diagnostics),
    accepted: run.accepted.sort((a, b) => readingOrder(a.diagnostic, b.diagnostic)),
  };
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
): Pick<Checked, 'system' | 'machine' | 'machineFile' | 'images'> {
  const broken = hasErrors(run.diagnostics);
  const shape = checkSystemShape(root);
  run.diagnostics.push(...shape.diagnostics);
  if (shape.raw === undefined) return { images: new Map() };
  const partial = broken || shape.diagnostics.length > 0;
  const { system, diagnostics } = resolve(shape.raw, root, partial);
  run.diagnostics.push(...diagnostics);
  const { machinePath } = system;
  const machineFile = machinePath === undefined ? undefined : locate(path, machinePath);
  const machine = machineFile === undefined ? undefined : readMachine(run, machineFile, system);
  const images = readImages(imageRequests(system), {
    files: run.files,
    locate: (image) => locate(path, image),
    hash: run.composing !== false,
  });
  judge(run, { system, images, composing: run.composing, ...(machine && { machine }) });
  return { system, images, ...(machine && { machine }), ...(machineFile && { machineFile }) };
}

/** Runs the rules, and judges what the description accepts and what could not be judged. */
function judge(run: Run, input: RuleInput): void {
  const judgement = runRules(input);
  run.accepted.push(...judgement.accepted);
  run.diagnostics.push(
    ...judgement.diagnostics,
    ...checkAcceptances(input, judgement, catalogue),
    ...checkUnjudged(input, judgement, run.strict ?? false),
  );
}

function readMachine(run: Run, file: string, system: System): Machine | undefined {
  const named = entryOf(system.node, 'machine')?.value.span;
  const before = run.diagnostics.length;
  const root = readDocument(run, file, file, named);
  if (root === undefined) return undefined;
  const broken = run.diagnostics.length > before;
  const { raw, diagnostics } = checkMachineShape(root);
  run.diagnostics.push(...diagnostics);
  return raw === undefined
    ? undefined
    : resolveMachine(raw, root, broken || diagnostics.length > 0);
}

/** @param named where the file is named, if a description names it */
function readDocument(run: Run, path: string, name: string, named?: Span): Located | undefined {
  const bytes = run.files.read(path);
  const file: FileId = run.sources.length;
  if (isFault(bytes)) {
    run.sources.push({ name, text: '' });
    const span = named ?? { file, start: 0, end: 0 };
    const message = `${JSON.stringify(name)} can not be read: ${bytes.fault}`;
    const elsewhere =
      named && bytes.missing ? 'the path is relative to the file that names it' : undefined;
    const hint = bytes.directory === true ? 'name the files in it' : elsewhere;
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

// SPDX-License-Identifier: BSD-2-Clause
import { hash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { diagnostic, hasErrors, type SourceFile } from '../diagnostics/diagnostic.js';
import { COLLECTOR } from '../machine/collector.js';
import { importDump } from '../machine/import.js';
import { printMachine } from '../machine/print.js';
import { probe, type Probed } from '../machine/probe.js';
import { readInventory } from '../pipeline/inventory.js';
import { isFault } from '../source/files.js';
import { nodeTree } from '../source/node-tree.js';
import { unreadable } from '../source/pages.js';
import { driftOf } from './drift.js';
import { realFiles } from './files.js';
import { EXIT, show, usage, type Format } from './io.js';

const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes);

interface ProbeFlags {
  readonly name?: string | undefined;
  readonly out?: string | undefined;
  readonly former?: string | undefined;
  readonly check?: string | undefined;
}

/** `makatea machine probe [DIR]`. */
export async function probeMachine(
  dir: string,
  format: Format,
  flags: ProbeFlags,
): Promise<number> {
  const { name, former, check } = flags;
  const refused = badFlags(format, flags);
  if (refused !== undefined) return refused;
  const tree = nodeTree(dir);
  if (isFault(tree)) return unreadableFile(dir, tree.fault, format);
  const known = former ?? check;
  const old = known === undefined ? undefined : readInventory(realFiles(), known);
  if (old !== undefined && (old.raw === undefined || hasErrors(old.diagnostics))) {
    return show({ diagnostics: old.diagnostics, sources: [old.source] }, format, process.stderr);
  }
  if (check !== undefined && old !== undefined) {
    const found = driftOf(old, { tree, place: dir });
    const status = await show(found, format, process.stdout);
    const drifted = found.diagnostics.some(({ span }) => span.file === 0);
    return drifted ? EXIT.findings : status;
  }
  const probed = probe(tree, {
    sha256,
    place: dir,
    ...(name === undefined ? {} : { name }),
    ...(old?.raw === undefined ? {} : { former: old.raw }),
  });
  return finish(probed, 'Made by "makatea machine probe".', format, flags.out);
}

/** `makatea machine import FILE`. */
export async function importMachine(
  file: string,
  format: Format,
  flags: Pick<ProbeFlags, 'name' | 'out'>,
): Promise<number> {
  const refused = badFlags(format, flags);
  if (refused !== undefined) return refused;
  const bytes = realFiles().read(file);
  if (isFault(bytes)) return unreadableFile(file, bytes.fault, format);
  const { name = 'machine' } = flags;
  const place = file === '-' ? '<stdin>' : file;
  const origin = 'Made by "makatea machine import" from a dump of microkit-x86-machinedump.';
  return finish(importDump(bytes, { name, place, sha256 }), origin, format, flags.out);
}

/** `makatea machine collector`. */
export function collector(): number {
  process.stdout.write(COLLECTOR);
  return EXIT.fine;
}

function badFlags(format: Format, { name, out, check }: ProbeFlags): number | undefined {
  if (name !== undefined && !/^[a-z][a-z0-9_-]{0,47}$/.test(name)) {
    const hint =
      'lower-case letters, digits, _ and -, beginning with a letter, at most 48 characters';
    return usage(`${JSON.stringify(name)} can not be the name of a machine`, hint);
  }
  if (format !== 'json' || out !== undefined || check !== undefined) return undefined;
  const hint = 'name a file: --out FILE';
  return usage('with --format json the findings are on standard output, not the inventory', hint);
}

function unreadableFile(path: string, fault: string, format: Format): Promise<number> {
  const message = `${JSON.stringify(path)} can not be read: ${fault}`;
  const found = [diagnostic(unreadable, { file: 0, start: 0, end: 0 }, message)];
  const sources: SourceFile[] = [{ name: path, text: '' }];
  return show({ diagnostics: found, sources }, format, process.stderr);
}

/** Shows what was found, and gives the inventory when there is no error. */
async function finish(
  probed: Probed,
  origin: string,
  format: Format,
  out: string | undefined,
): Promise<number> {
  const { machine, notes, diagnostics, sources } = probed;
  const status = await show({ diagnostics, sources }, format, process.stderr);
  if (machine === undefined || hasErrors(diagnostics)) return status;
  const text = printMachine(machine, notes, origin);
  if (out === undefined) process.stdout.write(text);
  else return writeWhole(out, text) ?? status;
  return status;
}

/** Writes a file whole or not at all. */
function writeWhole(path: string, text: string): number | undefined {
  const draft = `${path}.new`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
    return undefined;
  } catch (error) {
    rmSync(draft, { force: true });
    return usage(`${path} can not be written: ${error instanceof Error ? error.message : ''}`);
  }
}

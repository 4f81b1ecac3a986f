// SPDX-License-Identifier: BSD-2-Clause
// Directory trees in memory, to make inventories from.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { Page } from '../../src/diagnostics/page.js';
import { drift, driftDiagnostics } from '../../src/machine/drift.js';
import type { RawMachine } from '../../src/generated/machine.js';
import { importDump } from '../../src/machine/import.js';
import { printMachine } from '../../src/machine/print.js';
import { probe, type Probed } from '../../src/machine/probe.js';
import { readInventory } from '../../src/pipeline/inventory.js';
import type { Tree } from '../../src/source/tree.js';
import { memoryFiles } from './files.js';

export type TreeFiles = ReadonlyMap<string, Uint8Array>;

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

const NOTHING = { fault: 'there is no such file', missing: true };

function memoryTree(files: TreeFiles): Tree {
  const directories = new Map<string, Set<string>>();
  for (const file of files.keys()) {
    const names = file.split('/');
    for (let depth = 0; depth < names.length; depth += 1) {
      const directory = names.slice(0, depth).join('/');
      const list = directories.get(directory) ?? new Set();
      list.add(names[depth] ?? '');
      directories.set(directory, list);
    }
  }
  return {
    read(file, limit, offset = 0) {
      const bytes = files.get(file);
      if (bytes !== undefined) return bytes.slice(offset, offset + limit);
      if (!directories.has(file)) return NOTHING;
      return { fault: 'it is a directory', missing: false, directory: true };
    },
    list: (directory) => [...(directories.get(directory) ?? [])].reverse(),
  };
}

/** A captured machine of test/fixtures/machines/, in memory. */
export function fixture(name: string): Map<string, Uint8Array> {
  const root = path.resolve(import.meta.dirname, '../fixtures/machines', name);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    files
      .filter((file) => statSync(path.join(root, file)).isFile())
      .map((file) => [file, new Uint8Array(readFileSync(path.join(root, file)))]),
  );
}

/** `hex 0102 00*2` → bytes 1, 2, 0, 0; all else is text. */
function contentOf(content: string): Uint8Array {
  if (content === '@huge') return new Uint8Array(17 * 2 ** 20);
  if (!content.startsWith('hex ')) return new TextEncoder().encode(content);
  const words = content.slice(4).split(' ');
  const digits = words.map((word) => {
    const [pair = '', times = '1'] = word.split('*');
    return pair.repeat(Number(times));
  });
  return new Uint8Array(Buffer.from(digits.join(''), 'hex'));
}

/** The tree of an example: a map from paths to contents, as YAML. */
function exampleTree(text: string): TreeFiles {
  const files = parseYaml(text) as Record<string, string>;
  return new Map(Object.entries(files).map(([file, content]) => [file, contentOf(content)]));
}

export function probeFiles(files: TreeFiles, former?: RawMachine): Probed {
  const options = { place: 'capture', sha256 };
  return probe(memoryTree(files), former === undefined ? options : { ...options, former });
}

/** The inventory as YAML. */
export function printed({ machine, notes }: Probed): string {
  if (machine === undefined) throw new Error('there is no inventory');
  return printMachine(machine, notes, 'Made by a test.');
}

/** An inventory's text, read as `lint` reads a machine file. */
export function readBack(text: string): ReturnType<typeof readInventory> {
  return readInventory(memoryFiles({ 'box.yaml': text }), 'box.yaml');
}

/** Runs an example of a page about inventories. */
export function runInventoryExample(
  page: Page,
  text: string,
): { codes: string[]; severities: string[]; machine: RawMachine | undefined } {
  const probed =
    page.kind === 'dump'
      ? importDump(new TextEncoder().encode(text), { name: 'box', place: 'dump', sha256 })
      : probeFiles(exampleTree(text));
  const former = page.files?.['box.yaml'];
  const { raw, root } = former === undefined ? {} : readBack(former);
  const drifts =
    raw === undefined || root === undefined || probed.machine === undefined
      ? []
      : driftDiagnostics(drift(raw, probed.machine), root);
  const all = [...probed.diagnostics, ...drifts];
  return {
    codes: all.map(({ code }) => code),
    severities: all.map(({ severity }) => severity),
    machine: probed.machine,
  };
}

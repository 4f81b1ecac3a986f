// SPDX-License-Identifier: BSD-2-Clause
import { hash } from 'node:crypto';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { drift, driftDiagnostics } from '../machine/drift.js';
import { probe } from '../machine/probe.js';
import { readInventory, type Inventory } from '../pipeline/inventory.js';
import { isFault, type Files } from '../source/files.js';
import { nodeTree } from '../source/node-tree.js';
import type { Tree } from '../source/tree.js';
import type { Found } from './found.js';

/** A machine, or what was captured of one. */
export interface Present {
  readonly tree: Tree;
  /** What it is called in findings. */
  readonly place: string;
}

/** What is no longer so, at its line of the inventory; then what could not be read of the machine. */
export function driftOf(old: Inventory, { tree, place }: Present): Found {
  const { raw, root, source } = old;
  if (raw === undefined || root === undefined) return { diagnostics: [], sources: [] };
  const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes);
  // Names are the old inventory's.
  const { machine, diagnostics, sources } = probe(tree, { sha256, place, former: raw });
  const drifts = machine === undefined ? [] : driftDiagnostics(drift(raw, machine), root);
  return {
    diagnostics: [...drifts, ...diagnostics.map(shifted)],
    sources: [source, ...sources],
  };
}

/** The same finding, with one more file before its own. */
function shifted(d: Diagnostic): Diagnostic {
  return { ...d, span: { ...d.span, file: d.span.file + 1 } };
}

/**
 * Compares the machine files of descriptions, each once, with a machine.
 *
 * @param machineFiles the paths of those that were read
 * @returns why it can not be done, as a text, when it can not
 */
export function drifts(
  machineFiles: readonly (string | undefined)[],
  dir: string,
  files: Files,
): Found[] | string {
  const paths = new Set(machineFiles.filter((path) => path !== undefined));
  if (paths.size === 0) return 'no description names a machine file to compare';
  const tree = nodeTree(dir);
  if (isFault(tree)) return `${JSON.stringify(dir)} can not be read: ${tree.fault}`;
  return [...paths].map((path) => driftOf(readInventory(files, path), { tree, place: dir }));
}

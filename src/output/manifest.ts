// SPDX-License-Identifier: BSD-2-Clause
import { hash } from 'node:crypto';

/** The file of an output directory that says which files are ours. */
export const MANIFEST = 'manifest.json';

/** What an output directory held when it was written: SHA-256 by path. */
export interface Manifest {
  readonly makatea_output: 1;
  readonly files: Readonly<Record<string, string>>;
}

export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes);
}

export function formatManifest(files: ReadonlyMap<string, string>): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const manifest: Manifest = { makatea_output: 1, files: Object.fromEntries(sorted) };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Reads a manifest; nothing when the text is none. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const ours = isObject(value) && value['makatea_output'] === 1 && isObject(value['files']);
    return ours ? (value as unknown as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

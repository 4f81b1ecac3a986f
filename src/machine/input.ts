// SPDX-License-Identifier: BSD-2-Clause
import { isFault } from '../source/files.js';
import type { Tree } from '../source/tree.js';
import type { Findings } from './findings.js';
import { textMalformed, tooMuch, unreadablePart } from './pages.js';

/** What the readers of a tree share. */
export interface Input {
  readonly tree: Tree;
  readonly findings: Findings;
  /** Remarks for the reader of the inventory, by path of keys joined with a dot. */
  readonly notes: Map<string, string>;
}

/** Files of sysfs hold one value. */
const SMALL = 4096;
/** A directory of more entries is none that a kernel makes. */
const MAX_ENTRIES = 65_536;

export const AS_ROOT = 'capture it again as root';

/** A file's bytes; nothing when there is no such file. One that is too large, or not to be read, is a finding. */
export function readBytes(
  { tree, findings }: Input,
  path: string,
  limit = SMALL,
): Uint8Array | undefined {
  const bytes = tree.read(path, limit + 1);
  if (isFault(bytes)) {
    if (!bytes.missing) {
      findings.report(unreadablePart, path, `it can not be read: ${bytes.fault}`, AS_ROOT);
    }
    return undefined;
  }
  if (bytes.length > limit) {
    findings.report(tooMuch, path, `it has more than ${String(limit)} bytes; it is left out`);
    return undefined;
  }
  return bytes;
}

/** A file's text. Bytes that are no ASCII become question marks, so that nothing in it acts on a terminal or on YAML. */
export function readText(input: Input, path: string, limit = SMALL): string | undefined {
  const bytes = readBytes(input, path, limit);
  return bytes === undefined ? undefined : asciiOf(bytes);
}

function asciiOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/[^\t\n -~]/g, '?');
}

/** One line of text for people, at most `max` characters; nothing when it is empty. */
export function readLine(input: Input, path: string, max: number): string | undefined {
  const line = readText(input, path)?.split('\n', 1)[0]?.replaceAll('\t', ' ').trim();
  return line === undefined || line === '' ? undefined : line.slice(0, max).trim();
}

/** A number as sysfs writes it: decimal, or hexadecimal with 0x. */
export function readNumber(input: Input, path: string): number | undefined {
  const line = readLine(input, path, 40);
  if (line === undefined) return undefined;
  const value = parseNumber(line);
  if (value === undefined) {
    input.findings.report(textMalformed, path, `${JSON.stringify(line)} is not a number`);
  }
  return value;
}

export function parseNumber(text: string): number | undefined {
  if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The names in a directory in order; none when there is no such directory. */
export function listNames({ tree, findings }: Input, path: string): string[] {
  const names = tree.list(path);
  if (isFault(names)) {
    if (!names.missing) {
      findings.report(unreadablePart, path, `it can not be listed: ${names.fault}`, AS_ROOT);
    }
    return [];
  }
  if (names.length > MAX_ENTRIES) {
    const message = `it has ${String(names.length)} entries; it is left out`;
    findings.report(tooMuch, path, message);
    return [];
  }
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

/** Whether there is anything of a name, whatever it is. */
export function exists({ tree }: Input, path: string): boolean {
  const bytes = tree.read(path, 0);
  return !isFault(bytes) || !bytes.missing;
}

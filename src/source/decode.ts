// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type FileId } from '../diagnostics/diagnostic.js';
import { notUtf8, tooLarge } from './pages.js';

/** A description's greatest size in bytes. */
export const MAX_BYTES = 1024 * 1024;

/** What became of a file's bytes. */
export type Decoded = { readonly text: string } | { readonly diagnostic: Diagnostic };

/** Bytes as text, without a byte order mark; refused when too large or not UTF-8. */
export function decode(file: FileId, bytes: Uint8Array): Decoded {
  const start = { file, start: 0, end: 0 };
  if (bytes.length > MAX_BYTES) {
    const message = `the file has ${String(bytes.length)} bytes; at most ${String(MAX_BYTES)} are read`;
    const hint = 'name a description or a machine file; images are named in it, not put into it';
    return { diagnostic: diagnostic(tooLarge, start, message, { hint }) };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const offset = firstInvalidByte(bytes);
    const hex = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
    const message = `the file is not UTF-8 text: byte ${String(offset)} is 0x${hex}`;
    return { diagnostic: diagnostic(notUtf8, start, message, { hint: 'save the file as UTF-8' }) };
  }
}

/** The length of the longest valid beginning, by bisection with the platform's own decoder. */
function firstInvalidByte(bytes: Uint8Array): number {
  const valid = (length: number): boolean => {
    try {
      // A sequence that is merely cut off at the end is no fault yet: `stream` lets it pass.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (valid(middle)) good = middle;
    else bad = middle;
  }
  return Math.min(good, bytes.length - 1);
}

// SPDX-License-Identifier: BSD-2-Clause
// One filter for each kind of place in the output that a text can stand in. Each makes of any text
// one that the reader of that place reads as the same text, or throws: what can not be written is
// refused with a diagnostic long before (src/rules), so that is a mistake of ours.

/** Control and format characters, lone surrogates, line and paragraph separators. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

function refuse(text: string, where: string): never {
  throw new Error(`${JSON.stringify(text)} can not be written in ${where}`);
}

/** The inside of a C string literal: the text's UTF-8 bytes. */
export function cString(text: string): string {
  if (!text.isWellFormed()) refuse(text, 'a C string');
  return Array.from(new TextEncoder().encode(text), cByte).join('');
}

function cByte(byte: number): string {
  const char = String.fromCharCode(byte);
  // Two question marks may begin a trigraph.
  if (char === '"' || char === '\\' || char === '?') return `\\${char}`;
  // Three octal digits end by themselves; a hexadecimal escape would go on with the next letter.
  if (byte < 0x20 || byte > 0x7e) return `\\${byte.toString(8).padStart(3, '0')}`;
  return char;
}

/** Text within a C comment of either kind. It stays legible, not the same: it is for people. */
export function cComment(text: string): string {
  return (
    text
      .replace(INVISIBLE, ' ')
      .replace(/\/(?=\*)|\*(?=\/)/g, '$& ')
      // Would stand for a backslash where trigraphs are on.
      .replaceAll('??/', '?? /')
      // A template's own asterisk may stand before, and the end of a line behind.
      .replace(/^\//, ' /')
      .replace(/\\(\s*)$/, '\\.$1')
  );
}

/**
 * The inside of a CMake quoted argument. A semicolon stays: in a quoted argument it is itself, and
 * `\;` would be two characters. Who expands the value unquoted later splits it there.
 */
export function cmakeString(text: string): string {
  if (text.includes('\0') || !text.isWellFormed()) refuse(text, 'a CMake string');
  return text
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

/** The inside of a CAMkES ADL string, which has no escapes. */
export function adlString(text: string): string {
  return /^[ !#-[\]-~]*$/.test(text) ? text : refuse(text, 'a CAMkES string');
}

/** A cell of a Markdown table. White space is as good as a blank there. */
export function markdownCell(text: string): string {
  return (
    text
      .replace(INVISIBLE, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/[\\`*[\]<>|~&!]/g, '\\$&')
      // Would be taken for links, together with a backslash that follows.
      .replace(/:(?=\/\/)|@|(?<=www)\./gi, '\\$&')
      // Between letters, as in names, it means nothing.
      .replace(/(?<![a-z0-9])_|_(?![a-z0-9])/gi, '\\_')
  );
}

/** A number in C's hexadecimal form, with leading zeros up to `digits`. */
export function hex(value: number | bigint, digits = 0): string {
  if (value < 0 || (typeof value === 'number' && !Number.isSafeInteger(value))) {
    throw new Error(`${value} can not be written as an address`);
  }
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** All of them, by the names that templates use. */
export const filters = { cString, cComment, cmakeString, adlString, markdownCell, hex };

// SPDX-License-Identifier: BSD-2-Clause

/** Characters that could steer a terminal or reorder what it shows: controls, and bidirectional marks. */
const STEERING =
  // eslint-disable-next-line no-control-regex -- these are what must not get through
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from a description as it may be shown: nothing in it acts on the terminal. */
export function harmless(text: string): string {
  return text.replace(STEERING, '\ufffd');
}

/** `1 error`, `2 errors`. */
export function count(n: number, word: string, words = `${word}s`): string {
  return `${String(n)} ${n === 1 ? word : words}`;
}

// SPDX-License-Identifier: BSD-2-Clause
import type { ReadStream } from 'node:tty';

/** Ctrl-], as in telnet: not a key that a shell or an editor uses. */
const LEAVE = 0x1d;

/** What the keyboard is connected to. */
export interface Typist {
  readonly type: (bytes: Uint8Array) => void;
  readonly leave: () => void;
}

/**
 * Connects the terminal's keyboard: each key goes to the machine at once and unseen, Ctrl-C too; the guest echoes. Input
 * that is not a terminal is not read: its bytes would come before anybody listens.
 *
 * @returns what disconnects it and leaves the terminal as it was.
 */
export function connectKeyboard(input: ReadStream, { type, leave }: Typist): () => void {
  // For a pipe Node leaves it undefined, whatever its type says.
  if (!(input.isTTY as boolean | undefined)) return () => undefined;
  const onData = (bytes: Buffer): void => {
    const at = bytes.indexOf(LEAVE);
    type(at === -1 ? bytes : bytes.subarray(0, at));
    if (at !== -1) leave();
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}

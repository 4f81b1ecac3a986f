// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pipe of the kernel's, for a program that is to be started. */
export interface Pipe {
  /** What was written. */
  readonly output: Socket;
  /** The end to write to, as a file descriptor. */
  readonly input: number;
  /** Gives up the own hold on that end: when the program's is gone too, the output ends. */
  readonly release: () => void;
}

/**
 * Makes a pipe. Node's own are sockets, and seL4's CMake files have tools write to /dev/stdout, which can not be opened when
 * it is a socket; and when it is a file, whoever opens it empties it.
 */
export function makePipe(): Pipe {
  const dir = mkdtempSync(join(tmpdir(), 'makatea-'));
  try {
    const path = join(dir, 'pipe');
    execFileSync('mkfifo', [path]);
    const end = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const input = openSync(path, constants.O_WRONLY);
    const output = new Socket({ fd: end, readable: true, writable: false });
    return {
      output,
      input,
      release: () => {
        closeSync(input);
      },
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import {
  constants,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  type WriteStream,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pipe of the kernel's, for a program that is to be started. */
export interface Pipe {
  /** What was written. */
  readonly output: Socket;
  /** The end for the program. It is destroyed when the program has it: when that is gone too, the output ends. */
  readonly input: WriteStream;
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
    const input = createWriteStream(path, { fd: openSync(path, constants.O_WRONLY) });
    return { output: new Socket({ fd: end, readable: true, writable: false }), input };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

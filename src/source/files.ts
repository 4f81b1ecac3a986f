// SPDX-License-Identifier: BSD-2-Clause

/** Why a file can not be used, in words for a message. */
export interface FileFault {
  readonly fault: string;
  /** There is nothing of this name. */
  readonly missing: boolean;
  /** It is a directory. */
  readonly directory?: boolean;
}

/**
 * The files that a run may open. The command line gives the real ones, tests give some in memory. Paths are as the stages
 * write them: relative to the working directory, or absolute.
 */
export interface Files {
  /** The whole content; for text, which is small. */
  read(path: string): Uint8Array | FileFault;
  /** Size in bytes. */
  size(path: string): number | FileFault;
  /** The first bytes, at most `length`. */
  head(path: string, length: number): Uint8Array | FileFault;
  /** SHA-256 of the content, in hexadecimal. */
  sha256(path: string): string | FileFault;
}

export function isFault(result: unknown): result is FileFault {
  return typeof result === 'object' && result !== null && 'fault' in result;
}

// SPDX-License-Identifier: BSD-2-Clause
import { isFault, type FileFault, type Files } from '../source/files.js';
import { HEADER_BYTES, isPacked, MAGIC_BYTES, readBzImage, type BzImage } from './bzimage.js';

/** What is known of a guest image file. */
export interface ImageFacts {
  /** As the description writes it. */
  readonly path: string;
  /** Where it was found: relative to the working directory. */
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal; empty when it was not asked for. */
  readonly sha256: string;
  /** For a kernel: its header, or why it is none. */
  readonly kernel?: BzImage | { readonly fault: string };
  /** For a kernel: the first bytes of what is packed in it, in hexadecimal, where they are of no known kind. */
  readonly unpackable?: string;
}

/** Facts, or why there are none, by path as written. */
export type ImageTable = ReadonlyMap<string, ImageFacts | FileFault>;

export interface ImageOptions {
  readonly files: Files;
  /** Turns a path of the description into one that can be opened. */
  readonly locate: (path: string) => string;
  /** Whether the content is needed (for output), or only the size and header. */
  readonly hash: boolean;
}

/** A file to look at, as the description writes it. */
export interface ImageRequest {
  readonly path: string;
  readonly kernel: boolean;
}

/** Looks at every file that is asked for, each once. */
export function readImages(requests: readonly ImageRequest[], options: ImageOptions): ImageTable {
  const kernels = new Set(requests.filter((r) => r.kernel).map((r) => r.path));
  const paths = new Set(requests.map((r) => r.path));
  return new Map([...paths].map((path) => [path, readImage(path, kernels.has(path), options)]));
}

function readImage(path: string, kernel: boolean, options: ImageOptions): ImageFacts | FileFault {
  const { files, locate, hash } = options;
  const file = locate(path);
  const bytes = files.size(file);
  if (isFault(bytes)) return bytes;
  const sha256 = hash ? files.sha256(file) : '';
  if (isFault(sha256)) return sha256;
  const facts = { path, file, bytes, sha256 };
  if (!kernel) return facts;
  const head = files.head(file, HEADER_BYTES);
  if (isFault(head)) return head;
  const header = readBzImage(head, bytes);
  if ('fault' in header || header.payloadOffset === undefined) return { ...facts, kernel: header };
  const packed = files.head(file, header.payloadOffset + MAGIC_BYTES);
  if (isFault(packed)) return packed;
  const magic = packed.subarray(header.payloadOffset);
  const unpackable = isPacked(magic) ? {} : { unpackable: Buffer.from(magic).toString('hex') };
  return { ...facts, kernel: header, ...unpackable };
}

// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto';
import type { Files } from '../source/files.js';
import { nodeFiles } from '../source/node-files.js';

/** The machine's own files. */
export function realFiles(): Files {
  return nodeFiles((bytes) => createHash('sha256').update(bytes).digest('hex'));
}

// SPDX-License-Identifier: BSD-2-Clause
import { hash } from 'node:crypto';
import type { Files } from '../source/files.js';
import { nodeFiles } from '../source/node-files.js';

/** The machine's own files. */
export function realFiles(): Files {
  return nodeFiles((bytes) => hash('sha256', bytes));
}

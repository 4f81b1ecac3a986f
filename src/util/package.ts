// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';

/** The package's own folder: two above this file's, in the source as in the built program. */
export const PACKAGE = join(import.meta.dirname, '../..');

// SPDX-License-Identifier: BSD-2-Clause

/**
 * Stands for `node:module` in the built program. Yargs makes a `require` for configuration files
 * that are programs; there are none.
 */
export function createRequire(): never {
  return undefined as never;
}

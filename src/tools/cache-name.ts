// SPDX-License-Identifier: BSD-2-Clause

/** The file of V8's compiled form of the program. V8 checks its version, without Node's suffix. */
export function cacheName(): string {
  return `app.${process.versions.v8.replace(/-.*/, '')}.cache`;
}

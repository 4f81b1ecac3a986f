// SPDX-License-Identifier: BSD-2-Clause
// Stands for `node:assert` in the built program, where only yargs uses it.

export function strictEqual(actual: unknown, expected: unknown, message?: string | Error): void {
  if (!Object.is(actual, expected)) fail(message);
}

export function notStrictEqual(actual: unknown, expected: unknown, message?: string | Error): void {
  if (Object.is(actual, expected)) fail(message);
}

function fail(message: string | Error = 'assertion failed'): never {
  throw message instanceof Error ? message : new Error(message);
}

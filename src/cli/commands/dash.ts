// SPDX-License-Identifier: BSD-2-Clause

/**
 * What stands for `-` while the command line is parsed: yargs would take a lone dash for no value at all. Where it is
 * not standard input, it is still the path of what is called `-`.
 */
const DASH = './/-';

export function hideDashes(args: readonly string[]): string[] {
  return args.map((arg) => (arg === '-' ? DASH : arg));
}

/** The path as the user gave it. */
export function showDash(path: string): string {
  return path === DASH ? '-' : path;
}

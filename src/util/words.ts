// SPDX-License-Identifier: BSD-2-Clause

/** So many names are told; how many more there are is told after them. */
const SHOWN = 3;

/** Names for a message: `"a", "b" and 2 more`. */
export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${String(more)} more`;
  return shown.length < 2
    ? shown.join('')
    : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

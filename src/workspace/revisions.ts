// SPDX-License-Identifier: BSD-2-Clause
import type { Found } from './tree.js';

/** The commits with which the output was built and booted; docs/verification.md has the same table. */
export const VERIFIED: Readonly<Record<string, string>> = {
  seL4: '6e7c3b733',
  seL4_tools: '21d3f19e3',
  'camkes-tool': 'd6db375db',
  capdl: '01b3bd48d',
  seL4_libs: 'd8abd95e7',
  util_libs: 'c8f9ea7c0',
  seL4_projects_libs: '0e06bebf4',
  projects_libs: '1e016fb78',
  sel4runtime: '86489cf6e',
  musllibc: 'c9249738d',
  'global-components': 'e4fbff83c',
  camkes: 'e2e5e8d16',
};

const SHOWN = 9;

/**
 * The parts whose commit is another than the one that was verified, in words. Such a tree may well do: this is told beside a
 * failure that has no name.
 *
 * @param commitOf the commit of a folder; nothing where it can not be told
 */
export function unverified(
  parts: readonly Found[],
  commitOf: (folder: string) => string | undefined,
): string[] {
  return parts.flatMap(({ repository, folder }) => {
    const wanted = VERIFIED[repository];
    const commit = commitOf(folder);
    if (wanted === undefined || commit?.startsWith(wanted) === true) return [];
    const is = commit === undefined ? 'is of an unknown commit' : `is ${commit.slice(0, SHOWN)}`;
    return [`${repository} ${is}, ${wanted} was verified`];
  });
}

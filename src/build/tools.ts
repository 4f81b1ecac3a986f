// SPDX-License-Identifier: BSD-2-Clause
import type { Need } from '../run/tools.js';

/** What configuring and building a CAMkES project needs, and what is seen at once to be missing. */
export const TREE_TOOLS: readonly Need[] = [
  { probe: 'cmake', debian: 'cmake' },
  { probe: 'ninja', debian: 'ninja-build' },
  { probe: 'gcc', debian: 'gcc' },
  { probe: 'g++', debian: 'g++' },
  { probe: 'cpp', debian: 'cpp' },
  { probe: 'make', debian: 'make' },
  { probe: 'python3', debian: 'python3' },
  { probe: 'xmllint', debian: 'libxml2-utils' },
  { probe: 'cpio', debian: 'cpio' },
  { probe: 'git', debian: 'git' },
];

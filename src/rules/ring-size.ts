// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { formatSize, isPowerOfTwo, KIB, MIB } from '../util/size.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';

export const ringSize: Rule = {
  code: 'MK0407',
  severity: 'error',
  title: "a link's ring has a wrong size",
  text: `The memory that the two ends share in each direction is a power of two: 128 KiB to 16 MiB for a network cable (a
segment of 64 KiB must fit twice), 16 KiB to 16 MiB for sockets.`,
  fails: twoVms({
    top: 'links:\n  private: { type: net, ring: 96KiB, ends: { web: {}, db: {} } }',
  }),
  passes: twoVms({
    top: 'links:\n  private: { type: net, ring: 256KiB, ends: { web: {}, db: {} } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const link of system.links) {
      if (link.type === 'serial') continue;
      const least = link.type === 'net' ? 128 * KIB : 16 * KIB;
      if (isPowerOfTwo(link.ring) && link.ring >= least && link.ring <= 16 * MIB) continue;
      const message = `the ring of link "${link.name}" can not have ${formatSize(link.ring)}`;
      const hint = `a power of two from ${formatSize(least)} to 16MiB`;
      report(valueOf(link, 'ring'), message, { hint });
    }
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { firstHere, nameOf, sameKey } from './places.js';
import type { Rule } from './rule.js';

const ENDS = 'ends: { web: {}, db: {} }';

export const vsockTwice: Rule = {
  code: 'MK0345',
  severity: 'error',
  title: 'two vsock links connect the same two VMs',
  text: `A VM reaches another one's sockets by its context id, and all connections between the two take the same way. A second link
could not be told from the first.`,
  fails: twoVms({ top: `links:\n  a: { type: vsock, ${ENDS} }\n  b: { type: vsock, ${ENDS} }` }),
  passes: twoVms({ top: `links:\n  a: { type: vsock, ${ENDS} }\n  b: { type: net, ${ENDS} }` }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const links = system.links.filter((link) => link.type === 'vsock');
    const pair = (link: (typeof links)[number]): string =>
      link.ends
        .map(({ vm }) => vm.name)
        .sort()
        .join(' ');
    for (const { first, again } of sameKey(links, pair)) {
      const message = `vsock links "${first.name}" and "${again.name}" connect the same two VMs`;
      report(nameOf(system, again), message, {
        ...firstHere(nameOf(system, first)),
        hint: 'take one of them out: a vsock link carries any number of connections',
      });
    }
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { macOf } from '../model/identity.js';
import { firstHere, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';

export const macTwice: Rule = {
  code: 'MK0309',
  severity: 'error',
  title: 'two network devices have the same MAC address',
  text: `Ethernet addresses must differ, or the two ends can not tell each other apart. An address that is left out is derived
from the names of VM and link; should it meet one that is written down, write this one down too.`,
  fails: twoVms({
    top: 'links:\n  private: { type: net, ends: { web: { mac: "02:00:00:00:00:01" }, db: { mac: "02:00:00:00:00:01" } } }',
  }),
  passes: twoVms({
    top: 'links:\n  private: { type: net, ends: { web: { mac: "02:00:00:00:00:01" }, db: { mac: "02:00:00:00:00:02" } } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const ends = system.links.flatMap((link) =>
      link.type !== 'net' ? [] : link.ends.map((end) => ({ end, mac: macOf(link, end) })),
    );
    for (const { first, again } of sameKey(ends, ({ mac }) => mac)) {
      const message = `VMs "${first.end.vm.name}" and "${again.end.vm.name}" both have the MAC address ${again.mac}`;
      report(valueOf(again.end, 'mac'), message, {
        ...firstHere(valueOf(first.end, 'mac')),
        hint: 'give one of them another address: mac: "02:..."',
      });
    }
  },
};

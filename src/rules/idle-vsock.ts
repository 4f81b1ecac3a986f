// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import { valueOf } from './places.js';
import type { Rule } from './rule.js';
import { socketVms } from './socket-vms.js';

export const idleVsock: Rule = {
  code: 'MK0311',
  severity: 'warning',
  title: 'a vsock entry does nothing',
  acceptable: true,
  text: `\`vsock\` only pins the numbers of a socket device, and the device exists only where a vsock link ends.`,
  fails: oneVm({ web: 'vsock: { cid: 7 }' }),
  passes: twoVms({
    web: 'vsock: { cid: 7 }',
    top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    if (system.partial) return;
    const used = new Set(socketVms(system));
    for (const vm of system.vms) {
      const pinned = vm.vsock.cid !== undefined || vm.vsock.slot !== undefined;
      if (!pinned || used.has(vm)) continue;
      const message = `VM "${vm.name}" has no vsock link, so "vsock" does nothing`;
      report(valueOf(vm, 'vsock'), message, {
        of: vm,
        hint: 'add a link of type vsock, or take it out',
      });
    }
  },
};

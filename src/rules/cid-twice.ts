// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, twoVms } from '../diagnostics/examples.js';
import { cidOf } from '../model/identity.js';
import type { Vm } from '../model/system.js';
import { firstHere, nameOf, sameKey, valueOf } from './places.js';
import type { Rule } from './rule.js';
import { socketVms } from './socket-vms.js';

export const cidTwice: Rule = {
  code: 'MK0310',
  severity: 'error',
  title: 'two VMs have the same socket context id',
  text: `A program reaches another VM's socket by its context id (CID), so they must differ. A CID that is left out is derived from
the VM's name; should two collide, pin one with \`vsock: { cid: N }\`.`,
  fails: twoVms({
    web: 'vsock: { cid: 7 }',
    db: 'vsock: { cid: 7 }',
    top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }',
  }),
  passes: twoVms({
    web: 'vsock: { cid: 7 }',
    db: 'vsock: { cid: 8 }',
    top: 'links:\n  control: { type: vsock, ends: { web: {}, db: {} } }',
  }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    const place = (vm: Vm): Span =>
      vm.vsock.cid === undefined ? nameOf(system, vm) : valueOf(vm, 'vsock', 'cid');
    for (const { first, again } of sameKey(socketVms(system), (vm) => String(cidOf(vm)))) {
      const message = `VMs "${first.name}" and "${again.name}" both have the context id ${String(cidOf(again))}`;
      report(place(again), message, {
        ...firstHere(place(first)),
        hint: 'pin another one: vsock: { cid: N }',
      });
    }
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import type { System, Vm } from '../model/system.js';

export function socketVms(system: System): Vm[] {
  const names = new Set(
    system.links.flatMap((l) => (l.type === 'vsock' ? l.ends.map((end) => end.vm.name) : [])),
  );
  return system.vms.filter((vm) => names.has(vm.name));
}

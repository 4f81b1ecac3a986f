// SPDX-License-Identifier: BSD-2-Clause
import type { ImageRequest } from '../facts/images.js';
import type { System } from './system.js';

/** The image files that the system's VMs boot from. */
export function imageRequests(system: System): ImageRequest[] {
  return system.vms.flatMap(({ boot }) => {
    if (boot.type !== 'linux') return [];
    const kernel = { path: boot.kernel, kernel: true };
    return boot.initrd === undefined ? [kernel] : [kernel, { path: boot.initrd, kernel: false }];
  });
}

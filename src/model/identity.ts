// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from 'node:crypto';
import type { NetEnd, NetLink, Vm } from './system.js';

/** The first bytes of a name's hash: numbers that depend on nothing but the name. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The Ethernet address of a link's end: as pinned, else a locally administered unicast one derived from the names. */
export function macOf(link: NetLink, end: NetEnd): string {
  if (end.mac !== undefined) return end.mac;
  const bytes = [0x02, ...digest(`mac ${link.name} ${end.vm.name}`).subarray(0, 5)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** 0 to 2 are reserved, and so is the highest number (VirtIO 1.2, 5.10.4). */
const FIRST_CID = 3;

/** A VM's socket context id: as pinned, else derived from its name, below 2^31. */
export function cidOf(vm: Vm): number {
  if (vm.vsock.cid !== undefined) return vm.vsock.cid;
  const value = digest(`cid ${vm.name}`).readUInt32LE(0) & 0x7fffffff;
  return Math.max(FIRST_CID, value);
}

// SPDX-License-Identifier: BSD-2-Clause
import { hash } from 'node:crypto';
import type { NetEnd, NetLink, Vm } from './system.js';

/** The first bytes of a name's hash, in hexadecimal: numbers that depend on nothing but the name. */
function digest(text: string, bytes: number): string {
  return hash('sha256', text).slice(0, 2 * bytes);
}

/** The Ethernet address of a link's end: as pinned, else a locally administered unicast one derived from the names. */
export function macOf(link: NetLink, end: NetEnd): string {
  if (end.mac !== undefined) return end.mac;
  const digits = digest(`mac ${link.name} ${end.vm.name}`, 5);
  return `02${digits}`.replace(/..(?!$)/g, '$&:');
}

/** 0 to 2 are reserved, and so is the highest number (VirtIO 1.2, 5.10.4). */
const FIRST_CID = 3;

/** A VM's socket context id: as pinned, else derived from its name, below 2^31. */
export function cidOf(vm: Vm): number {
  if (vm.vsock.cid !== undefined) return vm.vsock.cid;
  const value = Buffer.from(digest(`cid ${vm.name}`, 4), 'hex').readUInt32LE(0) & 0x7fffffff;
  return Math.max(FIRST_CID, value);
}

// SPDX-License-Identifier: BSD-2-Clause

/**
 * Names of kernel objects: the component that owns the object, a dot, and what it is. Neither a
 * component's nor an image's id has a dot, so that no two objects ever get the same name. Where the
 * plan's own words appear they are reduced to what an identifier may hold, behind a number that
 * keeps them apart.
 */
export const objectName = {
  tcb: (component: string): string => `${component}.tcb`,
  cnode: (component: string): string => `${component}.cnode`,
  vspace: (component: string): string => `${component}.vspace`,
  pdpt: (component: string, index: number): string => `${component}.pdpt${index}`,
  pageDirectory: (component: string, index: number): string => `${component}.pd${index}`,
  pageTable: (component: string, index: number): string => `${component}.pt${index}`,
  notification: (component: string): string => `${component}.ntfn`,
  /** The endpoint at which the lifecycle manager hears of faults. */
  faults: 'lifecycle.faults',
  reply: (component: string): string => `${component}.reply`,
  schedContext: (component: string): string => `${component}.sc`,
  untyped: (component: string, index: number): string => `${component}.ut${index}`,
  memory: (component: string, purpose: 'guest_ram' | 'storage'): string =>
    `${component}.${purpose === 'guest_ram' ? 'ram' : 'storage'}`,
  ioPorts: (component: string, index: number, name: string): string =>
    `${component}.ports${index}_${word(name)}`,
  irq: (component: string, index: number, name: string): string =>
    `${component}.irq${index}_${word(name)}`,
  ioSpace: (component: string, index: number, name: string): string =>
    `${component}.iospace${index}_${word(name)}`,
  /** Frames with an address differ from each other, and so each has a name of its own. */
  deviceFrame: (component: string, index: number, name: string, frame: number): string =>
    `${component}.device${index}_${word(name)}.${frame}`,
  /** The region of a channel that the component writes. */
  transmit: (component: string, port: string): string => `${component}.tx_${word(port)}`,
  imageFrame: (image: string, frame: number): string => `${image}.${frame}`,
  asidPool: (pool: number): string => `asid_pool.${pool}`,
} as const;

function word(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_');
}

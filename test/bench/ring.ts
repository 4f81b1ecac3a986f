// SPDX-License-Identifier: BSD-2-Clause

/** A description of `count` VMs in a ring, each connected to the next by a network cable. */
export function ring(count: number, kernel: string): string {
  const numbers = Array.from({ length: count }, (_, n) => n);
  const vms = numbers.map(
    (n) => `  vm${n}: { memory: 64MiB, boot: { type: linux, kernel: ${kernel} } }`,
  );
  const links = numbers.map(
    (n) => `  cable${n}: { type: net, ends: { vm${n}: {}, vm${(n + 1) % count}: {} } }`,
  );
  return ['makatea: 1', 'name: ring', 'vms:', ...vms, 'links:', ...links, ''].join('\n');
}

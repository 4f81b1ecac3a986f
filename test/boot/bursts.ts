// SPDX-License-Identifier: BSD-2-Clause
// Groups of packets between two guests, and what their monitors count of them.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { archive, EXECUTABLE } from '../../src/guest/initramfs.js';

/** Adds the program `burst` to the guests' file system: the kernel unpacks one archive after the other. */
export async function addBurst(images: string): Promise<void> {
  const source = path.join(import.meta.dirname, 'burst.c');
  const program = path.join(images, 'burst');
  await execa('gcc', [
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-static',
    '-s',
    '-o',
    program,
    source,
  ]);
  const entry = { path: 'bin/burst', mode: EXECUTABLE, content: readFileSync(program) };
  const parts = [readFileSync(path.join(images, 'initrd.cpio.gz')), archive([entry])];
  writeFileSync(path.join(images, 'bursts.cpio.gz'), Buffer.concat(parts));
}

/**
 * Packets that are sent in groups: how often, how many, bytes of data in each. They make frames of 64 bytes, and IP packets of
 * 1,500. All groups of one fit into a link together, so that none has to wait for room and is cut there.
 */
export const GROUPS = [
  { link: 'small', times: 100, packets: 64, bytes: 22 },
  { link: 'full', times: 20, packets: 44, bytes: 1472 },
] as const;

/** Sends the groups. The answer to the first ping says where to, that to the second one that all before it has arrived. */
export function bursts(peer: number): readonly string[] {
  return GROUPS.flatMap(({ times, packets, bytes }, i) => {
    const address = `10.0.${String(i + 1)}.${String(peer)}`;
    const ping = `ping -c 1 ${address}`;
    return [ping, `burst ${address} ${[bytes, packets, times].map(String).join(' ')}`, ping];
  });
}

/** What a monitor says of one of its VM's links: of either queue, and of the packets. */
export function counted(console: string, vm: string, link: string) {
  const table = console.slice(console.lastIndexOf(`VirtIO queues of ${vm}:`));
  const row = (name: string): number[] => {
    const found = new RegExp(String.raw`^ {2}${name}((?: +\d+){4})$`, 'm').exec(table);
    return (found?.[1] ?? '').trim().split(/ +/).map(Number);
  };
  const [sent = NaN, sentBytes = NaN, received = NaN, receivedBytes = NaN] = row(link);
  const queue = (number: number, packets: number, bytes: number) => {
    const [exits = NaN, groups = NaN, chains = NaN, interrupts = NaN] = row(
      `${link} ${String(number)}`,
    );
    return { exits, groups, chains, interrupts, packets, bytes };
  };
  return { received: queue(0, received, receivedBytes), sent: queue(1, sent, sentBytes) };
}

/** What a monitor receives at most before it lets others run: packets, bytes (MK_NET_ROUND_PACKETS, MK_NET_ROUND_BYTES). */
const ROUND = { packets: 256, bytes: 0x80000 };

/** What a link may cost a VM. */
export function checkCosts(console: string, link: string, vm: string, peer: string): void {
  const { received, sent } = counted(console, vm, link);
  const from = counted(console, peer, link).sent;
  const where = `${vm}, ${link}`;
  // REQ-104, 105: a group costs an exit at most, and an interrupt at either end.
  expect(sent.groups, where).toBeGreaterThan(0);
  expect(sent.exits, where).toBeLessThanOrEqual(sent.groups);
  expect(sent.interrupts, where).toBeLessThanOrEqual(sent.groups);
  expect(received.interrupts, where).toBeLessThanOrEqual(received.groups);
  // REQ-106: with MSI-X nothing is acknowledged. New buffers are notified when there were too few, once for each time.
  expect(received.exits, where).toBeLessThanOrEqual(received.groups);
  // A group comes as one, but for what had to wait for buffers, and for rounds that end.
  const rounds = received.packets / ROUND.packets + received.bytes / ROUND.bytes;
  expect(received.groups, where).toBeLessThanOrEqual(from.groups + received.exits + rounds);
}

/** That groups were sent as groups. All that a VM sends beside them is of its own, each a group for itself: ARP, pings. */
export function checkGroups(
  console: string,
  { link, times, packets }: (typeof GROUPS)[number],
  vm: string,
  peer: string,
): void {
  const { sent } = counted(console, vm, link);
  const own = sent.packets - times * packets;
  expect(own, `${vm}, ${link}`).toBeGreaterThanOrEqual(0);
  expect(sent.groups, `${vm}, ${link}`).toBeLessThanOrEqual(times + own);
  expect(counted(console, peer, link).received.packets).toBeGreaterThanOrEqual(times * packets);
}

// SPDX-License-Identifier: BSD-2-Clause
import { execa } from 'execa';
import { grid } from './harness.js';

/** How long a packet takes on each side of a link between two VMs, beside a bare memcpy of the same bytes in the same run. */
export async function packets(): Promise<string> {
  const { stdout } = await execa('make', ['-s', '-j2', '-C', 'vmm-c', 'speed']);
  const rows = stdout.split('\n').map((line) => {
    const [bytes = 0, send = 0, sendRaw = 0, receive = 0, receiveRaw = 0] = line
      .split(' ')
      .map(Number);
    const ratio = (ours: number, bare: number): string => (ours / bare).toFixed(2);
    return [
      ...[bytes, send, sendRaw].map(String),
      ratio(send, sendRaw),
      ...[receive, receiveRaw].map(String),
      ratio(receive, receiveRaw),
    ];
  });
  const title = ['ns a packet of so many bytes', 'send', 'memcpy', 'x', 'receive', 'memcpy', 'x'];
  return grid([title, ...rows]);
}

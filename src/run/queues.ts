// SPDX-License-Identifier: BSD-2-Clause
import { columns } from './columns.js';

/** What a queue or a network device did. */
interface Count {
  readonly name: string;
  readonly numbers: readonly number[];
}

/** More queues than a machine has: 32 functions with 64 queues. */
const ROWS_MAX = 2048;

/** What a monitor says of its VirtIO devices. */
export class QueueReport {
  /** Of each queue: its number, notifications, groups, chains, interrupts. */
  readonly #queues: Count[] = [];
  /** Of each network device: packets and bytes that were sent, packets and bytes that were received. */
  readonly #packets: Count[] = [];

  /** Forgets what was said. */
  clear(): void {
    this.#queues.length = 0;
    this.#packets.length = 0;
  }

  /** Takes what a monitor says behind its VM's name, if it is of a queue. */
  take(line: string): void {
    const [, kind, name = '', rest = ''] =
      /^(queue|packets) (\S+)((?: \d{1,15}){4,5})$/.exec(line) ?? [];
    const numbers = rest.trim().split(' ').map(Number);
    if (kind === 'queue' && numbers.length === 5 && this.#queues.length < ROWS_MAX) {
      this.#queues.push({ name, numbers });
    } else if (kind === 'packets' && numbers.length === 4 && this.#packets.length < ROWS_MAX) {
      this.#packets.push({ name, numbers });
    }
  }

  /** All of it as a table; nothing when nothing was said. */
  table(vm: string): string {
    if (this.#queues.length === 0) return '';
    const queues = columns([
      ['queue', 'notifications', 'groups', 'chains', 'interrupts'],
      ...this.#queues.map(({ name, numbers: [number, ...counts] }) => [
        `${name} ${String(number)}`,
        ...counts.map(String),
      ]),
    ]);
    const packets = columns([
      ['network', 'sent', 'bytes', 'received', 'bytes'],
      ...this.#packets.map(({ name, numbers }) => [name, ...numbers.map(String)]),
    ]);
    return [
      `VirtIO queues of ${vm}:`,
      ...queues,
      ...(this.#packets.length === 0 ? [] : packets),
      '',
    ].join('\n');
  }
}

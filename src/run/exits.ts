// SPDX-License-Identifier: BSD-2-Clause
import { stripVTControlCharacters } from 'node:util';
import { columns } from './columns.js';
import { QueueReport } from './queues.js';

/** How often, and at what cost, a VM was left for one reason. */
interface ExitCount {
  readonly reason: string;
  readonly count: number;
  /** Ticks of the time-stamp counter from the exit to the next entry. */
  readonly ticks: number;
}

/** Where a VM's time went since its first entry, in ticks of the time-stamp counter. */
interface Ticks {
  readonly all: number;
  readonly monitor: number;
  /** While the halted guest waited for an interrupt. */
  readonly halted: number;
}

/** What was reported of a VM. */
interface VmReport {
  /** Why it ended. */
  ended?: string;
  ticks?: Ticks;
  readonly exits: ExitCount[];
  readonly queues: QueueReport;
}

/** A line is a report only when it is as short as this; guests may print without end. */
const LINE_MAX = 400;
/** The console multiplexer takes an incomplete line away (ECMA-48 CR, EL). */
const ERASED = '\r\x1b[K';
/** More reasons than the processor has (SDM vol. 3, appendix C). */
const REASONS_MAX = 128;

/** Collects what monitors say of their VMs from the console's output, which comes in pieces of any size. */
export class VmReports {
  readonly #vms: ReadonlyMap<string, VmReport>;
  #line = '';

  constructor(names: readonly string[]) {
    this.#vms = new Map(names.map((name) => [name, { exits: [], queues: new QueueReport() }]));
  }

  /** How many VMs came to an end. */
  get ended(): number {
    return [...this.#vms.values()].filter(({ ended }) => ended !== undefined).length;
  }

  /** The VMs that did not end by being switched off, and how they ended instead. */
  get failures(): string[] {
    return [...this.#vms].flatMap(([name, { ended = 'off' }]) =>
      ended === 'off' ? [] : [`VM "${name}" ended: ${ended}`],
    );
  }

  hear(printed: Uint8Array): void {
    const lines = Buffer.from(printed).toString('latin1').split('\n');
    for (const [i, text] of lines.entries()) {
      if (i > 0) {
        this.#take(stripVTControlCharacters(this.#line).replace(/\r/g, ''));
        this.#line = '';
      }
      // What the console erases it writes again below.
      const shown = (this.#line + text).split(ERASED).at(-1) ?? '';
      this.#line = shown.slice(0, LINE_MAX);
    }
  }

  // A guest that is stopped in the middle of a line leaves it open.
  #take(line: string): void {
    const [, name = '', rest = ''] = /makatea: (\w+): (.*)$/.exec(line) ?? [];
    const vm = this.#vms.get(name);
    if (vm === undefined) return;
    const [, why] = /^ended: (.*)$/.exec(rest) ?? [];
    if (why !== undefined) vm.ended = why;
    if (rest === 'starts again') delete vm.ended;
    const [, all, monitor, halted] = /^ticks (\d{1,19}) (\d{1,19}) (\d{1,19})$/.exec(rest) ?? [];
    if (all !== undefined) {
      vm.ticks = { all: Number(all), monitor: Number(monitor), halted: Number(halted) };
      // A report counts from the monitor's start, so a later one has what an earlier one had.
      vm.exits.length = 0;
    }
    vm.queues.take(rest);
    const [, reason, count, ticks] = /^exits (\S+) (\d{1,15}) (\d{1,15})$/.exec(rest) ?? [];
    if (reason === undefined || vm.exits.length >= REASONS_MAX) return;
    vm.exits.push({ reason, count: Number(count), ticks: Number(ticks) });
  }

  /** The exits of every VM by reason, the most frequent first, where its time went, what its VirtIO devices did. */
  table(): string {
    return [...this.#vms]
      .map(
        ([name, { exits, ticks, queues }]) =>
          tableOf(name, exits) + timeOf(name, ticks) + queues.table(name),
      )
      .join('\n');
  }
}

function tableOf(name: string, exits: readonly ExitCount[]): string {
  if (exits.length === 0) return `VM exits of ${name}: none were reported\n`;
  const count = sum(exits.map((row) => row.count));
  const ticks = sum(exits.map((row) => row.ticks));
  const rows = [...exits]
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    .map((row) => [
      row.reason,
      String(row.count),
      share(row.count, count),
      String(row.ticks),
      share(row.ticks, ticks),
    ]);
  const all = ['all', String(count), share(count, count), String(ticks), share(ticks, ticks)];
  const lines = columns([['reason', 'exits', 'share', 'ticks', 'share'], ...rows, all]);
  return [`VM exits of ${name}:`, ...lines, ''].join('\n');
}

function timeOf(name: string, ticks: Ticks | undefined): string {
  if (ticks === undefined) return '';
  const { all, monitor, halted } = ticks;
  const rows = [
    ['guest and kernel', all - monitor - halted],
    ['monitor', monitor],
    ['waiting in halt', halted],
    ['all', all],
  ] as const;
  const lines = columns([
    ['what', 'ticks', 'share'],
    ...rows.map(([what, n]) => [what, String(n), share(n, all)]),
  ]);
  return [`Time of ${name} since its first entry:`, ...lines, ''].join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

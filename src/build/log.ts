// SPDX-License-Identifier: BSD-2-Clause
import { closeSync, openSync, writeSync } from 'node:fs';

/** So much of the end is kept at hand, to look for the reason of a failure. A failing tool says it last. */
const KEPT = 2 ** 20;

/** The log of a build: all that the tools print goes into a file, and its end is kept. */
export class BuildLog {
  readonly path: string;
  readonly #file: number;
  #end = '';

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'w');
  }

  write(text: string): void {
    writeSync(this.#file, text);
    this.#end = (this.#end + text).slice(-KEPT);
  }

  /** Forgets what is at hand, not what is in the file: a new tool begins. */
  begin(command: readonly string[]): void {
    this.write(`$ ${command.join(' ')}\n`);
    this.#end = '';
  }

  /** What the last tool printed, or its end. */
  get end(): string {
    return this.#end;
  }

  close(): void {
    closeSync(this.#file);
  }
}

const LINES_SHOWN = 30;
const WIDTH = 200;
/** With these words the account of a failure begins: ninja's, CMake's, Python's; else with the first error. */
const BEGINNINGS: readonly RegExp[] = [/^(FAILED: |CMake Error|Traceback )/, /\berror\b/i];

/** The lines of a failed tool's output that tell most: from where its account begins, else the last ones. */
export function tellingLines(output: string): string[] {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  const starts = BEGINNINGS.map((pattern) => lines.findIndex((line) => pattern.test(line)));
  const start = starts.find((at) => at >= 0) ?? Math.max(0, lines.length - LINES_SHOWN);
  return lines.slice(start, start + LINES_SHOWN).map(cut);
}

function cut(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH)} …`;
}

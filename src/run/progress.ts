// SPDX-License-Identifier: BSD-2-Clause

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  /** Of the terminal. */
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

/** Where nobody looks on, so often in a stage it is told how far it is. */
const REPORTS = 10;

/** Says what is going on while there is nothing else to see: on a terminal in one line with the time, else in lines. */
export class Progress {
  readonly #stream: ProgressStream;
  #timer: NodeJS.Timeout | undefined;
  #show: () => void = () => undefined;
  #text = '';
  #detail = '';
  #reported = 0;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  stage(text: string): void {
    this.end();
    this.#text = text;
    this.#detail = '';
    this.#reported = 0;
    if (this.#stream.isTTY !== true) {
      this.#stream.write(`makatea: ${text}\n`);
      return;
    }
    const began = Date.now();
    this.#show = () => {
      const seconds = Math.round((Date.now() - began) / 1000);
      const line = `makatea: ${this.#text} ${String(seconds)} s${this.#detail}`;
      // To the line's beginning, and erase it (ECMA-48 CR, EL).
      this.#stream.write(`\r\x1b[K${line.slice(0, (this.#stream.columns ?? Infinity) - 1)}`);
    };
    this.#show();
    this.#timer = setInterval(this.#show, 1000);
  }

  /** How far the stage is, of which the parts are counted. */
  step(done: number, all: number, what: string): void {
    if (this.#timer !== undefined) {
      this.#detail = ` [${String(done)}/${String(all)}] ${what}`;
      this.#show();
      return;
    }
    const reached = Math.floor((done * REPORTS) / all);
    if (this.#stream.isTTY === true || reached <= this.#reported) return;
    this.#reported = reached;
    this.#stream.write(`makatea: ${this.#text} ${String(done)} of ${String(all)}\n`);
  }

  /** Takes the line away, so that others can write. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write('\r\x1b[K');
  }
}

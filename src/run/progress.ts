// SPDX-License-Identifier: BSD-2-Clause

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** Says what is going on while there is nothing else to see: on a terminal in one line with the time, else a line a stage. */
export class Progress {
  readonly #stream: ProgressStream;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  stage(text: string): void {
    this.end();
    if (this.#stream.isTTY !== true) {
      this.#stream.write(`makatea: ${text}\n`);
      return;
    }
    const began = Date.now();
    const show = (): void => {
      const seconds = Math.round((Date.now() - began) / 1000);
      // To the line's beginning, and erase it (ECMA-48 CR, EL).
      this.#stream.write(`\r\x1b[Kmakatea: ${text} ${String(seconds)} s`);
    };
    show();
    this.#timer = setInterval(show, 1000);
  }

  /** Takes the line away, so that others can write. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write('\r\x1b[K');
  }
}

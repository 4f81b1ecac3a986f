// SPDX-License-Identifier: BSD-2-Clause

/** One step of a conversation with the console. */
export interface ChatStep {
  /** Wait for a text, or type one. */
  readonly kind: 'expect' | 'send';
  /** As it was given. */
  readonly text: string;
  readonly bytes: Buffer;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  e: '\x1b',
  '\\': '\\',
};

/** `\n`, `\r`, `\t`, `\e`, `\\` and `\xHH` stand for a byte; nothing when there is another escape. */
function unescape(text: string): Buffer | undefined {
  const parts: Buffer[] = [];
  for (const [part, escape, hex] of text.matchAll(/\\(x([\da-fA-F]{2})|[^]|$)|[^\\]+/g)) {
    if (escape === undefined) parts.push(Buffer.from(part));
    else if (hex !== undefined) parts.push(Buffer.of(parseInt(hex, 16)));
    else {
      const byte = ESCAPES[escape];
      if (byte === undefined) return undefined;
      parts.push(Buffer.from(byte));
    }
  }
  return Buffer.concat(parts);
}

/**
 * The conversation of a command line: its `--expect` and `--send` options in the order in which they stand, which the
 * parser of the command line does not keep. It has checked already that each has its value.
 *
 * @returns the option's text that is wrong, if one is.
 */
export function chatOf(args: readonly string[]): ChatStep[] | { readonly wrong: string } {
  const steps: ChatStep[] = [];
  for (let i = 0; i < args.length && args[i] !== '--'; i++) {
    const [, kind, attached] = /^--(expect|send)(?:=([^]*))?$/.exec(args[i] ?? '') ?? [];
    if (kind !== 'expect' && kind !== 'send') continue;
    const text = attached ?? args[++i] ?? '';
    const bytes = unescape(text);
    if (bytes === undefined || bytes.length === 0)
      return { wrong: `--${kind} ${JSON.stringify(text)}` };
    steps.push({ kind, text, bytes });
  }
  return steps;
}

/** Follows a conversation. It is fed with what the console prints, in pieces of any size. */
export class Chat {
  readonly #waiting: ChatStep[];
  readonly #had: boolean;
  /** What was printed after the last text that was found, as far as it may belong to the next one. */
  #heard: Buffer = Buffer.alloc(0);

  constructor(steps: readonly ChatStep[]) {
    this.#waiting = [...steps];
    this.#had = steps.length > 0;
  }

  /** The text that is waited for. */
  get awaited(): string | undefined {
    return this.#waiting.find(({ kind }) => kind === 'expect')?.text;
  }

  /** Whether there was a conversation, and all of it has been said. */
  get over(): boolean {
    return this.#had && this.#waiting.length === 0;
  }

  /** Takes what was printed; returns what is to be typed now. */
  hear(printed: Uint8Array): Buffer[] {
    this.#heard = Buffer.concat([this.#heard, printed]);
    const typed: Buffer[] = [];
    for (let step = this.#waiting[0]; step !== undefined; step = this.#waiting[0]) {
      if (step.kind === 'send') typed.push(step.bytes);
      else if (!this.#find(step.bytes)) break;
      this.#waiting.shift();
    }
    return typed;
  }

  #find(bytes: Buffer): boolean {
    const at = this.#heard.indexOf(bytes);
    // Without a find only the beginning of one can be there, at the very end.
    const from = at === -1 ? this.#heard.length - bytes.length + 1 : at + bytes.length;
    this.#heard = this.#heard.subarray(Math.max(0, from));
    return at !== -1;
  }
}

// SPDX-License-Identifier: BSD-2-Clause

/** Why a text could not be read, and at which line. */
export interface ReadError {
  readonly line: number;
  readonly message: string;
}

/**
 * Words, numbers and signs of capDL text (parse-capDL's lexer: `--` and nested comments, words of
 * letters, digits and `-_@.`).
 *
 * The first thing that does not fit is kept in `error`, and the scanner then stands at the end of
 * the text, where every word is empty and every sign absent: callers' loops end there by
 * themselves, and only the outermost one asks for the error.
 */
export class Scanner {
  error: ReadError | undefined;
  /** Line of the next word. */
  line = 1;
  /** Line of the word that was taken last. */
  private lastLine = 1;
  private at = 0;

  constructor(private readonly text: string) {
    this.space();
  }

  /** Records an error about what was taken last, unless one came before, and ends the reading. */
  fail(message: string): void {
    this.stop(this.lastLine, message);
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes a sign if it stands next. */
  take(sign: string): boolean {
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    this.space();
    return true;
  }

  /** Takes a sign that must stand next. */
  need(sign: string): void {
    if (!this.take(sign)) this.expected(`\`${sign}\``);
  }

  /** Whether a number stands next. */
  get atNumber(): boolean {
    return isDigit(this.text.charCodeAt(this.at));
  }

  /** Whether this sign stands next. */
  atSign(sign: string): boolean {
    return this.text.startsWith(sign, this.at);
  }

  /** A word; the empty one, and an error, when none stands next. */
  word(): string {
    const start = this.at;
    if (isLetter(this.text.charCodeAt(start))) {
      let end = start + 1;
      while (isWordPart(this.text.charCodeAt(end))) end += 1;
      this.at = end;
    }
    if (this.at === start) {
      this.expected('a name');
      return '';
    }
    const word = this.text.slice(start, this.at);
    this.space();
    return word;
  }

  /** Looks at the next word without taking it; empty when none stands next. */
  peekWord(): string {
    if (!isLetter(this.text.charCodeAt(this.at))) return '';
    let end = this.at + 1;
    while (isWordPart(this.text.charCodeAt(end))) end += 1;
    return this.text.slice(this.at, end);
  }

  /** A number of up to 64 bits: decimal, `0x` or `0o`. */
  big(): bigint {
    const value = BigInt(this.digits());
    if (value >> 64n !== 0n) this.fail('a number over 64 bits');
    return value;
  }

  /** A number that JavaScript counts exactly; slots, sizes and physical addresses all are. */
  number(): number {
    const value = Number(this.digits());
    if (!Number.isSafeInteger(value)) this.fail('a number over 2^53');
    return value;
  }

  /** A number below a limit. */
  numberBelow(limit: number, what: string): number {
    const value = this.number();
    if (value >= limit) this.fail(`${what} ${value} is not below ${limit}`);
    return value;
  }

  /** Everything up to a sign, which is taken too: for text with a lexis of its own. */
  until(sign: string): string {
    const end = this.text.indexOf(sign, this.at);
    if (end < 0) {
      this.expected(`\`${sign}\``);
      return '';
    }
    const taken = this.text.slice(this.at, end);
    for (let i = this.at; i < end; i += 1) if (this.text.charCodeAt(i) === NEWLINE) this.line += 1;
    this.at = end + sign.length;
    this.space();
    return taken;
  }

  private expected(what: string): void {
    const next = this.text.slice(this.at, this.at + 24).split(/\s/, 1)[0] ?? '';
    this.stop(this.line, `${what} expected, found ${this.done ? 'the end' : `\`${next}\``}`);
  }

  private stop(line: number, message: string): void {
    this.error ??= { line, message };
    this.at = this.text.length;
  }

  private digits(): string {
    const start = this.at;
    let end = start;
    while (isAlphanumeric(this.text.charCodeAt(end))) end += 1;
    // `2M` and `4k` are a number and a word; `0x4k` does not occur.
    const match = NUMBER.exec(this.text.slice(start, end));
    if (match === null) {
      this.expected('a number');
      return '0';
    }
    this.at = start + match[0].length;
    this.space();
    return match[0];
  }

  private space(): void {
    const { text } = this;
    this.lastLine = this.line;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === NEWLINE) this.line += 1;
      if (code === NEWLINE || code === 32 || code === 9 || code === 13) this.at += 1;
      else if (code === 45 && text.startsWith('--', this.at)) this.lineComment();
      else if (code === 47 && text.startsWith('/*', this.at)) this.blockComment();
      else return;
    }
  }

  private lineComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private blockComment(): void {
    let depth = 0;
    do {
      if (this.done) {
        this.fail('a comment has no end');
        return;
      }
      const opens = this.text.startsWith('/*', this.at);
      const closes = this.text.startsWith('*/', this.at);
      if (opens) depth += 1;
      if (closes) depth -= 1;
      if (this.text.charCodeAt(this.at) === NEWLINE) this.line += 1;
      this.at += opens || closes ? 2 : 1;
    } while (depth > 0);
  }
}

const NEWLINE = 10;
const NUMBER = /^(?:0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+)/;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isAlphanumeric(code: number): boolean {
  return isLetter(code) || isDigit(code);
}

/** Letters, digits and `-_@.`, as parse-capDL's `identLetter`. */
function isWordPart(code: number): boolean {
  return isAlphanumeric(code) || code === 95 || code === 45 || code === 46 || code === 64;
}

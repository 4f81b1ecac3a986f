// SPDX-License-Identifier: BSD-2-Clause
import type { BootInfoFill, FileFill, Fill } from './model.js';
import type { Scanner } from './scanner.js';

/**
 * What stands between the parentheses after an object's type. Whoever reads it takes each
 * parameter out; what is left at the end does not belong to the type.
 */
export class Parameters {
  private readonly numbers = new Map<string, number>();
  private initArguments: number[] | undefined;
  private fills: Fill[] | undefined;

  constructor(private readonly s: Scanner) {
    if (!s.take('(')) return;
    while (!s.atSign(')') && !s.done) {
      if (s.atNumber) this.readNumeric();
      else this.readNamed();
      if (!s.take(',')) break;
    }
    s.need(')');
  }

  /** Takes a number that must be there. */
  need(name: string): number {
    const value = this.optional(name);
    if (value === undefined) this.s.fail(`the parameter \`${name}\` is missing`);
    return value ?? 0;
  }

  /** Takes a number that may be there. */
  optional(name: string): number | undefined {
    const value = this.numbers.get(name);
    if (value !== undefined) this.numbers.delete(name);
    return value;
  }

  /** Whether a number of that name has not been taken yet. */
  has(name: string): boolean {
    return this.numbers.has(name);
  }

  takeInit(): number[] | undefined {
    const taken = this.initArguments;
    this.initArguments = undefined;
    return taken;
  }

  takeFill(): Fill[] | undefined {
    const taken = this.fills;
    this.fills = undefined;
    return taken;
  }

  /** Refuses what nobody took. */
  finish(type: string): void {
    const [left] = this.numbers.keys();
    const name = left ?? (this.fills && 'fill') ?? (this.initArguments && 'init');
    if (name !== undefined) this.s.fail(`\`${type}\` has no parameter \`${name}\``);
  }

  private set(name: string, value: number): void {
    if (this.numbers.has(name)) this.s.fail(`the parameter \`${name}\` is given twice`);
    this.numbers.set(name, value);
  }

  /** `12 bits`, `4k`, `2M` or a PCI address. */
  private readNumeric(): void {
    const { s } = this;
    const value = s.number();
    if (s.take(':')) {
      this.set('bus', value);
      this.set('device', s.number());
      s.need('.');
      this.set('function', s.number());
      return;
    }
    const unit = s.word();
    if (unit === 'bits') this.set('bits', value);
    else if (unit === 'k') this.set('size', value * 1024);
    else if (unit === 'M') this.set('size', value * 1024 * 1024);
    else s.fail(`\`bits\`, \`k\` or \`M\` expected after ${value}`);
  }

  private readNamed(): void {
    const { s } = this;
    const name = s.word();
    s.need(':');
    if (name === 'fill') this.fills = readFills(s);
    else if (name === 'init') this.initArguments = readInit(s);
    else if (name === 'ports') this.readPorts();
    else if (name === 'resume' || name === 'fpu_disabled') this.set(name, readFlag(s));
    else this.set(name, s.number());
  }

  private readPorts(): void {
    this.s.need('[');
    this.set('first', this.s.number());
    this.s.need('..');
    this.set('last', this.s.number());
    this.s.need(']');
  }
}

function readFlag(s: Scanner): number {
  const word = s.word();
  if (word !== 'True' && word !== 'False') s.fail('`True` or `False` expected');
  return word === 'True' ? 1 : 0;
}

function readInit(s: Scanner): number[] {
  const numbers: number[] = [];
  s.need('[');
  while (s.atNumber) {
    numbers.push(s.number());
    if (!s.take(',')) break;
  }
  s.need(']');
  return numbers;
}

/** `[{0 4096 CDL_FrameFill_FileData "name" 0}, …]`, whose words are parted by blanks alone. */
function readFills(s: Scanner): Fill[] {
  const fills: Fill[] = [];
  s.need('[');
  while (s.take('{')) {
    const text = s.until('}').trim();
    const fill = fileFill(text) ?? bootInfoFill(text);
    if (fill === undefined) s.fail(`not a frame's content: {${text}}`);
    else fills.push(fill);
    if (!s.take(',')) break;
  }
  s.need(']');
  return fills;
}

function fileFill(text: string): FileFill | undefined {
  const match = /^(\d+)\s+(\d+)\s+CDL_FrameFill_FileData\s+"([^"\s]+)"\s+(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, offset, length, file = '', fileOffset] = match;
  return {
    type: 'file',
    offset: Number(offset),
    length: Number(length),
    file,
    fileOffset: Number(fileOffset),
  };
}

function bootInfoFill(text: string): BootInfoFill | undefined {
  const match =
    /^(\d+)\s+(\d+)\s+CDL_FrameFill_BootInfo\s+(CDL_FrameFill_BootInfo_\w+)\s+(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, offset, length, kind = '', sourceOffset] = match;
  return {
    type: 'bootinfo',
    offset: Number(offset),
    length: Number(length),
    kind,
    sourceOffset: Number(sourceOffset),
  };
}

// SPDX-License-Identifier: BSD-2-Clause
import type { RawMachine, RawPortRange, RawUart } from '../../generated/machine.js';
import { MAX_ADDRESS } from '../bytes.js';
import { AS_ROOT, listNames, readNumber, readText, type Input } from '../input.js';
import { unreadablePart } from '../pages.js';

const IOPORTS = 'proc/ioports';
const MAX_RANGES = 4096;

/** What belongs to PCI is found elsewhere: windows of buses, and functions by their address. */
const OF_PCI = /^(PCI Bus|[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$)/;

/**
 * Ports of the mainboard, from /proc/ioports. Its lines are a tree by indentation: what lies in a bus or a function is
 * looked at by itself, what lies in anything else only says the same again.
 */
export function readIoports(input: Input): RawPortRange[] {
  const text = readText(input, IOPORTS, 1024 * 1024);
  const ranges: RawPortRange[] = [];
  let inside = Infinity;
  let inFunction = Infinity;
  let zeros = 0;
  for (const line of (text ?? '').split('\n')) {
    const [, space = '', start = '', end = '', use = ''] =
      /^( *)([0-9a-f]{4,8})-([0-9a-f]{4,8}) : (.*)$/.exec(line) ?? [];
    if (start === '' || ranges.length >= MAX_RANGES) continue;
    const depth = space.length;
    if (depth <= inside) inside = Infinity;
    if (depth <= inFunction) inFunction = Infinity;
    if (depth > inside) continue;
    if (use.startsWith('PCI Bus')) continue;
    if (OF_PCI.test(use)) {
      inFunction = depth;
      continue;
    }
    inside = depth;
    const [first, last] = [Number.parseInt(start, 16), Number.parseInt(end, 16)];
    if (last === 0) zeros += 1;
    // A function's driver uses the function's ports. What the chipset's functions hold for ACPI is the mainboard's.
    const drivers = depth > inFunction && !use.startsWith('ACPI');
    if (drivers || last < first || last > 0xffff) continue;
    ranges.push({ first, last, ...(use === '' ? {} : { use: use.slice(0, 64).trim() }) });
  }
  if (zeros > 1) {
    input.findings.report(
      unreadablePart,
      IOPORTS,
      'the kernel shows its addresses to root only',
      AS_ROOT,
    );
    return [];
  }
  return ranges;
}

/** Names of the usual places, which are those of the system description. */
const COM: Readonly<Record<number, string>> = {
  0x3f8: 'com1',
  0x2f8: 'com2',
  0x3e8: 'com3',
  0x2e8: 'com4',
};

const TTYS = 'sys/class/tty';

/** Serial ports that Linux found: those without a type are only places where it looked. */
export function readUarts(input: Input): NonNullable<RawMachine['uarts']> {
  const uarts: Record<string, RawUart> = {};
  let others = 0;
  for (const name of listNames(input, TTYS).filter((tty) => /^ttyS[0-9]{1,3}$/.test(tty))) {
    const read = (file: string): number | undefined => readNumber(input, `${TTYS}/${name}/${file}`);
    const [type = 0, port = 0, address = 0, irq] = ['type', 'port', 'iomem_base', 'irq'].map(read);
    if (type === 0 || (port === 0 && address === 0) || port > 0xffff || address > MAX_ADDRESS) {
      continue;
    }
    const place = port === 0 ? { address } : { port };
    // Linux' numbers above 15 are its own.
    const line = irq !== undefined && irq > 0 && irq < 16 ? { irq } : {};
    const known = COM[port];
    const key = known === undefined || known in uarts ? `uart${String(others++)}` : known;
    uarts[key] = { ...place, ...line };
  }
  return uarts;
}

// SPDX-License-Identifier: BSD-2-Clause
// The examples of the diagnostic pages: text, or made here when they are too large to show.
import { ACCEPT, oneVm } from '../../src/diagnostics/examples.js';
import type { Content } from './files.js';

const VM = 'memory: 64MiB, boot: { type: linux, kernel: images/vmlinuz }';

/** Lines made of a pattern, `%` being the number. */
function lines(count: number, pattern: string): string {
  return Array.from({ length: count }, (_, n) => pattern.replaceAll('%', String(n))).join('\n');
}

/** Ranges of device memory, each a page, with a page between them. */
function ranges(count: number): string {
  const address = (n: number): string => `0x${(0x40_0000_0000 + n * 0x2000).toString(16)}`;
  const rows = Array.from(
    { length: count },
    (_, n) => `  r${String(n)}: { address: ${address(n)}, size: 4KiB }`,
  );
  return rows.join('\n');
}

function vms(count: number): string {
  return `makatea: 1\nname: many\nvms:\n${lines(count, `  vm%: { ${VM} }`)}\n`;
}

function manyDevices(count: number): { text: string; machine: string } {
  const bdf = (n: number): string => {
    const hex = (value: number): string => value.toString(16).padStart(2, '0');
    return `"0000:${hex(1 + (n >> 8))}:${hex((n >> 3) & 31)}.${n & 7}"`;
  };
  const functions = Array.from({ length: count }, (_, n) => `  fn${n}: { bdf: ${bdf(n)} }`);
  return {
    text: oneVm({
      top: 'machine: box.yaml',
      web: `pci:\n${lines(count, `  dev%: { device: fn%, ${ACCEPT} }`)}`,
    }),
    machine: `makatea_machine: 1\nname: box\niommu: {}\npci:\n${functions.join('\n')}\n`,
  };
}

interface Example {
  readonly text: Content;
  readonly files?: Readonly<Record<string, Content>>;
}

const MADE: Readonly<Record<string, () => Example>> = {
  '@large': () => ({ text: `# ${'x'.repeat(1024 * 1024)}\n` }),
  '@latin1': () => ({ text: Uint8Array.from(Buffer.from('name: gr\u00fcn\n', 'latin1')) }),
  '@manyvms': () => ({ text: vms(520) }),
  '@toomanyvms': () => ({ text: vms(3600) }),
  '@manydisks': () => ({
    text: oneVm({ web: `disks:\n${lines(2000, '  d%: { backend: ramdisk, size: 2MiB }')}` }),
  }),
  '@manyranges': () => ({ text: oneVm({ web: `mmio:\n${ranges(130)}` }) }),
  '@manydevices': () => {
    const { text, machine } = manyDevices(300);
    return { text, files: { 'box.yaml': machine } };
  },
};

/** The description that an example's text or name stands for; nothing where nothing is to be run. */
export function example(source: string): Example | undefined {
  if (source === '@none') return undefined;
  if (!source.startsWith('@')) return { text: source };
  const make = MADE[source];
  if (make === undefined) throw new Error(`no made example ${source}`);
  return make();
}

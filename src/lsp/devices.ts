// SPDX-License-Identifier: BSD-2-Clause
import { dirname, join } from 'node:path';
import type { Span } from '../diagnostics/diagnostic.js';
import { decode } from '../source/decode.js';
import { isFault } from '../source/files.js';
import { entryOf, type Located } from '../source/located.js';
import { parse } from '../source/parse.js';
import type { Workspace } from './workspace.js';

/** A machine file as a description's names lead to it; whatever can be read of it counts, also when it has mistakes. */
export interface MachineText {
  readonly path: string;
  readonly text: string;
  readonly devices: readonly Device[];
}

/** A PCI function of a machine file. */
export interface Device {
  readonly name: string;
  readonly span: Span;
  /** As written. */
  readonly bdf: string;
  readonly description: string;
  /** Vendor, device and class, as far as they are known. */
  readonly ids: string;
}

/** The machine file that a description names, read from the editor or from disk. */
export function machineOf(
  workspace: Workspace,
  description: string,
  root: Located,
): MachineText | undefined {
  const named = text(entryOf(root, 'machine')?.value);
  if (named === '') return undefined;
  const path = join(dirname(description), named);
  const bytes = workspace.files.read(path);
  if (isFault(bytes)) return undefined;
  const decoded = decode(0, bytes);
  if ('diagnostic' in decoded) return undefined;
  const machine = parse(0, decoded.text).root;
  const pci = entryOf(machine, 'pci')?.value;
  const entries = pci?.kind === 'map' ? [...pci.entries.values()] : [];
  const devices = entries.map(({ key, keySpan, value }) => ({
    name: key,
    span: keySpan,
    bdf: text(entryOf(value, 'bdf')?.value),
    description: text(entryOf(value, 'description')?.value),
    ids: ids(value),
  }));
  return { path, text: decoded.text, devices };
}

/** Whether two PCI addresses are the same: the segment 0000 may be left out. */
export function sameBdf(a: string, b: string): boolean {
  const whole = (bdf: string): string => bdf.replace(/^(?=[^:]*:[^:]*$)/, '0000:').toLowerCase();
  return whole(a) === whole(b);
}

function text(node: Located | undefined): string {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
}

function ids(device: Located): string {
  const [vendor, id, group] = ['vendor_id', 'device_id', 'class'].map((key) => {
    const node = entryOf(device, key)?.value;
    return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
  });
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  const parts = [
    ...(vendor === undefined || id === undefined ? [] : [`${hex(vendor, 4)}:${hex(id, 4)}`]),
    ...(group === undefined ? [] : [`class ${hex(group, 6)}`]),
  ];
  return parts.join(', ');
}

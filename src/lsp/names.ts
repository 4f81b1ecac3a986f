// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import type { Located, Path } from '../source/located.js';

/** What a name stands for. `entry` is a part of a VM that nothing refers to. */
export type Kind =
  | ('vm' | 'console' | 'backend' | 'link' | 'entry')
  | ('device' | 'bdf' | 'core' | 'machine' | 'code');

/** Where names stand in a description. `*` in a pattern is any key or index. */
export interface Place {
  readonly pattern: Path;
  readonly at: 'key' | 'value';
  readonly kind: Kind;
  /** The map that declares the names that are referred to here; absent where the names are declared. */
  readonly scope?: string;
}

function place(pattern: string, at: Place['at'], kind: Kind, scope?: string): Place {
  return { pattern: pattern.split('/'), at, kind, ...(scope === undefined ? {} : { scope }) };
}

/** Parts of a VM that have names of their own. */
const PARTS = ['terminals', 'pci', 'ioports', 'mmio', 'irqs', 'disks', 'nics'];

const PLACES: readonly Place[] = [
  place('vms/*', 'key', 'vm'),
  place('consoles/*', 'key', 'console'),
  place('backends/*', 'key', 'backend'),
  place('links/*', 'key', 'link'),
  ...PARTS.map((part) => place(`vms/*/${part}/*`, 'key', 'entry')),
  place('links/*/ends/*', 'key', 'vm', 'vms'),
  place('links/*/ends/*/terminal', 'value', 'entry'),
  place('vms/*/lifecycle/controllers/*', 'value', 'vm', 'vms'),
  place('vms/*/serial/*/console', 'value', 'console', 'consoles'),
  place('vms/*/terminals/*/console', 'value', 'console', 'consoles'),
  place('vms/*/disks/*/backend', 'value', 'backend', 'backends'),
  place('vms/*/nics/*/backend', 'value', 'backend', 'backends'),
  place('vms/*/pci/*/device', 'value', 'device', 'machine'),
  place('vms/*/pci/*/bdf', 'value', 'bdf', 'machine'),
  place('vms/*/cores/*', 'value', 'core', 'sel4'),
  place('machine', 'value', 'machine', 'machine'),
  place('vms/*/pci/*/accept/*', 'key', 'code', 'code'),
];

/** The place that a path leads to, if names stand there. */
export function placeOf(path: Path, at: Place['at']): Place | undefined {
  return PLACES.find(
    ({ pattern, ...place }) =>
      place.at === at &&
      pattern.length === path.length &&
      pattern.every((step, index) => step === '*' || step === path[index]),
  );
}

/** A name as it stands somewhere in a description. */
export interface Name {
  readonly kind: Kind;
  readonly text: string;
  readonly span: Span;
  readonly path: Path;
  readonly declares: boolean;
  /** Names of one scope with the same text mean the same thing. */
  readonly scope: string;
}

/** All names in a description, whether or not it is a valid one. What an anchor holds is met once at every alias. */
export function namesOf(root: Located): Name[] {
  const names: Name[] = [];
  const add = (path: Path, at: Place['at'], text: string, span: Span): void => {
    const found = placeOf(path, at);
    if (found === undefined) return;
    const { kind, scope = path.slice(0, -1).join('/') } = found;
    names.push({ kind, text, span, path, scope, declares: found.scope === undefined });
  };
  const visit = (node: Located, path: Path): void => {
    if (path.length > MAX_DEPTH) return;
    if (node.kind === 'scalar') add(path, 'value', String(node.value), node.span);
    if (node.kind === 'seq') {
      node.items.forEach((item, index) => {
        visit(item, [...path, String(index)]);
      });
    }
    if (node.kind !== 'map') return;
    for (const { key, keySpan, value } of [...node.entries.values(), ...node.repeated]) {
      add([...path, key], 'key', key, keySpan);
      visit(value, [...path, key]);
    }
  };
  visit(root, []);
  return names;
}

const MAX_DEPTH = Math.max(...PLACES.map(({ pattern }) => pattern.length));

/** The names that stand at an offset, also right behind their last letter. Several only where an anchor is shared. */
export function namesAt(names: readonly Name[], offset: number): Name[] {
  return names.filter(({ span }) => span.start <= offset && offset <= span.end);
}

// SPDX-License-Identifier: BSD-2-Clause
import type { CompletionItem, CompletionItemKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { DEFAULTS } from '../model/defaults.js';
import { MAX_BYTES } from '../source/decode.js';
import { kindOf } from '../source/kind.js';
import { nodeAt, type Located, type Path } from '../source/located.js';
import { rangeOf } from './check.js';
import { cursorsAt, type Cursor } from './cursor.js';
import { machineOf, type Device } from './devices.js';
import { namesOf, placeOf, type Kind, type Place } from './names.js';
import { readText, type Workspace } from './workspace.js';

/** What can be written at the cursor, and what the editor compares with what is there already. */
interface Choice {
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
  readonly filter?: string;
}

const KINDS: Readonly<Partial<Record<Kind, CompletionItemKind>>> = {
  vm: 9, // Module
  device: 18, // Reference
  bdf: 18,
  core: 12, // Value
};
const OTHER: CompletionItemKind = 6; // Variable

/** Completes names of what a description or its machine file declares; keys and fixed values are the schema's. */
export function complete(
  workspace: Workspace,
  document: TextDocument,
  offset: number,
): CompletionItem[] {
  const text = readText(document);
  if (kindOf(text) !== 'system' || text.length > MAX_BYTES) return [];
  const cursors = cursorsAt(text, offset).map((cursor) => ({
    cursor,
    place: placeOf(cursor.path, cursor.at),
  }));
  const { cursor, place } = cursors.find((each) => each.place !== undefined) ?? {};
  if (cursor === undefined || place === undefined) return [];
  const range = rangeOf(document, cursor);
  return choices(workspace, workspace.pathOf(document.uri), cursor, place).map((choice, index) => ({
    label: choice.label,
    kind: KINDS[place.kind] ?? OTHER,
    detail: choice.detail,
    filterText: choice.filter ?? choice.insert,
    // In the order of the file, not of the alphabet.
    sortText: String(index).padStart(6, '0'),
    textEdit: { range, newText: choice.insert },
  }));
}

function choices(
  workspace: Workspace,
  description: string,
  cursor: Cursor,
  { kind, scope }: Place,
): Choice[] {
  if (scope === undefined) return [];
  switch (kind) {
    case 'vm':
    case 'console':
    case 'backend':
      return declared(cursor, scope);
    case 'core':
      return cores(cursor);
    case 'device':
      return devices(workspace, description, cursor).map(({ name, bdf, description }) => ({
        label: name,
        detail: [bdf, description].filter(Boolean).join(' '),
        insert: name,
      }));
    case 'bdf':
      return devices(workspace, description, cursor).map((device) => address(cursor, device));
    default:
      return [];
  }
}

function devices(workspace: Workspace, description: string, { root }: Cursor): Device[] {
  const found = machineOf(workspace, description, root)?.devices ?? [];
  return found.filter(({ bdf }) => bdf !== '');
}

function address(cursor: Cursor, { name, bdf, description }: Device): Choice {
  const quote = cursor.word.startsWith("'") ? "'" : '"';
  const insert = `${quote}${bdf}${quote}`;
  // Who types the device's name finds its address; who has typed no quote yet is not asked for one.
  const typed = /^["']/.test(cursor.word) ? insert : bdf;
  const detail = [name, description].filter(Boolean).join(': ');
  return { label: bdf, detail, insert, filter: `${typed} ${name}` };
}

/** Declared names, without those that can not be meant: the VM itself, and what stands beside the cursor already. */
function declared(cursor: Cursor, scope: string): Choice[] {
  const { path, root, at } = cursor;
  const names = namesOf(root);
  const taken = beside(cursor);
  if (path[2] === 'lifecycle') taken.add(path[1] ?? '');
  const found = names.filter(
    ({ declares, ...name }) => declares && name.scope === scope && !taken.has(name.text),
  );
  return found.map(({ text }) => ({
    label: text,
    detail: scope === 'vms' ? 'VM' : scope.slice(0, -1),
    insert: at === 'key' && !cursor.isKey ? `${text}: ${endOf(cursor)}` : text,
    filter: text,
  }));
}

/** What goes with an end of a link: nothing has to, except at a serial one. */
function endOf({ root, path }: Cursor): string {
  const type = nodeAt(root, [...path.slice(0, 2), 'type']);
  return type?.kind === 'scalar' && type.value === 'serial' ? '' : '{}';
}

/** The keys or values that stand in the same map or list as the cursor, where each may stand once. */
function beside({ root, path, at }: Cursor): Set<string> {
  const around = nodeAt(root, path.slice(0, -1));
  if (at === 'key' && around?.kind === 'map') return new Set(around.entries.keys());
  if (around?.kind !== 'seq') return new Set();
  return new Set(around.items.map((item) => (item.kind === 'scalar' ? String(item.value) : '')));
}

/** seL4 starts at most this many (the schema's bound); a larger number is a mistake that is told elsewhere. */
const MAX_CORES = 256;

function cores(cursor: Cursor): Choice[] {
  const node = nodeAt(cursor.root, ['sel4', 'cores']);
  const written = node?.kind === 'scalar' ? Number(node.value) : DEFAULTS.sel4.cores;
  const count = Number.isSafeInteger(written) ? Math.min(written, MAX_CORES) : 0;
  const taken = beside(cursor);
  const users = usersOfCores(cursor.root, cursor.path);
  return Array.from({ length: Math.max(count, 0) }, (_, core) => String(core))
    .filter((core) => !taken.has(core))
    .map((core) => {
      const vms = users.get(core) ?? [];
      const detail = vms.length === 0 ? 'used by no other VM' : `used by ${vms.join(', ')}`;
      return { label: core, detail, insert: core };
    });
}

function usersOfCores(root: Located, own: Path): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { kind, text, path } of namesOf(root)) {
    const vm = path[1];
    if (kind !== 'core' || vm === undefined || vm === own[1]) continue;
    users.set(text, [...(users.get(text) ?? []), vm]);
  }
  return users;
}

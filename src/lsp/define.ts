// SPDX-License-Identifier: BSD-2-Clause
import type { Hover, Location } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { catalogue } from '../pipeline/catalogue.js';
import { MAX_BYTES } from '../source/decode.js';
import { kindOf } from '../source/kind.js';
import { nodeAt, type Located } from '../source/located.js';
import { parse } from '../source/parse.js';
import { rangeOf } from './check.js';
import { machineOf, sameBdf, type Device, type MachineText } from './devices.js';
import { namesAt, namesOf, type Name } from './names.js';
import { readText, type Workspace } from './workspace.js';

/** A description's names, and the one at a place in it. */
interface Asked {
  readonly root: Located;
  readonly names: readonly Name[];
  readonly name: Name;
}

function ask(document: TextDocument, offset: number): Asked | undefined {
  const text = readText(document);
  if (kindOf(text) !== 'system' || text.length > MAX_BYTES) return undefined;
  const { root } = parse(0, text);
  const names = root === undefined ? [] : namesOf(root);
  const [name] = namesAt(names, offset);
  return root === undefined || name === undefined ? undefined : { root, names, name };
}

/** Where what is named at a place is declared: in the description, or in its machine file. */
export function definition(
  workspace: Workspace,
  document: TextDocument,
  offset: number,
): Location[] {
  const asked = ask(document, offset);
  if (asked === undefined) return [];
  const { root, names, name } = asked;
  const { uri } = document;
  if (name.kind === 'core') {
    const cores = nodeAt(root, ['sel4', 'cores']);
    return cores === undefined ? [] : [{ uri, range: rangeOf(document, cores.span) }];
  }
  if (name.kind === 'machine' || name.kind === 'device' || name.kind === 'bdf') {
    return inMachine(workspace, workspace.pathOf(uri), root, name);
  }
  return names
    .filter(({ declares, scope, text }) => declares && scope === name.scope && text === name.text)
    .map(({ span }) => ({ uri, range: rangeOf(document, span) }));
}

function inMachine(
  workspace: Workspace,
  description: string,
  root: Located,
  name: Name,
): Location[] {
  const machine = machineOf(workspace, description, root);
  if (machine === undefined) return [];
  const { uri, ...document } = target(workspace, machine);
  if (name.kind === 'machine') return [{ uri, range: document.range({ start: 0, end: 0 }) }];
  const device = named(machine, name);
  return device === undefined ? [] : [{ uri, range: document.range(device.span) }];
}

function target(
  workspace: Workspace,
  { path, text }: MachineText,
): { uri: string; range: (span: { start: number; end: number }) => Location['range'] } {
  const document = workspace.document(path, text);
  return { uri: document.uri, range: (span) => rangeOf(document, span) };
}

function named({ devices }: MachineText, { kind, text }: Name): Device | undefined {
  return devices.find(({ name, bdf }) => (kind === 'bdf' ? sameBdf(bdf, text) : name === text));
}

/** Every place at which what is named at a place is named. */
export function references(document: TextDocument, offset: number): Location[] {
  const asked = ask(document, offset);
  if (asked === undefined) return [];
  const { names, name } = asked;
  return names
    .filter(
      ({ scope, kind, text }) => scope === name.scope && kind === name.kind && text === name.text,
    )
    .map(({ span }) => ({ uri: document.uri, range: rangeOf(document, span) }));
}

/** What a schema can not tell: the device behind a name or an address, the page of a code. */
export function hover(
  workspace: Workspace,
  document: TextDocument,
  offset: number,
): Hover | undefined {
  const asked = ask(document, offset);
  const value = asked === undefined ? undefined : told(workspace, document, asked);
  if (asked === undefined || value === undefined) return undefined;
  const range = rangeOf(document, asked.name.span);
  return { contents: { kind: 'markdown', value }, range };
}

function told(
  workspace: Workspace,
  document: TextDocument,
  { root, name }: Asked,
): string | undefined {
  if (name.kind === 'code') {
    const page = catalogue.find(({ code }) => code === name.text);
    return page === undefined ? undefined : `**${page.code}**: ${page.title}\n\n${page.text}`;
  }
  if (name.kind !== 'device' && name.kind !== 'bdf') return undefined;
  const machine = machineOf(workspace, workspace.pathOf(document.uri), root);
  const device = machine === undefined ? undefined : named(machine, name);
  if (device === undefined) return undefined;
  // Indented text is shown as it is: a machine file's words are no Markdown.
  const lines = [`${device.name} at ${device.bdf}`, device.description, device.ids];
  return lines
    .filter(Boolean)
    .map((line) => `    ${line.replace(/\s+/g, ' ')}`)
    .join('\n');
}

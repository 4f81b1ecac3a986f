// SPDX-License-Identifier: BSD-2-Clause
// An editor that uses `makatea lsp` in a folder of its own.
import { pathToFileURL } from 'node:url';
import { Folder, PROGRAM } from './cli.js';
import { LanguageServer, type Channel } from './lsp.js';

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly severity: number;
  readonly source: string;
  readonly range: Range;
  readonly relatedInformation?: readonly { readonly location: { uri: string; range: Range } }[];
}

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Finding[];
}

/** A place in an open document. */
export interface Cursor {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

export interface Edit {
  readonly range: Range;
  readonly newText: string;
}

export class Editor {
  readonly folder = new Folder();
  readonly server: LanguageServer;
  readonly #versions = new Map<string, number>();

  /** @param channel a server that runs already; else one is started as editors start it */
  constructor(channel?: Channel) {
    this.server = new LanguageServer(
      channel ?? process.execPath,
      channel === undefined ? [...PROGRAM, 'lsp', '--stdio'] : [],
    );
  }

  async start(): Promise<unknown> {
    const rootUri = pathToFileURL(this.folder.dir).href;
    const capabilities = { textDocument: { publishDiagnostics: { relatedInformation: true } } };
    const params = { processId: null, rootUri, capabilities };
    const result = await this.server.request('initialize', params);
    this.server.notify('initialized', {});
    return result;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.folder.remove();
  }

  uri(file: string): string {
    return pathToFileURL(this.folder.path(file)).href;
  }

  /** Opens a text in which `|`, if there is one, marks the cursor. Nothing is written to disk. */
  open(file: string, marked: string, uri = this.uri(file)): Cursor {
    const cursor = marked.indexOf('|');
    const text = marked.replace('|', '');
    const version = (this.#versions.get(uri) ?? 0) + 1;
    if (version > 1) this.close(file);
    this.#versions.set(uri, version);
    const textDocument = { uri, languageId: 'yaml', version, text };
    this.server.notify('textDocument/didOpen', { textDocument });
    return { textDocument: { uri }, position: positionIn(text, Math.max(cursor, 0)) };
  }

  close(file: string): void {
    this.server.notify('textDocument/didClose', { textDocument: { uri: this.uri(file) } });
  }

  /** Types over a range. */
  type(file: string, range: Range, text: string): void {
    const uri = this.uri(file);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const params = { textDocument: { uri, version }, contentChanges: [{ range, text }] };
    this.server.notify('textDocument/didChange', params);
  }

  /** The findings in a file that are told next; with a version, those of a change that was made. */
  async findings(file: string, uri = this.uri(file)): Promise<readonly Finding[]> {
    const fits = (published: Published): boolean =>
      published.uri === uri && published.version === this.#versions.get(uri);
    const params = await this.server.notified<Published>('textDocument/publishDiagnostics', fits);
    return params.diagnostics;
  }

  /** Opens a text and gives what is found in it. */
  async check(file: string, text: string): Promise<readonly Finding[]> {
    this.open(file, text);
    return this.findings(file);
  }

  async ask<T>(method: string, params: unknown): Promise<T> {
    return (await this.server.request(`textDocument/${method}`, params)) as T;
  }

  /** What is offered at the cursor of a text. */
  async offered(file: string, marked: string): Promise<string[]> {
    const items = await this.ask<readonly { label: string }[]>(
      'completion',
      this.open(file, marked),
    );
    return items.map(({ label }) => label);
  }
}

/** Line and column as an editor counts them: columns in UTF-16 code units. */
export function positionIn(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

function offsetIn(text: string, { line, character }: Position): number {
  const ends = /\r\n|\n|\r/g;
  let start = 0;
  for (let n = 0; n < line && ends.exec(text) !== null; n += 1) start = ends.lastIndex;
  return start + character;
}

/** What a range covers. */
export function covered(text: string, { start, end }: Range): string {
  return text.slice(offsetIn(text, start), offsetIn(text, end));
}

/** A text with edits made. */
export function edited(text: string, edits: readonly Edit[]): string {
  return edits
    .map(({ range, newText }) => ({ at: offsetIn(text, range.start), range, newText }))
    .sort((a, b) => b.at - a.at)
    .reduce(
      (t, { at, range, newText }) => t.slice(0, at) + newText + t.slice(offsetIn(text, range.end)),
      text,
    );
}

// SPDX-License-Identifier: BSD-2-Clause
import { fileURLToPath } from 'node:url';
import {
  createConnection,
  DidChangeWatchedFilesNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Files } from '../source/files.js';
import { quickFixes } from './check.js';
import { complete } from './complete.js';
import { definition, hover, references } from './define.js';
import { field, positionOf, rangeIn, refused, text, uriOf } from './params.js';
import { publisher } from './publish.js';
import { rename, renameRange } from './rename.js';
import { workspace, type Workspace } from './workspace.js';

export interface ServerOptions {
  readonly disk: Files;
  readonly version: string;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Serves an editor until it says `exit` or goes away: then the process ends (LSP 3.17, "Server lifecycle"). */
export function serve({ disk, version, input, output }: ServerOptions): void {
  const connection = createConnection(input, output);
  let space = workspace(disk, process.cwd());
  let watches = false;
  connection.onInitialize((params): InitializeResult => {
    space = workspace(disk, rootOf(params) ?? process.cwd());
    const watched = field(field(params.capabilities, 'workspace'), 'didChangeWatchedFiles');
    watches = field(watched, 'dynamicRegistration') === true;
    wire(connection, space);
    return { capabilities, serverInfo: { name: 'makatea', version } };
  });
  connection.onInitialized(() => {
    if (!watches) return;
    // A guest image that appears changes the findings as well as a text.
    const watchers = [{ globPattern: '**/*' }];
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  });
  connection.listen();
}

const capabilities: InitializeResult['capabilities'] = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  completionProvider: { triggerCharacters: [' ', '"', "'", '[', '{', ','] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
};

/** The folder that paths in documents without a file are relative to. */
function rootOf(params: unknown): string | undefined {
  try {
    return fileURLToPath(text(field(params, 'rootUri'), 'rootUri'));
  } catch {
    return undefined;
  }
}

function wire(connection: Connection, space: Workspace): void {
  const documents = new TextDocuments(TextDocument);
  const findings = publisher(space, {
    send: (params) => void connection.sendDiagnostics(params),
    failed: (error) => {
      connection.console.error(error instanceof Error ? (error.stack ?? '') : String(error));
    },
  });
  documents.onDidChangeContent(({ document }) => {
    space.put(document);
    findings.changed(space.pathOf(document.uri));
  });
  documents.onDidClose(({ document }) => {
    space.close(document.uri);
    findings.closed(document.uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) findings.changed(space.pathOf(uri));
  });
  documents.listen(connection);

  /** The document and the offset in it that a request is about; nothing when it is not open. */
  const at = (params: unknown): [TextDocument, number] | undefined => {
    const document = documents.get(uriOf(params));
    const position = positionOf(field(params, 'position'));
    return document === undefined ? undefined : [document, document.offsetAt(position)];
  };
  connection.onCompletion((params) => {
    const place = at(params);
    return place === undefined ? [] : complete(space, ...place);
  });
  connection.onDefinition((params) => {
    const place = at(params);
    return place === undefined ? [] : definition(space, ...place);
  });
  connection.onReferences((params) => {
    const place = at(params);
    return place === undefined ? [] : references(...place);
  });
  connection.onHover((params) => {
    const place = at(params);
    return place === undefined ? null : (hover(space, ...place) ?? null);
  });
  connection.onCodeAction((params) =>
    quickFixes(findings.settle(), uriOf(params), rangeIn(params)),
  );
  wireRename(connection, at);
}

function wireRename(
  connection: Connection,
  at: (params: unknown) => [TextDocument, number] | undefined,
): void {
  connection.onPrepareRename((params) => {
    const place = at(params);
    const found = place === undefined ? undefined : renameRange(...place);
    if (found !== undefined && 'refusal' in found) throw refused(found.refusal);
    return found ?? null;
  });
  connection.onRenameRequest((params) => {
    const newName = text(field(params, 'newName'), 'newName');
    const place = at(params);
    if (place === undefined) throw refused('the document is not open');
    const edits = rename(...place, newName);
    if ('refusal' in edits) throw refused(edits.refusal);
    return { changes: { [place[0].uri]: [...edits] } };
  });
}

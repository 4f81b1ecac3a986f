// SPDX-License-Identifier: BSD-2-Clause
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isFault, type Files } from '../source/files.js';

/** The documents that the editor has open, laid over the files on disk. Their text counts, saved or not. */
export interface Workspace {
  readonly files: Files;
  /** Documents by the path of their file. */
  readonly open: ReadonlyMap<string, TextDocument>;
  put(document: TextDocument): void;
  close(uri: string): void;
  pathOf(uri: string): string;
  uriOf(path: string): string;
  /** A file's text as a document, to count lines and columns in: that which is open, or that which was read. */
  document(path: string, text: string): TextDocument;
}

/** @param folder stands for the folder of documents that are not files */
export function workspace(disk: Files, folder: string): Workspace {
  const open = new Map<string, TextDocument>();
  const pathOf = (uri: string): string => filePath(uri) ?? join(folder, encodeURIComponent(uri));
  const uriOf = (path: string): string => open.get(path)?.uri ?? pathToFileURL(path).href;
  return {
    open,
    pathOf,
    uriOf,
    files: overlaid(disk, open),
    put(document) {
      open.set(pathOf(document.uri), document);
    },
    close(uri) {
      open.delete(pathOf(uri));
    },
    document: (path, text) => open.get(path) ?? TextDocument.create(uriOf(path), 'yaml', 0, text),
  };
}

/** The path of a `file:` URI; nothing for others, and for those that name no local file. */
function filePath(uri: string): string | undefined {
  try {
    return resolve(fileURLToPath(uri));
  } catch {
    return undefined;
  }
}

/**
 * A document's text as it is read: a byte order mark, which the reader would drop, becomes a line of its own, so that
 * offsets stay those of the document.
 */
export function readText(document: TextDocument): string {
  return document.getText().replace(/^\ufeff/, '\n');
}

function overlaid(disk: Files, open: ReadonlyMap<string, TextDocument>): Files {
  return {
    ...disk,
    read(path) {
      const document = open.get(path);
      if (document !== undefined) return new TextEncoder().encode(readText(document));
      // A description that somebody else wrote may name a pipe, or our own standard input: `size` refuses them.
      const size = disk.size(path);
      return isFault(size) ? size : disk.read(path);
    },
  };
}

// SPDX-License-Identifier: BSD-2-Clause
import { parseAllDocuments, type Document, type YAMLError } from 'yaml';
import { diagnostic, type Diagnostic, type FileId } from '../diagnostics/diagnostic.js';
import { duplicateKeys } from './duplicates.js';
import type { Located } from './located.js';
import { locate } from './locate.js';
import { emptyDocument, severalDocuments, syntax } from './pages.js';

/** A document as far as it could be read, and what is wrong with it. */
export interface Parsed {
  /** Absent when there is nothing to go on with. */
  readonly root?: Located;
  readonly diagnostics: Diagnostic[];
}

/** Reads YAML 1.2 text. Every value of the result knows its place; nothing after this stage reads the text again. */
export function parse(file: FileId, text: string): Parsed {
  const diagnostics: Diagnostic[] = [];
  const documents = parseAllDocuments(text, {
    version: '1.2',
    prettyErrors: false,
    // Both are checked by `locate`, in linear time and with both places.
    uniqueKeys: false,
    merge: false,
    logLevel: 'silent',
  });
  const [first, second] = [...documents] as Document.Parsed[];
  if (first === undefined || isEmpty(first)) {
    if (first !== undefined) diagnostics.push(...syntaxErrors(file, text, first));
    if (diagnostics.length === 0) diagnostics.push(nothing(file));
    return { diagnostics };
  }
  diagnostics.push(...syntaxErrors(file, text, first));
  const { explicit, version } = first.directives.yaml;
  if (explicit === true && version !== '1.2') {
    const message = `the file says that it is YAML ${version}; YAML 1.2 is read, where words and numbers mean other things`;
    const hint = 'take the %YAML line out';
    diagnostics.push(diagnostic(syntax, { file, start: 0, end: 0 }, message, { hint }));
  }
  if (second !== undefined) {
    const start = second.range[0];
    const message = 'a second YAML document begins here; one file describes one system';
    const hint = 'give it a file of its own, or take it out with its "---"';
    diagnostics.push(diagnostic(severalDocuments, { file, start, end: start }, message, { hint }));
  }
  const root = locate(file, first, diagnostics);
  diagnostics.push(...duplicateKeys(root));
  return { root, diagnostics };
}

/** More say nothing new: what follows a broken place is read wrongly. */
const MAX_SYNTAX_ERRORS = 50;

function syntaxErrors(file: FileId, text: string, { errors }: Document.Parsed): Diagnostic[] {
  return errors.slice(0, MAX_SYNTAX_ERRORS).map((error) => report(file, text, error));
}

function isEmpty(document: Document.Parsed): boolean {
  const { contents } = document;
  return contents === null || ('value' in contents && contents.value === null && !contents.tag);
}

function nothing(file: FileId): Diagnostic {
  const hint = '`makatea init` writes a description to begin with';
  return diagnostic(emptyDocument, { file, start: 0, end: 0 }, 'the file is empty', { hint });
}

/** Plainer words for the reader's commonest complaints, where its own are about its grammar. */
const WORDS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'a tab is used for indentation; YAML wants spaces',
  BAD_INDENT: 'the indentation fits no line above',
  MISSING_CHAR: 'something is missing here',
  UNEXPECTED_TOKEN: 'this does not belong here',
  BAD_ALIAS: 'this alias has no anchor',
  BLOCK_AS_IMPLICIT_KEY: 'a nested "key: value" on one line; begin a new line or use { }',
  RESOURCE_EXHAUSTION: 'brackets, lists or maps are nested too deeply',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a colon missing?',
};

function report(file: FileId, text: string, error: YAMLError): Diagnostic {
  const detail = (error.message.split('\n')[0] ?? '').trim();
  const words = WORDS[error.code];
  const message = words ?? `YAML: ${detail}`;
  const start = Math.min(error.pos[0], text.length);
  const end = Math.max(start, Math.min(error.pos[1], text.length));
  const hint = words === undefined ? undefined : `the YAML reader says: ${detail}`;
  return diagnostic(syntax, { file, start, end }, message, { hint });
}

// SPDX-License-Identifier: BSD-2-Clause
import { ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Position, Range } from 'vscode-languageserver/node';

/** A request's parameters are an editor's, and editors differ: nothing is taken for granted. */
type Unknown = Readonly<Record<string, unknown>>;

function invalid(what: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, `the request has no valid ${what}`);
}

export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Unknown)[key] : undefined;
}

export function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw invalid(what);
  return value;
}

export function uriOf(params: unknown): string {
  return text(field(field(params, 'textDocument'), 'uri'), 'textDocument.uri');
}

/** A position as LSP 3.17 has it ("Position"): two numbers from 0. */
export function positionOf(value: unknown): Position {
  const [line, character] = [field(value, 'line'), field(value, 'character')];
  if (!isIndex(line) || !isIndex(character)) throw invalid('position');
  return { line, character };
}

export function rangeIn(params: unknown): Range {
  const range = field(params, 'range');
  return { start: positionOf(field(range, 'start')), end: positionOf(field(range, 'end')) };
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** What is asked for is valid, and refused. */
export function refused(reason: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, reason);
}

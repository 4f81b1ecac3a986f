// SPDX-License-Identifier: BSD-2-Clause
import type { Diagnostic, Severity, Sources } from '../diagnostics/diagnostic.js';
import { regions } from './region.js';
import { harmless } from './text.js';
import { relativeName } from './uri.js';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

/** What a workflow command may not hold as it is (GitHub's toolkit escapes the same). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property, the signs that end it too. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Findings as workflow commands, which GitHub shows at the lines of a pull request: one command a line.
 *
 * @param folder the repository's; names of files become relative to it
 */
export function renderGithub(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  folder: string,
): string {
  const region = regions(sources);
  const names = sources.map(({ name }) => harmless(relativeName(name, folder)));
  return diagnostics
    .map((d) => {
      const at = region(d.span);
      const where = {
        file: names[d.span.file] ?? '',
        line: String(at.startLine),
        endLine: String(at.endLine),
        col: String(at.startColumn),
        endColumn: String(at.endColumn),
        title: d.code,
      };
      const properties = Object.entries(where).map(([key, value]) => `${key}=${property(value)}`);
      const related = d.related.map(({ span, message }) => {
        const { startLine, startColumn } = region(span);
        return `${names[span.file] ?? ''}:${String(startLine)}:${String(startColumn)}: ${harmless(message)}`;
      });
      const hint = d.hint === undefined ? [] : [`hint: ${harmless(d.hint)}`];
      const text = [harmless(d.message), ...related, ...hint].join('\n');
      return `::${COMMANDS[d.severity]} ${properties.join(',')}::${data(text)}\n`;
    })
    .join('');
}

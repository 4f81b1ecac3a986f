// SPDX-License-Identifier: BSD-2-Clause
import { createColors } from 'picocolors';
import type { Diagnostic, Severity, SourceFile, Sources, Span } from '../diagnostics/diagnostic.js';
import { indexText, lineIndex, position, type TextIndex } from '../diagnostics/lines.js';
import { count, harmless } from './text.js';

type Colours = ReturnType<typeof createColors>;

interface Indexed extends SourceFile {
  readonly index: TextIndex;
}

/** A line is shown up to this many characters, around the place in question. */
const WIDTH = 100;

/** Findings for people: place, message, the line with the place underlined, related places, hint; then a count. */
export function renderPretty(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  colour: boolean,
): string {
  if (diagnostics.length === 0) return '';
  const colours = createColors(colour);
  const files = sources.map((source) => ({ ...source, index: indexText(source.text) }));
  const blocks = diagnostics.map((d) => block(d, files, colours));
  return `${blocks.join('\n')}\n${summary(diagnostics, colours)}\n`;
}

function block(d: Diagnostic, files: readonly Indexed[], c: Colours): string {
  const paint = painter(d.severity, c);
  const head = `${place(d.span, files, c)} ${paint(`${d.severity} ${d.code}`)}${c.bold(`: ${harmless(d.message)}`)}`;
  const lines = [head, ...frame(d.span, files, paint, c)];
  for (const { span, message } of d.related) {
    lines.push(`  ${place(span, files, c)} ${harmless(message)}`, ...frame(span, files, c.cyan, c));
  }
  if (d.hint !== undefined) lines.push(`  ${c.cyan('hint')}: ${harmless(d.hint)}`);
  return `${lines.join('\n')}\n`;
}

function painter(severity: Severity, c: Colours): (text: string) => string {
  if (severity === 'error') return c.red;
  return severity === 'warning' ? c.yellow : c.cyan;
}

function place(span: Span, files: readonly Indexed[], c: Colours): string {
  const file = files[span.file];
  if (file === undefined) throw new Error(`no source ${String(span.file)}`);
  const { line, column } = position(file.index, span.start);
  return c.bold(`${harmless(file.name)}:${String(line)}:${String(column)}:`);
}

/** The line of a span with the span underlined; nothing for a file without text. */
function frame(
  span: Span,
  files: readonly Indexed[],
  paint: (text: string) => string,
  c: Colours,
): string[] {
  const file = files[span.file];
  if (file === undefined || file.text === '') return [];
  const { starts } = file.index;
  const line = lineIndex(file.index, Math.min(span.start, file.text.length));
  const start = starts[line] ?? 0;
  const length = (starts[line + 1] ?? file.text.length) - start;
  const from = Math.min(span.start - start, length);
  const to = Math.max(Math.min(span.end - start, length), from + 1);
  // A window around the place, when the line is long.
  const cut = length > WIDTH ? Math.max(0, Math.min(from - 20, length - WIDTH)) : 0;
  const window = file.text.slice(start + cut, start + Math.min(length, cut + WIDTH));
  const shown = window.replace(/[\r\n]+$/, '');
  const number = String(line + 1);
  const gutter = ' '.repeat(number.length);
  // Tabs stay tabs, so that the mark stands below its place however wide the terminal makes them.
  const padding = harmless(shown.slice(0, from - cut)).replace(/[^\t]/g, ' ');
  const mark = '^'.repeat(Math.max(1, Math.min(to - cut, shown.length) - (from - cut)));
  return [
    `  ${c.dim(`${number} |`)} ${harmless(shown)}`,
    `  ${c.dim(`${gutter} |`)} ${padding}${paint(mark)}`,
  ];
}

function summary(diagnostics: readonly Diagnostic[], c: Colours): string {
  const number = (severity: Severity): number =>
    diagnostics.filter((d) => d.severity === severity).length;
  const parts = [
    ...(number('error') > 0 ? [c.red(count(number('error'), 'error'))] : []),
    ...(number('warning') > 0 ? [c.yellow(count(number('warning'), 'warning'))] : []),
    ...(number('note') > 0 ? [count(number('note'), 'note')] : []),
  ];
  const first = diagnostics.find((d) => d.severity === 'error') ?? diagnostics[0];
  return `${parts.join(', ')}; "makatea explain ${first?.code ?? ''}" tells more`;
}

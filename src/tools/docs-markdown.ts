// SPDX-License-Identifier: BSD-2-Clause

/** Says where a page comes from, for whoever opens it to edit it. */
export function generatedFrom(source: string): string {
  return `<!-- Generated from ${source} by \`npm run docs\`. Not to be edited. -->`;
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A table; a cell is Markdown on one line. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(markdown: string): string {
  return markdown.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}

export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.replace(/\n*$/, '\n')}\`\`\``;
}

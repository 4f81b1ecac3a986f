// SPDX-License-Identifier: BSD-2-Clause

/** A template as CAMkES' jinja reads it. */
export interface Jinja {
  /** What is evaluated, in order. */
  readonly code: readonly string[];
  /** The text around it, which goes to the C compiler. */
  readonly text: string;
}

const ENDS: Readonly<Record<string, string>> = { '/*?': '?*/', '/*-': '-*/', '/*#': '#*/' };

/** Splits a template at CAMkES' delimiters as a lexer does: from the left, the first end that comes. */
export function readJinja(template: string): Jinja {
  const code: string[] = [];
  let text = '';
  let rest = template;
  for (;;) {
    const start = /\/\*[?#-]/.exec(rest);
    if (start === null) return { code, text: text + rest };
    text += rest.slice(0, start.index);
    const body = start.index + 3;
    const end = rest.indexOf(ENDS[start[0]] ?? '', body);
    if (end < 0) throw new Error(`unclosed ${start[0]}`);
    if (start[0] !== '/*#') code.push(rest.slice(body, end).trim());
    rest = rest.slice(end + 3);
  }
}

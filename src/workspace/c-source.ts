// SPDX-License-Identifier: BSD-2-Clause

/** C source without its comments; strings stay as they are, so that no comment is seen in them. */
export function withoutComments(source: string): string {
  const token = /"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/[^\n]*/g;
  return source.replace(token, (text) => (text.startsWith('/') ? ' ' : text));
}

/**
 * The body of a function, braces and all, of a source without comments; nothing where there is no such function. Braces in
 * strings count too: the kernel's have none.
 */
export function functionBody(source: string, name: string): string | undefined {
  const head = new RegExp(`\\b${name}\\s*\\([^;{}]*\\)\\s*\\{`, 'g');
  if (!head.test(source)) return undefined;
  const start = head.lastIndex - 1;
  let depth = 0;
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '{') depth += 1;
    if (source[at] === '}') depth -= 1;
    if (depth === 0) return source.slice(start, at + 1);
  }
  return undefined;
}

/** An operand of an `asm` statement: its constraint and the expression that it stands for, without spaces. */
export interface AsmOperand {
  readonly constraint: string;
  readonly expression: string;
}

/** All operands with a name: `[name]"constraint"(expression)`; with `#if`, a name may come twice. */
export function asmOperands(body: string, name: string): AsmOperand[] {
  const operand = new RegExp(`\\[${name}\\]\\s*"([^"]*)"\\s*\\(((?:[^()]|\\([^()]*\\))*)\\)`, 'g');
  return [...body.matchAll(operand)].map(([, constraint = '', expression = '']) => ({
    constraint,
    expression: expression.replace(/\s+/g, ''),
  }));
}

// SPDX-License-Identifier: BSD-2-Clause

/** What a text lacks to be well-formed XML as far as diagrams use it; nothing when it lacks nothing. */
export function xmlFault(text: string): string | undefined {
  const open: string[] = [];
  // Tags, comments, references, characters, in this order.
  const token =
    /<!--(?:(?!--)[^])*-->|<\/([a-z]+)>|<([a-zA-Z]+)((?: [a-zA-Z:-]+="(?:[^"<&]|&[a-z]+;|&#[0-9]+;)*")*)(\/?)>|&(?:amp|lt|gt|quot|#[0-9]+);|[^<&]/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return `at ${at}: ${text.slice(at, at + 40)}`;
    const [, end, start, attributes = '', empty] = match;
    const names = attributes.match(/ [a-zA-Z:-]+(?==")/g) ?? [];
    if (new Set(names).size !== names.length) return `an attribute twice in ${match[0]}`;
    if (start !== undefined && empty === '') open.push(start);
    if (end !== undefined && open.pop() !== end) return `${end} is closed and was not open`;
  }
  // eslint-disable-next-line no-control-regex -- XML 1.0, 2.2
  const bad = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.exec(text);
  if (bad !== null || !text.isWellFormed()) return 'a character that XML does not have';
  return open.length === 0 ? undefined : `${open.join()} is not closed`;
}

// SPDX-License-Identifier: BSD-2-Clause

/** How wide signs are at size 1, rounded up: DejaVu Sans, the widest of the usual sans-serif fonts. */
const WIDTHS: readonly (readonly [signs: RegExp, width: number])[] = [
  [/[il.,:;'|! ]/u, 0.36],
  [/[fjrt()[\]{}"/\\-]/u, 0.46],
  [/[mwMW@%–—…]/u, 1.01],
  [/[A-Z0-9a-z_·]/u, 0.66],
  [/[\u0020-\u024f]/u, 0.84],
];

/** Letters of other scripts, and pictures, may be as wide as they are high, and a little wider. */
const WIDEST = 1.2;

/** The width that a text does not exceed, in pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  let sum = 0;
  for (const sign of text) sum += WIDTHS.find(([signs]) => signs.test(sign))?.[1] ?? WIDEST;
  return Math.ceil(sum * size * (bold ? 1.12 : 1));
}

/** A text cut so that it is at most so wide. */
export function cut(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const signs = Array.from(text);
  let length = signs.length;
  while (length > 0 && textWidth(`${signs.slice(0, length).join('')}…`, size) > width) length -= 1;
  return `${signs.slice(0, length).join('').trimEnd()}…`;
}

// SPDX-License-Identifier: BSD-2-Clause
import { dot } from './dot.js';
import type { DiagramFormat } from './formats.js';
import { mermaid } from './mermaid.js';
import type { Picture } from './picture.js';
import { svg } from './svg.js';

const DRAW: Readonly<Record<DiagramFormat, (picture: Picture) => string>> = { svg, mermaid, dot };

/** A picture in a format. */
export function draw(picture: Picture, format: DiagramFormat): string {
  return DRAW[format](picture);
}

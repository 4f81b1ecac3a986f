// SPDX-License-Identifier: BSD-2-Clause

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const COLOUR = /\u001b\[[0-9;]*m/g;

/**
 * Stands for the package `string-width` in the built program. That one sets up Intl.Segmenter when
 * it is loaded, which takes 25 ms, a third of what Node takes to start. Only yargs asks for widths,
 * of the texts in `--help`, and those are ASCII.
 */
export default function stringWidth(text: string): number {
  return text.replace(COLOUR, '').length;
}

// SPDX-License-Identifier: BSD-2-Clause
import { hasErrors } from '../diagnostics/diagnostic.js';
import { renderPretty } from '../render/pretty.js';
import type { Found } from './found.js';

/** Exit statuses. */
export const EXIT = { fine: 0, findings: 1, usage: 2, internal: 3 } as const;

export const FORMATS = ['pretty', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * Colour on a terminal only, and not where NO_COLOR asks for none (no-color.org).
 *
 * @param stream for a pipe Node leaves `isTTY` undefined, whatever its own type says
 */
function wantsColour(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR } = process.env;
  return stream.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '');
}

/**
 * Shows findings: for people on the stream that is given, for programs always on standard output.
 *
 * @returns the exit status that they call for.
 */
export async function show(
  found: Found,
  format: Format,
  stream: NodeJS.WriteStream,
): Promise<number> {
  const { diagnostics, sources } = found;
  if (format === 'pretty') stream.write(renderPretty(diagnostics, sources, wantsColour(stream)));
  else {
    // Loaded late: who reads findings as text does not wait for what the other formats need.
    const { renderForPrograms } = await import('./formats.js');
    process.stdout.write(renderForPrograms(found, format));
  }
  return hasErrors(diagnostics) ? EXIT.findings : EXIT.fine;
}

/** A complaint about how the program was called. */
export function usage(message: string, hint?: string): number {
  process.stderr.write(`makatea: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`);
  return EXIT.usage;
}

// SPDX-License-Identifier: BSD-2-Clause
import { writeFileSync } from 'node:fs';
import { draw } from '../diagram/draw.js';
import type { DiagramFormat } from '../diagram/formats.js';
import { pictureOf } from '../diagram/picture.js';
import { hasErrors } from '../diagnostics/diagnostic.js';
import { checkFile } from '../pipeline/check.js';
import { realFiles } from './files.js';
import { EXIT, show, usage } from './io.js';

/** `makatea diagram FILE`: a picture of a description without errors. Its images need not be there. */
export async function diagram(path: string, format: DiagramFormat, out?: string): Promise<number> {
  const checked = checkFile(path, { files: realFiles(), composing: false });
  const { diagnostics, sources, system, machine } = checked;
  if (system === undefined || hasErrors(diagnostics)) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    return show({ diagnostics: errors, sources }, 'pretty', process.stderr);
  }
  const text = draw(pictureOf(system, machine), format);
  if (out === undefined || out === '-') {
    process.stdout.write(text);
    return EXIT.fine;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    return usage(
      `${out} can not be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return EXIT.fine;
}

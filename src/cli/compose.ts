// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import { differences, writeOutput } from '../output/write.js';
import { composeFile, type Composition } from '../pipeline/compose.js';
import { count } from '../render/text.js';
import { realFiles } from './files.js';
import { EXIT, show, usage, type Format } from './io.js';

export interface ComposeOptions {
  /** Output directory; `build/NAME` when it is not given. */
  readonly out?: string;
  /** Only compare with what is there. */
  readonly check: boolean;
  readonly format: Format;
  /** Fail where a check could not be made. */
  readonly strict: boolean;
}

/** `makatea compose FILE`: writes the CAMkES application, whole or not at all. */
export async function compose(
  path: string,
  { out, check, format, strict }: ComposeOptions,
): Promise<number> {
  const { composition, ...found } = composeFile(path, realFiles(), { strict });
  const status = await show(found, format, process.stderr);
  if (composition === undefined) return status;
  const dir = out ?? join('build', composition.plan.system);
  if (check) return compare(dir, composition);
  const fault = writeOutput(dir, composition.output);
  if (fault !== undefined) return usage(fault.fault, fault.hint);
  if (format === 'pretty') process.stdout.write(told(dir, composition));
  return EXIT.fine;
}

function told(dir: string, { plan, output }: Composition): string {
  const parts = [
    count(plan.vms.length, 'VM'),
    count(plan.components.length, 'component'),
    count(plan.channels.length, 'channel'),
    count(output.size, 'file'),
  ];
  return `composed "${plan.system}" into ${dir}: ${parts.join(', ')}\n  read ${join(dir, 'report.md')} first\n`;
}

function compare(dir: string, { output }: Composition): number {
  const differing = differences(dir, output);
  for (const file of differing) process.stderr.write(`${join(dir, file)} is not up to date\n`);
  if (differing.length === 0) return EXIT.fine;
  process.stderr.write(`compose again to mend ${count(differing.length, 'file')}\n`);
  return EXIT.findings;
}

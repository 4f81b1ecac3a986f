// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PACKAGE } from '../util/package.js';
import { DebianError } from './debian.js';
import { provideImages } from './images.js';

/** What to do where Debian's packages can not be had. */
export const ELSEWHERE = `The examples' kernel and shell come from Debian 12's packages, over the network. Elsewhere put a 64-bit Linux
kernel at systems/images/vmlinuz and an initial RAM disk at systems/images/initrd.cpio.gz.`;

/** The examples' folder, in a clone of the repository. */
const EXAMPLES = join(PACKAGE, 'systems');

/** Whether a description is one of the repository's examples, whose images we know. */
function isExample(description: string): boolean {
  if (!existsSync(description) || !existsSync(EXAMPLES)) return false;
  return dirname(realpathSync(description)) === realpathSync(EXAMPLES);
}

/**
 * Makes the images that the repository's examples name, when the description is one of them and images are missing.
 *
 * @returns why that was not possible
 */
export async function provideExamples(
  description: string,
  say: (text: string) => void,
): Promise<{ readonly fault: string; readonly hint: string } | undefined> {
  if (!isExample(description)) return undefined;
  try {
    await provideImages(join(EXAMPLES, 'images'), join(PACKAGE, '.cache'), say);
    return undefined;
  } catch (error) {
    if (!(error instanceof DebianError)) throw error;
    return { fault: error.message, hint: ELSEWHERE };
  }
}

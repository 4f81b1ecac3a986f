// SPDX-License-Identifier: BSD-2-Clause
import { provideExamples } from '../guest/examples.js';
import type { RunFault } from '../run/fault.js';
import type { Run } from './boot.js';

/** Makes the guest images of an example that are missing, and says so meanwhile. */
export async function provideImages(
  path: string,
  { progress }: Run,
): Promise<RunFault | undefined> {
  const fault = await provideExamples(path, (text) => {
    progress.stage(`${text} …`);
  });
  progress.end();
  return fault;
}

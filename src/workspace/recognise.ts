// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import { BOOT_FAILURES, GUEST_FAILURES } from './boot-failures.js';
import { BUILD_FAILURES } from './build-failures.js';
import type { About, Failure } from './failure.js';

/** The failures that the tools of a build tell of. */
export function buildFailures(output: string, about: About): Diagnostic[] {
  return recognise(BUILD_FAILURES, output, about);
}

/** The failures that GRUB, seL4 and the capability loader tell of on the console. */
export function bootFailures(output: string, about: About): Diagnostic[] {
  return recognise(BOOT_FAILURES, output, about);
}

export function tellsOfBootFailure(output: string): boolean {
  const text = plain(output);
  return BOOT_FAILURES.some(({ pattern }) => pattern.test(text));
}

/** The failures that guests tell of on the console. */
export function guestFailures(output: string, about: About): Diagnostic[] {
  return recognise(GUEST_FAILURES, output, about);
}

/** Colours and other control sequences (ECMA-48, 5.4). */
// eslint-disable-next-line no-control-regex -- they begin with a control character
const CONTROL = /\x1b\[[0-?]*[ -/]*[@-~]/g;

function plain(output: string): string {
  return output.replace(CONTROL, '').replace(/\s+/g, ' ');
}

function recognise(failures: readonly Failure[], output: string, about: About): Diagnostic[] {
  const text = plain(output);
  return failures.flatMap(({ page, pattern, tell }) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    const { span, message, hint } = tell(match, about);
    return [diagnostic(page, span, message, { hint })];
  });
}

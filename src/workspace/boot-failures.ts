// SPDX-License-Identifier: BSD-2-Clause
import type { Failure } from './failure.js';

/** What GRUB, seL4 and the capability loader print when they fail for a reason that we know. */
export const BOOT_FAILURES: readonly Failure[] = [];

/** What guests print. */
export const GUEST_FAILURES: readonly Failure[] = [];

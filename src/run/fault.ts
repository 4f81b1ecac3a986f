// SPDX-License-Identifier: BSD-2-Clause

/** Why a system can not be run here, in words. */
export interface RunFault {
  readonly fault: string;
  readonly hint?: string;
}

export function isRunFault(value: object): value is RunFault {
  return 'fault' in value;
}

// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import type { MachineFunction } from '../model/machine.js';
import type { Range } from './places.js';

export interface Owned extends Range {
  /** Who has it, for the message. */
  readonly owner: string;
  /** Absent for what the system itself owns. */
  readonly span?: Span;
  /** The PCI function that it is a register of. */
  readonly fn?: MachineFunction | undefined;
}

export const hex = (value: number): string => `0x${value.toString(16)}`;

// SPDX-License-Identifier: BSD-2-Clause

/** What may stand for the machine. */
export const MACHINES = ['auto', 'bochs', 'kvm'] as const;
export type MachineChoice = (typeof MACHINES)[number];

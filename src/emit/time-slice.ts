// SPDX-License-Identifier: BSD-2-Clause
//
// seL4 does not switch CR2 with a guest, so a kernel that switches between guests by itself, at any instruction, breaks them. The
// monitors change by themselves, where a guest can be left, many times within these (decision 24).

/** Ticks of the kernel that a thread has before another one of its priority, without MCS: for ever, as far as the kernel counts. */
export const TIME_SLICE_TICKS = 2_147_483_647;

/** The same with MCS, in µs, for a component without a budget of its own: what it has left is full again after each change. */
export const FULL_TURN_US = 100_000;

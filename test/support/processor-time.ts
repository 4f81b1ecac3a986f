// SPDX-License-Identifier: BSD-2-Clause

/**
 * Processor time of this process so far, in milliseconds. What must not take for ever is bounded by it, not by the clock:
 * what else the machine does is no failure.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

// SPDX-License-Identifier: BSD-2-Clause
import real from 'node:process';

/**
 * Stands for `process` where the yaml package uses it, under this name. At every token it asks the environment whether to
 * log it; Node looks that up in the operating system, which was a tenth of the time that reading takes.
 */
export const env: Readonly<Record<string, string>> = {};
export const emitWarning = real.emitWarning.bind(real);

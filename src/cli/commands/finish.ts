// SPDX-License-Identifier: BSD-2-Clause

/** Takes a command's exit status. */
export type Finish = (status: number) => void;

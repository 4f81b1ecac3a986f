// SPDX-License-Identifier: BSD-2-Clause
import type { Layout } from './layout.js';
import type { BuildLog } from './log.js';
import { runTool } from './tool.js';

/** How far ninja is. */
export interface Step {
  readonly done: number;
  readonly all: number;
  readonly what: string;
}

interface CompileOptions {
  readonly log: BuildLog;
  readonly signal: AbortSignal;
  readonly step: (step: Step) => void;
}

/** Builds what is not up to date. */
export function compile(
  { build }: Layout,
  { log, signal, step }: CompileOptions,
): Promise<boolean> {
  return runTool('ninja', [], {
    cwd: build,
    // The user's own taste would not be understood.
    env: { NINJA_STATUS: '[%f/%t] ' },
    log,
    signal,
    hear: (line) => {
      const [, done, all, what = ''] = /^\[(\d+)\/(\d+)\] (.*)$/.exec(line) ?? [];
      if (done !== undefined) step({ done: Number(done), all: Number(all), what });
    },
  });
}

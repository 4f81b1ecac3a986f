// SPDX-License-Identifier: BSD-2-Clause

/** Exit statuses of a program that a signal ends, by the shell's convention. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The exit status that a signal calls for, once one has come. */
  readonly status: number | undefined;
  readonly remove: () => void;
}

/** Signals end the run in order: the emulator is ended, files are taken away, the terminal is as it was. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let status: number | undefined;
  const listeners = Object.entries(SIGNALS).map(([name, exitStatus]) => {
    const listener = (): void => {
      status ??= exitStatus;
      controller.abort();
    };
    process.on(name, listener);
    return [name, listener] as const;
  });
  // Nobody reads any more: `makatea run ... | head`.
  const onError = (): void => {
    controller.abort();
  };
  process.stdout.on('error', onError);
  // Nobody reads the progress any more: `makatea build ... 2>&1 | head`. The work goes on.
  const onUnread = (): void => undefined;
  process.stderr.on('error', onUnread);
  return {
    signal: controller.signal,
    get status() {
      return status;
    },
    remove: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
      process.stdout.off('error', onError);
      process.stderr.off('error', onUnread);
    },
  };
}

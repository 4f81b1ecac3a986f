// SPDX-License-Identifier: BSD-2-Clause
// A folder with a description, a project tree and tools, and the commands in this process.
import { statSync } from 'node:fs';
import { vi } from 'vitest';
import type { RunOptions } from '../../src/cli/boot.js';
import { build, type BuildOptions } from '../../src/cli/build.js';
import { run } from '../../src/cli/run.js';
import { oneVm } from '../../src/diagnostics/examples.js';
import { chatOf } from '../../src/run/chat.js';
import { Folder } from '../support/cli.js';
import { captureWritten } from '../support/written.js';
import type { Scene } from '../run/fakes.js';
import { callsOf, installTools, writeTree } from './fakes.js';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export class Here {
  readonly folder = new Folder(oneVm());
  #searchPath = installTools(this.folder.path('bin'));
  /** What the tools are told beside. */
  readonly env: Record<string, string> = {};

  constructor() {
    writeTree(this.path());
  }

  /** A path in the tree. */
  path(...parts: string[]): string {
    return this.folder.path('tree', ...parts);
  }

  calls(tool: string): string[] {
    return callsOf(this.folder.path('calls'), tool);
  }

  time(file: string): number {
    return statSync(this.path(file)).mtimeMs;
  }

  searchOnly(dir: string): void {
    this.#searchPath = dir;
  }

  environment(): Record<string, string> {
    return {
      PATH: this.#searchPath,
      HOME: this.folder.path('home'),
      FAKE_CALLS: this.folder.path('calls'),
      FAKE_PID: this.folder.path('pid'),
      ...this.env,
    };
  }

  build(options: Partial<BuildOptions> = {}): Promise<Outcome> {
    const all = { workspace: this.path(), format: 'pretty', strict: false, ...options } as const;
    return this.#act(() => build(this.folder.path('system.yaml'), all));
  }

  run(scene: Scene, options: Partial<RunOptions> = {}, chat: string[] = []): Promise<Outcome> {
    const steps = chatOf(chat);
    if ('wrong' in steps) throw new Error(steps.wrong);
    const fixed = { machine: 'bochs', exits: false, workspace: this.path() } as const;
    this.env['FAKE_SCENE'] = JSON.stringify(scene);
    return this.#act(() =>
      run(this.folder.path('system.yaml'), { ...fixed, chat: steps, ...options }),
    );
  }

  async #act(command: () => Promise<number>): Promise<Outcome> {
    for (const [key, value] of Object.entries(this.environment())) vi.stubEnv(key, value);
    const written = captureWritten();
    try {
      return { status: await command(), ...written };
    } finally {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
    }
  }
}

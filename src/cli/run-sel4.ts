// SPDX-License-Identifier: BSD-2-Clause
import { statSync } from 'node:fs';
import { makeIso } from '../build/iso.js';
import { makeRunDir, type RunDir } from '../run/cache.js';
import { isRunFault } from '../run/fault.js';
import { chooseMachine, type Chosen } from '../run/machine.js';
import { sel4Memory } from '../run/memory.js';
import { EMULATOR_TOOLS, ISO_TOOLS } from '../run/tools.js';
import { whyNotEmulated } from '../run/unfit.js';
import { BootLog } from '../workspace/boot-log.js';
import { boot, judge, type Run, type RunOptions } from './boot.js';
import { buildSystem, type BuiltSystem } from './build.js';
import { EXIT, usage } from './io.js';

interface Sel4Options extends RunOptions {
  readonly workspace: string;
}

/** `makatea run FILE --workspace DIR`: builds in a CAMkES project tree, and boots that on seL4. */
export async function runOnSel4(path: string, options: Sel4Options, run: Run): Promise<number> {
  const { workspace, machine, keep, exits } = options;
  const searchPath = process.env['PATH'] ?? '';
  const chosen = chooseMachine(machine, { root: '/', searchPath });
  if (isRunFault(chosen)) return usage(chosen.fault, chosen.hint);
  const needs = [...ISO_TOOLS, ...EMULATOR_TOOLS[chosen.kind]];
  const how = { workspace, needs, format: 'pretty', strict: false, exits } as const;
  const built = await buildSystem(path, how, run);
  if ('status' in built) return built.status;
  const unfit = whyNotEmulated(built.composition.plan, 'an emulated machine');
  if (unfit !== undefined) return usage(unfit.fault, unfit.hint);
  const dir = makeRunDir(keep);
  if (isRunFault(dir)) return usage(dir.fault, dir.hint);
  try {
    return await bootBuilt(built, { chosen, dir, options, run });
  } finally {
    dir.discard();
  }
}

interface Job {
  readonly chosen: Chosen;
  readonly dir: RunDir;
  readonly options: RunOptions;
  readonly run: Run;
}

async function bootBuilt(built: BuiltSystem, { chosen, dir, options, run }: Job): Promise<number> {
  const { composition, layout, tell } = built;
  const { plan } = composition;
  run.progress.stage('making it bootable …');
  const iso = await makeIso(layout, run.signal);
  run.progress.end();
  if (run.signal.aborted) return EXIT.fine;
  if (iso !== undefined) return usage(iso.fault, iso.hint);
  const log = new BootLog();
  const booted = await boot({
    what: 'seL4',
    chosen,
    iso: layout.iso,
    memory: sel4Memory(plan, statSync(layout.loader).size),
    cores: plan.kernel.cores,
    dir: dir.path,
    names: plan.vms.map(({ name }) => name),
    watch: (printed, report) => {
      log.hear(printed);
      return log.isLost || report.ended === plan.vms.length;
    },
    options,
    run,
  });
  if (log.isLost) {
    process.stderr.write('\nmakatea: the system did not come up\n');
    return tell(log.failures(composition));
  }
  if (options.exits) process.stdout.write(`\n${booted.report.table()}`);
  const status = judge(booted, options);
  return status === EXIT.fine ? status : Math.max(status, await tell(log.failures(composition)));
}

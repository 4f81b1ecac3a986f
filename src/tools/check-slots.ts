// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import isPlan from '../generated/validate-plan.js';
import { checkSealed } from '../verify/sealed.js';

/**
 * Prints what the monitors of a running system hold otherwise than planned, once they are sealed: `check-slots plan.json log`. The
 * log is the machine's serial output of a debug build with MakateaShowSlots.
 */
function main([planPath, logPath]: readonly string[]): number {
  if (planPath === undefined || logPath === undefined) {
    console.error('usage: check-slots plan.json log');
    return 2;
  }
  const plan: unknown = JSON.parse(readFileSync(planPath, 'utf8'));
  if (!isPlan(plan)) {
    console.error(`${planPath}: not a plan of this version`);
    return 2;
  }
  const wrong = checkSealed(plan, readFileSync(logPath, 'latin1'));
  for (const text of wrong) console.log(text);
  if (wrong.length === 0) console.log(`${logPath}: each monitor holds what ${planPath} leaves it`);
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));

// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { checkSpec } from '../capdl/check.js';
import { parseSpec } from '../capdl/parse.js';
import isPlan from '../generated/validate-plan.js';
import { comparePlanWithCdl, formatMismatch } from '../verify/compare.js';

/** Prints what a built system grants otherwise than its plan: `check-cdl plan.json app.cdl`. */
function main([planPath, cdlPath]: readonly string[]): number {
  if (planPath === undefined || cdlPath === undefined) {
    console.error('usage: check-cdl plan.json app.cdl');
    return 2;
  }
  const plan = readJson(planPath);
  if (!isPlan(plan)) {
    console.error(`${planPath}: not a plan of this version`);
    return 2;
  }
  const read = parseSpec(readFileSync(cdlPath, 'utf8'));
  if (!read.ok) {
    console.error(`${cdlPath}:${read.error.line}: ${read.error.message}`);
    return 1;
  }
  const faults = checkSpec(read.spec).map(({ message, line }) =>
    line === undefined ? message : `${message} (line ${line})`,
  );
  const mismatches = comparePlanWithCdl(plan, read.spec).map(formatMismatch);
  for (const text of [...faults, ...mismatches]) console.log(text);
  const found = faults.length + mismatches.length;
  if (found === 0) console.log(`${cdlPath}: grants exactly what ${planPath} plans`);
  return found === 0 ? 0 : 1;
}

/** The value that a file holds; nothing when it is no JSON. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

process.exitCode = main(process.argv.slice(2));

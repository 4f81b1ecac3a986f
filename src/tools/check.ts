// SPDX-License-Identifier: BSD-2-Clause
// `check.ts static`: what can be said without running the program. `check.ts all`: that, then the
// tests. Everything is run even after a failure; the last line counts what passed and failed.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { root } from './root.js';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is counted. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const generate: Step = { name: 'generate', command: ['tsx', 'src/tools/generate.ts'] };

const statics: readonly Step[] = [
  { name: 'lint', command: ['eslint', '--max-warnings=0', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'build', command: ['tsx', 'src/tools/build.ts'] },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'imports', command: ['depcruise', '--config', '.ci/imports.js', 'src'] },
];

/**
 * The C core: its own tests, checks and runs under Bochs. One step after the other: these have a time limit. Within a step make
 * works at as much as there are processors.
 */
const core: readonly Step[] = [
  ['check'],
  ['decode-test'],
  ['acpi-test'],
  ['fuzz'],
  ['bench-test'],
].map(([target = '']) => ({
  name: `vmm-c ${target}`,
  command: ['make', '-s', `-j${String(availableParallelism())}`, '-C', 'vmm-c', target],
}));

const reportFile = path.join(root, '.cache/vitest.json');

/** Tools are found in node_modules/.bin, also when npm did not start us. */
const options = { cwd: root, preferLocal: true, reject: false, stdin: 'ignore' } as const;

async function runStep({ name, command: [file, ...args] }: Step): Promise<Count> {
  const result = await execa(file, args, { ...options, all: true });
  const seconds = (result.durationMs / 1000).toFixed(1);
  console.log(`${result.failed ? 'FAILED' : 'ok    '} ${name} (${seconds} s)`);
  if (result.failed) console.log(result.message);
  return count(!result.failed);
}

/** Runs steps side by side, as many as there are processors. */
async function runSteps(steps: readonly Step[]): Promise<Count[]> {
  const waiting = [...steps];
  const counts: Count[] = [];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) counts.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return counts;
}

/** The tests of one project of vitest.config.ts. */
async function runTests(project: string, ...more: readonly string[]): Promise<Count[]> {
  await mkdir(path.dirname(reportFile), { recursive: true });
  await rm(reportFile, { force: true });
  const args = ['run', '--project', project, ...more, '--reporter=default', '--reporter=json'];
  const result = await execa('vitest', [...args, `--outputFile.json=${reportFile}`], {
    ...options,
    stdout: 'inherit',
    stderr: 'inherit',
  });
  const tests = await countTests();
  // Vitest also fails when coverage is too low, or without any report when it can not start.
  return result.failed && tests.failed === 0 ? [tests, count(false)] : [tests];
}

async function countTests(): Promise<Count> {
  const text = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(text) as VitestReport;
  // A file that can not be loaded fails as a whole and has no test to count.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function count(passed: boolean): Count {
  return { passed: Number(passed), failed: Number(!passed), skipped: 0 };
}

function add(a: Count, b: Count): Count {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

const scope = process.argv[2];
if (scope !== 'static' && scope !== 'all') throw new Error('usage: check.ts static|all');
// The other steps look at what `generate` writes.
const counts = [await runStep(generate), ...(await runSteps(statics))];
// The core by itself: its runs under Bochs have a time limit.
if (scope === 'all') {
  for (const step of core) counts.push(await runStep(step));
  counts.push(...(await runTests('unit', '--coverage')));
  counts.push(...(await runTests('boot')));
}
const { passed, failed, skipped } = counts.reduce(add);
const skips = skipped > 0 ? `, ${skipped} skipped` : '';
console.log(`${passed} passed, ${failed} failed${skips}`);
process.exitCode = failed > 0 ? 1 : 0;

// SPDX-License-Identifier: BSD-2-Clause
// The steps of the GitHub action, run as a runner runs them: each script in a bash of its own, in a repository's folder.
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { oneVm, twoVms } from '../../src/diagnostics/examples.js';
import { root } from '../support/program.js';

interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly default?: string; readonly required?: boolean }>
  >;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly name: string;
      readonly shell: string;
      readonly env: Readonly<Record<string, string>>;
      readonly run: string;
    }[];
  };
}

const action = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as Action;

let dir: string;
let home: string;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'makatea-action-'));
  // What a runner has of the action: its tracked files. The packages are brought by `npm ci`, which needs a network, so
  // they are there already.
  home = path.join(dir, 'action');
  const { stdout } = await execa('git', ['ls-files', '-z', '--', ':!test'], { cwd: root });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await cp(path.join(root, file), path.join(home, file));
  }
  await symlink(path.join(root, 'node_modules'), path.join(home, 'node_modules'));
});
afterAll(async () => rm(dir, { recursive: true, force: true }));

/** A repository with files in it. */
async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  const repo = await mkdtemp(path.join(dir, 'repo-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(repo, name)), { recursive: true });
    await writeFile(path.join(repo, name), text);
  }
  return repo;
}

/** Runs the action with inputs; the output of the step that failed, or of the last. */
async function run(cwd: string, inputs: Readonly<Record<string, string>>) {
  const value = (expression: string): string => {
    if (expression === 'github.action_path') return home;
    const name = expression.replace(/^inputs\./, '');
    const input = action.inputs[name] ?? expect.fail(`no input ${name}`);
    return inputs[name] ?? input.default ?? '';
  };
  let result = { status: 0, stdout: '', stderr: '' };
  for (const step of action.runs.steps) {
    const env = Object.fromEntries(
      Object.entries(step.env).map(([key, text]) => [
        key,
        text.replace(/\$\{\{ ([a-z_.-]+) \}\}/g, (_, expression: string) => value(expression)),
      ]),
    );
    const script = path.join(dir, 'step.sh');
    await writeFile(script, step.run);
    const flags = ['--noprofile', '--norc', '-eo', 'pipefail', script];
    const ran = await execa('bash', flags, { cwd, env, reject: false });
    result = { status: ran.exitCode ?? -1, stdout: ran.stdout, stderr: ran.stderr };
    if (result.status !== 0) break;
  }
  return result;
}

describe('the action', () => {
  test('is composite; its scripts hold no expression, so that no input becomes a command', () => {
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) {
      expect(step.shell).toBe('bash');
      expect(step.run).not.toContain('${{');
    }
  });

  test('builds the program at its first use, and passes a good description', async () => {
    const repo = await repository({ 'system.yaml': oneVm() });
    const ran = await run(repo, { files: 'system.yaml' });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('::warning file=system.yaml,');
  });

  test('fails at a finding and shows it at its line', async () => {
    const repo = await repository({
      'a/system.yaml': oneVm({ web: 'memroy: 7' }),
      'b/c/system.yaml': oneVm(),
    });
    const ran = await run(repo, { files: 'a/*.yaml\n**/c/*.yaml' });
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/^::error file=a\/system\.yaml,line=7,/m);
    expect(ran.stdout).toMatch(/^::warning file=b\/c\/system\.yaml,/m);
  });

  test('counts warnings', async () => {
    const repo = await repository({ 'system.yaml': twoVms() });
    expect(await run(repo, { files: '*.yaml', 'max-warnings': '2' })).toMatchObject({ status: 0 });
    expect(await run(repo, { files: '*.yaml', 'max-warnings': '1' })).toMatchObject({ status: 1 });
  });

  test('fails at what could not be checked when it is strict', async () => {
    const repo = await repository({ 'system.yaml': oneVm() });
    const inputs = { files: '*.yaml', sarif: 'out.sarif' };
    for (const strict of ['false', '']) {
      expect(await run(repo, { ...inputs, strict })).toMatchObject({ status: 0 });
    }
    const ran = await run(repo, { ...inputs, strict: 'true' });
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/^::error file=system\.yaml,line=2,.*MK0348/m);
    const log = await readFile(path.join(repo, 'out.sarif'), 'utf8');
    expect(JSON.parse(log)).toMatchObject({
      runs: [
        {
          results: expect.arrayContaining([
            expect.objectContaining({ ruleId: 'MK0348', level: 'error' }),
          ]) as unknown,
        },
      ],
    });
    const wrong = await run(repo, { ...inputs, strict: 'yes; true' });
    expect(wrong).toMatchObject({ status: 2 });
    expect(wrong.stdout).toBe('::error::the input "strict" is true or false');
  });

  test('writes SARIF too, also when there are findings', async () => {
    const repo = await repository({ 'system.yaml': oneVm({ web: 'memroy: 7' }) });
    expect(await run(repo, { files: '*.yaml', sarif: 'out.sarif' })).toMatchObject({ status: 1 });
    const log = JSON.parse(await readFile(path.join(repo, 'out.sarif'), 'utf8')) as object;
    expect(log).toMatchObject({
      runs: [{ results: [{ ruleId: 'MK0402' }, { ruleId: 'MK0101' }] }],
    });
  });

  test('fails when no file matches, and when an input is wrong', async () => {
    const repo = await repository({ 'system.yaml': oneVm() });
    const none = await run(repo, { files: 'no/*.yaml' });
    expect(none).toMatchObject({ status: 2 });
    expect(none.stdout).toMatch(/^::error::no file matches/);
    const wrong = await run(repo, { files: '*.yaml', 'max-warnings': 'x; true' });
    expect(wrong).toMatchObject({ status: 2 });
  });

  test('takes names for names, not for options or commands', async () => {
    const repo = await repository({ '--fix': oneVm({ web: 'priorty: 7' }) });
    const ran = await run(repo, { files: '--fix $(touch${IFS}bad) `touch${IFS}bad`' });
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/^::error file=--fix,line=7,/m);
    await expect(readFile(path.join(repo, 'bad'))).rejects.toThrow('ENOENT');
  });
});

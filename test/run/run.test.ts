// SPDX-License-Identifier: BSD-2-Clause
// `makatea run` from one end to the other, with an emulator that plays a scene.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunOptions } from '../../src/cli/boot.js';
import { run } from '../../src/cli/run.js';
import { oneVm } from '../../src/diagnostics/examples.js';
import { chatOf } from '../../src/run/chat.js';
import { cacheDir } from '../../src/run/cache.js';
import { Folder, PROGRAM } from '../support/cli.js';
import { captureWritten } from '../support/written.js';
import { installFakes, pieces, type Scene } from './fakes.js';

const OFF: Scene = [{ print: 'bye\r\nmakatea: web: ended: off\r\n' }];
const PROMPT = '~ # ';

let folder: Folder;
let searchPath: string;
beforeEach(() => {
  folder = new Folder(oneVm());
  searchPath = installFakes(folder.path('bin'));
});
afterEach(() => {
  folder.remove();
  // The folder of each run is gone.
  const dir = path.join(cacheDir(), 'run');
  const left = existsSync(dir) ? readdirSync(dir) : [];
  expect(left.filter((name) => ours.has(path.join(dir, name)))).toEqual([]);
});

/** Folders of runs that made an image. */
const ours = new Set<string>();

function environment(scene: Scene, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: searchPath,
    FAKE_SCENE: JSON.stringify(scene),
    FAKE_MAKE: folder.path('make.txt'),
    FAKE_PID: folder.path('pid'),
    ...more,
  };
}

function argumentsOfMake(): string[] {
  const args = readFileSync(folder.path('make.txt'), 'utf8').split('\n');
  const build = args.find((arg) => arg.startsWith('BUILD='))?.slice('BUILD='.length) ?? '';
  ours.add(path.dirname(build));
  return args;
}

/** As a user does it. */
async function makatea(scene: Scene, ...args: string[]) {
  const result = await folder.makatea(['run', 'system.yaml', ...args], { env: environment(scene) });
  if (existsSync(folder.path('make.txt'))) argumentsOfMake();
  return result;
}

/** In this process. */
async function runHere(scene: Scene, options: Partial<RunOptions> = {}, chat: string[] = []) {
  for (const [key, value] of Object.entries(environment(scene))) vi.stubEnv(key, value);
  const written = captureWritten();
  try {
    const steps = chatOf(chat);
    if ('wrong' in steps) throw new Error(steps.wrong);
    const all = { machine: 'bochs', chat: steps, exits: false, ...options } as const;
    return { status: await run(folder.path('system.yaml'), all), ...written };
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
}

function isAlive(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

describe('a machine that ends by itself', () => {
  test('shows its console as it is, and ends well when all was switched off', async () => {
    const { status, out, err } = await makatea([{ print: 'hello\r\n\x1b[1mthere' }, ...OFF]);
    expect(status).toBe(0);
    expect(out).toBe('hello\r\n\x1b[1mtherebye\r\nmakatea: web: ended: off\r\n');
    expect(err).toMatch(/makatea: compiling …\nmakatea: booting the bench in Bochs with \d+ MiB/);
  });

  test('ends badly when a VM did', async () => {
    const { status, err } = await runHere([{ print: 'x\nmakatea: web: ended: crashed\n' }]);
    expect(status).toBe(1);
    expect(err).toMatch(/VM "web" ended: crashed/);
  });

  test('ends badly when no VM has ended, with the last words of the emulator', async () => {
    const { status, err } = await runHere([{ print: 'half' }]);
    expect(status).toBe(1);
    expect(err).toMatch(/the machine stopped, and no VM had ended\nthe fake has ended\n$/);
  });
});

describe('a conversation', () => {
  test.each([1, 2, 3, 1000])('is followed in pieces of %d', async (size) => {
    const scene: Scene = [
      ...pieces(`boots\r\n${PROMPT}`, size),
      { wait: 'uname -a\n' },
      ...pieces('uname -a\r\nLinux 6.1\r\n', size),
      'hang',
    ];
    const chat = ['--expect', PROMPT, '--send', 'uname -a\\n', '--expect', 'Linux'];
    const { status, out } = await runHere(scene, { timeout: 20 }, chat);
    expect(status).toBe(0);
    expect(out).toContain('Linux');
    expect(isAlive(folder.path('pid'))).toBe(false);
  });

  test('is taken from the command line in its order', async () => {
    const scene: Scene = [
      { print: PROMPT },
      { wait: 'a\n' },
      { print: 'A' },
      { wait: 'b\n' },
      { print: 'B' },
      'hang',
    ];
    const chat = [
      '--expect',
      PROMPT,
      '--send=a\\n',
      '--expect',
      'A',
      '--send',
      'b\\n',
      '--expect=B',
    ];
    const { status } = await makatea(scene, '--timeout', '20', ...chat);
    expect(status).toBe(0);
  });

  test('fails when the machine ends before', async () => {
    const { status, err } = await runHere(OFF, {}, ['--expect', PROMPT]);
    expect(status).toBe(1);
    expect(err).toMatch(/the machine ended before the console said "~ # "/);
  });

  test('fails when the time is over before, and the emulator is ended', async () => {
    const { status, err } = await runHere(['hang'], { timeout: 0.5 }, ['--expect', PROMPT]);
    expect(status).toBe(1);
    expect(err).toMatch(/the time of 0\.5 s was over before the console said "~ # "/);
    expect(isAlive(folder.path('pid'))).toBe(false);
  });
});

describe('VM exits', () => {
  const scene: Scene = [
    { print: PROMPT },
    { wait: 'poweroff -f\n' },
    { print: 'makatea: web: ticks 200000 13000 150000\r\n' },
    { print: 'makatea: web: exits I/O-instruction 300 3000\r\nmakatea: web: exits HLT 100 9' },
    { print: '000\r\n' },
    ...OFF,
  ];

  test('are a table after the end, for which the conversation waits', async () => {
    const chat = ['--expect', PROMPT, '--send', 'poweroff -f\\n'];
    const { status, out } = await runHere(scene, { exits: true, timeout: 20 }, chat);
    expect(status).toBe(0);
    expect(out.slice(out.indexOf('VM exits'))).toBe(`VM exits of web:
  reason           exits    share  ticks    share
  I/O-instruction    300   75.0 %   3000   25.0 %
  HLT                100   25.0 %   9000   75.0 %
  all                400  100.0 %  12000  100.0 %
Time of web since its first entry:
  what               ticks    share
  guest and kernel   37000   18.5 %
  monitor            13000    6.5 %
  waiting in halt   150000   75.0 %
  all               200000  100.0 %
`);
    expect(argumentsOfMake()).toContain('EXITS=1');
  });
});

describe('is refused', () => {
  test('where tools are missing: all in one complaint, with their packages', async () => {
    rmSync(folder.path('bin'), { recursive: true });
    mkdirSync(folder.path('bin'));
    symlinkSync('/bin/true', folder.path('bin/gcc'));
    searchPath = folder.path('bin');
    const { status, err } = await runHere([]);
    expect(status).toBe(2);
    expect(err).toMatch(/needed and not here: make, objcopy, grub-mkrescue, .*bochs-bin/);
    expect(err).toMatch(/hint: on Debian: sudo apt-get install make binutils grub-common .*bochs/);
    expect(err).not.toMatch(/gcc/);
  });

  test('when the image can not be built: with what the compiler said', async () => {
    const env = environment([], { FAKE_MAKE_FAILS: '1' });
    const { status, err } = await folder.makatea(['run', 'system.yaml'], { env });
    argumentsOfMake();
    expect(status).toBe(2);
    expect(err).toMatch(/can not be built\nsystem\.c:1: error: planted/);
  });

  test('where make can not work', async () => {
    const { status, err } = await runHere([], { keep: folder.path('two words') });
    expect(status).toBe(2);
    expect(err).toMatch(/make can not work with the path ".*two words"/);
  });

  test('with findings, before anything is built', async () => {
    folder.write('system.yaml', oneVm({ web: 'memroy: 1' }));
    const { status, err } = await runHere([]);
    expect(status).toBe(1);
    expect(err).toMatch(/MK0101/);
    expect(existsSync(folder.path('make.txt'))).toBe(false);
  });

  test('with hardware passed through', async () => {
    folder.write('system.yaml', oneVm({ web: 'ioports: { probe: { first: 0x300, count: 8 } }' }));
    const { status, err } = await runHere([]);
    expect(err).toMatch(/VM "web" has hardware of a machine passed through/);
    expect(status).toBe(2);
  });

  test.each([
    [['--timeout', '0'], /--timeout wants/],
    [['--timeout', 'soon'], /--timeout wants/],
    [['--expect', ''], /--expect "" is empty/],
    [['--send', 'a\\q'], /unknown escape/],
    [['--machine', 'xen'], /xen/],
    [['--cpu', 'a', '--cpu', 'b'], /--cpu takes one value/],
  ])('when called with %j', async (args, told) => {
    const { status, err } = await makatea([], ...args);
    expect(status).toBe(2);
    expect(err).toMatch(told);
  });
});

test('--keep keeps the image, what it was made from, and the configuration of the emulator', async () => {
  const keep = folder.path('kept');
  const options = { keep, cpu: 'tigerlake' };
  expect(await runHere(OFF, options)).toMatchObject({ status: 0 });
  expect(readdirSync(keep)).toEqual(
    expect.arrayContaining(['bochs.log', 'bochsrc', 'build', 'emulator.out', 'system']),
  );
  expect(readFileSync(path.join(keep, 'bochsrc'), 'utf8')).toMatch(/^cpu: model=tigerlake,/m);
  expect(readFileSync(path.join(keep, 'system/system.mk'), 'utf8')).toMatch(
    /^PROGRAMS := time lifecycle vm_web$/m,
  );
  expect(await runHere(OFF, options)).toMatchObject({ status: 0 });
});

describe('from outside', () => {
  const node = PROGRAM.map((part) => (part === 'tsx' ? import.meta.resolve('tsx') : part));
  const args = [...node, 'run', 'system.yaml', '--machine', 'bochs'];

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends the emulator and takes the files away', async (signal, status) => {
    const env = environment([{ print: 'up' }, 'hang']);
    const child = execa(process.execPath, args, { cwd: folder.dir, env, reject: false });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', () => {
        resolve();
      });
    });
    expect(isAlive(folder.path('pid'))).toBe(true);
    child.kill(signal);
    expect((await child).exitCode).toBe(status);
    expect(isAlive(folder.path('pid'))).toBe(false);
    argumentsOfMake();
  });

  test('on a terminal keys go to the machine at once, Ctrl-C too, and Ctrl-] leaves', async () => {
    const scene: Scene = [{ print: 'ready' }, { wait: 'ls\r\x03' }, { print: 'got it' }, 'hang'];
    const command = [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ');
    const child = execa('script', ['-qec', command, '/dev/null'], {
      cwd: folder.dir,
      env: environment(scene),
      reject: false,
    });
    let seen = '';
    const keys = new Map([
      ['ready', 'ls\r\x03'],
      ['got it', '\x1d'],
    ]);
    child.stdout.on('data', (bytes: Buffer) => {
      seen += bytes.toString();
      for (const [text, typed] of keys) {
        if (!seen.includes(text)) continue;
        keys.delete(text);
        child.stdin.write(typed);
      }
    });
    expect((await child).exitCode).toBe(0);
    expect(seen).toMatch(/Ctrl-\] leaves/);
    expect(isAlive(folder.path('pid'))).toBe(false);
    argumentsOfMake();
  });
});

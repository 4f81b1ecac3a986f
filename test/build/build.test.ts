// SPDX-License-Identifier: BSD-2-Clause
// `makatea build` from one end to the other, in a project tree whose tools only act as if.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { PROGRAM } from '../support/cli.js';
import { kernelOf, TREE, writeTree } from './fakes.js';
import { Here } from './here.js';

const APP = 'projects/camkes/apps/small';
const HOME = 'build-makatea/small';

let here: Here;
beforeEach(() => {
  here = new Here();
});
afterEach(() => {
  here.folder.remove();
});

describe('a build', () => {
  test('adds the application, configures as the tree itself does, and says what came of it', async () => {
    const { status, out, err } = await here.build();
    expect(err).toMatch(
      /configuring …\nmakatea: building …\nmakatea: building … 1 of 3\n.*2 of 3\n.*3 of 3/,
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^built:\n.*kernel-x86_64-pc99\n.*capdl-loader-image-x86_64-pc99\n/);
    expect(readFileSync(here.path(APP, 'CMakeLists.txt'), 'utf8')).toMatch(/DeclareCAmkESRootserv/);
    expect(readdirSync(here.path(APP))).toContain('manifest.json');
    const source = here.path('projects/camkes');
    expect(here.calls('cmake')).toEqual([
      `cmake ${here.path(HOME, 'cmake')} -G Ninja -DPLATFORM=x86_64 -DCAMKES_APP=small ` +
        `-DSEL4_CACHE_DIR=${here.path('.sel4_cache')} -C ${source}/settings.cmake ${source}`,
    ]);
    expect(here.calls('ninja')).toEqual([`ninja ${here.path(HOME, 'cmake')}`]);
  });

  test('keeps all that the tools print in a log, also what they print through a path', async () => {
    await here.build();
    const log = readFileSync(here.path(HOME, 'build.log'), 'utf8');
    expect(log).toMatch(
      /^\$ cmake .*\n-- Configuring, with the word of a path\n-- Generating done\n/,
    );
    expect(log).toMatch(/\$ ninja\n\[1\/3\] Building C object\n\[2\/3\] Linking\n/);
  });

  test('takes the cache of the user where there is one', async () => {
    mkdirSync(here.folder.path('home/.sel4_cache'), { recursive: true });
    await here.build();
    expect(here.calls('cmake').join()).toContain(
      `-DSEL4_CACHE_DIR=${here.folder.path('home/.sel4_cache')} `,
    );
  });

  test('a second time touches no file and configures nothing', async () => {
    await here.build();
    const before = here.time(`${APP}/plan.json`);
    expect(await here.build()).toMatchObject({ status: 0 });
    expect(here.time(`${APP}/plan.json`)).toBe(before);
    expect(here.calls('cmake')).toHaveLength(1);
    expect(here.calls('ninja')).toHaveLength(2);
  });

  test('of a changed description gives new times to the changed files only', async () => {
    await here.build();
    const files = ['CMakeLists.txt', 'plan.json', 'settings.cmake'];
    const times = files.map((file) => here.time(`${APP}/${file}`));
    here.folder.write('system.yaml', oneVm({ web: 'priority: 50' }));
    await here.build();
    const changed = files.filter((file, at) => here.time(`${APP}/${file}`) !== times[at]);
    expect(changed).toEqual(['plan.json']);
    expect(here.calls('cmake')).toHaveLength(1);
  });

  test('configures anew when the kernel is to be another one', async () => {
    await here.build();
    writeFileSync(here.path(HOME, 'cmake/of-the-old-settings'), '');
    here.folder.write('system.yaml', oneVm({ top: 'sel4: { mcs: true }' }));
    await here.build();
    expect(here.calls('cmake')).toHaveLength(2);
    expect(existsSync(here.path(HOME, 'cmake/of-the-old-settings'))).toBe(false);
  });

  test('gives programs their findings on standard output, once', async () => {
    here.env['FAKE_NINJA_SAYS'] = "ModuleNotFoundError: No module named 'plyplus'";
    const { status, out } = await here.build({ format: 'json' });
    expect(status).toBe(1);
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string }[] };
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(['MK0348', 'MK0705']);
  });
});

describe('nobody else loses anything', () => {
  test('where an application of the same name stands', async () => {
    here.folder.write('system.yaml', oneVm().replace('name: small', 'name: adder'));
    const { status, err } = await here.build();
    expect(status).toBe(2);
    expect(err).toMatch(/apps\/adder is not empty and was not written by makatea/);
    expect(err).toMatch(/hint: the application goes there in the tree/);
    const kept = here.path('projects/camkes/apps/adder/adder.camkes');
    expect(readFileSync(kept, 'utf8')).toBe('the work of somebody else');
    expect(here.calls('cmake')).toEqual([]);
  });

  test('where a file of the application was changed by hand', async () => {
    await here.build();
    writeFileSync(here.path(APP, 'settings.cmake'), '# mine');
    const { status, err } = await here.build();
    expect(status).toBe(2);
    expect(err).toMatch(/settings\.cmake was changed since makatea wrote it/);
    expect(readFileSync(here.path(APP, 'settings.cmake'), 'utf8')).toBe('# mine');
  });

  test('where something else stands in the place of the build folder', async () => {
    mkdirSync(here.path(HOME), { recursive: true });
    writeFileSync(here.path(HOME, 'mine'), '');
    const { status, err } = await here.build();
    expect(status).toBe(2);
    expect(err).toMatch(/build-makatea\/small is not empty and was not made by makatea/);
    expect(existsSync(here.path(HOME, 'mine'))).toBe(true);
  });
});

describe('is refused', () => {
  test.each([
    ['no kernel', 'kernel/FindseL4.cmake', /seL4 \(kernel\/FindseL4\.cmake is not there\)/],
    [
      'no camkes-tool',
      'projects/camkes-tool/Findcamkes-tool.cmake',
      /camkes-tool \(projects\/\*\/Findcamkes-tool\.cmake is not there\)/,
    ],
    [
      'a camkes-tool that has not what is called',
      'projects/camkes-tool/camkes.cmake',
      /a camkes-tool that we know \(.*camkes\.cmake has no CAmkESAddTemplatesPath, /,
    ],
  ])('in a tree with %s', async (_, file, told) => {
    rmSync(here.path(file));
    const { status, err } = await here.build();
    expect(status).toBe(2);
    expect(err).toMatch(/is not a CAMkES project tree that makatea can build in; it lacks\n/);
    expect(err).toMatch(told);
  });

  test('where there is no tree: all that is missing in one message', async () => {
    mkdirSync(here.folder.path('empty'));
    const { status, err } = await here.build({ workspace: here.folder.path('empty') });
    expect(status).toBe(2);
    expect(err.match(/ is not there\)/g)).toHaveLength(12);
    expect(await here.build({ workspace: here.folder.path('none') })).toMatchObject({ status: 2 });
  });

  test('at a path that make and CMake would take apart', async () => {
    const workspace = here.folder.path('two words');
    writeTree(workspace);
    const { status, err } = await here.build({ workspace });
    expect(status).toBe(2);
    expect(err).toMatch(/seL4's build can not work with the path ".*two words"/);
  });

  test('where tools are missing: all in one complaint, with their packages', async () => {
    mkdirSync(here.folder.path('few'));
    symlinkSync('/bin/true', here.folder.path('few/gcc'));
    here.searchOnly(here.folder.path('few'));
    const { status, err } = await here.build();
    expect(status).toBe(2);
    expect(err).toMatch(/needed and not here: cmake, ninja, g\+\+, .*xmllint, cpio, git\n/);
    expect(err).toMatch(/apt-get install cmake ninja-build g\+\+ .*libxml2-utils cpio git/);
  });

  test('with findings, before anything is in the tree', async () => {
    here.folder.write('system.yaml', oneVm({ web: 'memroy: 1' }));
    const { status, err } = await here.build();
    expect(status).toBe(1);
    expect(err).toMatch(/MK0101/);
    expect(existsSync(here.path(APP))).toBe(false);
  });
});

describe('a kernel', () => {
  const put = (files: Record<string, string>): void => {
    writeTree(here.path(), files);
  };

  test('with the escape is warned of, at each build; with --strict it is refused', async () => {
    put(kernelOf('MK0706', 'fails'));
    for (const time of [1, 2]) {
      const { status, err } = await here.build();
      expect(status).toBe(0);
      expect(err).toMatch(
        /system\.yaml:2:7: warning MK0706: a guest can take over the tree's seL4/,
      );
      expect(here.calls('ninja')).toHaveLength(time);
    }
    const { status, err } = await here.build({ strict: true });
    expect(status).toBe(1);
    expect(err).toMatch(/error MK0706/);
    expect(here.calls('ninja')).toHaveLength(2);
  });

  test('that loses registers is refused for several cores, and taken for one', async () => {
    put(kernelOf('MK0707', 'fails'));
    expect(await here.build()).toMatchObject({ status: 0 });
    here.folder.write('system.yaml', oneVm({ top: 'sel4: { cores: 2 }' }));
    const { status, err } = await here.build();
    expect(status).toBe(1);
    expect(err).toMatch(/MK0707: .*\(16\.0\.0\) can not run VMs on 2 cores: FS and GS are lost/);
    expect(here.calls('ninja')).toHaveLength(1);
  });

  test('that is too old is refused', async () => {
    put(kernelOf('MK0708', 'fails'));
    const { status, err } = await here.build();
    expect(status).toBe(1);
    expect(err).toMatch(/error MK0708: .* lacks VM-entry controls that a monitor may set/);
  });
});

describe('a tool that fails', () => {
  test('for a reason with a name is told at the description, with the log', async () => {
    here.env['FAKE_CMAKE_SAYS'] = "ModuleNotFoundError: No module named 'yaml'";
    const { status, err } = await here.build();
    expect(status).toBe(1);
    expect(err).toMatch(/system\.yaml:2:7: error MK0705: python3 has no package pyyaml/);
    expect(err).toMatch(/hint: python3 -m pip install pyyaml/);
    expect(err).toMatch(/the whole log is .*build-makatea\/small\/build\.log/);
  });

  test('for another reason is told by what it said, the log, and how the tree differs', async () => {
    here.env['FAKE_NINJA_SAYS'] = 'FAILED: x.o\ncc x.c\nx.c:1: error: planted\nninja: stopped';
    const { status, err } = await here.build();
    expect(status).toBe(2);
    expect(err).toMatch(
      /can not be built\n {2}FAILED: x\.o\n {2}cc x\.c\n {2}x\.c:1: error: planted\n {2}ninja: stopped\n/,
    );
    expect(err).not.toMatch(/ {2}\[1\/3\]/);
    expect(err).toMatch(
      /hint: the whole log is .*build\.log; the tree is another one: seL4 is of an/,
    );
  });

  test('and says that all is well, but made no image', async () => {
    here.env['FAKE_NINJA_SAYS'] = 'nothing';
    const { status, out, err } = await here.build();
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(
      /can not be built\n {2}error: ninja has ended well, but made no kernel-x86_64-pc99 and no capdl-loader-image-x86_64-pc99\n/,
    );
  });

  test('at the configuration leaves nothing that the next build would take for configured', async () => {
    here.env['FAKE_CMAKE_SAYS'] = 'CMake Error: planted';
    expect((await here.build()).err).toMatch(/can not be built\n {2}CMake Error: planted/);
    delete here.env['FAKE_CMAKE_SAYS'];
    expect(await here.build()).toMatchObject({ status: 0 });
    expect(here.calls('cmake')).toHaveLength(2);
  });
});

describe('from outside', () => {
  const node = PROGRAM.map((part) => (part === 'tsx' ? import.meta.resolve('tsx') : part));
  const start = () =>
    execa(process.execPath, [...node, 'build', 'system.yaml', '--workspace', 'tree'], {
      cwd: here.folder.dir,
      env: here.environment(),
      reject: false,
    });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends ninja in order, and the next build goes on', async (signal, status) => {
    here.env['FAKE_NINJA_SAYS'] = 'hang';
    const child = start();
    const half = here.path(HOME, 'cmake/half-written');
    while (!existsSync(half)) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    expect((await child).exitCode).toBe(status);
    expect(existsSync(half)).toBe(false);
    delete here.env['FAKE_NINJA_SAYS'];
    expect((await start()).exitCode).toBe(0);
    expect(here.calls('cmake')).toHaveLength(1);
  });

  test('builds to the end when nobody reads the progress any more', async () => {
    const child = start();
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.stderr.destroy();
    expect((await child).exitCode).toBe(0);
    expect(existsSync(here.path(HOME, 'cmake/images/capdl-loader-image-x86_64-pc99'))).toBe(true);
  });

  test.each([
    [['build', 'system.yaml'], /workspace/],
    [['build', 'system.yaml', '--workspace', 'a', '--workspace', 'b'], /takes one directory/],
  ])('%j is refused', async (args, told) => {
    const { status, err } = await here.folder.makatea(args);
    expect(status).toBe(2);
    expect(err).toMatch(told);
  });
});

test('the marks of a tree are those that its own find modules have', () => {
  expect(Object.keys(TREE).filter((file) => path.basename(file).startsWith('Find'))).toHaveLength(
    10,
  );
});

// SPDX-License-Identifier: BSD-2-Clause
// `makatea run --workspace`: what was built in a tree is booted, with an emulator that plays a scene.
import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import type { Scene } from '../run/fakes.js';
import { Here } from './here.js';

const HOME = 'build-makatea/small';
const OFF: Scene = [{ print: 'bye\r\nmakatea: web: ended: off\r\n' }, 'hang'];
const LOADER = 'create_objects@main.c:843 Ran out of untyped memory while creating objects.\r\n';

let here: Here;
beforeEach(() => {
  here = new Here();
});
afterEach(() => {
  here.folder.remove();
});

function isAlive(): boolean {
  try {
    process.kill(Number(readFileSync(here.folder.path('pid'), 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

describe('a system that comes up', () => {
  test('is built and booted; when all VMs have ended the machine is ended, for seL4 runs on', async () => {
    const { status, out, err } = await here.run(OFF);
    expect(status).toBe(0);
    expect(out).toBe('bye\r\nmakatea: web: ended: off\r\n');
    expect(err).toMatch(
      /3 of 3\nmakatea: making it bootable …\nmakatea: booting seL4 in Bochs with/,
    );
    expect(readFileSync(here.path(HOME, 'system.iso'), 'utf8')).toBe('kernelloader');
    expect(isAlive()).toBe(false);
  });

  test('goes on while one of its VMs does', async () => {
    const scene: Scene = [{ print: 'makatea: db: ended: off\r\n# ' }, { wait: 'x' }, 'hang'];
    const chat = ['--expect', '# ', '--send', 'x', '--expect', 'never'];
    const { status, err } = await here.run(scene, { timeout: 1 }, chat);
    expect(status).toBe(1);
    expect(err).toMatch(/the time of 1 s was over before the console said "never"/);
  });

  test('is talked to as on the bench', async () => {
    const scene: Scene = [
      { print: '~ # ' },
      { wait: 'uname\n' },
      { print: 'GNU/Linux\r\n' },
      'hang',
    ];
    const chat = ['--expect', '~ # ', '--send', 'uname\\n', '--expect', 'GNU'];
    expect(await here.run(scene, {}, chat)).toMatchObject({ status: 0 });
  });

  test('ends badly when a VM did', async () => {
    const { status, err } = await here.run([
      { print: 'x\nmakatea: web: ended: crashed\n' },
      'hang',
    ]);
    expect(status).toBe(1);
    expect(err).toMatch(/VM "web" ended: crashed/);
  });

  test('is configured for a report of exits when one is asked for, and runs to its end for it', async () => {
    const scene: Scene = [
      { print: '# ' },
      { wait: 'off' },
      { print: 'makatea: web: ticks 1000 100 500\r\nmakatea: web: exits HLT 3 90\r\n' },
      { print: 'makatea: web: ended: off\r\n' },
      'hang',
    ];
    const chat = ['--expect', '# ', '--send', 'off'];
    const { status, out } = await here.run(scene, { exits: true, timeout: 20 }, chat);
    expect(status).toBe(0);
    expect(out).toMatch(/VM exits of web:\n.*\n {2}HLT +3 /);
    expect(out).toMatch(/monitor +100 +10\.0 %/);
    await here.run(OFF);
    const isAsked = here.calls('cmake').map((call) => call.includes('-DMakateaExits=ON'));
    expect(isAsked).toEqual([true, false]);
  });

  test('is made bootable again only when something was built', async () => {
    await here.run(OFF);
    const { mtimeMs } = statSync(here.path(HOME, 'cmake/images/kernel-x86_64-pc99'));
    const isNew = statSync(here.path(HOME, 'system.iso')).mtimeMs > mtimeMs;
    expect(isNew).toBe(true);
    // The fake ninja has written the images again in the meantime.
    await here.run(OFF);
    expect(here.calls('grub-mkrescue')).toHaveLength(2);
  });

  test('has as many processors as it asks for', async () => {
    here.folder.write('system.yaml', oneVm({ top: 'sel4: { cores: 2 }' }));
    await here.run(OFF, { keep: here.folder.path('kept') });
    expect(readFileSync(here.folder.path('kept/bochsrc'), 'utf8')).toMatch(/, count=2, /);
  });
});

describe('a system that does not come up', () => {
  test('ends the run at once, and the reason is told at the description', async () => {
    const { status, err } = await here.run([{ print: LOADER }, 'hang'], { timeout: 60 });
    expect(status).toBe(1);
    expect(err).toMatch(/system\.yaml:5:13: error MK0704: the machine has too little memory/);
    expect(isAlive()).toBe(false);
  });

  test('is not what a guest says it is', async () => {
    const scene: Scene = [{ print: 'makatea: notice: x\r\n' }, { print: LOADER }, ...OFF];
    const { status, err } = await here.run(scene);
    expect(status).toBe(0);
    expect(err).not.toMatch(/MK0704/);
  });

  test('because a guest could not unpack itself is told at its kernel', async () => {
    const scene: Scene = [
      { print: 'Decoding failed\r\n\r\n -- System halted\r\nmakatea: web: ended: crashed\r\n' },
      'hang',
    ];
    const { status, err } = await here.run(scene);
    expect(status).toBe(1);
    expect(err).toMatch(/system\.yaml:6:34: error MK0703: .* itself: "Decoding failed"/);
  });

  test('for no known reason is told by the emulator', async () => {
    const { status, err } = await here.run([{ print: 'seL4 failed assertion' }]);
    expect(status).toBe(1);
    expect(err).toMatch(/the machine stopped, and no VM had ended\nthe fake has ended\n/);
  });
});

describe('nothing is booted', () => {
  test('when the image can not be made bootable', async () => {
    here.env['FAKE_GRUB-MKRESCUE_SAYS'] = 'grub-mkrescue: error: planted';
    const { status, err } = await here.run(OFF);
    expect(status).toBe(2);
    expect(err).toMatch(/can not be made bootable\n {2}grub-mkrescue: error: planted\n.*iso\.log/);
  });

  test('when nothing can be built', async () => {
    here.env['FAKE_NINJA_SAYS'] = 'make: stack: No such file or directory';
    const { status, err } = await here.run(OFF);
    expect(status).toBe(1);
    expect(err).toMatch(/MK0710: the build starts stack, which is not here/);
  });

  test('with hardware passed through', async () => {
    here.folder.write(
      'system.yaml',
      oneVm({ web: 'ioports: { probe: { first: 0x300, count: 8 } }' }),
    );
    const { status, err } = await here.run(OFF);
    expect(status).toBe(2);
    expect(err).toMatch(/passed through, and an emulated machine has none of it/);
  });
});

// SPDX-License-Identifier: BSD-2-Clause
// QEMU takes the command line that is meant for KVM, with its own emulation, which has no VT-x, in KVM's place. So this shows
// all but the guest itself: the image is booted, the console is connected, the monitor refuses and says why, QEMU ends.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execa } from 'execa';
import { composeFile } from '../../src/pipeline/compose.js';
import { buildImage } from '../../src/run/build.js';
import { emulator } from '../../src/run/emulator.js';
import { machineMemory } from '../../src/run/memory.js';
import { SerialLine } from '../../src/run/serial-line.js';
import { nodeFiles } from '../../src/source/node-files.js';
import { oneVm } from '../../src/diagnostics/examples.js';
import { Folder } from '../support/cli.js';

let folder: Folder;
beforeAll(() => {
  folder = new Folder(oneVm());
});
afterAll(() => {
  folder.remove();
});

test('QEMU boots the image with the command line for KVM, and without VT-x the monitor says so', async () => {
  const files = nodeFiles(() => 'ab'.repeat(32));
  const { composition } = composeFile(folder.path('system.yaml'), files, { target: 'bench' });
  if (composition === undefined) throw new Error('it does not compose');
  const { signal } = new AbortController();
  const image = await buildImage(composition, { dir: folder.path('run'), exits: false, signal });
  if (!('iso' in image)) throw new Error(image.fault);
  const printed: Buffer[] = [];
  const line = await SerialLine.listen((bytes) => printed.push(bytes));
  const memory = machineMemory(composition.plan);
  const { iso } = image;
  const kvm = emulator('kvm', {
    dir: folder.dir,
    iso,
    memory,
    cores: 1,
    cpu: 'Nehalem',
    port: line.port,
  });
  const args = kvm.args.map((arg) => arg.replace('accel=kvm', 'accel=tcg'));
  expect(args).toContain('pc,accel=tcg');
  const { exitCode, stderr } = await execa(kvm.command, args, { reject: false, timeout: 60_000 });
  await line.closed;
  line.close();
  expect(stderr).toBe('');
  // isa-debug-exit: twice the byte that was written, and one; the first of "Shutdown" ends it.
  expect(exitCode).toBe(('S'.charCodeAt(0) << 1) | 1);
  const console = Buffer.concat(printed).toString();
  expect(console).toContain('makatea: web refused: this processor lacks VT-x');
  expect(console).toContain('makatea: web: ended: refused');
}, 120_000);

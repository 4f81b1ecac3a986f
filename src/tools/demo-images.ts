// SPDX-License-Identifier: BSD-2-Clause
// The guest images that the examples name: Debian's cloud kernel, and a shell.
import { copyFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Debian, DebianError, withScratch } from './demo-debian.js';
import { initramfs } from './demo-initramfs.js';
import { root } from './root.js';

const KERNEL_META = 'linux-image-cloud-amd64';
const images = path.join(root, 'systems/images');

interface Image {
  readonly file: string;
  /** Writes the image to a file. */
  readonly make: (debian: Debian, target: string) => Promise<void>;
}

const kernel: Image = {
  file: 'vmlinuz',
  async make(debian, target) {
    const { label, dir } = await debian.unpack(await debian.kernelOf(KERNEL_META));
    const boot = path.join(dir, 'boot');
    const name = (await readdir(boot)).find((file) => file.startsWith('vmlinuz-'));
    if (name === undefined) throw new DebianError(`there is no kernel in ${label}`);
    await copyFile(path.join(boot, name), target);
  },
};

const initrd: Image = {
  file: 'initrd.cpio.gz',
  async make(debian, target) {
    const { dir } = await debian.unpack('busybox-static');
    await writeFile(target, initramfs(await readFile(path.join(dir, 'bin/busybox'))));
  },
};

/**
 * Puts what is missing into systems/images, each file whole or not at all. Files that are there are
 * kept: they may be the user's own.
 *
 * @returns a line about each
 */
export async function provideImages(say: (text: string) => void): Promise<string[]> {
  await mkdir(images, { recursive: true });
  await withScratch(path.join(root, '.cache'), async (scratch) => {
    const debian = new Debian(scratch, say);
    for (const { file, make } of [kernel, initrd]) {
      if ((await sizeOf(file)) !== undefined) continue;
      const fresh = path.join(scratch, file);
      await make(debian, fresh);
      await rename(fresh, path.join(images, file));
    }
  });
  const told = await Promise.all([describeKernel(), describeInitrd()]);
  return [
    ...told,
    'They are kept until you delete them; images of your own may stand there instead.',
  ];
}

async function sizeOf(file: string): Promise<number | undefined> {
  const stats = await stat(path.join(images, file)).catch(() => undefined);
  return stats?.size;
}

async function describeKernel(): Promise<string> {
  const bytes = await readFile(path.join(images, kernel.file));
  const version = kernelVersion(bytes);
  return line(kernel.file, bytes.length, version === '' ? 'a kernel' : `Linux ${version}`);
}

async function describeInitrd(): Promise<string> {
  return line(
    initrd.file,
    (await sizeOf(initrd.file)) ?? 0,
    'an initial RAM disk: busybox and a shell',
  );
}

function line(file: string, bytes: number, what: string): string {
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `systems/images/${file.padEnd(16)}${size.padStart(9)}  ${what}`;
}

/** What the kernel's header says of itself (Linux boot.rst, kernel_version). */
function kernelVersion(image: Buffer): string {
  if (image.length < 0x210 || image.toString('latin1', 0x202, 0x206) !== 'HdrS') return '';
  const pointer = image.readUInt16LE(0x20e);
  if (pointer === 0) return '';
  const text = image.toString('latin1', pointer + 0x200, pointer + 0x200 + 100);
  return /^[\w.+-]+/.exec(text)?.[0] ?? '';
}

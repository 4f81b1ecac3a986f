// SPDX-License-Identifier: BSD-2-Clause
// The guest images that the examples name: Debian's cloud kernel, and a shell with the drivers for VirtIO devices.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Debian, DebianError, withScratch, type Unpacked } from './debian.js';
import { initramfs } from './initramfs.js';
import { readModules } from './modules.js';

const KERNEL_META = 'linux-image-cloud-amd64';

/** Debian's cloud kernel has its VirtIO drivers as modules. */
const MODULES = [
  ...['virtio_pci', 'virtio_net', 'virtio_blk', 'virtio_console'],
  'vmw_vsock_virtio_transport',
];

const KERNEL = 'vmlinuz';
const INITRD = 'initrd.cpio.gz';

/**
 * Puts what is missing into a folder, each file whole or not at all. Files that are there are kept: they may be the user's
 * own.
 *
 * @param scratch where to work: a folder of the same file system
 * @param say is told what takes its time
 */
export async function provideImages(
  images: string,
  scratch: string,
  say: (text: string) => void,
): Promise<void> {
  const isMissing = (file: string) => !existsSync(path.join(images, file));
  if (![KERNEL, INITRD].some(isMissing)) return;
  await mkdir(images, { recursive: true });
  await withScratch(scratch, async (dir) => {
    const debian = new Debian(dir, say);
    // One package for both: modules are of one kernel.
    const kernel = await debian.unpack(await debian.kernelOf(KERNEL_META));
    const place = async (file: string, make: (target: string) => Promise<void>) => {
      if (!isMissing(file)) return;
      await make(path.join(dir, file));
      await rename(path.join(dir, file), path.join(images, file));
    };
    await place(KERNEL, (target) => copyKernel(kernel, target));
    await place(INITRD, (target) => makeInitrd(debian, kernel, target));
  });
}

async function copyKernel({ label, dir }: Unpacked, target: string): Promise<void> {
  const boot = path.join(dir, 'boot');
  const files = existsSync(boot) ? await readdir(boot) : [];
  const name = files.find((file) => file.startsWith('vmlinuz-'));
  if (name === undefined) throw new DebianError(`there is no kernel in ${label}`);
  await copyFile(path.join(boot, name), target);
}

async function makeInitrd(debian: Debian, kernel: Unpacked, target: string): Promise<void> {
  const busybox = await debian.unpack('busybox-static');
  const modules = await readModules(path.join(kernel.dir, 'lib/modules'), MODULES);
  const program = await readFile(path.join(busybox.dir, 'bin/busybox'));
  await writeFile(target, initramfs(program, modules));
}

/** A line about each image in the folder. */
export async function describeImages(images: string): Promise<string[]> {
  const kernel = await readFile(path.join(images, KERNEL));
  const { size } = await stat(path.join(images, INITRD));
  const version = kernelVersion(kernel);
  return [
    line(KERNEL, kernel.length, version === '' ? 'a kernel' : `Linux ${version}`),
    line(INITRD, size, 'an initial RAM disk: busybox, a shell, VirtIO drivers'),
  ];
}

function line(file: string, bytes: number, what: string): string {
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return `${file.padEnd(16)}${size.padStart(9)}  ${what}`;
}

/** What the kernel's header says of itself (Linux boot.rst, kernel_version). */
function kernelVersion(image: Buffer): string {
  if (image.length < 0x210 || image.toString('latin1', 0x202, 0x206) !== 'HdrS') return '';
  const pointer = image.readUInt16LE(0x20e);
  if (pointer === 0) return '';
  const text = image.toString('latin1', pointer + 0x200, pointer + 0x200 + 100);
  return /^[\w.+-]+/.exec(text)?.[0] ?? '';
}

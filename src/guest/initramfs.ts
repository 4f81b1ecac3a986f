// SPDX-License-Identifier: BSD-2-Clause
// A root file system in memory for the guests: busybox, kernel modules and two scripts. Same parts, same bytes.
import { gzipSync } from 'node:zlib';
import { MAKATEA_CTL } from './makatea-ctl.js';
import type { Module } from './modules.js';

/** Names of the modules, a line each, in the order in which they are loaded. */
const MODULE_LIST = 'lib/modules/order';

/** The first program in the guest. Its arguments, which the kernel takes from behind `--` of its command line, are run first. */
const INIT = `#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do
  insmod "/lib/modules/$module.ko" || echo "Makatea guest: $module was not loaded."
done </${MODULE_LIST}
echo
echo "Makatea guest: Linux $(uname -r). This is a shell in an initramfs; nothing here is kept."
export HOME=/root
cd
"$@"
while :; do
  setsid cttyhack sh
done
`;

/** The shell's prompt and `ls -l` look names up. */
const PASSWD = 'root:x:0:0:root:/root:/bin/sh\n';

const DIRECTORY = 0o040755;
export const EXECUTABLE = 0o100755;
const PLAIN = 0o100644;
const CONSOLE = 0o020600;

/** A file of an archive. */
interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly content?: Uint8Array;
  /** Device numbers. */
  readonly major?: number;
  readonly minor?: number;
}

/** The image, compressed. */
export function initramfs(busybox: Uint8Array, modules: readonly Module[]): Uint8Array {
  const folders = ['bin', 'dev', 'etc', 'lib', 'lib/modules', 'proc', 'root', 'sys', 'tmp'];
  const order = modules.map(({ name }) => `${name}\n`).join('');
  const entries: Entry[] = [
    ...folders.map((path) => ({ path, mode: DIRECTORY })),
    { path: 'bin/busybox', mode: EXECUTABLE, content: busybox },
    { path: 'bin/makatea-ctl', mode: EXECUTABLE, content: Buffer.from(MAKATEA_CTL) },
    // The kernel opens it before anything is mounted.
    { path: 'dev/console', mode: CONSOLE, major: 5, minor: 1 },
    { path: 'etc/passwd', mode: PLAIN, content: Buffer.from(PASSWD) },
    { path: 'init', mode: EXECUTABLE, content: Buffer.from(INIT) },
    { path: MODULE_LIST, mode: PLAIN, content: Buffer.from(order) },
    ...modules.map(({ name, content }) => ({
      path: `lib/modules/${name}.ko`,
      mode: PLAIN,
      content,
    })),
  ];
  return archive(entries);
}

/** A compressed archive as the kernel unpacks it, also behind another one. */
export function archive(entries: readonly Entry[]): Uint8Array {
  const all = [...entries, { path: 'TRAILER!!!', mode: 0 }];
  return gzipSync(Buffer.concat(all.map(record)), { level: 9 });
}

/** One file in cpio's "newc" format (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). */
function record({ path, mode, content, major = 0, minor = 0 }: Entry, index: number): Buffer {
  const name = Buffer.from(`${path}\0`);
  const body = Buffer.from(content ?? []);
  const links = mode === DIRECTORY ? 2 : 1;
  const owner = [0, 0];
  const time = 0;
  const device = [0, 0, major, minor];
  const checksum = 0;
  const numbers = [index + 1, mode, ...owner, links, time, body.length, ...device, name.length];
  const fields = [...numbers, checksum].map((n) => n.toString(16).padStart(8, '0'));
  const header = Buffer.from(`070701${fields.join('')}`);
  return Buffer.concat([padded(Buffer.concat([header, name])), padded(body)]);
}

/** Every part ends at a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

// SPDX-License-Identifier: BSD-2-Clause
// Guest images made from packages. The packages are made here: no network.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeImages, provideImages } from '../../src/guest/images.js';
import { initramfs } from '../../src/guest/initramfs.js';
import { readModules } from '../../src/guest/modules.js';
import { placeholderKernel } from '../../src/init/placeholder.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'makatea-guest-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), content);
}

/** The part of a module that we read. */
function writeModule(below: string, file: string, depends: string): void {
  write(
    `${below}/6.1/kernel/${file}.ko`,
    `\x7fELF\0license=GPL\0depends=${depends}\0retpoline=Y\0`,
  );
}

describe('modules', () => {
  test('come after all that they depend on, each once, whatever stands for an underscore', async () => {
    writeModule('m', 'net/virtio_net', 'virtio,net_failover');
    writeModule('m', 'net/net-failover', 'failover');
    writeModule('m', 'net/failover', '');
    writeModule('m', 'virtio', 'virtio_ring');
    writeModule('m', 'virtio_ring', '');
    writeModule('m', 'other', '');
    const modules = await readModules(path.join(dir, 'm'), ['virtio_net', 'virtio', 'built_in']);
    const names = modules.map(({ name }) => name);
    expect(names).toEqual(['virtio_ring', 'virtio', 'failover', 'net_failover', 'virtio_net']);
  });

  test('that depend on each other do not keep us for ever', async () => {
    writeModule('m', 'a', 'b');
    writeModule('m', 'b', 'a');
    const modules = await readModules(path.join(dir, 'm'), ['a']);
    expect(modules.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('the initial RAM disk', () => {
  const busybox = Buffer.from('#!busybox');
  const modules = ['virtio', 'virtio_net'].map((name) => ({ name, content: Buffer.from(name) }));

  test('is one that cpio reads: owned by root, of no time, the same each time', () => {
    const image = initramfs(busybox, modules);
    expect(initramfs(busybox, modules)).toEqual(image);
    const input = gunzipSync(image);
    const list = execFileSync('cpio', ['-tvn', '--quiet'], { input, encoding: 'utf8' });
    const lines = list.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[-dc][-rwx]{9} +\d+ 0 +0 .* Jan +1 +1970 /);
    const at = (end: string) => lines.findIndex((line) => line.endsWith(` ${end}`));
    expect(lines[at('init')]).toMatch(/^-rwxr-xr-x/);
    expect(lines[at('dev/console')]).toMatch(/^crw------- .* 5, +1 /);
    expect(at('lib/modules')).toBeLessThan(at('lib/modules/virtio.ko'));
  });

  test('holds what it was given, and the order of the modules', () => {
    const input = gunzipSync(initramfs(busybox, modules));
    mkdirSync(path.join(dir, 'root'));
    const files = ['bin/busybox', 'init', 'lib/modules/*'];
    execFileSync('cpio', ['-id', '--quiet', ...files], { input, cwd: path.join(dir, 'root') });
    const read = (file: string) => readFileSync(path.join(dir, 'root', file), 'utf8');
    expect(read('bin/busybox')).toBe('#!busybox');
    expect(read('lib/modules/order')).toBe('virtio\nvirtio_net\n');
    expect(read('lib/modules/virtio_net.ko')).toBe('virtio_net');
    execFileSync('sh', ['-n', path.join(dir, 'root/init')]);
  });
});

/** Stand for apt and dpkg: packages are folders. Each writes down what it was asked. */
function installApt(): void {
  const packages = path.join(dir, 'packages');
  const programs = {
    'apt-cache': `[ -z "$NO_LISTS" ] || [ -e '${dir}/updated' ] || { echo 'N: no packages' >&2; exit 100; }
for name; do :; done
echo "Package: $name"; echo "Version: 1.2"
[ "$name" != linux-image-cloud-amd64 ] || echo 'Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1)'`,
    'apt-get': `for word; do :; done
case $word in update) : >'${dir}/updated' ;; *) echo "$word" >>'${dir}/fetched'; : >"$word.deb" ;; esac`,
    'dpkg-deb': `mkdir root; name=$2; name=\${name%%=*}; cp -r '${packages}'/"$name"/. root`,
  };
  for (const [name, text] of Object.entries(programs)) {
    write(`bin/${name}`, `#!/bin/sh\n# SPDX-License-Identifier: BSD-2-Clause\nset -e\n${text}\n`);
    chmodSync(path.join(dir, 'bin', name), 0o755);
  }
  vi.stubEnv('PATH', `${path.join(dir, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`);
}

describe("from Debian's packages", () => {
  const KERNEL = 'packages/linux-image-6.1.0-56-cloud-amd64';
  const provide = async () => {
    const said: string[] = [];
    await provideImages(path.join(dir, 'images'), path.join(dir, 'cache'), (text) =>
      said.push(text),
    );
    return said;
  };
  const fetched = () => readFileSync(path.join(dir, 'fetched'), 'utf8');
  beforeEach(() => {
    write(`${KERNEL}/boot/vmlinuz-6.1.0-56-cloud-amd64`, placeholderKernel());
    writeModule(`${KERNEL}/lib/modules`, 'virtio_pci', '');
    write('packages/busybox-static/bin/busybox', 'busybox');
    installApt();
  });

  test('both images are made, and nothing else is left', async () => {
    const said = await provide();
    expect(said).toEqual([
      "fetching Debian's linux-image-6.1.0-56-cloud-amd64 1.2",
      "fetching Debian's busybox-static 1.2",
    ]);
    const images = path.join(dir, 'images');
    expect(readdirSync(images).sort()).toEqual(['initrd.cpio.gz', 'vmlinuz']);
    expect(gunzipSync(readFileSync(path.join(images, 'initrd.cpio.gz'))).toString()).toMatch(
      /virtio_pci\.ko/,
    );
    expect(readdirSync(path.join(dir, 'cache'))).toEqual([]);
    expect(await describeImages(images)).toEqual([
      expect.stringMatching(/^vmlinuz .* a kernel$/),
      expect.stringMatching(/^initrd\.cpio\.gz .*VirtIO/),
    ]);
  });

  test('what is there is kept, and nothing is fetched when all is', async () => {
    write('images/vmlinuz', 'mine');
    await provide();
    expect(readFileSync(path.join(dir, 'images/vmlinuz'), 'utf8')).toBe('mine');
    const before = fetched();
    expect(await provide()).toEqual([]);
    expect(fetched()).toBe(before);
  });

  test('lists are fetched where the machine has none', async () => {
    vi.stubEnv('NO_LISTS', '1');
    expect((await provide())[0]).toBe("fetching Debian's package lists");
    expect(fetched()).toMatch(/busybox-static=1\.2/);
  });

  test('a package without a kernel is told, and leaves nothing', async () => {
    rmSync(path.join(dir, KERNEL, 'boot'), { recursive: true });
    await expect(provide()).rejects.toThrow(/there is no kernel in linux-image-6/);
    expect(readdirSync(path.join(dir, 'cache'))).toEqual([]);
  });

  test('where there is no apt, that is told', async () => {
    vi.stubEnv('PATH', path.join(dir, 'none'));
    await expect(provide()).rejects.toThrow(/there is no apt-get here/);
  });
});

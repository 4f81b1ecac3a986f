// SPDX-License-Identifier: BSD-2-Clause
import {
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../output/folder.js';
import { GRUB_FAILED } from '../workspace/boot-failures.js';
import type { Layout } from './layout.js';
import type { RunFault } from '../run/fault.js';
import { BuildLog, tellingLines } from './log.js';
import { runTool } from './tool.js';

/**
 * GRUB starts the kernel by the Multiboot Specification, version 1, with the capability loader as its first module. It writes to
 * the screen, which nobody sees; only where it fails it says so on the serial port, because it begins by erasing the terminal.
 */
const GRUB = `serial --unit=0 --speed=115200
set timeout=0
set default=0
menuentry "seL4" {
    if multiboot /boot/kernel; then
        if module /boot/loader; then
            boot
        fi
    fi
    terminal_output serial
    echo "${GRUB_FAILED}"
    halt
}
`;

/** Makes a bootable image of what was built, whole or not at all, unless it is there already. */
export async function makeIso(layout: Layout, signal: AbortSignal): Promise<RunFault | undefined> {
  const { home, iso, kernel, loader } = layout;
  if (existsSync(iso) && [kernel, loader].every((file) => isOlder(file, iso))) return undefined;
  const tree = join(home, 'iso');
  rmSync(tree, { recursive: true, force: true });
  makeFolder(join(tree, 'boot/grub'));
  writeFileSync(join(tree, 'boot/grub/grub.cfg'), GRUB);
  bring(kernel, join(tree, 'boot/kernel'));
  bring(loader, join(tree, 'boot/loader'));
  const log = new BuildLog(join(home, 'iso.log'));
  const fresh = `${iso}.new`;
  try {
    const done = await runTool('grub-mkrescue', ['-o', fresh, tree], { cwd: home, log, signal });
    if (done) renameSync(fresh, iso);
    if (done || signal.aborted) return undefined;
    const lines = tellingLines(log.end).map((line) => `\n  ${line}`);
    const fault = `the system can not be made bootable${lines.join('')}`;
    return { fault, hint: `the whole log is ${log.path}` };
  } finally {
    log.close();
    rmSync(fresh, { force: true });
    rmSync(tree, { recursive: true, force: true });
  }
}

function isOlder(file: string, than: string): boolean {
  return statSync(file).mtimeMs < statSync(than).mtimeMs;
}

/** The same bytes in another place: the files are large, and on the same file system. */
function bring(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

// SPDX-License-Identifier: BSD-2-Clause
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { RunFault } from './fault.js';

/** Something that must be on the machine, and the Debian package that brings it. */
export interface Need {
  /** A command, or a file when it begins with `/`. */
  readonly probe: string;
  readonly debian: string;
}

/** To make an image bootable. */
export const ISO_TOOLS: readonly Need[] = [
  { probe: 'grub-mkrescue', debian: 'grub-common' },
  { probe: '/usr/lib/grub/i386-pc/boot.img', debian: 'grub-pc-bin' },
  { probe: 'xorriso', debian: 'xorriso' },
  { probe: 'mcopy', debian: 'mtools' },
];

/** To compile an image for the bench and to make it bootable. */
export const BENCH_TOOLS: readonly Need[] = [
  { probe: 'make', debian: 'make' },
  { probe: 'gcc', debian: 'gcc' },
  { probe: 'objcopy', debian: 'binutils' },
  ...ISO_TOOLS,
];

/** To boot it, by the machine. */
export const EMULATOR_TOOLS = {
  bochs: [
    { probe: 'bochs-bin', debian: 'bochs' },
    { probe: '/usr/share/bochs/BIOS-bochs-latest', debian: 'bochsbios' },
    { probe: '/usr/share/vgabios/vgabios.bin', debian: 'vgabios' },
  ],
  kvm: [{ probe: 'qemu-system-x86_64', debian: 'qemu-system-x86' }],
} as const satisfies Record<string, readonly Need[]>;

/** Whether there is a file at a path, or a command of that name in the search path. */
export function isHere(probe: string, searchPath: string): boolean {
  if (isAbsolute(probe)) return isAllowed(probe, constants.R_OK);
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => isAllowed(join(folder, probe), constants.X_OK));
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** All that is missing of what is needed, in one complaint. */
export function missingTools(needs: readonly Need[], searchPath: string): RunFault | undefined {
  const missing = needs.filter(({ probe }) => !isHere(probe, searchPath));
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  return {
    fault: `needed and not here: ${missing.map(({ probe }) => probe).join(', ')}`,
    hint: `on Debian: sudo apt-get install ${packages.join(' ')}`,
  };
}

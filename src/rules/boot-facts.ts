// SPDX-License-Identifier: BSD-2-Clause
import type { BzImage } from '../facts/bzimage.js';
import type { ImageFacts } from '../facts/images.js';
import { bootLayout } from '../model/boot-layout.js';
import { ramRuns, type RamRun } from '../model/platform.js';
import type { LinuxBoot, Vm } from '../model/system.js';
import { isFault } from '../source/files.js';
import type { RuleInput } from './rule.js';

export interface Linux {
  readonly vm: Vm;
  readonly boot: LinuxBoot;
}

export function linuxVms({ system }: RuleInput): Linux[] {
  return system.vms.flatMap((vm) => (vm.boot.type === 'linux' ? { vm, boot: vm.boot } : []));
}

/** The facts of an image, when it could be read. */
export function factsOf(input: RuleInput, path: string | undefined): ImageFacts | undefined {
  const facts = path === undefined ? undefined : input.images.get(path);
  return facts === undefined || isFault(facts) ? undefined : facts;
}

export function kernelOf(input: RuleInput, boot: LinuxBoot): BzImage | undefined {
  const kernel = factsOf(input, boot.kernel)?.kernel;
  return kernel === undefined || 'fault' in kernel ? undefined : kernel;
}

/** Where a VM's RAM stands, as far as its kernel is known. */
export function ramOf(input: RuleInput, vm: Vm): readonly RamRun[] {
  const kernel = vm.boot.type === 'linux' ? kernelOf(input, vm.boot) : undefined;
  if (vm.boot.type !== 'linux' || kernel === undefined) return ramRuns(vm.memory);
  const layout = bootLayout(vm.memory, kernel, factsOf(input, vm.boot.initrd)?.bytes ?? 0);
  return 'fault' in layout ? ramRuns(vm.memory) : layout.ram;
}

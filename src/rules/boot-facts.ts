// SPDX-License-Identifier: BSD-2-Clause
import type { BzImage } from '../facts/bzimage.js';
import type { ImageFacts } from '../facts/images.js';
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

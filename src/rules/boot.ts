// SPDX-License-Identifier: BSD-2-Clause
import { EXAMPLE_FILES, oneVm } from '../diagnostics/examples.js';
import type { BzImage } from '../facts/bzimage.js';
import type { ImageFacts } from '../facts/images.js';
import { bootLayout } from '../model/boot-layout.js';
import { MAX_MEMORY } from '../model/platform.js';
import type { LinuxBoot, Vm } from '../model/system.js';
import { isFault } from '../source/files.js';
import { formatSize, MIB } from '../util/size.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

interface Linux {
  readonly vm: Vm;
  readonly boot: LinuxBoot;
}

function linuxVms({ system }: RuleInput): Linux[] {
  return system.vms.flatMap((vm) => (vm.boot.type === 'linux' ? { vm, boot: vm.boot } : []));
}

/** The facts of an image, when it could be read. */
function factsOf(input: RuleInput, path: string | undefined): ImageFacts | undefined {
  const facts = path === undefined ? undefined : input.images.get(path);
  return facts === undefined || isFault(facts) ? undefined : facts;
}

function kernelOf(input: RuleInput, boot: LinuxBoot): BzImage | undefined {
  const kernel = factsOf(input, boot.kernel)?.kernel;
  return kernel === undefined || 'fault' in kernel ? undefined : kernel;
}

export const memorySize: Rule = {
  code: 'MK0401',
  severity: 'error',
  title: 'a guest can not have this much memory',
  text: `Guest memory consists of 2 MiB frames, so it is a multiple of 2 MiB. A VM has at least 16 MiB and at most 256 GiB.`,
  fails: oneVm().replace('64MiB', '63MiB'),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const vm of system.vms) {
      const span = valueOf(vm, 'memory');
      if (vm.memory % (2 * MIB) !== 0) {
        const message = `the memory of VM "${vm.name}", ${formatSize(vm.memory)}, is not a multiple of 2MiB`;
        report(span, message, {
          hint: `${formatSize(Math.ceil(vm.memory / 2 / MIB) * 2 * MIB)} is`,
        });
      } else if (vm.memory < 16 * MIB || vm.memory > MAX_MEMORY) {
        const message = `VM "${vm.name}" can not have ${formatSize(vm.memory)} of memory`;
        report(span, message, { hint: 'a VM has 16MiB to 256GiB' });
      }
    }
  },
};

export const imageMissing: Rule = {
  code: 'MK0402',
  severity: 'error',
  title: 'an image file can not be read',
  text: `The kernel or initrd that the VM boots is not there, or can not be read. \`lint\` only warns of a missing file, because
images are often built later; \`compose\` needs them.`,
  fails: oneVm().replace('images/vmlinuz', 'images/none'),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      for (const key of ['kernel', 'initrd'] as const) {
        const path = boot[key];
        const facts = path === undefined ? undefined : input.images.get(path);
        if (path === undefined || !isFault(facts)) continue;
        const severity = facts.missing && !input.composing ? 'warning' : 'error';
        const message = `the ${key} ${JSON.stringify(path)} can not be read: ${facts.fault}`;
        const hint = 'the path is relative to the file that names it';
        report(valueOf(vm, 'boot', key), message, { severity, hint });
      }
    }
  },
};

export const notAKernel: Rule = {
  code: 'MK0403',
  severity: 'error',
  title: 'a kernel image is not a 64-bit bzImage',
  text: `The VM is started by Linux' 64-bit boot protocol, which needs a bzImage of a 64-bit kernel with protocol 2.12 or newer,
such as a distribution's /boot/vmlinuz. A 32-bit kernel, an ELF vmlinux or a file cut short would only fail at boot.`,
  fails: oneVm(),
  passes: oneVm(),
  files: { 'images/vmlinuz': '@bzimage32' },
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const kernel = factsOf(input, boot.kernel)?.kernel;
      if (kernel === undefined || !('fault' in kernel)) continue;
      const message = `${JSON.stringify(boot.kernel)} is not a kernel that can be booted: ${kernel.fault}`;
      report(valueOf(vm, 'boot', 'kernel'), message, {
        hint: "a 64-bit bzImage is needed, such as a distribution's vmlinuz",
      });
    }
  },
};

export const bootDoesNotFit: Rule = {
  code: 'MK0404',
  severity: 'error',
  title: 'kernel and initrd do not fit into the guest memory',
  text: `The kernel's header says where it is loaded and how much memory it needs to unpack itself (init_size); the initrd must
fit above it, below the kernel's own limit and below 3 GiB. A kernel also needs some memory to run in.`,
  fails: oneVm().replace('64MiB', '16MiB'),
  passes: oneVm(),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const kernel = kernelOf(input, boot);
      if (kernel === undefined) continue;
      const initrd = factsOf(input, boot.initrd)?.bytes ?? 0;
      const layout = bootLayout(vm.memory, kernel, initrd);
      if (!('fault' in layout)) continue;
      const hint = `at least ${formatSize(layout.needed)} of memory are needed`;
      report(valueOf(vm, 'memory'), `VM "${vm.name}": ${layout.fault}`, { hint });
    }
  },
};

export const badCmdline: Rule = {
  code: 'MK0405',
  severity: 'error',
  title: 'a command line can not be handed to the kernel',
  text: `The command line is printable ASCII without line breaks, and not longer than the kernel's header allows.`,
  fails: oneVm().replace('vmlinuz }', 'vmlinuz, cmdline: "quiet\\nsplash" }'),
  passes: oneVm().replace('vmlinuz }', 'vmlinuz, cmdline: "quiet splash" }'),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { vm, boot } of linuxVms(input)) {
      const span = valueOf(vm, 'boot', 'cmdline');
      const odd = [...boot.cmdline].find((c) => c < ' ' || c > '~');
      if (odd !== undefined) {
        const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
        const message = `the command line of VM "${vm.name}" contains U+${code}`;
        report(span, message, { hint: 'only printable ASCII can be passed to the kernel' });
      }
      const limit = kernelOf(input, boot)?.cmdlineSize;
      if (limit === undefined || boot.cmdline.length <= limit) continue;
      const message = `the command line of VM "${vm.name}" has ${String(boot.cmdline.length)} characters; its kernel takes ${String(limit)}`;
      report(span, message);
    }
  },
};

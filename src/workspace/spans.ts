// SPDX-License-Identifier: BSD-2-Clause
// Where in a description a failure of its build is told.
import type { Span } from '../diagnostics/diagnostic.js';
import type { System } from '../model/system.js';
import { valueSpan } from '../source/located.js';
import type { About } from './failure.js';

/** The system's name: for what no entry has brought about. */
export function atName({ system }: About): Span {
  return valueSpan(system.node, ['name']);
}

/** Where an image is named, and how. */
interface NamedImage {
  readonly path: string;
  readonly span: Span;
}

/** The entry that names an image of the plan, the first if there are several. */
export function imageById(id: string, { system, plan }: About): NamedImage | undefined {
  const path = plan.images.find((image) => image.id === id)?.path;
  return path === undefined ? undefined : namedIn(system, path);
}

/** The entry that names the largest image. */
export function largestImage({ system, plan }: About): NamedImage | undefined {
  const [largest] = [...plan.images].sort((a, b) => b.bytes - a.bytes);
  return largest === undefined ? undefined : namedIn(system, largest.path);
}

function namedIn({ vms }: System, path: string): NamedImage | undefined {
  for (const { boot, node } of vms) {
    if (boot.type !== 'linux') continue;
    const key = (['kernel', 'initrd'] as const).find((k) => boot[k] === path);
    if (key !== undefined) return { path, span: valueSpan(node, ['boot', key]) };
  }
  return undefined;
}

/** Where the VM with most memory says how much. */
export function mostMemory(about: About): Span {
  const [vm] = [...about.system.vms].sort((a, b) => b.memory - a.memory);
  return vm === undefined ? atName(about) : valueSpan(vm.node, ['memory']);
}

/** The kernel of a VM; of the first VM that boots one where the name is not known. */
export function kernelOf(name: string | undefined, about: About): Span {
  const linux = about.system.vms.filter(({ boot }) => boot.type === 'linux');
  const vm = linux.find((one) => one.name === name) ?? linux[0];
  return vm === undefined ? atName(about) : valueSpan(vm.node, ['boot', 'kernel']);
}

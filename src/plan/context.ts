// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type Span } from '../diagnostics/diagnostic.js';
import type { Page } from '../diagnostics/page.js';
import type { ImageFacts, ImageTable } from '../facts/images.js';
import { interruptsOf } from '../model/interrupts.js';
import { functionOf, type Machine, type MachineFunction } from '../model/machine.js';
import { componentId } from '../model/names.js';
import type { Link, PciDevice, PciInterrupts, System, Vm } from '../model/system.js';
import { isFault } from '../source/files.js';

/** What planning starts from: a system without errors. */
export interface PlanInput {
  readonly system: System;
  readonly machine?: Machine;
  readonly images: ImageTable;
}

/** What planning carries along. */
export interface PlanContext extends PlanInput {
  readonly diagnostics: Diagnostic[];
  /** The links that end at a VM, in the order of the description. */
  readonly links: ReadonlyMap<Vm, readonly Link[]>;
  /** The VMs that others name as their controller. */
  readonly controllers: ReadonlySet<Vm>;
  /** The VM's name by its monitor's component id. */
  readonly vmOf: ReadonlyMap<string, string>;
}

export function planContext(input: PlanInput): PlanContext {
  const { system } = input;
  const links = new Map<Vm, Link[]>(system.vms.map((vm) => [vm, []]));
  for (const link of system.links) {
    for (const { vm } of link.ends) links.get(vm)?.push(link);
  }
  const vmOf = new Map(system.vms.map(({ name }) => [componentId.vmm(name), name]));
  const controllers = new Set(system.vms.flatMap((vm) => vm.lifecycle.controllers));
  return { ...input, diagnostics: [], links, controllers, vmOf };
}

/** The links that end at a VM. */
export function linksOf(context: PlanContext, vm: Vm): readonly Link[] {
  return context.links.get(vm) ?? [];
}

/** @param hint what to do */
export function refuse(
  context: PlanContext,
  page: Page,
  span: Span,
  message: string,
  hint: string,
): void {
  context.diagnostics.push(diagnostic(page, span, message, { hint }));
}

/** The facts of an image; the rules have seen that there are some. */
export function imageFacts(context: PlanContext, path: string): ImageFacts {
  const facts = context.images.get(path);
  if (facts === undefined || isFault(facts)) throw new Error(`planning without image ${path}`);
  return facts;
}

/** A function that is passed through, with the way it interrupts decided. */
export interface Passthrough {
  readonly device: PciDevice;
  readonly fn: MachineFunction;
  readonly interrupts: PciInterrupts;
}

/** The functions that a VM is given, in the order of the description. */
export function passthroughs({ machine }: PlanInput, vm: Vm): Passthrough[] {
  return vm.pci.map((device) => {
    const fn = machine && functionOf(machine, device.by);
    if (fn === undefined) throw new Error(`planning without function ${device.name}`);
    return { device, fn, interrupts: interruptsOf(device, fn) };
  });
}

// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { ACCEPT, MACHINE_FILES, oneVm } from '../diagnostics/examples.js';
import { interruptsOf } from '../model/interrupts.js';
import type { MachineFunction } from '../model/machine.js';
import type { Acceptor, Vm } from '../model/system.js';
import { quoted } from '../util/words.js';
import { passedThrough } from './passthrough.js';
import { isFabric } from './pci-bridge.js';
import { valueOf } from './places.js';
import type { Rule, RuleInput } from './rule.js';

/** What is not checked where the machine file does not tell it. */
const LINES = 'which functions share an interrupt line (intx)';

interface Line {
  readonly gsi: number;
  readonly vm: Vm;
  readonly what: string;
  readonly of: Acceptor;
  readonly span: Span;
}

/** The lines that VMs are given: of devices that use INTx, and by number. */
function lines(input: RuleInput): Line[] {
  const ofDevices = passedThrough(input).flatMap(({ vm, device, field, fn }): Line[] => {
    if (fn?.intx === undefined || interruptsOf(device, fn).type !== 'intx') return [];
    const span = valueOf(device, field);
    return [{ gsi: fn.intx.gsi, vm, what: `device "${device.name}"`, of: device, span }];
  });
  const given = input.system.vms.flatMap((vm) =>
    vm.irqs.flatMap((irq): Line[] => {
      const base = input.machine?.ioapics[irq.ioapic]?.gsiBase;
      if (base === undefined) return [];
      const what = `interrupt "${irq.name}"`;
      return [{ gsi: base + irq.pin, vm, what, of: vm, span: valueOf(irq, 'pin') }];
    }),
  );
  return [...ofDevices, ...given];
}

const example = (gsi: number): string =>
  oneVm({
    top: `machine: box${String(gsi)}.yaml`,
    web: `pci: { uplink: { device: nic1, ${ACCEPT} } }`,
  });

const box = (gsi: number): string =>
  MACHINE_FILES['box.yaml'].replace('msix: 8', `msix: 8\n    intx: { gsi: ${String(gsi)} }`);

export const lineShared: Rule = {
  code: 'MK0352',
  severity: 'warning',
  title: 'an interrupt line is shared with a function that the VM does not have',
  acceptable: true,
  text: `INTx lines are wired together. When a function on the line raises its interrupt that the VM does not drive, nobody silences
it: the line stays asserted, and the VM's device is lost in interrupts or gets none. Use MSI or MSI-X, pass the other
function to the same VM, or accept it if the other one is never switched on.`,
  fails: example(17),
  passes: example(18),
  files: { ...MACHINE_FILES, 'box17.yaml': box(17), 'box18.yaml': box(18) },
  check(input, report, unjudged) {
    const known = input.machine?.functions ?? [];
    if (known.length === 0) {
      for (const vm of input.system.vms) if (vm.irqs.length > 0) unjudged(LINES, vm);
    }
    const functions = known.filter((fn) => !isFabric(fn));
    const owners = new Map<MachineFunction, Vm>();
    for (const { fn, vm } of passedThrough(input)) if (fn !== undefined) owners.set(fn, vm);
    for (const { gsi, vm, what, of, span } of lines(input)) {
      if (functions.some((fn) => fn.pin !== undefined && owners.get(fn) !== vm)) {
        unjudged(LINES, of);
      }
      const others = functions.filter((fn) => fn.intx?.gsi === gsi && owners.get(fn) !== vm);
      // Two VMs with the same line are another rule's finding.
      const strangers = others.filter((fn) => !owners.has(fn));
      if (strangers.length === 0) continue;
      const names = quoted(strangers.map(({ name }) => name));
      const message = `${what} of VM "${vm.name}" shares interrupt line ${String(gsi)} with ${names}, which no VM is given`;
      report(span, message, {
        of,
        hint: 'use MSI or MSI-X, or give the VM the other function too',
      });
    }
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import type { Span } from '../diagnostics/diagnostic.js';
import { EXAMPLE_FILES, oneVm, twoVms } from '../diagnostics/examples.js';
import { ioapicInput, type Machine } from '../model/machine.js';
import {
  COM_PORTS,
  ECAM,
  GUEST_GSI,
  HIGH_RAM_BASE,
  PCI_CONFIG,
  PCI_GSI_BASE,
  PCI_GSI_COUNT,
  PIT,
  ramEnd,
  RTC,
} from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { passedThrough } from './passthrough.js';
import { firstHere, overlaps, sameKey, valueOf, type Range } from './places.js';
import type { Rule, RuleInput } from './rule.js';

interface Owned extends Range {
  /** Who has it, for the message. */
  readonly owner: string;
  /** Absent for what the system itself owns. */
  readonly span?: Span;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** I/O ports of the machine: those of the system's own components, and those given away. */
function machinePorts(input: RuleInput): Owned[] {
  const { system } = input;
  const own: Owned[] = [
    { ...PIT, owner: 'the time component (PIT)' },
    { ...PCI_CONFIG, owner: 'PCI configuration access' },
    ...system.consoles.map((c) => ({ ...COM_PORTS[c.uart], owner: `console "${c.name}"` })),
  ];
  const given = system.vms.flatMap((vm) =>
    vm.ioports.map((p) => ({
      first: p.first,
      last: p.last,
      owner: `VM "${vm.name}"`,
      span: valueOf(p),
    })),
  );
  const bars = passedThrough(input).flatMap(({ vm, device, field, fn }) =>
    (fn?.bars ?? []).flatMap((bar) => {
      if (bar.type !== 'io') return [];
      const last = bar.address + bar.bytes - 1;
      return {
        first: bar.address,
        last,
        owner: `device "${device.name}" of VM "${vm.name}"`,
        span: valueOf(device, field),
      };
    }),
  );
  return [...own, ...given, ...bars];
}

export const portsOverlap: Rule = {
  code: 'MK0330',
  severity: 'error',
  title: 'I/O ports are given away twice',
  text: `A range of the machine's I/O ports overlaps one that another VM, a passed-through device or a component of the system
has: the interval timer (0x40–0x43), PCI configuration (0xcf8–0xcff), the serial ports of consoles.`,
  fails: twoVms({
    web: 'ioports: { gpio: { first: 0x500, count: 16 } }',
    db: 'ioports: { gpio: { first: 0x508, count: 16 } }',
  }),
  passes: twoVms({
    web: 'ioports: { gpio: { first: 0x500, count: 16 } }',
    db: 'ioports: { gpio: { first: 0x510, count: 16 } }',
  }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const { first, again } of overlaps(machinePorts(input))) {
      // The system's own range may sort behind: the finding belongs to what is written.
      const [written, other] = again.span === undefined ? [first, again] : [again, first];
      if (written.span === undefined) continue;
      const message = `I/O ports ${hex(written.first)}–${hex(written.last)} overlap ${hex(other.first)}–${hex(other.last)} of ${other.owner}`;
      report(written.span, message, other.span === undefined ? {} : firstHere(other.span));
    }
  },
};

/** Ports at which the guest itself sees emulated devices. */
function guestPorts(vm: Vm, input: RuleInput): Owned[] {
  const ports = new Set([
    ...vm.serial.map((s) => s.port),
    ...input.system.links.flatMap((link) =>
      link.type === 'serial' ? link.ends.filter((e) => e.vm === vm).map((e) => e.port) : [],
    ),
  ]);
  return [
    { ...RTC, owner: 'real-time clock' },
    { ...PCI_CONFIG, owner: 'PCI configuration ports' },
    ...[...ports].map((port) => ({ ...COM_PORTS[port], owner: port })),
  ];
}

export const portsEmulated: Rule = {
  code: 'MK0331',
  severity: 'error',
  title: 'passed-through I/O ports hide a device of the guest',
  text: `The range covers ports at which the VM has an emulated device: its real-time clock (0x70–0x71), PCI configuration
(0xcf8–0xcff) or one of its serial ports. Or it runs past port 0xffff.`,
  fails: oneVm({ web: 'ioports: { cmos: { first: 0x70, count: 2 } }' }),
  passes: oneVm({ web: 'ioports: { cmos: { first: 0x500, count: 2 } }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    for (const vm of input.system.vms) {
      for (const ports of vm.ioports) {
        if (ports.last > 0xffff) {
          report(valueOf(ports), `I/O ports "${ports.name}" run past 0xffff`);
        }
        for (const device of guestPorts(vm, input)) {
          if (ports.first > device.last || device.first > ports.last) continue;
          const message = `I/O ports ${hex(ports.first)}–${hex(ports.last)} cover the ${device.owner} of VM "${vm.name}" (${hex(device.first)}–${hex(device.last)})`;
          report(valueOf(ports), message, { hint: 'leave out those ports' });
        }
      }
    }
  },
};

export const mmioOverlap: Rule = {
  code: 'MK0332',
  severity: 'error',
  title: 'device memory is given away twice',
  text: `A range of device memory overlaps another one, or a base address register of a device that is passed through. seL4
hands out each page of device memory once.`,
  fails: twoVms({
    web: 'mmio: { tpm: { address: 0xfed40000, size: 20KiB } }',
    db: 'mmio: { tpm: { address: 0xfed44000, size: 4KiB } }',
  }),
  passes: twoVms({
    web: 'mmio: { tpm: { address: 0xfed40000, size: 16KiB } }',
    db: 'mmio: { tpm: { address: 0xfed44000, size: 4KiB } }',
  }),
  files: EXAMPLE_FILES,
  check(input, report) {
    const given = input.system.vms.flatMap((vm) =>
      vm.mmio.map((m) => ({
        first: m.address,
        last: m.address + m.bytes - 1,
        owner: `VM "${vm.name}"`,
        span: valueOf(m),
      })),
    );
    const bars = passedThrough(input).flatMap(({ vm, device, field, fn }) =>
      (fn?.bars ?? [])
        .filter((bar) => bar.type !== 'io')
        .map((bar) => ({
          first: bar.address,
          last: bar.address + bar.bytes - 1,
          owner: `device "${device.name}" of VM "${vm.name}"`,
          span: valueOf(device, field),
        })),
    );
    for (const { first, again } of overlaps([...given, ...bars])) {
      // A function given away twice is another rule's finding, and told there once.
      if (first.first === again.first && bars.includes(first) && bars.includes(again)) continue;
      const message = `device memory ${hex(again.first)}–${hex(again.last)} overlaps ${hex(first.first)}–${hex(first.last)} of ${first.owner}`;
      report(again.span, message, firstHere(first.span));
    }
  },
};

export const mmioPlace: Rule = {
  code: 'MK0333',
  severity: 'error',
  title: 'device memory can not stand at this address',
  text: `The guest sees passed-through device memory at its own physical address. That must be page-aligned, and must not meet
the guest's RAM, its PCI windows (0xc0000000–0xefffffff), its I/O APICs (0xfec00000) or its local APIC (0xfee00000).`,
  fails: oneVm({ web: 'mmio: { fpga: { address: 0x1000000, size: 4KiB } }' }),
  passes: oneVm({ web: 'mmio: { fpga: { address: 0xfd000000, size: 4KiB } }' }),
  files: EXAMPLE_FILES,
  check({ system }, report) {
    for (const vm of system.vms) {
      for (const m of vm.mmio) {
        const end = m.address + m.bytes;
        if (m.address % 4096 !== 0 || m.bytes % 4096 !== 0) {
          report(valueOf(m), `device memory "${m.name}" is not made of whole 4 KiB pages`);
        }
        const taken = guestRanges(vm).find((r) => m.address <= r.last && r.first < end);
        if (taken === undefined) continue;
        const message = `device memory ${hex(m.address)}–${hex(end - 1)} meets the ${taken.owner} of VM "${vm.name}" (${hex(taken.first)}–${hex(taken.last)})`;
        report(valueOf(m, 'address'), message);
      }
    }
  },
};

function guestRanges(vm: Vm): Owned[] {
  const ranges: Owned[] = [
    { first: 0, last: Math.min(vm.memory, 0xc000_0000) - 1, owner: 'RAM' },
    { first: 0xc000_0000, last: ECAM.end - 1, owner: 'PCI windows' },
    { first: 0xfec0_0000, last: 0xfeef_ffff, owner: 'APICs' },
  ];
  const end = ramEnd(vm.memory);
  if (end > HIGH_RAM_BASE) ranges.push({ first: HIGH_RAM_BASE, last: end - 1, owner: 'RAM' });
  return ranges;
}

interface Input {
  readonly ioapic: number;
  readonly pin: number;
  readonly owner: string;
  readonly span?: Span;
  /** Line-based interrupts of PCI devices may meet: that is told by the checker's hardware rules. */
}

function ioapicInputs(input: RuleInput): Input[] {
  const { system, machine } = input;
  const own: Input[] = [
    { ioapic: 0, pin: PIT.pin, owner: 'the time component (PIT)' },
    ...system.consoles.map((c) => ({
      ioapic: 0,
      pin: COM_PORTS[c.uart].hostPin,
      owner: `console "${c.name}"`,
    })),
  ];
  const lines = passedThrough(input).flatMap(({ vm, device, field, fn }) => {
    const intx = fn?.intx;
    const wanted = device.interrupts?.type ?? (fn && fn.msix === 0 && !fn.msi ? 'intx' : 'msi');
    if (machine === undefined || intx === undefined || wanted !== 'intx') return [];
    const at = ioapicInput(machine.ioapics, intx.gsi);
    const owner = `device "${device.name}" of VM "${vm.name}"`;
    return at === undefined ? [] : { ...at, owner, span: valueOf(device, field) };
  });
  const given = system.vms.flatMap((vm) =>
    vm.irqs.map((i) => ({
      ioapic: i.ioapic,
      pin: i.pin,
      owner: `VM "${vm.name}"`,
      span: valueOf(i, 'pin'),
    })),
  );
  return [...own, ...lines, ...given];
}

export const inputTwice: Rule = {
  code: 'MK0334',
  severity: 'error',
  title: 'an I/O APIC input is given away twice',
  text: `An interrupt input belongs to one component: seL4 delivers it to one notification. The interval timer has input 2 of
I/O APIC 0, consoles on com1 or com3 input 4, on com2 or com4 input 3. Two devices that share an INTx line can not go to
different VMs; use MSI or MSI-X for one of them.`,
  fails: twoVms({ web: 'irqs: { gpio: { pin: 14 } }', db: 'irqs: { gpio: { pin: 14 } }' }),
  passes: twoVms({ web: 'irqs: { gpio: { pin: 14 } }', db: 'irqs: { gpio: { pin: 15 } }' }),
  files: EXAMPLE_FILES,
  check(input, report) {
    const key = (i: Input): string => `${String(i.ioapic)} ${String(i.pin)}`;
    for (const { first, again } of sameKey(ioapicInputs(input), key)) {
      if (again.span === undefined) continue;
      const message = `input ${String(again.pin)} of I/O APIC ${String(again.ioapic)} already belongs to ${first.owner}`;
      report(again.span, message, first.span === undefined ? {} : firstHere(first.span));
    }
  },
};

/** The inputs of an I/O APIC; without a machine file as many as the schema lets through. */
function pinsOf(machine: Machine | undefined, ioapic: number): number | undefined {
  return machine === undefined ? 240 : machine.ioapics[ioapic]?.pins;
}

export const inputUnknown: Rule = {
  code: 'MK0335',
  severity: 'error',
  title: 'the machine has no such I/O APIC input',
  text: `The machine file lists the I/O APICs and how many inputs each has; without a machine file only the first I/O APIC
is known to exist.`,
  fails: oneVm({ web: 'irqs: { gpio: { pin: 30 } }', top: 'machine: box.yaml' }),
  passes: oneVm({ web: 'irqs: { gpio: { pin: 14 } }', top: 'machine: box.yaml' }),
  files: { ...EXAMPLE_FILES, 'box.yaml': 'makatea_machine: 1\nname: box\n' },
  check({ system, machine }, report) {
    for (const vm of system.vms) {
      for (const irq of vm.irqs) {
        const pins =
          machine === undefined && irq.ioapic > 0 ? undefined : pinsOf(machine, irq.ioapic);
        if (pins === undefined) {
          report(
            valueOf(irq, 'ioapic'),
            `there is no I/O APIC ${String(irq.ioapic)} that is known`,
            {
              hint: 'name a machine file that lists it',
            },
          );
        } else if (irq.pin >= pins) {
          const hint = `its inputs are 0 to ${String(pins - 1)}`;
          report(
            valueOf(irq, 'pin'),
            `I/O APIC ${String(irq.ioapic)} has no input ${String(irq.pin)}`,
            { hint },
          );
        }
      }
    }
  },
};

export const inputEmulated: Rule = {
  code: 'MK0336',
  severity: 'error',
  title: 'a passed-through interrupt meets one of the guest',
  text: `The guest sees the interrupt under its global number, where it already has a device: serial ports (3, 4, 5, 7),
real-time clock (8), generic event device (9) or PCI (16–23).`,
  fails: oneVm({ web: 'irqs: { gpio: { pin: 8 } }' }),
  passes: oneVm({ web: 'irqs: { gpio: { pin: 10 } }' }),
  files: EXAMPLE_FILES,
  check({ system, machine }, report) {
    const pci = { first: PCI_GSI_BASE, last: PCI_GSI_BASE + PCI_GSI_COUNT - 1 };
    const fixed = new Map<number, string>([
      [GUEST_GSI.rtc, 'the real-time clock'],
      [GUEST_GSI.ged, 'the generic event device'],
      ...Object.entries(COM_PORTS).map(([port, { gsi }]) => [gsi, port] as const),
    ]);
    for (const vm of system.vms) {
      for (const irq of vm.irqs) {
        const gsi = (machine?.ioapics[irq.ioapic]?.gsiBase ?? 0) + irq.pin;
        const owner = gsi >= pci.first && gsi <= pci.last ? 'its PCI devices' : fixed.get(gsi);
        if (owner === undefined) continue;
        const message = `VM "${vm.name}" uses interrupt ${String(gsi)} for ${owner}`;
        report(valueOf(irq, 'pin'), message);
      }
    }
  },
};

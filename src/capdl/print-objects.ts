// SPDX-License-Identifier: BSD-2-Clause
import type { Fill, KernelObject, Span, Tcb } from './model.js';

/** An object as it stands after `name = `. */
export function printObject(object: KernelObject): string {
  const parameters = parametersOf(object);
  const text = parameters.length === 0 ? object.type : `${object.type} (${parameters.join(', ')})`;
  return object.type === 'ut' && object.children.length > 0
    ? `${text} { ${object.children.map(printSpan).join(', ')} }`
    : text;
}

function parametersOf(object: KernelObject): string[] {
  switch (object.type) {
    case 'ep':
    case 'notification':
    case 'rtreply':
    case 'pt':
    case 'pd':
    case 'pdpt':
    case 'pml4':
    case 'irq':
      return [];
    case 'tcb':
      return tcbParameters(object);
    case 'cnode':
      return [`${object.bits} bits`];
    case 'frame':
      return [
        frameSize(object.bits),
        ...optional('paddr', object.paddr, hex),
        ...(object.fill.length === 0 ? [] : [`fill: [${object.fill.map(printFill).join(', ')}]`]),
      ];
    case 'ut':
      return [...bits(object.bits), ...optional('paddr', object.paddr, hex)];
    case 'asid_pool':
      return optional('asid_high', object.asidHigh);
    case 'sc':
      return [
        ...(object.times === undefined
          ? []
          : [
              `period: ${object.times.period}`,
              `budget: ${object.times.budget}`,
              ...optional('data', object.times.data),
            ]),
        ...bits(object.bits),
      ];
    case 'io_ports':
      return [`ports: [${hex(object.first)}..${hex(object.last)}]`];
    case 'io_device':
      return [
        `domainID: ${object.domain}`,
        `${hex(object.bus)}:${object.device}.${object.function}`,
      ];
    case 'ioapic_irq':
      return [
        `ioapic_num: ${object.ioapic}`,
        `ioapic_pin: ${object.pin}`,
        `ioapic_level: ${object.level}`,
        `ioapic_polarity: ${object.polarity}`,
      ];
    case 'msi_irq':
      return [
        `msi_handle: ${object.handle}`,
        `msi_pci_bus: ${object.bus}`,
        `msi_pci_dev: ${object.device}`,
        `msi_pci_fun: ${object.function}`,
      ];
  }
}

function tcbParameters({ thread, init, faultEp, domain }: Tcb): string[] {
  return [
    ...(thread === undefined
      ? []
      : [
          `addr: ${hex(thread.addr)}`,
          `ip: ${hex(thread.ip)}`,
          `sp: ${hex(thread.sp)}`,
          `prio: ${thread.prio}`,
          `max_prio: ${thread.maxPrio}`,
          `affinity: ${thread.affinity}`,
          ...optional('resume', thread.resume, pythonFlag),
          ...optional('fpu_disabled', thread.fpuDisabled, pythonFlag),
        ]),
    ...optional('dom', domain),
    ...(init === undefined ? [] : [`init: [${init.join(', ')}]`]),
    ...optional('fault_ep', faultEp, hex),
  ];
}

/** parse-capDL reads the flags as python-capdl writes them. */
function pythonFlag(value: boolean): string {
  return value ? 'True' : 'False';
}

function bits(value: number | undefined): string[] {
  return value === undefined ? [] : [`${value} bits`];
}

function optional<V>(
  name: string,
  value: V | undefined,
  show: (v: V) => string = String,
): string[] {
  return value === undefined ? [] : [`${name}: ${show(value)}`];
}

/** `4k` or `2M`; parse-capDL has no `G`. */
function frameSize(frameBits: number): string {
  return frameBits < 20 ? `${2 ** (frameBits - 10)}k` : `${2 ** (frameBits - 20)}M`;
}

function printFill(fill: Fill): string {
  const place = `${fill.offset} ${fill.length}`;
  return fill.type === 'file'
    ? `{${place} CDL_FrameFill_FileData "${fill.file}" ${fill.fileOffset}}`
    : `{${place} CDL_FrameFill_BootInfo ${fill.kind} ${fill.sourceOffset}}`;
}

/** `name`, `name[3]` or `name[3..7]`. */
export function printSpan({ name, first, count }: Span): string {
  if (first === undefined) return name;
  return count === 1 ? `${name}[${first}]` : `${name}[${first}..${first + count - 1}]`;
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

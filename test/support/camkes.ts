// SPDX-License-Identifier: BSD-2-Clause
// The text that python-capdl would write for a plan: the planned authority under its own names and
// in its own spelling, and around it what CAMkES adds to every component.
import {
  RIGHT,
  TCB_SLOT,
  refName,
  slotCount,
  spanName,
  type Cap,
  type CapEntry,
  type KernelObject,
  type Rights,
} from '../../src/capdl/model.js';
import { planSpec } from '../../src/emit/capdl/emit.js';
import { indexPlan } from '../../src/emit/plan-index.js';
import type { Plan } from '../../src/generated/plan.js';

/** The text of a whole system as CAMkES builds it, on request with threads that report faults. */
export function camkesCdl(plan: Plan, { faultHandlers = false } = {}): string {
  const spec = planSpec(indexPlan(plan));
  const text: Sections = { objects: [], caps: new Map(), irqs: [] };
  for (const { name, count, object } of spec.objects) {
    for (let i = 0; i < (count ?? 1); i += 1) {
      const element = count === undefined ? name : refName({ name, index: i });
      text.objects.push(`${rename(element)} = ${show(object)}`);
    }
  }
  for (const list of spec.caps) {
    const name = rename(refName(list.object));
    const isTcb = name.endsWith('_tcb');
    for (const entry of list.entries) add(text, name, ...lines(entry, isTcb));
  }
  text.irqs.push(...spec.irqs.map(({ vector, object }) => `${vector}: ${rename(refName(object))}`));
  for (const { id } of plan.components) {
    addRuntime(text, id);
    if (faultHandlers) addFaultHandler(text, id);
    if (plan.kernel.mcs) addPassive(text, id);
  }
  return print(text);
}

interface Sections {
  readonly objects: string[];
  readonly caps: Map<string, string[]>;
  readonly irqs: string[];
}

function add(text: Sections, container: string, ...entries: string[]): void {
  text.caps.set(container, [...(text.caps.get(container) ?? []), ...entries]);
}

function print({ objects, caps, irqs }: Sections): string {
  const lists = [...caps].map(
    ([name, entries]) => `${name} {\n${entries.toSorted().join('\n')}\n}`,
  );
  return [
    'arch x86_64\n',
    `objects {\n${objects.toSorted().join('\n')}\n}\n`,
    `caps {\n${lists.toSorted().join('\n')}\n}\n`,
    `irq maps {\n${irqs.toSorted().join('\n')}\n}\n`,
  ].join('\n');
}

function rename(name: string): string {
  const [component = '', what] = name.split('.');
  if (what === 'cnode') return `${component}_cnode`;
  if (what === 'tcb') return `${component}_${component}_0_control_tcb`;
  if (what === 'vspace') return `${component}_group_bin_pd`;
  if (what === 'sc') return `${component}_${component}_0_control_sc`;
  return `mk_${name.replace(/[.[]/g, '_').replace(']', '')}`;
}

function show(object: KernelObject): string {
  switch (object.type) {
    case 'tcb': {
      const { prio, maxPrio, affinity } = object.thread ?? { prio: 0, maxPrio: 0, affinity: 0 };
      return `tcb (addr: 0x537000,ip: 0x405e44,sp: 0x535000,prio: ${prio},max_prio: ${maxPrio},affinity: ${affinity},init: [1])`;
    }
    case 'cnode':
      return `cnode (${object.bits} bits)`;
    case 'frame': {
      const size = object.bits === 12 ? '4k' : '2M';
      const paddr = object.paddr === undefined ? '' : `, paddr: 0x${object.paddr.toString(16)}`;
      const fill = object.fill.map((f) =>
        f.type === 'file'
          ? `{${f.offset} ${f.length} CDL_FrameFill_FileData "${f.file}.img" ${f.fileOffset}}`
          : '',
      );
      return `frame (${size}${paddr}, fill: [${fill.join(',')}])`;
    }
    case 'ut':
      return `ut (${object.bits ?? 0} bits) {  }`;
    case 'asid_pool':
      return `asid_pool (asid_high: 0x${(object.asidHigh ?? 0).toString(16)})`;
    case 'sc':
      return `sc (period: ${object.times?.period ?? 0}, budget: ${object.times?.budget ?? 0}, data: 0, 8 bits)`;
    case 'io_ports':
      return `io_ports (ports:[${object.first}..${object.last}])`;
    case 'io_device':
      return `io_device (domainID: ${object.domain}, 0x${object.bus.toString(16)}:${object.device}.${object.function})`;
    case 'ioapic_irq':
      return `ioapic_irq (ioapic_num:${object.ioapic}, ioapic_pin:${object.pin}, ioapic_level:${object.level}, ioapic_polarity:${object.polarity})`;
    case 'msi_irq':
      return `msi_irq (msi_handle:${object.handle}, msi_pci_bus:${object.bus}, msi_pci_dev:${object.device}, msi_pci_fun:${object.function})`;
    default:
      return object.type;
  }
}

function lines({ slot, cap }: CapEntry, isTcb: boolean): string[] {
  const slotName = Object.entries(TCB_SLOT).find(([, number]) => isTcb && number === slot)?.[0];
  return Array.from({ length: slotCount(cap) }, (_, i) => {
    const name = cap.type === 'control' ? cap.control : rename(spanName(cap.target, i));
    return `${slotName ?? `0x${(slot + i).toString(16)}`}: ${name}${parameters(cap)}`;
  });
}

function parameters(cap: Cap): string {
  switch (cap.type) {
    case 'frame':
      return ` (${letters(cap.rights)}${cap.uncached ? ', uncached' : ''})`;
    case 'signal':
      return ` (${letters(cap.rights)}${cap.badge === undefined ? '' : `, badge: ${cap.badge}`})`;
    case 'cnode':
      return ` (guard: ${cap.guard}, guard_size: ${cap.guardSize})`;
    default:
      return '';
  }
}

function letters(rights: Rights): string {
  return `${rights & RIGHT.read ? 'R' : ''}${rights & RIGHT.write ? 'W' : ''}`;
}

/** What every component has to run its program, none of which a plan mentions. */
function addRuntime(text: Sections, id: string): void {
  const [tcb, cnode] = [`${id}_${id}_0_control_tcb`, `${id}_cnode`];
  text.objects.push(
    ...['fault', 'pre_init', 'interface_init', 'post_init'].map((ep) => `${id}_${ep}_ep = ep`),
    `pdpt_${id}_group_bin_0000 = pdpt`,
    `pd_${id}_group_bin_0001 = pd`,
    `pt_${id}_group_bin_0002 = pt`,
    `frame_${id}_group_bin_0000 = frame (4k, fill: [{0 4096 CDL_FrameFill_FileData "${id}_group_bin" 4096}])`,
    `${id}_frame__camkes_ipc_buffer_${id}_0_control = frame (4k, fill: [])`,
    `stack__camkes_stack_${id}_0_control_0_${id}_obj = frame (4k, fill: [])`,
  );
  add(text, `${id}_group_bin_pd`, `0x1: pdpt_${id}_group_bin_0000`);
  add(text, `pdpt_${id}_group_bin_0000`, `0x0: pd_${id}_group_bin_0001`);
  add(text, `pd_${id}_group_bin_0001`, `0x2: pt_${id}_group_bin_0002`);
  add(
    text,
    `pt_${id}_group_bin_0002`,
    `0x0: frame_${id}_group_bin_0000 (RX)`,
    `0x1: ${id}_frame__camkes_ipc_buffer_${id}_0_control (RW)`,
    `0x2: stack__camkes_stack_${id}_0_control_0_${id}_obj (RW)`,
  );
  add(text, tcb, `ipc_buffer_slot: ${id}_frame__camkes_ipc_buffer_${id}_0_control (RW)`);
  add(
    text,
    cnode,
    `0x1: ${tcb}`,
    `0x2: ${id}_fault_ep (RWP, badge: 1)`,
    `0x5: ${id}_pre_init_ep (RW)`,
    `0x6: ${id}_interface_init_ep (RW)`,
    `0x7: ${id}_post_init_ep (RW)`,
  );
}

function addFaultHandler(text: Sections, id: string): void {
  const handler = `${id}_${id}_0_fault_handler_tcb`;
  text.objects.push(
    `${handler} = tcb (addr: 0x540000,ip: 0x405e44,sp: 0x53e000,prio: 255,max_prio: 254,affinity: 0,init: [3])`,
  );
  const cspace = text.caps
    .get(`${id}_${id}_0_control_tcb`)
    ?.find((line) => line.startsWith('cspace'));
  add(text, handler, cspace ?? '', `vspace: ${id}_group_bin_pd`);
  add(text, `${id}_cnode`, `0x3: ${handler}`, `0x4: ${id}_fault_ep (RWP)`);
}

function addPassive(text: Sections, id: string): void {
  text.objects.push(
    `${id}_passive_init_sc = sc (period: 10000, budget: 10000, data: 0, 7 bits)`,
    `${id}_passive_init_ntfn = notification`,
    `${id}_fault_reply__fault_handler = rtreply`,
  );
  add(
    text,
    `${id}_cnode`,
    `0x8: ${id}_passive_init_sc`,
    `0x9: ${id}_passive_init_ntfn (RW)`,
    `0xa: ${id}_fault_reply__fault_handler`,
    `0xb: ${id}_${id}_0_control_sc`,
  );
}

/** A line into a list of capabilities, or into the objects. */
export function plant(text: string, where: string, line: string): string {
  const head = `\n${where} {\n`;
  if (!text.includes(head)) throw new Error(`there is no \`${where}\``);
  return text.replace(head, `${head}${line}\n`);
}

/** The text with a passage replaced that must be there. */
export function swap(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`nothing to replace: ${from}`);
  return text.replaceAll(from, to);
}

/** The text without an object, what stands in it, and every capability to it. */
export function without(text: string, name: string): string {
  const escaped = name.replace(/[.[\]]/g, '\\$&');
  const kept = text
    .replace(new RegExp(`^${escaped} \\{\\n[^}]*\\}\\n`, 'm'), '')
    .replace(new RegExp(`^${escaped} = .*\\n`, 'm'), '')
    .replace(new RegExp(`^(?:0x[0-9a-f]+|\\d+|[a-z_]+): ${escaped}(?: .*)?\\n`, 'gm'), '');
  if (kept === text) throw new Error(`there is no \`${name}\``);
  return kept;
}

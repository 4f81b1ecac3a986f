// SPDX-License-Identifier: BSD-2-Clause
import type { Fill, KernelObject, SchedTimes, Span, Thread } from './model.js';
import { Parameters } from './parse-parameters.js';
import type { Scanner } from './scanner.js';

/** Reads what follows `name =`: the type, its parameters and the body of an untyped. */
export function parseObject(s: Scanner): KernelObject {
  const type = s.word();
  const parameters = new Parameters(s);
  const object = readObject(s, type, parameters);
  parameters.finish(type);
  return object;
}

function readObject(s: Scanner, type: string, p: Parameters): KernelObject {
  switch (type) {
    case 'ep':
    case 'notification':
    case 'rtreply':
    case 'pt':
    case 'pd':
    case 'pdpt':
    case 'pml4':
    case 'irq':
      return { type };
    case 'tcb':
      return readTcb(p);
    case 'cnode':
      return { type, bits: p.need('bits') };
    case 'frame':
      return readFrame(s, p);
    case 'ut':
      return readUntyped(s, p);
    case 'asid_pool':
      return { type, ...defined('asidHigh', p.optional('asid_high')) };
    case 'sc':
      return { type, ...defined('times', readTimes(p)), ...defined('bits', p.optional('bits')) };
    case 'io_ports':
      return { type, first: p.need('first'), last: p.need('last') };
    case 'io_device':
      return { type, domain: p.need('domainID'), ...readPci(p) };
    case 'ioapic_irq':
      return readIoapic(p);
    case 'msi_irq':
      return { type, handle: p.need('msi_handle'), ...readMsiPci(p) };
    default:
      s.fail(`\`${type}\` is no object type of x86-64 that this reader knows`);
      return { type: 'ep' };
  }
}

function readTcb(p: Parameters): KernelObject {
  return {
    type: 'tcb',
    ...defined('thread', readThread(p)),
    ...defined('init', p.takeInit()),
    ...defined('faultEp', p.optional('fault_ep')),
    ...defined('domain', p.optional('dom')),
  };
}

const THREAD = ['addr', 'ip', 'sp', 'prio', 'max_prio', 'affinity', 'resume', 'fpu_disabled'];

function readThread(p: Parameters): Thread | undefined {
  if (!THREAD.some((name) => p.has(name))) return undefined;
  return {
    addr: p.need('addr'),
    ip: p.need('ip'),
    sp: p.need('sp'),
    prio: p.need('prio'),
    maxPrio: p.need('max_prio'),
    affinity: p.need('affinity'),
    ...defined('resume', flag(p.optional('resume'))),
    ...defined('fpuDisabled', flag(p.optional('fpu_disabled'))),
  };
}

function flag(value: number | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 1;
}

/** Shared, because most frames of a large system have none. */
const NO_FILL: readonly Fill[] = [];

function readFrame(s: Scanner, p: Parameters): KernelObject {
  const bits = Math.log2(p.need('size'));
  if (!Number.isInteger(bits)) s.fail('the size of a frame is no power of two');
  const fill = p.takeFill();
  return {
    type: 'frame',
    bits,
    ...defined('paddr', p.optional('paddr')),
    fill: fill === undefined || fill.length === 0 ? NO_FILL : fill,
  };
}

function readUntyped(s: Scanner, p: Parameters): KernelObject {
  const children: Span[] = [];
  if (s.take('{')) {
    while (!s.atSign('}') && !s.done) {
      children.push(readChild(s));
      s.take(',');
    }
    s.need('}');
  }
  return {
    type: 'ut',
    ...defined('bits', p.optional('bits')),
    ...defined('paddr', p.optional('paddr')),
    children,
  };
}

function readChild(s: Scanner): Span {
  const name = s.word();
  if (s.atSign('=')) s.fail('objects inside an untyped are to be named there, not declared');
  if (!s.take('[')) return { name, count: 1 };
  const first = s.number();
  const last = s.take('..') ? s.number() : first;
  if (last < first) s.fail(`the range [${first}..${last}] is empty`);
  s.need(']');
  return { name, first, count: last - first + 1 };
}

function readTimes(p: Parameters): SchedTimes | undefined {
  if (!['period', 'budget', 'data'].some((name) => p.has(name))) return undefined;
  const times = { period: p.need('period'), budget: p.need('budget') };
  return { ...times, ...defined('data', p.optional('data')) };
}

function readIoapic(p: Parameters): KernelObject {
  return {
    type: 'ioapic_irq',
    ioapic: p.need('ioapic_num'),
    pin: p.need('ioapic_pin'),
    level: p.need('ioapic_level'),
    polarity: p.need('ioapic_polarity'),
  };
}

interface PciAddress {
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

function readPci(p: Parameters): PciAddress {
  return { bus: p.need('bus'), device: p.need('device'), function: p.need('function') };
}

function readMsiPci(p: Parameters): PciAddress {
  return {
    bus: p.need('msi_pci_bus'),
    device: p.need('msi_pci_dev'),
    function: p.need('msi_pci_fun'),
  };
}

/** A property only where there is a value: `exactOptionalPropertyTypes` knows the difference. */
function defined<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<K, V>>;
}

// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent, PlanIrq } from '../../generated/plan.js';
import { pciAddress } from '../guest-pci.js';
import { append, type PlanIndex } from '../plan-index.js';
import { quantity } from '../quantity.js';
import { code, orDash, range, table, text } from './markdown.js';
import { componentMemory, imageMemory, systemMemory } from './memory.js';

/** User interrupts of x86 (seL4, irqInt: 0 to 107). */
const VECTORS = 108;
/** Of eight ASID pools on x86-64 the root task has one. */
const SPARE_POOLS = 7;

/** What there is one set of in the machine, and how much is used. */
export function limitTable(index: PlanIndex): string {
  const { kernel } = index.plan;
  const rows = [
    ['Processor cores', String(kernel.cores), "the machine's"],
    ['Interrupt vectors', String(kernel.vectors), String(VECTORS)],
    ['ASID pools', String(kernel.asid_pools), String(SPARE_POOLS)],
    ['VT-d domain ids', String(kernel.io_domains), "the machine's"],
    ['Memory', quantity(systemMemory(index)), "the machine's"],
  ];
  return table(
    [{ title: 'What' }, { title: 'Used', right: true }, { title: 'Of', right: true }],
    rows,
  );
}

/** When which component runs. */
export function processorTable(index: PlanIndex): string {
  const rows = index.plan.components.map((component) => [
    text(component.id),
    component.role,
    String(component.core),
    String(component.priority),
    budgetWords(component),
  ]);
  return table(
    [
      { title: 'Component' },
      { title: 'Role' },
      { title: 'Core', right: true },
      { title: 'Priority', right: true },
      { title: 'Budget' },
    ],
    rows,
  );
}

function budgetWords({ budget }: PlanComponent): string {
  if (budget === undefined) return 'none';
  return `${String(budget.budget_us)} µs in every ${String(budget.period_us)} µs`;
}

/** How much memory each component takes. */
export function memoryTable(index: PlanIndex): string {
  const zero = (bytes: number): string => (bytes === 0 ? '–' : quantity(bytes));
  const rows = index.plan.components.map((component) => {
    const { frames, untyped, shared } = componentMemory(index, component);
    return [
      text(component.id),
      ...[frames, untyped, shared].map(zero),
      quantity(frames + untyped + shared),
    ];
  });
  const images = index.plan.images.reduce((sum, image) => sum + imageMemory(image), 0);
  return table(
    [
      { title: 'Component' },
      { title: 'RAM or storage', right: true },
      { title: 'Untyped', right: true },
      { title: 'Shared regions', right: true },
      { title: 'Sum', right: true },
    ],
    [...rows, ['guest images', quantity(images), '–', '–', quantity(images)]],
  );
}

/** Interrupts of the machine and who gets them. */
export function irqTable(index: PlanIndex): string {
  const rows = index.plan.components
    .flatMap((component) => component.irqs.map((irq) => ({ component, irq })))
    .sort((a, b) => a.irq.vector - b.irq.vector)
    .map(({ component, irq }) => [
      String(irq.vector),
      text(irq.name),
      sourceWords(irq),
      text(component.id),
    ]);
  return table(
    [
      { title: 'Vector', right: true },
      { title: 'Name' },
      { title: 'Source' },
      { title: 'Goes to' },
    ],
    rows,
  );
}

/** Where an interrupt comes from. */
export function sourceWords(irq: PlanIrq): string {
  if (irq.type === 'msi') {
    return `message ${String(irq.handle)} of ${code(pciAddress(irq.bus, irq.device, irq.function))}`;
  }
  const trigger = irq.level ? 'level' : 'edge';
  return `I/O APIC ${String(irq.ioapic)} pin ${String(irq.pin)}, ${trigger}, active ${irq.active_low ? 'low' : 'high'}`;
}

/** I/O ports of the machine and who may use them. */
export function portTable(index: PlanIndex): string {
  const rows = index.plan.components
    .flatMap(({ id, io_ports: ports }) => ports.map((range) => ({ id, range })))
    .sort((a, b) => a.range.first - b.range.first)
    .map(({ id, range: { first, last, name } }) => [
      range(first, last - first + 1, 4),
      text(name),
      text(id),
    ]);
  return table([{ title: 'Ports' }, { title: 'Name' }, { title: 'Used by' }], rows);
}

/** Device memory and who may map it. */
export function deviceMemoryTable(index: PlanIndex): string {
  const rows = index.plan.components
    .flatMap(({ id, device_frames: frames }) => frames.map((memory) => ({ id, memory })))
    .sort((a, b) => a.memory.paddr - b.memory.paddr)
    .map(({ id, memory }) => {
      const bytes = memory.frames * 2 ** memory.frame_bits;
      return [range(memory.paddr, bytes, 12), quantity(bytes), text(memory.name), text(id)];
    });
  return table(
    [
      { title: 'Physical addresses' },
      { title: 'Size', right: true },
      { title: 'Name' },
      { title: 'Mapped by' },
    ],
    rows,
  );
}

/** Functions that may use DMA, and where to. */
export function dmaTable(index: PlanIndex): string {
  const rows = index.plan.components.flatMap(({ of, io_spaces: spaces }) =>
    spaces.map((space) => [
      code(pciAddress(space.bus, space.device, space.function)),
      text(space.name),
      String(space.domain_id),
      text(of),
    ]),
  );
  return table(
    [
      { title: 'Function' },
      { title: 'Name' },
      { title: 'Domain', right: true },
      { title: 'Reaches the RAM of' },
    ],
    rows,
  );
}

/** Guest images, and who reads them. */
export function imageTable(index: PlanIndex): string {
  const readers = new Map<string, string[]>();
  for (const { id, images } of index.plan.components) {
    for (const image of images) append(readers, image, text(id));
  }
  const rows = index.plan.images.map((image) => [
    text(image.path),
    text(image.id),
    quantity(image.bytes),
    code(image.sha256),
    orDash((readers.get(image.id) ?? []).join(', ')),
  ]);
  return table(
    [
      { title: 'Image' },
      { title: 'Id' },
      { title: 'Size', right: true },
      { title: 'SHA-256' },
      { title: 'Read by' },
    ],
    rows,
  );
}

// SPDX-License-Identifier: BSD-2-Clause
import fc from 'fast-check';
import {
  capTypeOf,
  refName,
  slotCount,
  spanName,
  type Cap,
  type CapList,
  type Fill,
  type KernelObject,
  type ObjectDecl,
  type Ref,
  type Span,
  type Spec,
} from '../../src/capdl/model.js';
import { parseSpec } from '../../src/capdl/parse.js';

/** Reads text that must be readable. */
export function readCdl(text: string): Spec {
  const result = parseSpec(text);
  if (!result.ok) throw new Error(`line ${result.error.line}: ${result.error.message}`);
  return result.spec;
}

/** What a specification says, whatever the order and the ranges in which it says it. */
export function normalForm(spec: Spec): unknown {
  return {
    objects: sorted(
      spec.objects.map(({ name, count, object }) => JSON.stringify([name, count ?? null, object])),
    ),
    caps: sorted(
      spec.caps.flatMap(({ object, entries }) =>
        entries.flatMap(({ slot, cap }) =>
          Array.from({ length: slotCount(cap) }, (_, i) =>
            JSON.stringify([refName(object), slot + i, single(cap, i)]),
          ),
        ),
      ),
    ),
    irqs: sorted(spec.irqs.map(({ vector, object }) => `${vector}: ${refName(object)}`)),
  };
}

function sorted(lines: readonly string[]): string[] {
  return lines.toSorted();
}

function single(cap: Cap, i: number): unknown {
  if (cap.type === 'control') return cap;
  const badge = cap.type === 'signal' ? String(cap.badge ?? 0n) : undefined;
  return { ...cap, target: spanName(cap.target, i), badge };
}

const small = fc.nat(2 ** 20);
const name = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'x', 'Y', 'Z'),
    fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '_', '@', '.', '-'), maxLength: 8 }),
  )
  .map(([first, rest]) => first + rest)
  .filter((word) => word !== 'objects' && word !== 'caps');

const pci = { bus: fc.nat(255), device: fc.nat(31), function: fc.nat(7) };

const fill: fc.Arbitrary<Fill> = fc.oneof(
  fc.record({
    type: fc.constant('file' as const),
    offset: small,
    length: small,
    file: name,
    fileOffset: small,
  }),
  fc.record({
    type: fc.constant('bootinfo' as const),
    offset: small,
    length: small,
    kind: fc.constant('CDL_FrameFill_BootInfo_X86_TSC_Freq'),
    sourceOffset: small,
  }),
);

const thread = fc.record(
  {
    addr: small,
    ip: small,
    sp: small,
    prio: fc.nat(255),
    maxPrio: fc.nat(255),
    affinity: fc.nat(7),
    resume: fc.boolean(),
    fpuDisabled: fc.boolean(),
  },
  { requiredKeys: ['addr', 'ip', 'sp', 'prio', 'maxPrio', 'affinity'] },
);

const kernelObject: fc.Arbitrary<KernelObject> = fc.oneof(
  fc
    .constantFrom('ep', 'notification', 'rtreply', 'pt', 'pd', 'pdpt', 'pml4', 'irq')
    .map((type): KernelObject => ({ type })),
  fc.record(
    {
      type: fc.constant('tcb' as const),
      thread,
      init: fc.array(small, { maxLength: 3 }),
      faultEp: small,
      domain: fc.nat(15),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.constant('cnode' as const), bits: fc.integer({ min: 1, max: 20 }) }),
  fc.record(
    {
      type: fc.constant('frame' as const),
      bits: fc.constantFrom(12, 21, 30),
      paddr: fc.nat(2 ** 30).map((n) => n * 2 ** 20),
      fill: fc.array(fill, { maxLength: 2 }),
    },
    { requiredKeys: ['type', 'bits', 'fill'] },
  ),
  fc.record(
    { type: fc.constant('ut' as const), bits: fc.nat(47), paddr: small, children: fc.constant([]) },
    { requiredKeys: ['type', 'children'] },
  ),
  fc.record(
    { type: fc.constant('asid_pool' as const), asidHigh: fc.nat(7) },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    {
      type: fc.constant('sc' as const),
      times: fc.record(
        { period: small, budget: small, data: small },
        { requiredKeys: ['period', 'budget'] },
      ),
      bits: fc.nat(20),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.constant('io_ports' as const), first: fc.nat(65535), last: fc.nat(65535) }),
  fc.record({ type: fc.constant('io_device' as const), domain: fc.nat(255), ...pci }),
  fc.record({
    type: fc.constant('ioapic_irq' as const),
    ioapic: fc.nat(3),
    pin: fc.nat(23),
    level: fc.nat(1),
    polarity: fc.nat(1),
  }),
  fc.record({ type: fc.constant('msi_irq' as const), handle: fc.nat(2047), ...pci }),
);

const decl: fc.Arbitrary<ObjectDecl> = fc.record(
  { name, count: fc.integer({ min: 1, max: 40 }), object: kernelObject },
  { requiredKeys: ['name', 'object'] },
);

/** Any specification that the language can express: sensible ones and others. */
export const anySpec: fc.Arbitrary<Spec> = fc
  .uniqueArray(decl, { selector: (d) => d.name, minLength: 1, maxLength: 12 })
  .chain((objects) =>
    fc.record({
      objects: fc.constant(objects),
      caps: fc
        .uniqueArray(refTo(objects), { selector: refName, maxLength: 6 })
        .chain((containers) => fc.tuple(...containers.map((object) => capList(object, objects)))),
      irqs: fc.uniqueArray(fc.record({ vector: fc.nat(200), object: refTo(objects) }), {
        selector: ({ vector }) => vector,
        maxLength: 4,
      }),
    }),
  );

function refTo(objects: readonly ObjectDecl[]): fc.Arbitrary<Ref> {
  return fc
    .constantFrom(...objects)
    .chain(({ name: of, count }) =>
      count === undefined
        ? fc.constant({ name: of })
        : fc.nat(count - 1).map((index) => ({ name: of, index })),
    );
}

/** Entries with gaps between them and without, so that the printer has something to draw together. */
function capList(object: Ref, objects: readonly ObjectDecl[]): fc.Arbitrary<CapList> {
  const entry = fc.record({ gap: fc.nat(3).map((n) => Math.max(0, n - 1)), cap: anyCap(objects) });
  return fc.array(entry, { minLength: 1, maxLength: 8 }).map((list) => {
    let next = 0;
    const entries = list.map(({ gap, cap }) => {
      const slot = next + gap;
      next = slot + slotCount(cap);
      return { slot, cap };
    });
    return { object, entries };
  });
}

function anyCap(objects: readonly ObjectDecl[]): fc.Arbitrary<Cap> {
  const control = fc.oneof(
    fc
      .constantFrom('irq_control', 'asid_control', 'domain')
      .map((c): Cap => ({ type: 'control', control: c })),
    fc.nat(7).map((core): Cap => ({ type: 'control', control: 'sched_control', core })),
  );
  const toObject = fc
    .constantFrom(...objects)
    .chain((d) => spanOf(d).chain((target) => capTo(d.object, target, objects)));
  return fc.oneof({ weight: 9, arbitrary: toObject }, { weight: 1, arbitrary: control });
}

function spanOf({ name: of, count }: ObjectDecl): fc.Arbitrary<Span> {
  if (count === undefined) return fc.constant({ name: of, count: 1 });
  return fc
    .tuple(fc.nat(count - 1), fc.nat(count - 1))
    .map(([a, b]) => ({ name: of, first: Math.min(a, b), count: Math.abs(a - b) + 1 }));
}

function capTo(
  object: KernelObject,
  target: Span,
  objects: readonly ObjectDecl[],
): fc.Arbitrary<Cap> {
  const type = capTypeOf(object.type);
  const rights = fc.nat(15);
  switch (type) {
    case 'plain':
      return fc.constant({ type, target });
    case 'signal':
      return fc.record(
        {
          type: fc.constant(type),
          target: fc.constant(target),
          rights,
          badge: fc.bigInt(0n, 2n ** 64n - 1n),
        },
        { requiredKeys: ['type', 'target', 'rights'] },
      );
    case 'frame':
      return fc.record(
        {
          type: fc.constant(type),
          target: fc.constant(target),
          rights,
          uncached: fc.boolean(),
          mapping: fc.record({ object: refTo(objects), slot: fc.nat(511) }),
        },
        { requiredKeys: ['type', 'target', 'rights', 'uncached'] },
      );
    case 'cnode':
      return fc.record({
        type: fc.constant(type),
        target: fc.constant(target),
        guard: small,
        guardSize: fc.nat(63),
      });
  }
}

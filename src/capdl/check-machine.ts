// SPDX-License-Identifier: BSD-2-Clause
import { lookUp, overlaps, report, twice, type Checked, type Claim } from './fault.js';
import { refName, type ObjectDecl, type ObjectType, type Span } from './model.js';

/** seL4 on x86 gives user level the vectors 0 to 107 (`irq_user_min` to `irq_user_max`). */
const VECTORS = 108;

/** Checks what the machine has only once: addresses, ports, functions, pins, vectors. */
export function checkMachine(to: Checked): void {
  checkMemory(to);
  checkPorts(to);
  checkFunctions(to);
  checkInterrupts(to);
  checkVectors(to);
}

function checkMemory(to: Checked): void {
  // What is made from an untyped lies inside it, and is no second claim.
  const inside = new Set<string>();
  for (const { object } of to.spec.objects) {
    if (object.type === 'ut') for (const child of object.children) inside.add(child.name);
  }
  const claims: Claim[] = [];
  for (const decl of to.spec.objects) {
    const { object, count = 1 } = decl;
    if (object.type !== 'frame' && object.type !== 'ut') continue;
    if (object.paddr === undefined || inside.has(decl.name)) continue;
    const claim = claimOf(decl, object.paddr, object.paddr + 2 ** (object.bits ?? 0) - 1);
    if (count > 1) reportMemory(to, claim, claim);
    claims.push(claim);
  }
  overlaps(claims, (earlier, later) => {
    reportMemory(to, earlier, later);
  });
}

function reportMemory(to: Checked, earlier: Claim, later: Claim): void {
  const names = `\`${earlier.name}\` and \`${later.name}\``;
  const message = `physical address 0x${later.first.toString(16)} belongs to ${names}`;
  report(to, 'paddr-twice', message, later.line);
}

function claimOf({ name, line }: ObjectDecl, first: number, last: number): Claim {
  return { first, last, name, ...(line !== undefined && { line }) };
}

function checkPorts(to: Checked): void {
  const claims = to.spec.objects.flatMap((decl) =>
    decl.object.type === 'io_ports' ? [claimOf(decl, decl.object.first, decl.object.last)] : [],
  );
  overlaps(claims, (earlier, later) => {
    const message = `I/O port 0x${later.first.toString(16)} belongs to \`${earlier.name}\` and \`${later.name}\``;
    report(to, 'ports-overlap', message, later.line);
  });
}

type Keyed = readonly [key: string, decl: ObjectDecl];

function checkFunctions(to: Checked): void {
  const functions: Keyed[] = [];
  const domains: Keyed[] = [];
  const pools: Keyed[] = [];
  for (const decl of each(to)) {
    const { object } = decl;
    if (object.type === 'io_device') {
      functions.push([pciName(object), decl]);
      domains.push([String(object.domain), decl]);
    }
    if (object.type === 'asid_pool' && object.asidHigh !== undefined) {
      pools.push([String(object.asidHigh), decl]);
    }
  }
  twice(functions, (first, second, key) => {
    const message = `PCI function ${key} has two IO spaces, \`${first.name}\` and \`${second.name}\``;
    report(to, 'bdf-twice', message, second.line);
  });
  // VT-d tags what it caches with the domain id: two address spaces with one id mix.
  twice(domains, (first, second, key) => {
    const message = `\`${first.name}\` and \`${second.name}\` have the same domain id ${key}`;
    report(to, 'domain-twice', message, second.line);
  });
  twice(pools, (first, second, key) => {
    const message = `\`${first.name}\` and \`${second.name}\` are both ASID pool ${key}`;
    report(to, 'asid-twice', message, second.line);
  });
}

/** Declarations, those of arrays as often as they have elements (but not more often than matters). */
function* each(to: Checked): Generator<ObjectDecl> {
  for (const decl of to.spec.objects) {
    yield decl;
    if ((decl.count ?? 1) > 1) yield decl;
  }
}

function pciName(at: { bus: number; device: number; function: number }): string {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `${hex(at.bus)}:${hex(at.device)}.${at.function}`;
}

function checkInterrupts(to: Checked): void {
  const sources: Keyed[] = [];
  for (const decl of each(to)) {
    const { object } = decl;
    if (object.type === 'ioapic_irq') {
      sources.push([`input ${object.pin} of I/O APIC ${object.ioapic}`, decl]);
    } else if (object.type === 'msi_irq') {
      sources.push([`message ${object.handle} of PCI function ${pciName(object)}`, decl]);
    }
  }
  twice(sources, (first, second, key) => {
    const message = `${key} belongs to \`${first.name}\` and \`${second.name}\``;
    report(to, 'interrupt-twice', message, second.line);
  });
}

const INTERRUPTS: readonly ObjectType[] = ['irq', 'ioapic_irq', 'msi_irq'];

function checkVectors(to: Checked): void {
  const mapped = new Set<string>();
  for (const { vector, object, line } of to.spec.irqs) {
    const name = refName(object);
    const type = lookUp(to, object)?.type;
    if (type === undefined) {
      report(to, 'unknown-object', `there is no object \`${name}\``, line);
    } else if (!INTERRUPTS.includes(type)) {
      report(to, 'vector', `vector ${vector} has the ${type} \`${name}\`, no interrupt`, line);
    }
    if (vector >= VECTORS) {
      const message = `vector ${vector} of \`${name}\` is not 0 to ${VECTORS - 1}`;
      report(to, 'vector', message, line);
    }
    if (mapped.has(name)) report(to, 'vector', `\`${name}\` has two vectors`, line);
    mapped.add(name);
  }
  twice(
    to.spec.irqs.map((irq) => [String(irq.vector), irq] as const),
    (first, second, key) => {
      const names = `\`${refName(first.object)}\` and \`${refName(second.object)}\``;
      report(to, 'vector', `vector ${key} belongs to ${names}`, second.line);
    },
  );
  for (const { name, count, object, line } of to.spec.objects) {
    if (!INTERRUPTS.includes(object.type)) continue;
    const span: Span = count === undefined ? { name, count: 1 } : { name, first: 0, count };
    for (let i = 0; i < span.count; i += 1) {
      const element = refName(count === undefined ? { name } : { name, index: i });
      if (!mapped.has(element)) report(to, 'vector', `\`${element}\` has no vector`, line);
    }
  }
}

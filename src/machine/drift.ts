// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.js';
import type { RawMachine, RawPciFunction } from '../generated/machine.js';
import { keySpan, type Located } from '../source/located.js';
import { canonical } from './fingerprint.js';
import { drifted } from './pages.js';
import { fullBdf } from './pci/names.js';

/** A difference between an inventory and the machine as it is. */
export interface Drift {
  /** Keys from the root of the old inventory to what is no longer so. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Sections that are compared as a whole, with words for them. */
const SECTIONS = {
  firmware: 'the firmware',
  memory: 'the usable memory',
  reserved: 'the reserved memory',
  ioapics: 'the I/O APICs',
  interrupt_overrides: 'the interrupt overrides',
  ecam: 'the configuration windows',
  uarts: 'the serial ports',
} as const;

/**
 * What is different. Only what both say is compared: an inventory that was written by hand, or captured without root
 * rights, says less, and that is no difference. Descriptions, names and the measured clock do not count.
 */
export function drift(former: RawMachine, present: RawMachine): Drift[] {
  const sections = Object.entries(SECTIONS) as [keyof typeof SECTIONS, string][];
  return [
    ...sections.flatMap(([key, words]) =>
      differs(former[key], present[key]) ? [{ path: [key], message: `${words} changed` }] : [],
    ),
    ...keysDrift(['cpu'], former.cpu, present.cpu, ['tsc_khz']),
    ...iommuDrift(former, present),
    ...functionsDrift(former, present),
  ];
}

/** As findings in the file of the old inventory. */
export function driftDiagnostics(drifts: readonly Drift[], root: Located): Diagnostic[] {
  const hint =
    'if that is meant, make the inventory anew: makatea machine probe --former FILE -o FILE';
  return drifts.map(({ path, message }) =>
    diagnostic(drifted, keySpan(root, path), message, { hint }),
  );
}

function differs(a: unknown, b: unknown): boolean {
  return a !== undefined && b !== undefined && canonical(a) !== canonical(b);
}

/** What was and what is, when both are short enough to be told. */
function change(what: string, was: unknown, is: unknown): string {
  const told = (value: unknown): string => (typeof value === 'string' ? value : canonical(value));
  const [old, present] = [told(was), told(is)];
  return old.length + present.length <= 100
    ? `${what} was ${old}, and is ${present}`
    : `${what} changed`;
}

function keysDrift(
  path: readonly string[],
  former: object | undefined,
  present: object | undefined,
  ignored: readonly string[],
): Drift[] {
  if (former === undefined || present === undefined) return [];
  const now = new Map<string, unknown>(Object.entries(present));
  return Object.entries(former).flatMap(([key, was]: [string, unknown]) => {
    if (ignored.includes(key) || !differs(was, now.get(key))) return [];
    return [{ path: [...path, key], message: change(key, was, now.get(key)) }];
  });
}

/** That the IOMMU is gone, or has come, is a difference: leaving it out says that there is none. */
function iommuDrift(former: RawMachine, present: RawMachine): Drift[] {
  const has = (machine: RawMachine): boolean => machine.iommu !== undefined;
  if (has(former) && !has(present)) {
    return [{ path: ['iommu'], message: 'the machine has no IOMMU any more' }];
  }
  if (!has(former) && has(present)) return [{ path: [], message: 'the machine now has an IOMMU' }];
  return keysDrift(['iommu'], former.iommu, present.iommu, []);
}

/** Keys of a function that are compared with those of the function that is now at its address. */
const IGNORED = ['bdf', 'description', 'intx', 'pin', 'iommu_group'];

function functionsDrift(former: RawMachine, present: RawMachine): Drift[] {
  if (former.pci === undefined || present.pci === undefined) return [];
  const now = byAddress(present.pci);
  const was = byAddress(former.pci);
  const kept = [...was].flatMap(([bdf, [name, fn]]) => {
    const other = now.get(bdf)?.[1];
    const path = ['pci', name];
    if (other === undefined) return [{ path, message: `there is nothing at ${bdf} any more` }];
    if (differs(idsOf(fn), idsOf(other))) {
      return [{ path, message: `there is another device at ${bdf}` }];
    }
    return [...keysDrift(path, fn, other, IGNORED), ...wireDrift(path, fn, other)];
  });
  const fresh = [...now].filter(([bdf]) => !was.has(bdf));
  return [
    ...kept,
    ...groupDrift(was, now),
    ...fresh.map(([bdf]) => ({ path: ['pci'], message: `there is a new function at ${bdf}` })),
  ];
}

type Functions = ReadonlyMap<string, readonly [name: string, fn: RawPciFunction]>;

function byAddress(pci: NonNullable<RawMachine['pci']>): Functions {
  return new Map(Object.entries(pci).map(([name, fn]) => [fullBdf(fn.bdf), [name, fn] as const]));
}

function idsOf({ vendor_id, device_id }: RawPciFunction): unknown {
  return vendor_id === undefined || device_id === undefined ? undefined : [vendor_id, device_id];
}

/** Where a pin leads is compared when both know it. */
function wireDrift(path: readonly string[], a: RawPciFunction, b: RawPciFunction): Drift[] {
  if (!differs(a.intx?.gsi, b.intx?.gsi)) return [];
  const message = change('its interrupt', a.intx?.gsi, b.intx?.gsi);
  return [{ path: [...path, 'intx'], message }];
}

/** Numbers of groups mean nothing; who is together in one does. */
function groupDrift(was: Functions, now: Functions): Drift[] {
  const before = groupsOf(was);
  const after = groupsOf(now);
  return [...was].flatMap(([bdf, [name]]) => {
    const [old, present] = [before.get(bdf), after.get(bdf)];
    if (old === undefined || present === undefined || old === present) return [];
    return [{ path: ['pci', name], message: change('its IOMMU group', old, present) }];
  });
}

/** The members of each function's group, as one text. */
function groupsOf(functions: Functions): Map<string, string> {
  const members = new Map<number, string[]>();
  for (const [bdf, [, { iommu_group: group }]] of functions) {
    if (group === undefined) continue;
    const list = members.get(group);
    if (list === undefined) members.set(group, [bdf]);
    else list.push(bdf);
  }
  return new Map(
    [...members.values()].flatMap((list) => {
      const text = [...list].sort().join(' ');
      return list.map((bdf) => [bdf, text] as const);
    }),
  );
}

// SPDX-License-Identifier: BSD-2-Clause
import type { RawPciFunction } from '../../generated/machine.js';
import { kindOf } from './classes.js';

type Named = Readonly<Record<string, RawPciFunction>>;

/**
 * Names functions by kind and order of address: nic0, nic1, nvme0. A card that is put in before others would shift the
 * numbers of those behind it, and a description that says nic1 would mean another card. So a former inventory's names
 * are kept: for what has the same ids at the same address, then for what is the only one of its ids in both and has
 * moved. What is new takes numbers that neither inventory uses.
 *
 * @param functions in order of address
 */
export function nameFunctions(
  functions: readonly RawPciFunction[],
  former: Named = {},
): Record<string, RawPciFunction> {
  const names = keptNames(functions, former);
  const taken = new Set([...names.values(), ...Object.keys(former)]);
  const numbers = new Map<string, number>();
  for (const fn of functions) {
    if (names.has(fn)) continue;
    const { prefix } = kindOf(fn.class ?? 0);
    let number = numbers.get(prefix) ?? 0;
    while (taken.has(`${prefix}${String(number)}`)) number += 1;
    numbers.set(prefix, number + 1);
    names.set(fn, `${prefix}${String(number)}`);
  }
  return Object.fromEntries(functions.map((fn) => [names.get(fn) ?? '', fn]));
}

function keptNames(
  functions: readonly RawPciFunction[],
  former: Named,
): Map<RawPciFunction, string> {
  const names = new Map<RawPciFunction, string>();
  const there = new Map(Object.entries(former).map(([name, fn]) => [samePlace(fn), name]));
  for (const fn of functions) {
    const name = there.get(samePlace(fn));
    if (name !== undefined) names.set(fn, name);
  }
  const kept = new Set(names.values());
  const lost = single(Object.entries(former).filter(([name]) => !kept.has(name)));
  const fresh = single(functions.filter((fn) => !names.has(fn)).map((fn) => ['', fn] as const));
  for (const [ids, [, fn]] of fresh) {
    const name = lost.get(ids)?.[0];
    if (name !== undefined) names.set(fn, name);
  }
  return names;
}

/** Those whose ids no other has. */
function single(
  entries: readonly (readonly [string, RawPciFunction])[],
): Map<string, readonly [string, RawPciFunction]> {
  const groups = new Map<string, (readonly [string, RawPciFunction])[]>();
  for (const entry of entries) {
    const group = groups.get(idsOf(entry[1]));
    if (group === undefined) groups.set(idsOf(entry[1]), [entry]);
    else group.push(entry);
  }
  return new Map(
    [...groups].flatMap(([ids, [first, ...more]]) =>
      first === undefined || more.length > 0 || ids === '' ? [] : [[ids, first] as const],
    ),
  );
}

function idsOf({ vendor_id, device_id }: RawPciFunction): string {
  return vendor_id === undefined || device_id === undefined
    ? ''
    : `${String(vendor_id)}:${String(device_id)}`;
}

/** Equal for the same kind of function at the same address. */
export function samePlace(fn: RawPciFunction): string {
  return `${fullBdf(fn.bdf)} ${idsOf(fn)}`;
}

/** With its segment. */
export function fullBdf(bdf: string): string {
  return bdf.length === 7 ? `0000:${bdf}` : bdf;
}

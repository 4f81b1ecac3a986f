// SPDX-License-Identifier: BSD-2-Clause
import type { RawMachine, RawPciFunction } from '../../generated/machine.js';
import { canonical } from '../fingerprint.js';
import { samePlace } from './names.js';

/**
 * Functions with what a person wrote of them into the former inventory and no Linux can tell: which access control services
 * the firmware leaves on. That stays true of the same function at the same address under the same firmware only.
 */
export function keepWritten(
  functions: readonly RawPciFunction[],
  firmware: RawMachine['firmware'],
  former: RawMachine | undefined,
): RawPciFunction[] {
  const same = firmware !== undefined && canonical(firmware) === canonical(former?.firmware);
  if (former?.pci === undefined || !same) return [...functions];
  const written = new Map(
    Object.values(former.pci).map((fn) => [samePlace(fn), fn.acs_enabled] as const),
  );
  return functions.map((fn) => {
    const on = written.get(samePlace(fn));
    return on === undefined ? fn : { ...fn, acs_enabled: on };
  });
}

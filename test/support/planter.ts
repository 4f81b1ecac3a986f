// SPDX-License-Identifier: BSD-2-Clause
// What plants one mistake in a valid system.
import type { RawMachine } from '../../src/generated/machine.js';
import type { RawSystem, RawVm } from '../../src/generated/system.js';

/** A system that can be spoilt: as written, but nothing in it is certain any more. */
export interface Spoilt {
  readonly system: RawSystem & {
    vms: Record<string, RawVm>;
    links: NonNullable<RawSystem['links']>;
    consoles: NonNullable<RawSystem['consoles']>;
  };
  readonly machine?: RawMachine;
  /** A VM of its own for the mistake, after all others. */
  readonly planted: RawVm;
  /** Some VM of the system. */
  readonly vm: RawVm;
  readonly name: string;
}

/** Where the finding belongs: keys to a value, or with `key` in front to the last key itself. */
export type Place = readonly (string | number)[];
export const key = (...path: Place): Place => ['key', ...path];

/** Plants a mistake and says where; nothing when the system has no place for it. */
export type Planter = (spoilt: Spoilt) => Place | undefined;

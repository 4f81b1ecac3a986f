// SPDX-License-Identifier: BSD-2-Clause
import type { RawIommu, RawScope } from '../generated/machine.js';
import { nodeAt, type Located } from '../source/located.js';
import type { Bdf } from '../util/bdf.js';
import { parseSize } from '../util/size.js';
import { MACHINE_DEFAULTS } from './defaults.js';

/** VT-d remapping hardware. */
export interface MachineIommu {
  readonly domainBits: number;
  readonly levels: number;
  /** In the order of the DMAR table. */
  readonly units: readonly MachineUnit[];
  /** In the order of the DMAR table. */
  readonly rmrrs: readonly MachineRmrr[];
}

export interface MachineUnit {
  readonly address: number;
  readonly segment: number;
  /** It also has all functions of its segment that no other unit names. */
  readonly all: boolean;
  readonly scopes: readonly MachineScope[];
}

/** A reserved memory region. */
export interface MachineRmrr {
  readonly node: Located;
  readonly address: number;
  readonly bytes: number;
  readonly segment: number;
  readonly scopes: readonly MachineScope[];
}

/** A device that the DMAR table names. */
export interface MachineScope {
  readonly type: RawScope['type'];
  readonly bus: number;
  /** Steps from the bus: device and function on each bus on the way. */
  readonly path: readonly Pick<Bdf, 'device' | 'function'>[];
  readonly id: number;
}

export function resolveIommu(raw: RawIommu, root: Located): MachineIommu {
  const { units = [], rmrrs = [] } = raw;
  return {
    domainBits: raw.domain_bits ?? MACHINE_DEFAULTS.iommu.domain_bits,
    levels: raw.levels ?? MACHINE_DEFAULTS.iommu.levels,
    units: units.map((unit) => ({
      address: unit.address,
      segment: unit.segment ?? MACHINE_DEFAULTS.unit.segment,
      all: unit.all ?? MACHINE_DEFAULTS.unit.all,
      scopes: (unit.scopes ?? []).map(resolveScope),
    })),
    rmrrs: rmrrs.map((rmrr, index) => ({
      node: nodeAt(root, ['iommu', 'rmrrs', String(index)]) ?? root,
      address: rmrr.address,
      bytes: parseSize(rmrr.size),
      segment: rmrr.segment ?? MACHINE_DEFAULTS.rmrr.segment,
      scopes: (rmrr.scopes ?? []).map(resolveScope),
    })),
  };
}

function resolveScope({ type, bus, path, id }: RawScope): MachineScope {
  const steps = path.map((step) => ({
    device: Number.parseInt(step.slice(0, 2), 16),
    function: Number(step.slice(3)),
  }));
  return { type, bus, path: steps, id: id ?? MACHINE_DEFAULTS.scope.id };
}

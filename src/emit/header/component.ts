// SPDX-License-Identifier: BSD-2-Clause
import type { PlanComponent } from '../../generated/plan.js';
import { peerName, type PlanIndex } from '../plan-index.js';
import { render } from '../render.js';
import { consoleBody } from './console.js';
import { lifecycleBody } from './lifecycle.js';
import { pciServerBody } from './pci-server.js';
import { ramdiskBody } from './ramdisk.js';
import { resources, type HeaderChannel } from './resources.js';

/** The roles that have a header of their own kind; a monitor's is made by `emitVmHeader`. */
export type ServiceRole = Exclude<PlanComponent['role'], 'vmm'>;

/** A role's part of the header, given the initializer of the resources that all have. */
export type Body = (component: PlanComponent, index: PlanIndex, resources: string) => string;

const BODIES: Readonly<Record<ServiceRole, Body>> = {
  console: consoleBody,
  time: (_component, _index, initializer) =>
    render('camkes/header/time', { resources: initializer }),
  pci_config: pciServerBody,
  lifecycle: lifecycleBody,
  ramdisk: ramdiskBody,
};

/** The configuration header of a component that is no monitor. */
export function emitComponentHeader(component: PlanComponent, index: PlanIndex): string {
  if (component.role === 'vmm') throw new Error(`"${component.id}" is a monitor`);
  const { tables, initializer } = resources(component, serviceChannels(component, index));
  return render('camkes/header/component.h', {
    system: index.system,
    component: component.id,
    tables,
    body: BODIES[component.role](component, index, initializer).trimEnd(),
  });
}

function serviceChannels(component: PlanComponent, index: PlanIndex): HeaderChannel[] {
  return (index.ends.get(component.id) ?? []).map((end) => ({
    port: end.port,
    peer: peerName(index, end.peer),
    kind: end.channel.kind,
    txBytes: end.txBytes,
    rxBytes: end.rxBytes,
    event: end.event,
  }));
}

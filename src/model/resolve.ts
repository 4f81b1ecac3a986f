// SPDX-License-Identifier: BSD-2-Clause
import { diagnostic, type Diagnostic, type Span } from '../diagnostics/diagnostic.js';
import type { RawLink, RawSystem } from '../generated/system.js';
import { entryOf, keySpan, nodeAt, valueSpan, type Located, type Path } from '../source/located.js';
import { parseSize } from '../util/size.js';
import { acceptances, entry, lookUp, optional, type ResolveContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { serialEndTwice, twoEnds, unknownVm } from './pages.js';
import { resolveVm, type DraftVm } from './resolve-vm.js';
import type { Backend, Console, Link, LinkEnd, System, Vm } from './system.js';

export interface Resolved {
  readonly system: System;
  readonly diagnostics: Diagnostic[];
}

/**
 * Turns names into references and fills in the defaults. What refers to nothing is told and left out.
 *
 * @param partial whether the schema refused parts of the document.
 */
export function resolve(raw: RawSystem, root: Located, partial: boolean): Resolved {
  const context: ResolveContext = { root, diagnostics: [] };
  const { sel4 = {} } = raw;
  const consoles = resolveConsoles(context, raw);
  const backends = resolveBackends(context, raw);
  const refs = { consoles: byName(consoles), backends: byName(backends) };
  const vms = Object.entries(raw.vms).map(([name, vm]) => resolveVm(context, refs, name, vm));
  const vmsByName = byName(vms);
  for (const vm of vms) fillControllers(context, vmsByName, vm, raw);
  const links = Object.entries(raw.links ?? {}).flatMap(([name, link]) =>
    resolveLink(context, vmsByName, name, link),
  );
  const system: System = {
    name: raw.name,
    description: raw.description ?? '',
    node: root,
    ...optional('machinePath', raw.machine),
    sel4: {
      cores: sel4.cores ?? DEFAULTS.sel4.cores,
      mcs: sel4.mcs ?? DEFAULTS.sel4.mcs,
      build: sel4.build ?? DEFAULTS.sel4.build,
    },
    consoles,
    vms,
    links,
    backends,
    accept: acceptances(raw.accept),
    partial: partial || context.diagnostics.length > 0,
  };
  return { system, diagnostics: context.diagnostics };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

function resolveConsoles(context: ResolveContext, raw: RawSystem): Console[] {
  return Object.entries(raw.consoles ?? {}).map(([name, console]) => ({
    ...entry(context, ['consoles', name]),
    uart: console.uart ?? DEFAULTS.console.uart,
    baud: console.baud ?? DEFAULTS.console.baud,
    escape: (console.escape ?? DEFAULTS.console.escape).slice(-1),
    output: console.output ?? DEFAULTS.console.output,
  }));
}

function resolveBackends(context: ResolveContext, raw: RawSystem): Backend[] {
  return Object.entries(raw.backends ?? {}).map(([name, backend]) => ({
    ...entry(context, ['backends', name]),
    camkes: backend.camkes,
    component: backend.component,
    sharing: backend.sharing ?? DEFAULTS.backend.sharing,
  }));
}

function findVm(
  context: ResolveContext,
  vms: ReadonlyMap<string, Vm>,
  name: string,
  span: () => Span,
  taken: readonly string[],
): Vm | undefined {
  return lookUp(context, vms, name, { page: unknownVm, what: 'VM', key: 'vms', span, taken });
}

function fillControllers(
  context: ResolveContext,
  vms: ReadonlyMap<string, Vm>,
  vm: DraftVm,
  raw: RawSystem,
): void {
  const names = raw.vms[vm.name]?.lifecycle?.controllers ?? DEFAULTS.lifecycle.controllers;
  names.forEach((name, index) => {
    const at = [...vm.path, 'lifecycle', 'controllers', String(index)];
    const span = (): Span => valueSpan(context.root, at);
    const controller = findVm(context, vms, name, span, [vm.name, ...names]);
    if (controller !== undefined) vm.lifecycle.controllers.push(controller);
  });
}

function resolveLink(
  context: ResolveContext,
  vms: ReadonlyMap<string, Vm>,
  name: string,
  raw: RawLink,
): Link[] {
  const path = ['links', name];
  if (!hasTwoEnds(context, path, Object.keys(raw.ends).length)) return [];
  const base = entry(context, path);
  switch (raw.type) {
    case 'net': {
      const ends = resolveEnds(context, vms, path, raw.ends, (end) => ({
        ...optional('mac', end.mac),
        ...optional('slot', end.slot),
      }));
      const ring = parseSize(raw.ring ?? DEFAULTS.netLink.ring);
      return ends
        ? [{ ...base, type: 'net', mtu: raw.mtu ?? DEFAULTS.netLink.mtu, ring, ends }]
        : [];
    }
    case 'serial': {
      const ends = resolveEnds(context, vms, path, raw.ends, (end) => ({
        ...optional('port', end.port),
        ...optional('terminal', end.terminal),
      }));
      const named = Object.keys(raw.ends).map((vm) => hasOnePort(context, [...path, 'ends', vm]));
      return ends && named.every(Boolean) ? [{ ...base, type: 'serial', ends }] : [];
    }
    case 'vsock': {
      const ends = resolveEnds(context, vms, path, raw.ends, () => ({}));
      const ring = parseSize(raw.ring ?? DEFAULTS.vsockLink.ring);
      return ends ? [{ ...base, type: 'vsock', ring, ends }] : [];
    }
  }
}

/** Whether an end of a serial link says where it is. What is written but was refused is told elsewhere. */
function hasOnePort(context: ResolveContext, at: Path): boolean {
  const node = nodeAt(context.root, at);
  const written = ['port', 'terminal'].filter((key) => entryOf(node, key) !== undefined);
  if (written.length === 1) return true;
  const vm = at.at(-1) ?? '';
  const message = `the end in VM "${vm}" has ${written.length === 0 ? 'neither "port" nor "terminal"' : 'both "port" and "terminal"'}`;
  const hint = 'port: com1 to com4, or terminal: and a name for a port of the VirtIO console';
  context.diagnostics.push(
    diagnostic(serialEndTwice, keySpan(context.root, at), message, { hint }),
  );
  return false;
}

/** Counts what is written, not what the schema left of it, so that one mistake gives one finding. */
function hasTwoEnds(context: ResolveContext, path: Path, accepted: number): boolean {
  const node = nodeAt(context.root, [...path, 'ends']);
  if (node?.kind !== 'map' || node.repeated.length > 0) return false;
  const written = node.entries.size;
  if (written === 2) return accepted === 2;
  const message = `link "${path[1] ?? ''}" has ${written === 1 ? 'one end' : `${String(written)} ends`}`;
  const hint = 'a link has exactly two ends, in two different VMs';
  const span = keySpan(context.root, [...path, 'ends']);
  context.diagnostics.push(diagnostic(twoEnds, span, message, { hint }));
  return false;
}

function resolveEnds<Raw, More>(
  context: ResolveContext,
  vms: ReadonlyMap<string, Vm>,
  path: Path,
  raw: Readonly<Record<string, Raw>>,
  more: (end: Raw) => More,
): [LinkEnd & More, LinkEnd & More] | undefined {
  const taken = Object.keys(raw);
  const ends = Object.entries(raw).flatMap(([name, end]) => {
    const at = [...path, 'ends', name];
    const vm = findVm(context, vms, name, () => keySpan(context.root, at), taken);
    return vm === undefined ? [] : { ...entry(context, at), vm, ...more(end) };
  });
  const [a, b] = ends;
  return a && b ? [a, b] : undefined;
}

// SPDX-License-Identifier: BSD-2-Clause
import { oneVm } from '../diagnostics/examples.js';
import { componentNames } from '../model/names.js';
import { entryOf } from '../source/located.js';
import type { Rule } from './rule.js';

/** Components that every system has or may have beside those of its entries: time, lifecycle, PCI configuration. */
const SERVICES = 3;

/** Entries of an ASID pool that the loader has to spare (docs/verification.md). */
const ADDRESS_SPACES = 510;

export const manyComponents: Rule = {
  code: 'MK0341',
  severity: 'warning',
  title: 'more components than the capDL loader can start',
  acceptable: true,
  text: `seL4's capDL loader gives every component's address space an identifier from one pool of 512, of which it has 510 to
spare. A system with more components (each VM is one, and so are consoles and ramdisks) composes, but needs a loader
that fills further pools.`,
  fails: '@manyvms',
  passes: oneVm(),
  files: { 'images/vmlinuz': '@bzimage' },
  check({ system }, report) {
    const count = componentNames(system).length + SERVICES;
    if (count <= ADDRESS_SPACES) return;
    const span = entryOf(system.node, 'vms')?.keySpan ?? system.node.span;
    const message = `the system has some ${String(count)} components; seL4's capDL loader starts at most ${String(ADDRESS_SPACES)}`;
    const hint = 'split the system, or use a loader that fills several ASID pools';
    report(span, message, { hint });
  },
};

// SPDX-License-Identifier: BSD-2-Clause
import type { PlanBar, PlanPciFunction } from '../generated/plan.js';
import { GPA_END, HIGH_RAM_BASE, MMIO32, ramEnd } from '../model/platform.js';
import type { Vm } from '../model/system.js';
import { keySpan } from '../source/located.js';
import { alignUp, GIB, MIB } from '../util/size.js';
import { refuse, type PlanContext } from './context.js';
import { barsDoNotFit } from './pages.js';

/** Something to be placed: a register, or the window of a root port. */
interface Block {
  readonly bytes: number;
  readonly alignment: number;
  gpa: number;
}

/** Guest-physical room for 64-bit registers; empty when none is needed. */
export interface Window64 {
  readonly gpa: number;
  readonly bytes: number;
}

/** A register takes whole pages, because pages are what can be mapped (PCIe 5.0, 7.5.1.2.1 advises 4 KiB). */
const PAGE = 4096;

/** A root port's window has this granularity (PCIe 5.0, 7.5.1.3.8). */
const WINDOW = MIB;

/** Places the blocks one after the other, the largest first: natural alignment then wastes nothing. */
function place(blocks: readonly Block[], base: number): number {
  let next = base;
  for (const block of [...blocks].sort((a, b) => b.alignment - a.alignment)) {
    block.gpa = alignUp(next, block.alignment);
    next = block.gpa + block.bytes;
  }
  return next;
}

function blockOf(bytes: number): Block {
  const size = Math.max(bytes, PAGE);
  return { bytes: size, alignment: size, gpa: 0 };
}

/**
 * Whether a register lies above 4 GiB: a 64-bit one on bus 0. Behind a root port it stays below, because the port's window
 * for what is not prefetchable has 32 bits (PCIe 5.0, 7.5.1.3.8).
 */
function isLarge(fn: PlanPciFunction, bar: PlanBar): boolean {
  return bar.type === 'mmio64' && fn.bus === 0;
}

/** The memory registers of one window, each with its block, in the order of the functions. */
function blocksOf(functions: readonly PlanPciFunction[], large: boolean): Map<PlanBar, Block> {
  const bars = functions.flatMap((fn) =>
    fn.bars.filter((bar) => bar.type !== 'io' && isLarge(fn, bar) === large),
  );
  return new Map(bars.map((bar) => [bar, blockOf(bar.bytes)]));
}

/** Gives every memory register and every root port's window its address. */
export function placeBars(
  context: PlanContext,
  vm: Vm,
  functions: readonly PlanPciFunction[],
): { functions: PlanPciFunction[]; window64: Window64 } {
  const small = blocksOf(functions, false);
  const windows = new Map<number, Block>();
  for (const port of functions.filter((fn) => fn.kind === 'root_port')) {
    const inside = functions.filter((fn) => fn.bus === port.secondary_bus);
    const used = place(
      inside.flatMap((fn) => fn.bars.flatMap((bar) => small.get(bar) ?? [])),
      0,
    );
    windows.set(port.secondary_bus, { bytes: alignUp(used, WINDOW), alignment: WINDOW, gpa: 0 });
  }
  const onBus0 = functions
    .filter((fn) => fn.bus === 0)
    .flatMap((fn) => fn.bars.flatMap((bar) => small.get(bar) ?? []));
  const end32 = place([...onBus0, ...windows.values()], MMIO32.base);
  const large = blocksOf(functions, true);
  const window64 = placeLarge(vm, [...large.values()]);
  if (end32 > MMIO32.end || window64.gpa + window64.bytes > GPA_END) {
    const message = `the device memory of VM "${vm.name}" does not fit into its PCI windows`;
    const span = keySpan(context.system.node, vm.path);
    refuse(context, barsDoNotFit, span, message, 'give some of its PCI devices to another VM');
  }
  const placed = functions.map((fn) => withAddresses(fn, small, large, windows));
  return { functions: placed, window64 };
}

/** Above RAM and device memory, so that it never moves into either. */
function placeLarge(vm: Vm, blocks: readonly Block[]): Window64 {
  if (blocks.length === 0) return { gpa: 0, bytes: 0 };
  const devices = vm.mmio.map((m) => m.address + m.bytes);
  const gpa = alignUp(Math.max(HIGH_RAM_BASE, ramEnd(vm.memory), ...devices), GIB);
  return { gpa, bytes: alignUp(place(blocks, gpa) - gpa, GIB) };
}

function withAddresses(
  fn: PlanPciFunction,
  small: ReadonlyMap<PlanBar, Block>,
  large: ReadonlyMap<PlanBar, Block>,
  windows: ReadonlyMap<number, Block>,
): PlanPciFunction {
  // Behind a port the blocks count from the window's beginning.
  const base = fn.bus === 0 ? 0 : (windows.get(fn.bus)?.gpa ?? 0);
  const bars = fn.bars.map((bar) => {
    if (bar.type === 'io') return bar;
    if (isLarge(fn, bar)) return { ...bar, gpa: large.get(bar)?.gpa ?? 0 };
    return { ...bar, gpa: base + (small.get(bar)?.gpa ?? 0) };
  });
  const window = fn.kind === 'root_port' ? windows.get(fn.secondary_bus) : undefined;
  return { ...fn, bars, window_gpa: window?.gpa ?? 0, window_bytes: window?.bytes ?? 0 };
}

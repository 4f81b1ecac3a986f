// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../../generated/plan.js';
import { render } from '../render.js';
import { TIME_SLICE_TICKS } from '../time-slice.js';
import { loaderSize } from './loader.js';
import { identifier, paths, systemName, typeName } from './names.js';
import type { Region } from './regions.js';

/** The application's build script. */
export function emitCMakeLists(plan: Plan): string {
  return render('camkes/CMakeLists.txt', {
    system: systemName(plan.system),
    assembly: paths.assembly(plan.system),
    templates: paths.templates,
    code: paths.code,
    imageDir: paths.images,
    images: plan.images.map(({ id, bytes, sha256 }) => ({
      id: identifier(id),
      bytes,
      sha256: hash(sha256),
    })),
    components: plan.components.map(({ id }) => ({
      type: typeName(identifier(id)),
      body: paths.body(id),
      include: paths.ownInclude(id),
      caps: paths.caps(id),
    })),
  });
}

interface Setting {
  readonly name: string;
  readonly type: 'BOOL' | 'STRING';
  readonly value: string;
}

/** Reserved regions that seL4 has room for unless it is told otherwise (src/arch/x86/config.cmake). */
const RMRR_ENTRIES = 32;

/**
 * What the build of kernel and loader is configured for. The FPU is saved by FXSAVE: guests are shown no XSAVE, so x87 and SSE
 * are all that there is to save, and any processor has it.
 */
export function emitSettings(plan: Plan, regions: readonly Region[]): string {
  const { build, cores, mcs, iommu, rmrr_entries: rmrrs } = plan.kernel;
  const { objects, cnodeBits } = loaderSize(plan, regions);
  return render('camkes/settings.cmake', {
    system: systemName(plan.system),
    build,
    release: onOff(build === 'release'),
    kernel: [
      flag('KernelVTX', true),
      flag('KernelX86_64VTX64BitGuests', true),
      flag('KernelIOMMU', iommu),
      ...(iommu && rmrrs > RMRR_ENTRIES ? [text('KernelMaxRMRREntries', rmrrs)] : []),
      text('KernelFPU', 'FXSAVE'),
      flag('KernelIsMCS', mcs),
      ...(mcs ? [] : [text('KernelTimeSlice', TIME_SLICE_TICKS)]),
      text('KernelMaxNumNodes', cores),
      text('KernelIRQController', 'IOAPIC'),
      text('KernelMaxNumIOAPIC', ioapics(plan)),
      text('KernelRootCNodeSizeBits', cnodeBits),
    ],
    camkes: [flag('CAmkESFaultHandlers', false), flag('CAmkESCPP', true)],
    loader: [text('CapDLLoaderMaxObjects', objects), text('CapDLLoaderFillsPerFrame', 1)],
  });
}

/** I/O APICs that the kernel must know, to reach the last one that is used. */
function ioapics(plan: Plan): number {
  return plan.components
    .flatMap(({ irqs }) => irqs)
    .reduce((most, irq) => (irq.type === 'ioapic' ? Math.max(most, irq.ioapic + 1) : most), 1);
}

function flag(name: string, on: boolean): Setting {
  return { name, type: 'BOOL', value: onOff(on) };
}

function text(name: string, value: number | string): Setting {
  return { name, type: 'STRING', value: String(value) };
}

function onOff(on: boolean): string {
  return on ? 'ON' : 'OFF';
}

function hash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${JSON.stringify(text)} is no SHA-256`);
  return text;
}

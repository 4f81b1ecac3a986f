// SPDX-License-Identifier: BSD-2-Clause
import type { PlanBoot, PlanComponent, PlanImage } from '../../generated/plan.js';
import { lookUp } from '../plan-index.js';
import { quantity } from '../quantity.js';
import { address, bytes, cString, indexOf, NONE } from './literal.js';
import { table, type Table } from './table.js';

/** Images that the monitor reads. Their paths stay out: the first VM that names one decides it. */
export function imageTable(
  component: PlanComponent,
  images: ReadonlyMap<string, PlanImage>,
): Table {
  const rows = component.images.map((id) => {
    const image = lookUp(images, id, 'image');
    return {
      cells: [cString(id), bytes(image.bytes), String(image.frames), String(image.frame_bits)],
      note: `${quantity(image.bytes)}, SHA-256 ${image.sha256}`,
    };
  });
  return table('struct mk_image', 'mk_images', ['id', 'bytes', 'frames', 'frame_bits'], rows);
}

interface Place {
  /** Name of the macro that holds its address, without `MK_BOOT_` and `_GPA`. */
  readonly macro: string;
  readonly gpa: number;
  /** Its size, a C expression. */
  readonly bytes: string;
  readonly note: string;
}

function places(boot: PlanBoot): Place[] {
  const initrd: Place = {
    macro: 'INITRD',
    gpa: boot.initrd_gpa,
    bytes: bytes(boot.initrd_bytes),
    note: `initial RAM disk, ${quantity(boot.initrd_bytes)}`,
  };
  const all: Place[] = [
    {
      macro: 'PARAMS',
      gpa: boot.boot_params_gpa,
      bytes: 'MK_BOOT_PARAMS_BYTES',
      note: 'zero page, struct boot_params',
    },
    { macro: 'GDT', gpa: boot.gdt_gpa, bytes: 'MK_BOOT_GDT_BYTES', note: 'boot GDT' },
    {
      macro: 'PAGE_TABLE',
      gpa: boot.page_table_gpa,
      bytes: 'MK_BOOT_PAGE_TABLE_BYTES',
      note: 'identity map of the first 4 GiB',
    },
    {
      macro: 'CMDLINE',
      gpa: boot.cmdline_gpa,
      bytes: 'sizeof(mk_cmdline)',
      note: 'command line and its zero byte',
    },
    {
      macro: 'ACPI',
      gpa: boot.acpi_gpa,
      bytes: 'MK_BOOT_ACPI_BYTES',
      note: `ACPI tables, room for ${quantity(boot.acpi_bytes)}`,
    },
    {
      macro: 'KERNEL',
      gpa: boot.kernel_gpa,
      bytes: bytes(boot.kernel_bytes),
      note: `protected-mode kernel, ${quantity(boot.kernel_bytes)} (init_size)`,
    },
    ...(boot.initrd_image === undefined ? [] : [initrd]),
  ];
  return all.sort((a, b) => a.gpa - b.gpa);
}

/** What the template prints of the boot layout. */
export function bootView(boot: PlanBoot, component: PlanComponent) {
  const ordered = places(boot);
  const widest = ordered.reduce((most, place) => Math.max(most, place.macro.length), 0);
  return {
    places: ordered.map((place) => ({
      define: `MK_BOOT_${place.macro}_GPA`.padEnd(widest + 'MK_BOOT__GPA'.length),
      gpa: address(place.gpa),
      note: place.note,
    })),
    order: ordered.slice(1).map((next, i) => ({
      before: `MK_BOOT_${ordered[i]?.macro ?? ''}_GPA + ${ordered[i]?.bytes ?? '0'}`,
      after: `MK_BOOT_${next.macro}_GPA`,
    })),
    kernelImage: indexOf(component.images, boot.kernel_image, 'image'),
    initrdImage:
      boot.initrd_image === undefined
        ? NONE
        : indexOf(component.images, boot.initrd_image, 'image'),
    initrdGpa: boot.initrd_image === undefined ? '0' : 'MK_BOOT_INITRD_GPA',
    kernelOffset: bytes(boot.kernel_offset),
    kernelBytes: bytes(boot.kernel_bytes),
    initrdBytes: bytes(boot.initrd_bytes),
    acpiBytes: bytes(boot.acpi_bytes),
    cmdline: cString(boot.cmdline),
    cmdlineLength: new TextEncoder().encode(boot.cmdline).length,
  };
}

// SPDX-License-Identifier: BSD-2-Clause
import type { Plan } from '../../../src/generated/plan.js';
import { channel, component, fixture, vm, withCaps } from '../fixture.js';

/** A plan of reviewable size: a VM, a console that it writes to, and a disk with large pages. */
export function tinyPlan(): Plan {
  const disk = channel(
    'disk',
    'disk',
    'data',
    ['vm_web', 'disk', 1, 0],
    ['ramdisk', 'client', 2, 1],
  );
  for (const end of disk.ends) end.frame_bits = 21;
  const channels = [
    channel('serial', 'console', 'front', ['vm_web', 'com1', 1, 0], ['console_front', 'web', 2, 0]),
    disk,
  ];
  const [image] = fixture().images;
  if (image === undefined) throw new Error('the fixture has no image');
  const components = [
    component('console_front', 'console', 'front', {
      io_ports: [{ name: 'com1', first: 0x3f8, last: 0x3ff }],
      irqs: [
        {
          type: 'ioapic',
          name: 'com1',
          vector: 4,
          ioapic: 1,
          pin: 4,
          level: false,
          active_low: true,
          bit: 63,
        },
      ],
    }),
    component('ramdisk', 'ramdisk', 'web', {
      memory: { purpose: 'storage', frame_bits: 21, frames: 8 },
    }),
    component('vm_web', 'vmm', 'web', {
      asid_pool: 0,
      untyped: [14, 12],
      budget: { budget_us: 4000, period_us: 10000 },
      images: [image.id],
      memory: { purpose: 'guest_ram', frame_bits: 12, frames: 4096 },
      device_frames: [{ name: 'pci_nic_bar0', paddr: 0xfe000000, frame_bits: 12, frames: 4 }],
      io_spaces: [{ name: 'pci_nic', domain_id: 1, bus: 3, device: 0, function: 1 }],
      irqs: [
        {
          type: 'msi',
          name: 'pci_nic_msi0',
          vector: 5,
          bus: 3,
          device: 0,
          function: 1,
          handle: 0,
          bit: 2,
        },
      ],
    }),
  ].map((c) => withCaps(c, channels));
  return {
    ...fixture(),
    system: 'tiny',
    description: 'As small as can be',
    kernel: { ...fixture().kernel, cores: 1, mcs: true, build: 'release' },
    images: [{ ...image, frame_bits: 21, frames: Math.ceil(image.bytes / 2 ** 21) }],
    components,
    channels,
    vms: [vm('web', channels)],
    consoles: [],
    accepted: [],
  };
}

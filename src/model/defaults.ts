// SPDX-License-Identifier: BSD-2-Clause

/** What resolving fills in where a description says nothing. The schema's defaults are the same: a test compares them. */
export const DEFAULTS = {
  sel4: { cores: 1, mcs: false, build: 'debug' },
  console: { uart: 'com1', baud: 115200, escape: 'ctrl-a', output: 'colour' },
  vm: { cores: [0], priority: 100, paravirt: 'kvm' },
  linuxBoot: { cmdline: '' },
  efi: { runtime: 'none' },
  msixInterrupts: { vectors: 4 },
  irq: { ioapic: 0, trigger: 'edge', polarity: 'high' },
  disk: { readonly: false, zero_copy: false },
  nic: { zero_copy: false },
  lifecycle: { start: 'auto', restart: 'never', controllers: [] },
  netLink: { mtu: 1500, ring: '2MiB' },
  vsockLink: { ring: '128KiB' },
  backend: { sharing: 'exclusive' },
} as const;

/** The same for machine files. */
export const MACHINE_DEFAULTS = {
  ioapics: [{ gsi_base: 0, pins: 24 }],
  cpu: { vendor: 'intel' },
  iommu: { domain_bits: 8, levels: 4 },
  reserved: { kind: 'reserved' },
  override: { trigger: 'bus', polarity: 'bus' },
  unit: { segment: 0, all: false },
  rmrr: { segment: 0 },
  scope: { id: 0 },
  ecam: { segment: 0 },
  pciFunction: { msi: false, msix: 0 },
  bar: { prefetchable: false },
  intx: { pin: 'A' },
} as const;

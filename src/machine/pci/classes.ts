// SPDX-License-Identifier: BSD-2-Clause

/** A kind of function: what its name begins with, and words for people. */
export interface Kind {
  readonly prefix: string;
  readonly words: string;
}

/** By class and subclass: PCI Code and ID Assignment Specification 1.16, chapter 1. */
const BY_SUBCLASS: Readonly<Record<number, Kind>> = {
  0x0100: { prefix: 'scsi', words: 'SCSI storage controller' },
  0x0101: { prefix: 'ide', words: 'IDE controller' },
  0x0104: { prefix: 'raid', words: 'RAID controller' },
  0x0106: { prefix: 'sata', words: 'SATA controller' },
  0x0107: { prefix: 'sas', words: 'SAS controller' },
  0x0108: { prefix: 'nvme', words: 'NVMe controller' },
  0x0200: { prefix: 'nic', words: 'Ethernet controller' },
  0x0403: { prefix: 'audio', words: 'audio device' },
  0x0600: { prefix: 'host', words: 'host bridge' },
  0x0601: { prefix: 'isa', words: 'ISA bridge' },
  0x0604: { prefix: 'bridge', words: 'PCI bridge' },
  0x0700: { prefix: 'uart', words: 'serial port' },
  0x0805: { prefix: 'sdhci', words: 'SD host controller' },
  0x0806: { prefix: 'iommu', words: 'IOMMU' },
  0x0c00: { prefix: 'firewire', words: 'FireWire controller' },
  0x0c03: { prefix: 'usb', words: 'USB controller' },
  0x0c04: { prefix: 'fc', words: 'Fibre Channel controller' },
  0x0c05: { prefix: 'smbus', words: 'SMBus controller' },
};

const BY_CLASS: Readonly<Record<number, Kind>> = {
  0x01: { prefix: 'storage', words: 'storage controller' },
  0x02: { prefix: 'nic', words: 'network controller' },
  0x03: { prefix: 'gpu', words: 'display controller' },
  0x04: { prefix: 'media', words: 'multimedia controller' },
  0x05: { prefix: 'memctl', words: 'memory controller' },
  0x06: { prefix: 'bridge', words: 'bridge' },
  0x07: { prefix: 'comm', words: 'communication controller' },
  0x08: { prefix: 'sys', words: 'system peripheral' },
  0x09: { prefix: 'input', words: 'input device' },
  0x0b: { prefix: 'processor', words: 'processor' },
  0x0c: { prefix: 'serialbus', words: 'serial bus controller' },
  0x0d: { prefix: 'wifi', words: 'wireless controller' },
  0x10: { prefix: 'crypto', words: 'encryption controller' },
  0x11: { prefix: 'signal', words: 'signal processing controller' },
  0x12: { prefix: 'accel', words: 'processing accelerator' },
};

const OTHER: Kind = { prefix: 'dev', words: 'device of no standard class' };

/** Words for USB controllers by interface: the part that decides which driver they need. */
const USB: Readonly<Record<number, string>> = {
  0x00: 'USB 1 controller (UHCI)',
  0x10: 'USB 1 controller (OHCI)',
  0x20: 'USB 2 controller (EHCI)',
  0x30: 'USB 3 controller (xHCI)',
};

/** @param code class, subclass and interface */
export function kindOf(code: number): Kind {
  const kind = BY_SUBCLASS[code >>> 8] ?? BY_CLASS[code >>> 16] ?? OTHER;
  const usb = code >>> 8 === 0x0c03 ? USB[code & 0xff] : undefined;
  return usb === undefined ? kind : { ...kind, words: usb };
}

// SPDX-License-Identifier: BSD-2-Clause
import { hex, type Bytes } from '../bytes.js';

/** The part of a configuration space that all functions have: PCI Express 6.0, 7.5.1. */
export interface PciHeader {
  readonly vendor: number;
  readonly device: number;
  /** Class, subclass and interface. */
  readonly class: number;
  /** 0 for a device, 1 for a bridge, 2 for a CardBus bridge. */
  readonly type: number;
  /** Number of base address registers. */
  readonly bars: number;
  /** 0 for none, 1 to 4 for INTA to INTD. */
  readonly pin: number;
  /** Only of a bridge. */
  readonly bridge?: { readonly secondary: number; readonly subordinate: number };
}

/** What every user may read of a configuration space. */
export const HEADER_BYTES = 64;

/** Offsets: PCI Express 6.0, 7.5.1.1 (common), 7.5.1.3 (type 1). */
const CLASS = 0x08;
const HEADER_TYPE = 0x0e;
const SECONDARY = 0x19;
const SUBORDINATE = 0x1a;
const INTERRUPT_PIN = 0x3d;

/** Reads the header, or says why it can not be one. */
export function readHeader(config: Bytes): PciHeader | { readonly fault: string } {
  const vendor = config.u16(0);
  const type = config.u8(HEADER_TYPE);
  if (vendor === undefined || type === undefined || config.length < HEADER_BYTES) {
    return { fault: `the configuration space has ${String(config.length)} bytes` };
  }
  // PCI Express 6.0, 2.3.2: what does not answer reads as all ones.
  if (vendor === 0xffff) return { fault: 'nothing answers: the vendor reads 0xffff' };
  const layout = type & 0x7f;
  if (layout > 2) return { fault: `the header type is ${hex(layout)}` };
  const pin = config.u8(INTERRUPT_PIN) ?? 0;
  if (pin > 4) return { fault: `the interrupt pin is ${hex(pin)}` };
  return {
    vendor,
    device: config.u16(2) ?? 0,
    class: (config.u32(CLASS) ?? 0) >>> 8,
    type: layout,
    bars: [6, 2, 1][layout] ?? 0,
    pin,
    ...(layout === 1
      ? {
          bridge: {
            secondary: config.u8(SECONDARY) ?? 0,
            subordinate: config.u8(SUBORDINATE) ?? 0,
          },
        }
      : {}),
  };
}

// SPDX-License-Identifier: BSD-2-Clause

/** What the placeholder prints on the first serial port. */
const MESSAGE = 'Makatea: this is the placeholder kernel. Put a real vmlinuz in its place.\r\n';

/** Where the protected-mode part begins: one boot sector and four setup sectors. */
const SETUP_BYTES = 5 * 512;
/** The 64-bit entry point lies 512 bytes into the protected-mode part (Linux boot.rst, "64-bit Boot Protocol"). */
const ENTRY_64 = 0x200;

/**
 * Prints the bytes that follow it up to a NUL at COM1, then halts:
 * `mov dx, 0x3f8; lea rsi, [rip+msg]; loop: lodsb; test al, al; jz halt; out dx, al; jmp loop; halt: cli; hlt; jmp halt`
 */
const CODE = Uint8Array.of(
  0x66, 0xba, 0xf8, 0x03, // mov dx, 0x3f8
  0x48, 0x8d, 0x35, 0x0c, 0x00, 0x00, 0x00, // lea rsi, [rip + 12]
  0xac, // lodsb
  0x84, 0xc0, // test al, al
  0x74, 0x03, // jz +3
  0xee, // out dx, al
  0xeb, 0xf8, // jmp -8
  0xfa, 0xf4, // cli; hlt
  0xeb, 0xfc, // jmp -4
); // prettier-ignore

/** What a made kernel's header says; the defaults are those of the placeholder. */
export interface KernelOptions {
  /** Memory that it claims to need, in bytes. */
  readonly initSize?: number;
  /** Whether it has a 64-bit entry point. */
  readonly is64?: boolean;
  readonly cmdlineSize?: number;
  /** What is packed in it, as its header says. The placeholder has nothing. */
  readonly payload?: Uint8Array;
}

/**
 * A complete, tiny 64-bit bzImage, so that a fresh description composes before there is a real kernel. It prints a line
 * and halts. Header fields: Linux boot.rst, "The Real-Mode Kernel Header".
 */
export function placeholderKernel(options: KernelOptions = {}): Uint8Array {
  const { initSize = 0x10_0000, is64 = true, cmdlineSize = 2047 } = options;
  const { payload = new Uint8Array() } = options;
  const text = new TextEncoder().encode(`${MESSAGE}\0`);
  const payloadOffset = ENTRY_64 + CODE.length + text.length;
  const kernelBytes = Math.ceil((payloadOffset + payload.length) / 16) * 16;
  const image = new Uint8Array(SETUP_BYTES + kernelBytes);
  const view = new DataView(image.buffer);
  view.setUint8(0x1f1, 4); // setup_sects
  view.setUint32(0x1f4, kernelBytes / 16, true); // syssize
  view.setUint16(0x1fe, 0xaa55, true); // boot_flag
  view.setUint16(0x200, 0x66eb, true); // jump
  view.setUint32(0x202, 0x48647253, false); // "HdrS"
  view.setUint16(0x206, 0x020f, true); // protocol 2.15
  view.setUint8(0x211, 1); // LOADED_HIGH
  view.setUint32(0x22c, 0x7fff_ffff, true); // initrd_addr_max
  view.setUint32(0x230, 0x20_0000, true); // kernel_alignment
  view.setUint8(0x234, 1); // relocatable_kernel
  view.setUint16(0x236, is64 ? 1 : 0, true); // XLF_KERNEL_64
  view.setUint32(0x238, cmdlineSize, true); // cmdline_size
  if (payload.length > 0) {
    view.setUint32(0x248, payloadOffset, true); // payload_offset
    view.setUint32(0x24c, payload.length, true); // payload_length
    image.set(payload, SETUP_BYTES + payloadOffset);
  }
  view.setBigUint64(0x258, 0x100_0000n, true); // pref_address
  view.setUint32(0x260, initSize, true); // init_size
  image.set(CODE, SETUP_BYTES + ENTRY_64);
  image.set(text, SETUP_BYTES + ENTRY_64 + CODE.length);
  return image;
}

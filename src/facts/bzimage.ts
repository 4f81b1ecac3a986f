// SPDX-License-Identifier: BSD-2-Clause

/**
 * What a Linux bzImage says of itself. Offsets and meanings: Documentation/arch/x86/boot.rst of Linux, "The Real-Mode
 * Kernel Header".
 */
export interface BzImage {
  /** Offset of the protected-mode kernel in the file, in bytes. */
  readonly kernelOffset: number;
  /** Preferred load address. */
  readonly prefAddress: number;
  /** Memory needed from the load address on, before the kernel reads its memory map. */
  readonly initSize: number;
  /** Highest address of the last byte of an initrd. */
  readonly initrdAddrMax: number;
  /** Longest command line, without its terminating NUL. */
  readonly cmdlineSize: number;
  /** Where the packed kernel begins in the file; absent where the header does not say. */
  readonly payloadOffset?: number;
}

/** How much of a file's beginning the header needs. */
export const HEADER_BYTES = 0x268;

/** Protocol 2.12 brought xloadflags, which says whether there is a 64-bit entry point. */
const PROTOCOL_2_12 = 0x020c;
const XLF_KERNEL_64 = 1 << 0;
const LOADED_HIGH = 1 << 0;

/** How much of the payload says what it is packed with. */
export const MAGIC_BYTES = 4;

/** The first bytes of what kernels are packed with (boot.rst, "payload_offset"; LZO by Linux' own header of it). */
const PACKED: readonly (readonly number[])[] = [
  [0x1f, 0x8b], // gzip
  [0x1f, 0x9e], // gzip, old
  [0x42, 0x5a], // bzip2
  [0x5d, 0x00], // LZMA
  [0xfd, 0x37], // XZ
  [0x89, 0x4c], // LZO
  [0x02, 0x21], // LZ4
  [0x28, 0xb5], // Zstandard
];

/** Whether a payload begins like one that a kernel can unpack. */
export function isPacked(magic: Uint8Array): boolean {
  return PACKED.some((bytes) => bytes.every((byte, at) => magic[at] === byte));
}

/** Reads the header from the first bytes of a file, or says in words why it is no kernel for us. */
export function readBzImage(
  head: Uint8Array,
  fileBytes: number,
): BzImage | { readonly fault: string } {
  if (head.length < HEADER_BYTES) return { fault: 'it is too short for a Linux kernel' };
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, false) === 0x7f454c46) {
    return { fault: 'it is an ELF file (a vmlinux?); the bzImage (vmlinuz) is wanted' };
  }
  if (view.getUint16(0x1fe, true) !== 0xaa55 || view.getUint32(0x202, false) !== 0x48647253) {
    return { fault: 'it has no Linux boot header' };
  }
  const version = view.getUint16(0x206, true);
  if (version < PROTOCOL_2_12) {
    const text = `${String(version >> 8)}.${String(version & 0xff).padStart(2, '0')}`;
    return { fault: `its boot protocol is ${text}; 2.12 is needed (Linux 3.8)` };
  }
  if ((view.getUint8(0x211) & LOADED_HIGH) === 0) return { fault: 'it is a zImage, not a bzImage' };
  if ((view.getUint16(0x236, true) & XLF_KERNEL_64) === 0) {
    return { fault: 'it is a 32-bit kernel: it has no 64-bit entry point' };
  }
  return readSizes(view, fileBytes);
}

function readSizes(view: DataView, fileBytes: number): BzImage | { readonly fault: string } {
  // A setup_sects of 0 means 4, for old boot loaders.
  const setupSectors = view.getUint8(0x1f1) || 4;
  const kernelOffset = (setupSectors + 1) * 512;
  const kernelBytes = view.getUint32(0x1f4, true) * 16;
  if (kernelOffset + kernelBytes > fileBytes) {
    return {
      fault: `it is cut off: its header speaks of ${String(kernelOffset + kernelBytes)} bytes`,
    };
  }
  const prefAddress = view.getBigUint64(0x258, true);
  if (prefAddress < 0x100000n || prefAddress > 0xffffffffn) {
    return {
      fault: `its load address 0x${prefAddress.toString(16)} is not between 1 MiB and 4 GiB`,
    };
  }
  const payload = view.getUint32(0x248, true);
  const payloadEnd = payload + view.getUint32(0x24c, true);
  if (payloadEnd > kernelBytes) return { fault: 'what is packed in it reaches past its end' };
  return {
    kernelOffset,
    ...(payloadEnd === 0 ? {} : { payloadOffset: kernelOffset + payload }),
    prefAddress: Number(prefAddress),
    initSize: Math.max(view.getUint32(0x260, true), kernelBytes),
    initrdAddrMax: view.getUint32(0x22c, true),
    cmdlineSize: view.getUint32(0x238, true),
  };
}

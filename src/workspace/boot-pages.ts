// SPDX-License-Identifier: BSD-2-Clause
import type { Page } from '../diagnostics/page.js';

/** What the console says when all is well. */
const FINE = 'Booting all finished, dropped to user space\n~ # ';

export const imageTooLarge: Page = {
  kind: 'log',
  code: 'MK0702',
  severity: 'error',
  title: 'guest images are too large for the capability loader',
  text: `All guest images travel in the capability loader, one program whose parts reach each other over 2 GiB at most, and which the
boot loader has to hold in memory together with the kernel. Take smaller images: a kernel or an initial RAM disk that several VMs boot is
stored once; data belongs on a disk.`,
  fails: `main.c:(.text+0x2765): relocation truncated to fit: R_X86_64_PC32 against \`.bss'
collect2: error: ld returned 1 exit status
`,
  passes: FINE,
};

export const kernelUnpackable: Page = {
  kind: 'log',
  code: 'MK0703',
  severity: 'error',
  title: "a guest's kernel could not unpack itself",
  text: `A bzImage is a small program with the real kernel packed in it, which it unpacks when it is started. Here what is packed is
damaged: the file was cut, changed, or not brought over whole. Compare it with the original. The kernel says so on its first serial port
only when its command line has \`earlyprintk=ttyS0\`; otherwise the VM ends without a word.`,
  fails: `Decoding failed

 -- System halted
makatea: web: ended: crashed
`,
  passes: FINE,
};

export const outOfMemory: Page = {
  kind: 'log',
  code: 'MK0704',
  severity: 'error',
  title: 'the machine has too little memory for the system',
  text: `The kernel found no room for the capability loader, or the loader ran out of untyped memory before it had made all objects of the
system: guest memory, images, the programs of the components. Give the VMs less memory, or the machine more. With a machine file, MK0319
says it before anything is built.`,
  fails: `create_objects@main.c:843 Ran out of untyped memory while creating objects.
seL4 root server abort()ed
`,
  passes: FINE,
};

export const bootPages: readonly Page[] = [imageTooLarge, kernelUnpackable, outOfMemory];

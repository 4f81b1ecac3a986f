/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel in the form that boot loaders know as bzImage, with the 64-bit entry alone (Linux,
 * Documentation/arch/x86/boot, "The Real-Mode Kernel Header" and "64-bit Boot Protocol"). What is
 * not set here is zero.
 */
    .section .header, "a"
    .org 0x1f1
    .byte 1                     /* setup_sects: header and nothing else, 1,024 bytes in all */
    .org 0x1f4
    .long small_sixteenths      /* syssize */
    .org 0x1fe
    .word 0xaa55                /* boot_flag */
    .byte 0xeb, 0x66            /* a jump, whose distance tells the header's end: 268H */
    .ascii "HdrS"
    .word 0x020f                /* version 2.15 */
    .org 0x211
    .byte 1                     /* loadflags: LOADED_HIGH */
    .org 0x22c
    .long 0x7fffffff            /* initrd_addr_max */
    .org 0x236
    .word 1                     /* xloadflags: XLF_KERNEL_64 */
    .long 255                   /* cmdline_size */
    .org 0x258
    .quad small_start           /* pref_address */
    .long small_bytes           /* init_size */
    .org 0x400

    /* Loaded at pref_address; the 64-bit entry is 512 bytes behind it. Pages are mapped one to one,
     * RSI has the address of the zero page, interrupts are off. */
    .section .start, "ax"
    .org 0x200
    .globl small_entry
small_entry:
    cld
    leaq small_bss(%rip), %rdi
    leaq small_end(%rip), %rcx
    subq %rdi, %rcx
    xorl %eax, %eax
    rep stosb
    leaq small_end(%rip), %rsp
    movq %rsi, %rdi
    call small_main
    /* It does not return. */

    /* What an interrupt may find in use is kept. */
    .globl small_interrupt_entry
small_interrupt_entry:
    .irp name, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    pushq %\name
    .endr
    cld
    call small_interrupt
    .irp name, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
    popq %\name
    .endr
    iretq

    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that never sleeps: it keeps values in an SSE register and in KERNEL_GS_BASE, makes exits and
 * burns time between them, looks that the values are still there, and ends by a triple fault with
 * RBX = 0x600d, or 0xbad.
 */
    .section .rodata
    .globl mk_pair_guest, mk_pair_guest_end
    .balign 16
mk_pair_guest:
    movq %cr4, %rax
    orq $0x200, %rax            /* OSFXSR */
    movq %rax, %cr4
    movl $0x5ec0dd, %eax
    movq %rax, %xmm7
    movl $0xc0000102, %ecx
    movl $0x6501, %eax
    xorl %edx, %edx
    wrmsr
    movl $0xbad, %r8d
    movl $400, %r9d
1:  movl $20000, %ecx
2:  loop 2b
    xorl %eax, %eax
    cpuid
    movq %xmm7, %rax
    cmpq $0x5ec0dd, %rax
    jne 3f
    movl $0xc0000102, %ecx
    rdmsr
    cmpl $0x6501, %eax
    jne 3f
    decl %r9d
    jnz 1b
    movl $0x600d, %r8d
3:  movq %r8, %rbx
    ud2
mk_pair_guest_end:

    .section .note.GNU-stack, "", @progbits

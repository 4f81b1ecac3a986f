/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a plain root task. seL4 hands the boot information's address in RDI.
 */
    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    leaq mk_root_stack_top(%rip), %rsp
    xorl %ebp, %ebp
    call mk_root_start
1:  jmp 1b
    .size _start, . - _start

    .section .bss.stack, "aw", @nobits
    .balign 4096
    .skip 65536
mk_root_stack_top:

    .section .note.GNU-stack, "", @progbits

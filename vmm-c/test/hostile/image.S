/* SPDX-License-Identifier: BSD-2-Clause */
/* The guests' image, where the monitors find it. */
    .section .rodata
    .globl mk_hostile_guest, mk_hostile_guest_end
    .balign 16
mk_hostile_guest:
    .incbin GUEST
mk_hostile_guest_end:

    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a guest, and the entries of its 256 interrupt handlers. EDI has the guest's
 * number.
 */
    .section .start, "ax"
    .globl guest_start, guest_entries, guest_end
guest_start:
    movl $0x300000, %esp
    movq %cr4, %rax
    orl $0x200, %eax            /* OSFXSR */
    movq %rax, %cr4
    lgdt gdtr(%rip)
    call guest_main

    /* The end, with EDI in RBX: an invalid opcode without any handler. */
guest_end:
    movl %edi, %ebx
    lidt no_idt(%rip)
    ud2

    /* An entry has 16 bytes. What comes without an error code gets one of 0. From 16 on there are
     * interrupts only: exceptions of those vectors do not happen here. */
    .balign 16
guest_entries:
    .set vector, 0
    .rept 256
    .balign 16
    .if vector != 8 && (vector < 10 || vector > 14)
    pushq $0
    .endif
    pushq $vector
    jmp common
    .set vector, vector + 1
    .endr

common:
    .irp name, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    pushq %\name
    .endr
    cld                         /* an attack may have set it */
    leaq 72(%rsp), %rdi
    call guest_trap
    .irp name, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
    popq %\name
    .endr
    addq $16, %rsp
    iretq

    .balign 8
    .globl guest_gdt
guest_gdt:                      /* nothing, nothing, code, data, and room for a TSS */
    .quad 0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0, 0
gdtr:
    .word 47
    .quad guest_gdt
no_idt:
    .word 0
    .quad 0

    .section .note.GNU-stack, "", @progbits

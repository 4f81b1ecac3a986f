/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that takes page faults, loaded at 0x10000: RSI of them, at addresses from R8 on. Its handler looks
 * whether CR2 holds the address that was touched. It ends by a triple fault, with the number of faults in RBX
 * and of those with another address in CR2 in R13.
 */
    .section .rodata
    .globl mk_faults_guest, mk_faults_guest_end
    .balign 16
    .set ORIGIN, 0x10000
    .set IDT, 0x8000

mk_faults_guest:
    movl $0x9000, %esp
    leaq page_fault(%rip), %rax
    movl $IDT + 16 * 14, %edi /* vector 14, an interrupt gate (SDM 3, 6.14.1) */
    movw %ax, (%rdi)
    movw $0x10, 2(%rdi)
    movw $0x8e00, 4(%rdi)
    shrq $16, %rax
    movw %ax, 6(%rdi)
    movq $0, 8(%rdi)
    lgdt gdtr(%rip)
    lidt idtr(%rip)
    movq %r8, %r12
    xorl %ebx, %ebx
    xorl %r13d, %r13d
    sti
1:  movb (%r12), %al
after:
    addq $4096, %r12
    decq %rsi
    jnz 1b
    ud2

page_fault:
    pushq %rax
    pushq %rcx
    movl $16, %ecx              /* what a kernel saves before it looks */
2:  loop 2b
    movq %cr2, %rax
    incq %rbx
    cmpq %r12, %rax
    je 3f
    incq %r13
3:  leaq after(%rip), %rax
    movq %rax, 24(%rsp)         /* RIP, above two registers and the error code */
    popq %rcx
    popq %rax
    addq $8, %rsp
    iretq

    .balign 8
gdt:
    .quad 0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdtr:
    .word 31
    .quad ORIGIN + gdt - mk_faults_guest
idtr:
    .word 0xfff
    .quad IDT
mk_faults_guest_end:

    .section .note.GNU-stack, "", @progbits

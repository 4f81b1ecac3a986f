/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest in 64-bit mode, loaded at 0x10000: it prints, sleeps ten times to a deadline, spins to
 * another one, has an unknown MSR answered with #GP, and ends itself by a triple fault.
 */
    .section .rodata
    .globl mk_hlt_guest, mk_hlt_guest_end
    .balign 16
    .set ORIGIN, 0x10000
    .set IDT, 0x8000

    .macro say text
    leaq 8f(%rip), %rsi
    call print
    jmp 9f
8:  .asciz "\text"
9:
    .endm

mk_hlt_guest:
    movl $0x9000, %esp
    leaq timer(%rip), %rax
    movl $IDT + 16 * 0x20, %edi
    call set_gate
    leaq protection(%rip), %rax
    movl $IDT + 16 * 13, %edi
    call set_gate
    lgdt gdtr(%rip)
    lidt idtr(%rip)
    movl $0x1b, %ecx            /* x2APIC mode (SDM 3, 11.12.1) */
    rdmsr
    orl $0x400, %eax
    wrmsr
    xorl %edx, %edx
    movl $0x80f, %ecx           /* enabled by software */
    movl $0x1ff, %eax
    wrmsr
    movl $0x832, %ecx           /* timer: TSC deadline, vector 0x20 */
    movl $0x40020, %eax
    wrmsr
    say "guest: in 64-bit mode\n"
    movl $0x40000000, %eax
    cpuid
    cmpl $0x4b4d564b, %ebx
    jne 1f
    say "guest: KVM signature\n"
1:  movl $1, %eax
    cpuid
    btl $31, %ecx
    jnc 1f
    say "guest: hypervisor bit\n"
1:  movl $0x1234, %eax
    cpuid
    orl %ebx, %eax
    orl %ecx, %eax
    orl %edx, %eax
    jnz 1f
    say "guest: unknown leaf is zero\n"
1:  movl $0x12345, %ecx
    rdmsr
after_rdmsr:
    movl $10, %ebp
    say "guest: sleeps"
2:  movl $500000, %eax
    call set_deadline
    cli
    xorl %r15d, %r15d
3:  sti
    hlt
    cli
    testl %r15d, %r15d
    jz 3b
    decl %ebp
    jnz 2b
    say "\nguest: spins 50 ms\n"
    movl $2500000, %eax
    xorl %r15d, %r15d
    call set_deadline
    movq %rax, %r14
    sti
4:  testl %r15d, %r15d
    jz 4b
    cli
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    cmpq %r14, %rax
    jb 5f
    say "guest: woken after the deadline\n"
    jmp 6f
5:  say "guest: woken TOO EARLY\n"
6:  movw $0x3fd, %dx
    inb %dx, %al
    cmpb $0x60, %al
    jne 7f
    say "guest: line status is idle\n"
7:  say "guest: ends by a triple fault\n"
    lidt no_idt(%rip)
    ud2

    /* Deadline in EAX ticks; returns it in RAX. */
set_deadline:
    movl %eax, %ecx
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    addq %rcx, %rax
    movq %rax, %r13
    movq %rax, %rdx
    shrq $32, %rdx
    movl $0x6e0, %ecx
    wrmsr
    movq %r13, %rax
    ret

print:
    movw $0x3f8, %dx
1:  lodsb
    testb %al, %al
    jz 2f
    outb %al, %dx
    jmp 1b
2:  ret

    /* Gate at RDI for the handler RAX. */
set_gate:
    movw %ax, (%rdi)
    movw $0x10, 2(%rdi)
    movw $0x8e00, 4(%rdi)
    shrq $16, %rax
    movw %ax, 6(%rdi)
    movq $0, 8(%rdi)
    ret

timer:
    pushq %rax
    pushq %rcx
    pushq %rdx
    movl $1, %r15d
    movl $0x80b, %ecx           /* end of interrupt */
    xorl %eax, %eax
    xorl %edx, %edx
    wrmsr
    movw $0x3f8, %dx
    movb $'.', %al
    outb %al, %dx
    popq %rdx
    popq %rcx
    popq %rax
    iretq

protection:
    say "guest: unknown MSR gives #GP\n"
    addq $8, %rsp
    leaq after_rdmsr(%rip), %rax
    movq %rax, (%rsp)
    iretq

    .balign 8
gdt:
    .quad 0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdtr:
    .word 31
    .quad ORIGIN + gdt - mk_hlt_guest
idtr:
    .word 0xfff
    .quad IDT
no_idt:
    .word 0
    .quad 0
mk_hlt_guest_end:

    .section .note.GNU-stack, "", @progbits

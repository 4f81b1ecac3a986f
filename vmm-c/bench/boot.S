/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bench's first instructions (multiboot 1), its interrupt entries, the switch between threads
 * and the way into the guest and back.
 */
    .section .multiboot, "a"
    .balign 4
    .long 0x1badb002, 2, -0x1badb004   /* flag 1: with a memory map */

    .section .text
    .code32
    .globl _start
_start:
    cli
    movl $bench_stack_top, %esp
    /* identity map of 16 GiB (BENCH_IDENTITY) in 2 MiB pages */
    movl $bench_pdpt, %eax
    orl $3, %eax
    movl %eax, bench_pml4
    movl $bench_pds, %eax
    orl $3, %eax
    movl $bench_pdpt, %edi
    movl $16, %ecx
1:  movl %eax, (%edi)
    addl $4096, %eax
    addl $8, %edi
    loop 1b
    movl $bench_pds, %edi
    movl $0x83, %eax
    xorl %edx, %edx
    movl $8192, %ecx
2:  movl %eax, (%edi)
    movl %edx, 4(%edi)
    addl $0x200000, %eax
    adcl $0, %edx
    addl $8, %edi
    loop 2b
    movl $bench_pml4, %eax
    movl %eax, %cr3
    movl $0x620, %eax           /* PAE, OSFXSR, OSXMMEXCPT */
    movl %eax, %cr4
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x101, %eax            /* LME, SCE */
    wrmsr
    movl %cr0, %eax             /* CD and NW stay as they were, as on seL4 */
    andl $0x60000000, %eax
    orl $0x80010033, %eax       /* PG, WP, NE, ET, MP, PE */
    movl %eax, %cr0
    lgdt boot_gdtr
    ljmp $8, $long_mode

    .balign 8
boot_gdtr:
    .word 39
    .quad bench_gdt

    .code64
long_mode:
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    xorl %eax, %eax
    movw %ax, %fs
    movw %ax, %gs
    movl $bench_stack_top, %esp
    movl %ebx, %edi             /* multiboot information; nothing above uses EBX */
    call bench_main
3:  hlt
    jmp 3b

    /* Interrupt entries: push an error code where the processor does not, and the vector. */
    .macro entry vector
    .balign 16
    .if !(\vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21)
    pushq $0
    .endif
    pushq $\vector
    jmp interrupt_common
    .endm
    .balign 16
    .globl bench_entries
bench_entries:
    .altmacro
    .set i, 0
    .rept 256
    entry %i
    .set i, i + 1
    .endr
    .noaltmacro

interrupt_common:
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    movq %rsp, %rbp
    movq 88(%rsp), %rdi
    movq 104(%rsp), %rsi
    movq %cr2, %rdx
    andq $-16, %rsp
    cld
    call bench_interrupt
    movq %rbp, %rsp
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rax
    addq $16, %rsp
    iretq

    /* void bench_switch(uint64_t *save_stack, uint64_t stack) */
    .globl bench_switch
bench_switch:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

    /* First instructions of a thread: RBX is its function. */
    .globl bench_thread_entry
bench_thread_entry:
    sti
    call *%rbx
    ud2

    /* uint64_t bench_guest(struct guest registers *, uint64_t launched): 0 after an exit. */
    .globl bench_guest, bench_guest_exit
bench_guest:
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    pushq %rdi
    movl $0x6c14, %eax          /* HOST_RSP */
    vmwrite %rsp, %rax
    testq %rsi, %rsi
    movq (%rdi), %rax
    movq 8(%rdi), %rbx
    movq 16(%rdi), %rcx
    movq 24(%rdi), %rdx
    movq 32(%rdi), %rsi
    movq 48(%rdi), %rbp
    movq 56(%rdi), %r8
    movq 64(%rdi), %r9
    movq 72(%rdi), %r10
    movq 80(%rdi), %r11
    movq 88(%rdi), %r12
    movq 96(%rdi), %r13
    movq 104(%rdi), %r14
    movq 112(%rdi), %r15
    movq 40(%rdi), %rdi
    jnz 1f
    vmlaunch
    jmp 2f
1:  vmresume
2:  popq %rdi
    movl $1, %eax
    jmp 3f
bench_guest_exit:
    xchgq %rdi, (%rsp)
    movq %rax, (%rdi)
    movq %rbx, 8(%rdi)
    movq %rcx, 16(%rdi)
    movq %rdx, 24(%rdi)
    movq %rsi, 32(%rdi)
    popq %rax
    movq %rax, 40(%rdi)
    movq %rbp, 48(%rdi)
    movq %r8, 56(%rdi)
    movq %r9, 64(%rdi)
    movq %r10, 72(%rdi)
    movq %r11, 80(%rdi)
    movq %r12, 88(%rdi)
    movq %r13, 96(%rdi)
    movq %r14, 104(%rdi)
    movq %r15, 112(%rdi)
    xorl %eax, %eax
3:  popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret

    .section .bss
    .balign 4096
    .globl bench_pml4
bench_pml4: .skip 4096
bench_pdpt: .skip 4096
bench_pds:  .skip 65536
    .skip 32768
    .globl bench_stack_top
bench_stack_top:

    .section .note.GNU-stack, "", @progbits

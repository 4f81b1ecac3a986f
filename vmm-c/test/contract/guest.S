/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest code of the contract program: one piece for each exit. It is copied into guest memory, so
 * it is position-independent. Offsets in the log are from mk_guest_code; every piece begins at a
 * multiple of 64, so that a change in one moves no other.
 */
    .section .rodata
    .balign 64
    .globl mk_guest_code, mk_guest_code_end, mk_guest_pieces, mk_guest_piece_count

    .macro piece name
    .pushsection .rodata.pieces, "a"
    .quad .Lname_\name, .Lpiece_\name - mk_guest_code
    .popsection
    .pushsection .rodata.names, "a"
.Lname_\name: .asciz "\name"
    .popsection
    .balign 64, 0xcc
.Lpiece_\name:
    .endm

    .pushsection .rodata.pieces, "a"
    .balign 8
mk_guest_pieces:
    .popsection

mk_guest_code:
    piece cpuid
    cpuid
    piece hlt
    hlt
    piece vmcall
    vmcall
    piece invd
    invd
    piece wbinvd
    wbinvd
    piece invlpg
    invlpg 0x1234
    piece rdpmc
    rdpmc
    piece rdtsc
    rdtsc
    piece rdtscp
    rdtscp
    piece rdrand
    rdrand %rax
    piece rdseed
    rdseed %rbx
    piece pause
    pause
    piece monitor
    monitor
    piece mwait
    mwait
    piece xsetbv
    xsetbv
    piece ud2
    ud2
    piece int3
    int3
    piece div0
    xorl %ecx, %ecx
    divl %ecx
    piece out8
    movb $0x5a, %al
    outb %al, $0x80
    piece out32_dx
    movw $0xcf8, %dx
    movl $0x80000000, %eax
    outl %eax, %dx
    piece in16
    movw $0x3f8, %dx
    inw %dx, %ax
    piece outsb
    cld
    movw $0x3f8, %dx
    leaq mk_guest_code(%rip), %rsi
    movl $3, %ecx
    rep outsb
    piece insw
    cld
    movw $0x1f0, %dx
    movl $0x7000, %edi
    insw
    piece in_timer
    inb $0x42, %al
    xorl %eax, %eax
    hlt
    piece rdmsr_apicbase
    movl $0x1b, %ecx
    rdmsr
    piece wrmsr_deadline
    movl $0x6e0, %ecx
    movl $1, %eax
    xorl %edx, %edx
    wrmsr
    piece rdmsr_efer
    movl $0xc0000080, %ecx
    rdmsr
    piece rdmsr_high
    movl $0x40000000, %ecx
    rdmsr
    piece wrmsr_lstar
    movl $0xc0000082, %ecx
    wrmsr
    piece fsbase_no_exit
    movl $0xc0000100, %ecx
    movl $0x12345678, %eax
    xorl %edx, %edx
    wrmsr
    xorl %eax, %eax
    rdmsr
    hlt
    piece sysenter_no_exit
    movl $0x174, %ecx
    movl $0x10, %eax
    xorl %edx, %edx
    wrmsr
    rdmsr
    hlt
    piece mov_to_cr3
    movq %cr3, %rax
    movq %rax, %cr3
    piece mov_to_cr0
    movq %cr0, %rax
    orq $10, %rax
    movq %rax, %cr0
    piece clts
    clts
    piece lmsw
    movw $0x3f, %ax
    lmsw %ax
    piece mov_to_cr4
    movq %cr4, %rbx
    orq $0x80, %rbx
    movq %rbx, %cr4
    piece mov_to_cr8
    movl $5, %eax
    movq %rax, %cr8
    piece mov_from_cr8
    movq %cr8, %r12
    piece mov_dr
    movq %rax, %dr3
    piece sgdt
    sgdt 0x7000
    piece lidt
    lidt 0x7000
    piece str
    str %ax
    piece lldt
    xorl %eax, %eax
    lldt %ax
    piece vmread
    vmread %rax, %rbx
    piece vmwrite
    vmwrite %rax, %rbx
    piece vmclear
    vmclear 0x7000
    piece vmptrld
    vmptrld 0x7000
    piece vmptrst
    vmptrst 0x7000
    piece vmlaunch
    vmlaunch
    piece vmresume
    vmresume
    piece vmxon
    vmxon 0x7000
    piece vmxoff
    vmxoff
    piece invept
    invept 0x7000, %rax
    piece invvpid
    invvpid 0x7000, %rax
    piece ept_read
    movl $0x800123, %esi
    movl (%rsi), %eax
    piece ept_write
    movl $0xa00ff8, %edi
    movq %rax, (%rdi)
    piece ept_fetch
    movl $0xc00000, %eax
    jmp *%rax
    piece ept_write_readonly
    movb $1, 0x200010
    piece ept_read_readonly
    movl 0x200000, %eax
    hlt
    piece ept_4k
    movl 0x400000, %eax
    movl 0x401000, %ebx
    piece page_fault
    movl $0x40000000, %eax
    movl (%rax), %eax
    piece triple_fault
    ud2
    piece registers
    incq %rax
    addq $2, %rbx
    addq $3, %rcx
    addq $4, %rdx
    addq $5, %rsi
    addq $6, %rdi
    addq $7, %rbp
    addq $8, %r8
    addq $9, %r9
    addq $10, %r10
    addq $11, %r11
    addq $12, %r12
    addq $13, %r13
    addq $14, %r14
    addq $15, %r15
    vmcall
    piece spin
    sti
1:  jmp 1b
    piece sti_hlt
    sti
    hlt
    piece sti_nop
    sti
    nop
    nop
    nop
    hlt
    piece handler
    movq (%rsp), %rax
    vmcall
    piece handler_iret
    movl $0x77, %r15d
    iretq
    .balign 64, 0xcc
mk_guest_code_end:

    .pushsection .rodata.pieces, "a"
.Lpieces_end:
    .popsection
    .balign 8
mk_guest_piece_count:
    .quad (.Lpieces_end - mk_guest_pieces) / 16

    .section .note.GNU-stack, "", @progbits

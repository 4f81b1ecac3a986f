/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands before and behind the instruction. It is copied, so it uses absolute addresses only.
 * Behind it no flag is changed before RFLAGS is saved: MOV changes none.
 */
#define STATE 0x30000000
#define GPR(n) STATE + 8 * n
#define RFLAGS STATE + 8 * 16
#define STACK STATE + 8 * 17

    .text
    .globl native_before, native_before_end, native_behind, native_behind_end
native_before:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, STACK
    pushq RFLAGS
    popfq
    mov GPR(0), %rax
    mov GPR(1), %rcx
    mov GPR(2), %rdx
    mov GPR(3), %rbx
    mov GPR(4), %rsp
    mov GPR(5), %rbp
    mov GPR(6), %rsi
    mov GPR(7), %rdi
    mov GPR(8), %r8
    mov GPR(9), %r9
    mov GPR(10), %r10
    mov GPR(11), %r11
    mov GPR(12), %r12
    mov GPR(13), %r13
    mov GPR(14), %r14
    mov GPR(15), %r15
native_before_end:

native_behind:
    mov %rsp, GPR(4)
    mov STACK, %rsp
    pushfq
    popq RFLAGS
    cld
    mov %rax, GPR(0)
    mov %rcx, GPR(1)
    mov %rdx, GPR(2)
    mov %rbx, GPR(3)
    mov %rbp, GPR(5)
    mov %rsi, GPR(6)
    mov %rdi, GPR(7)
    mov %r8, GPR(8)
    mov %r9, GPR(9)
    mov %r10, GPR(10)
    mov %r11, GPR(11)
    mov %r12, GPR(12)
    mov %r13, GPR(13)
    mov %r14, GPR(14)
    mov %r15, GPR(15)
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret
native_behind_end:

    .section .note.GNU-stack, "", @progbits

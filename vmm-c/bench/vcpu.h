/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: what a VCPU is, shared by the files that deal with it.
 */
#ifndef MAKATEA_BENCH_VCPU_H
#define MAKATEA_BENCH_VCPU_H

#include "bench.h"
#include "makatea/vmx.h"

/** Pages of a VCPU: the VMCS, two of I/O bitmaps, the rest. */
struct vcpu {
    uint32_t vmcs[1024];    /**< VMCS region (SDM 3, 25.2). */
    uint8_t io[8192];       /**< I/O bitmaps: a set bit makes an access exit. */
    uint8_t fpu[512];       /**< FXSAVE image, 16-byte aligned. */
    uint64_t registers[15]; /**< General registers, in seL4's order. */
    uint64_t launched;      /**< VMLAUNCH was done since VMCLEAR. */
    uint64_t ept;           /**< EPT that the VMCS has. */
    uint64_t msrs[4];       /**< LSTAR, STAR, CSTAR, FMASK. */
    uint64_t kernel_gs;     /**< IA32_KERNEL_GS_BASE. */
    struct thread *thread;  /**< Whose it is. */
};

/** A control word: what the processor wants and allows, and what the host wants. */
struct control {
    uint32_t field; /**< Encoding. */
    uint32_t msr;   /**< Capability MSR, the "true" one where there is one. */
    uint32_t want;  /**< Bits that the host sets. */
    uint32_t high;  /**< Bits that are always set. */
    uint32_t low;   /**< Bits that may be set. */
};

/** Control words, in the order of enum control_index. */
extern struct control bench_controls[];

/** Rows of bench_controls. */
enum control_index {
    CONTROL_PIN,       /**< Pin-based. */
    CONTROL_PRIMARY,   /**< Primary. */
    CONTROL_SECONDARY, /**< Secondary. */
    CONTROL_EXIT,      /**< Exit. */
    CONTROL_ENTRY,     /**< Entry. */
    CONTROL_CR0,       /**< CR0. */
    CONTROL_CR4,       /**< CR4. */
    CONTROLS           /**< Number of rows. */
};

/** VMX can be used. */
extern bool bench_vmx_usable;

/**
 * Sets and clears the bits of a control word that are not the monitor's to choose.
 * @param c which word
 * @param value what the monitor wants
 * @return what it gets
 */
uint64_t bench_apply(const struct control *c, uint64_t value);

/**
 * Makes a VCPU the current one: VMCS, FPU, KERNEL_GS_BASE.
 * @param v the VCPU
 */
void bench_load(struct vcpu *v);

/**
 * Writes a field of the current VMCS. A processor without the field ignores it.
 * @param field encoding
 * @param value value
 */
static inline void vmwrite(uint64_t field, uint64_t value)
{
    __asm__ volatile("vmwrite %0, %1" ::"r"(value), "r"(field) : "cc");
}

/**
 * Reads a field of the current VMCS.
 * @param field encoding
 * @return value
 */
static inline uint64_t vmread(uint64_t field)
{
    uint64_t value = 0;
    __asm__ volatile("vmread %1, %0" : "+r"(value) : "r"(field) : "cc");
    return value;
}

#endif

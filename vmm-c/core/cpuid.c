/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * CPUID by table (SDM 2, CPUID). A row says which bits of the processor's answer go through and
 * which are always set. A leaf without a row gives zeros.
 */
#include "makatea/vm.h"

/** First leaf of the paravirtual interface (Linux, Documentation/virt/kvm/x86/cpuid). */
#define KVM_LEAF UINT32_C(0x40000000)
/** Any subleaf. */
#define ANY UINT32_MAX

/**
 * Leaf 1, ECX: SSE3, PCLMULQDQ, SSSE3, CX16, SSE4.1, SSE4.2, x2APIC, MOVBE, POPCNT,
 * TSC-deadline, AES, RDRAND. Not: MONITOR, VMX, SMX, PCID, XSAVE and what needs it (AVX, FMA,
 * F16C).
 */
#define LEAF1_ECX UINT32_C(0x43f82203)
/** Always: hypervisor, TSC-deadline. */
#define LEAF1_ECX_SET UINT32_C(0x81000000)
/**
 * Leaf 1, EDX: FPU, VME, DE, PSE, TSC, MSR, PAE, CX8, APIC, SEP, PGE, CMOV, PAT, PSE36, CLFSH, MMX,
 * FXSR, SSE, SSE2. Not: MCE, MCA, MTRR, thermal, debug store.
 */
#define LEAF1_EDX UINT32_C(0x078bab7f)
/** Leaf 6, EAX: ARAT, the timer goes on in deep sleep. */
#define LEAF6_EAX_SET UINT32_C(0x4)
/**
 * Leaf 7, EBX: FSGSBASE, BMI1, SMEP, BMI2, ERMS, RDSEED, ADX, SMAP, CLFLUSHOPT. Not: INVPCID, and
 * what needs XSAVE. ECX and EDX are hidden: PKU, RDPID, IBRS are not switched below.
 */
#define LEAF7_EBX UINT32_C(0x009c0389)
/** Leaf 0x80000001, ECX: LAHF, LZCNT, PREFETCHW. */
#define LEAF8_ECX UINT32_C(0x121)
/** Leaf 0x80000001, EDX: SYSCALL, NX, 1 GiB pages, long mode. Not: RDTSCP. */
#define LEAF8_EDX UINT32_C(0x24100800)
/** All bits. */
#define ALL UINT32_MAX

/** What the guest sees of a leaf. */
struct cpuid_row {
    uint32_t leaf;        /**< Leaf. */
    uint32_t subleaf;     /**< Subleaf, or #ANY. */
    struct mk_cpuid pass; /**< Bits of the processor that go through. */
    struct mk_cpuid set;  /**< Bits that are always set. */
};

/** All rows. */
static const struct cpuid_row rows[] = {
    {0x0, ANY, {0, ALL, ALL, ALL}, {0x16, 0, 0, 0}},
    {0x1, ANY, {ALL, 0x0000ff00, LEAF1_ECX, LEAF1_EDX}, {0, 0x00010000, LEAF1_ECX_SET, 0}},
    {0x6, ANY, {0, 0, 0, 0}, {LEAF6_EAX_SET, 0, 0, 0}},
    {0x7, 0, {0, LEAF7_EBX, 0, 0}, {0, 0, 0, 0}},
    /* KVM's signature: Linux keeps x2APIC only under a hypervisor that it knows. */
    {KVM_LEAF, ANY, {0, 0, 0, 0}, {0x40000001, 0x4b4d564b, 0x564b4d56, 0x0000004d}},
    {KVM_LEAF + 1, ANY, {0, 0, 0, 0}, {MK_KVM_FEATURES, 0, 0, 0}},
    {0x80000000, ANY, {0, 0, 0, 0}, {0x80000008, 0, 0, 0}},
    {0x80000001, ANY, {0, 0, LEAF8_ECX, LEAF8_EDX}, {0, 0, 0, 0}},
    {0x80000002, ANY, {ALL, ALL, ALL, ALL}, {0, 0, 0, 0}},
    {0x80000003, ANY, {ALL, ALL, ALL, ALL}, {0, 0, 0, 0}},
    {0x80000004, ANY, {ALL, ALL, ALL, ALL}, {0, 0, 0, 0}},
    {0x80000007, ANY, {0, 0, 0, 0}, {0, 0, 0, 0x100}},
    {0x80000008, ANY, {0x0000ffff, 0, 0, 0}, {0, 0, 0, 0}},
};

/**
 * Answers the leaves that tell frequencies: 15H and 16H.
 * @param vm the VM
 * @param leaf leaf
 * @return the answer; the crystal is said to be as fast as the TSC
 */
static struct mk_cpuid frequency(const struct mk_vm *vm, uint32_t leaf)
{
    uint32_t mhz = (uint32_t)(vm->tsc_hz / 1000000);
    if (leaf == 0x15) {
        /* a clock that does not fit into the leaf is not told; leaf 16H still tells it */
        bool fits = vm->tsc_hz <= UINT32_MAX;
        return (struct mk_cpuid){fits, fits, fits ? (uint32_t)vm->tsc_hz : 0, 0};
    }
    return (struct mk_cpuid){mhz, mhz, 0, 0};
}

struct mk_cpuid mk_cpuid_answer(struct mk_vm *vm, uint32_t leaf, uint32_t subleaf)
{
    if (leaf == 0x15 || leaf == 0x16) {
        return frequency(vm, leaf);
    }
    if ((leaf & ~UINT32_C(1)) == KVM_LEAF && vm->config->paravirt != MK_PARAVIRT_KVM) {
        return (struct mk_cpuid){0, 0, 0, 0};
    }
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct cpuid_row *row = &rows[i];
        if (row->leaf == leaf && (row->subleaf == ANY || row->subleaf == subleaf)) {
            struct mk_cpuid host = mk_platform_cpuid(vm->platform, leaf, subleaf);
            return (struct mk_cpuid){(host.eax & row->pass.eax) | row->set.eax,
                                     (host.ebx & row->pass.ebx) | row->set.ebx,
                                     (host.ecx & row->pass.ecx) | row->set.ecx,
                                     (host.edx & row->pass.edx) | row->set.edx};
        }
    }
    return (struct mk_cpuid){0, 0, 0, 0};
}

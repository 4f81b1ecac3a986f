/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: VMX operation, and VCPUs as they are made.
 */
#include "vcpu.h"

/** Control words (SDM 3, A.3 to A.5), then CR0 and CR4 (A.7, A.8). */
struct control bench_controls[] = {
    {MK_VMCS_PIN_CONTROLS, 0x48d, 0x29, 0, 0},
    {MK_VMCS_PRIMARY_CONTROLS, 0x48e, 0x92000000, 0, 0},
    {MK_VMCS_SECONDARY_CONTROLS, 0x48b, 0x22, 0, 0},
    {MK_VMCS_EXIT_CONTROLS, 0x48f, 0x3c9204, 0, 0},
    {MK_VMCS_ENTRY_CONTROLS, 0x490, 0, 0, 0},
    {MK_VMCS_GUEST_CR0, 0x486, 0, 0, 0},
    {MK_VMCS_GUEST_CR4, 0x488, 0, 0, 0},
};

/** VMXON region. */
static uint32_t vmxon_region[1024] __attribute__((aligned(4096)));
/** MSR bitmap of all guests: a set bit makes an access exit. */
static uint8_t msr_bitmap[4096] __attribute__((aligned(4096)));
/** The host's own FPU state, which nobody uses. */
static struct vcpu *loaded;
bool bench_vmx_usable;

/** Where a VM exit leads (boot.S). */
void bench_guest_exit(void);

/** Segments (cpu.c). */
extern uint64_t bench_gdt[];

uint64_t bench_apply(const struct control *c, uint64_t value)
{
    return ((uint32_t)value | c->high) & c->low;
}

/** Reads the capability MSRs. Without VMX, or without secondary controls, nothing is allowed. */
static void read_capabilities(void)
{
    for (size_t i = 0; i < 5; i++) {
        bool secondary = bench_controls[i].field == MK_VMCS_SECONDARY_CONTROLS;
        bool true_msrs = (bench_rdmsr(MK_MSR_VMX_BASIC) >> 55 & 1) != 0;
        uint32_t msr = bench_controls[i].msr - (secondary || true_msrs ? 0 : 12);
        uint64_t value =
            secondary && bench_controls[CONTROL_PRIMARY].low >> 31 == 0 ? 0 : bench_rdmsr(msr);
        bench_controls[i].low = (uint32_t)(value >> 32);
        bench_controls[i].high = (uint32_t)value | (bench_controls[i].want & bench_controls[i].low);
    }
    for (size_t i = 5; i < 7; i++) {
        bench_controls[i].high = (uint32_t)bench_rdmsr(bench_controls[i].msr);
        bench_controls[i].low = (uint32_t)bench_rdmsr(bench_controls[i].msr + 1);
    }
    if ((bench_controls[CONTROL_SECONDARY].low & MK_SECONDARY_UNRESTRICTED) != 0) {
        bench_controls[CONTROL_CR0].high &= ~(uint32_t)(MK_CR0_PE | MK_CR0_PG);
    }
}

/**
 * Lets the guest use an MSR without exits.
 * @param msr number
 */
static void pass_msr(uint32_t msr)
{
    uint32_t bit = (msr & 0x1fff) + (msr >= 0xc0000000 ? 8192 : 0);
    msr_bitmap[bit / 8] &= (uint8_t) ~(1 << bit % 8);
    msr_bitmap[2048 + bit / 8] &= (uint8_t) ~(1 << bit % 8);
}

void bench_vmx_init(void)
{
    static const uint32_t passed[] = {0x174, 0x175, 0x176, 0xc0000100, 0xc0000101, 0xc0000102};
    uint32_t a = 1;
    uint32_t c = 0;
    uint64_t region = (uint64_t)vmxon_region;
    __asm__ volatile("cpuid" : "+a"(a), "+c"(c)::"ebx", "edx");
    if ((c & 0x20) == 0) {
        return;
    }
    if ((bench_rdmsr(MK_MSR_FEATURE_CONTROL) & 1) == 0) {
        bench_wrmsr(MK_MSR_FEATURE_CONTROL, bench_rdmsr(MK_MSR_FEATURE_CONTROL) | 5);
    }
    read_capabilities();
    for (size_t i = 0; i < sizeof(msr_bitmap); i++) {
        msr_bitmap[i] = 0xff;
    }
    for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
        pass_msr(passed[i]);
    }
    bench_vmx_usable =
        (bench_controls[CONTROL_SECONDARY].want & ~bench_controls[CONTROL_SECONDARY].low) == 0;
    vmxon_region[0] = (uint32_t)bench_rdmsr(MK_MSR_VMX_BASIC);
    __asm__ volatile(
        "movq %%cr4, %%rax; orq %0, %%rax; movq %%rax, %%cr4; vmxon %1" ::"i"(MK_CR4_VMXE),
        "m"(region)
        : "rax", "cc", "memory");
}

void bench_invept(void)
{
    const uint64_t all[2] = {0, 0};
    if (bench_vmx_usable) {
        __asm__ volatile("invept %0, %1" ::"m"(all), "r"(UINT64_C(2)) : "cc", "memory");
    }
}

/**
 * Makes a VCPU the current one: VMCS, FPU, KERNEL_GS_BASE.
 * @param v the VCPU
 */
void bench_load(struct vcpu *v)
{
    uint64_t region = (uint64_t)v->vmcs;
    if (loaded == v || !bench_vmx_usable) {
        return;
    }
    if (loaded != NULL) {
        uint64_t old = (uint64_t)loaded->vmcs;
        __asm__ volatile("fxsave64 %0" : "=m"(loaded->fpu));
        loaded->kernel_gs = bench_rdmsr(0xc0000102);
        __asm__ volatile("vmclear %0" ::"m"(old) : "cc", "memory");
        loaded->launched = 0;
    }
    loaded = v;
    __asm__ volatile("fxrstor64 %0" ::"m"(v->fpu));
    bench_wrmsr(0xc0000102, v->kernel_gs);
    __asm__ volatile("vmptrld %0" ::"m"(region) : "cc", "memory");
}

/** Writes the host's state into the current VMCS (SDM 3, 25.5). */
static void write_host_state(void)
{
    uint64_t cr0;
    uint64_t cr4;
    struct {
        uint16_t limit; /**< Limit. */
        uint64_t base;  /**< Base. */
    } __attribute__((packed)) idtr;
    __asm__ volatile("movq %%cr0, %0; movq %%cr4, %1; sidt %2" : "=r"(cr0), "=r"(cr4), "=m"(idtr));
    const uint64_t tss = bench_gdt[3] >> 16 & 0xffffff;
    const uint64_t rows[][2] = {
        {MK_VMCS_HOST_ES_SELECTOR, 16},
        {MK_VMCS_HOST_CS_SELECTOR, 8},
        {MK_VMCS_HOST_SS_SELECTOR, 16},
        {MK_VMCS_HOST_DS_SELECTOR, 16},
        {MK_VMCS_HOST_TR_SELECTOR, 24},
        {MK_VMCS_HOST_CR0, cr0},
        {MK_VMCS_HOST_CR3, (uint64_t)bench_pml4},
        {MK_VMCS_HOST_CR4, cr4},
        {MK_VMCS_HOST_TR_BASE, tss | (bench_gdt[3] >> 56 << 24)},
        {MK_VMCS_HOST_GDTR_BASE, (uint64_t)bench_gdt},
        {MK_VMCS_HOST_IDTR_BASE, idtr.base},
        {MK_VMCS_HOST_EFER, bench_rdmsr(MK_MSR_EFER)},
        {MK_VMCS_HOST_PAT, bench_rdmsr(MK_MSR_PAT)},
        {MK_VMCS_HOST_RIP, (uint64_t)bench_guest_exit},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        vmwrite(rows[i][0], rows[i][1]);
    }
}

void bench_vcpu_init(struct vcpu *v)
{
    v->vmcs[0] = vmxon_region[0];
    v->fpu[0] = 0x7f;
    v->fpu[1] = 0x03;
    v->fpu[24] = 0x80;
    v->fpu[25] = 0x1f;
    for (size_t i = 0; i < sizeof(v->io); i++) {
        v->io[i] = 0xff;
    }
    if (!bench_vmx_usable) {
        return;
    }
    bench_load(v);
    write_host_state();
    for (size_t i = 0; i < CONTROLS; i++) {
        bool entry = bench_controls[i].field == MK_VMCS_ENTRY_CONTROLS;
        vmwrite(bench_controls[i].field,
                bench_apply(&bench_controls[i], 0) | (entry ? MK_ENTRY_CTL_LONG_MODE : 0));
    }
    vmwrite(MK_VMCS_VPID, 1 + ((uint64_t)v >> 14 & 0x7fff));
    vmwrite(MK_VMCS_IO_BITMAP_A, (uint64_t)v->io);
    vmwrite(MK_VMCS_IO_BITMAP_B, (uint64_t)v->io + 4096);
    vmwrite(MK_VMCS_MSR_BITMAP, (uint64_t)msr_bitmap);
    vmwrite(MK_VMCS_LINK_POINTER, UINT64_MAX);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: VMX operation, VCPUs, VMEnter. What seL4 refuses is refused here.
 */
#include "bench.h"
#include "makatea/vmx.h"
#include "sel4/arch/vmenter.h"

/** Pages of a VCPU: the VMCS, two of I/O bitmaps, the rest. */
struct vcpu {
    uint32_t vmcs[1024];     /**< VMCS region (SDM 3, 25.2). */
    uint8_t io[8192];        /**< I/O bitmaps: a set bit makes an access exit. */
    uint8_t fpu[512];        /**< FXSAVE image, 16-byte aligned. */
    uint64_t registers[15];  /**< General registers, in seL4's order. */
    uint64_t launched;       /**< VMLAUNCH was done since VMCLEAR. */
    uint64_t ept;            /**< EPT that the VMCS has. */
    uint64_t msrs[4];        /**< LSTAR, STAR, CSTAR, FMASK. */
    uint64_t kernel_gs;      /**< IA32_KERNEL_GS_BASE. */
    struct thread *thread;   /**< Whose it is. */
};

/** Which fields may be read and written, a bit for each index and access type (seL4 16.0,
 * decodeReadVMCS and decodeWriteVMCS). Groups without a row: none. */
static const struct {
    uint32_t group; /**< Encoding with index 0. */
    uint64_t read;  /**< May be read. */
    uint64_t write; /**< May be written. */
} allowed[] = {
    {0x0800, 0x5555, 0x5555},                 /* selectors, but not the interrupt status */
    {0x2400, 0x1, 0},                         /* guest-physical address */
    {0x2800, 0x15554, 0x15554},               /* DEBUGCTL to PDPTE3, but not the link pointer */
    {0x4000, 0x40441015, 0x41441015},         /* control words; the error code is write-only */
    {0x4400, 0x5551, 0},                      /* exit information, but not the reason */
    {0x4800, 0x455555555555, 0x455555555555}, /* limits, rights, state */
    {0x6000, 0x55, 0x55},                     /* masks and shadows */
    {0x6400, 0x554, 0},                       /* exit information, but not the qualification */
    {0x6800, 0x5555555555, 0x5555555555},     /* control registers, bases, RSP, RIP, ... */
};

/** A control word: what the processor wants and allows, and what the host wants. */
struct control {
    uint32_t field; /**< Encoding. */
    uint32_t msr;   /**< Capability MSR, the "true" one where there is one. */
    uint32_t want;  /**< Bits that the host sets. */
    uint32_t high;  /**< Bits that are always set. */
    uint32_t low;   /**< Bits that may be set. */
};

/** Control words (SDM 3, A.3 to A.5), then CR0 and CR4 (A.7, A.8). */
static struct control controls[] = {
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
/** VMX can be used. */
static bool usable;

uint64_t bench_guest(uint64_t *registers, uint64_t launched);
void bench_guest_exit(void);
extern uint64_t bench_gdt[];

/**
 * Writes a field of the current VMCS. A processor without the field ignores it.
 * @param field encoding
 * @param value value
 */
static void vmwrite(uint64_t field, uint64_t value)
{
    __asm__ volatile("vmwrite %0, %1" ::"r"(value), "r"(field) : "cc");
}

/**
 * Reads a field of the current VMCS.
 * @param field encoding
 * @return value
 */
static uint64_t vmread(uint64_t field)
{
    uint64_t value = 0;
    __asm__ volatile("vmread %1, %0" : "+r"(value) : "r"(field) : "cc");
    return value;
}

/**
 * Sets and clears the bits of a control word that are not the monitor's to choose.
 * @param c which word
 * @param value what the monitor wants
 * @return what it gets
 */
static uint64_t apply(const struct control *c, uint64_t value)
{
    return ((uint32_t)value | c->high) & c->low;
}

/** Reads the capability MSRs. Without VMX, or without secondary controls, nothing is allowed. */
static void read_capabilities(void)
{
    for (size_t i = 0; i < 5; i++) {
        bool secondary = controls[i].field == MK_VMCS_SECONDARY_CONTROLS;
        bool true_msrs = (bench_rdmsr(MK_MSR_VMX_BASIC) >> 55 & 1) != 0;
        uint32_t msr = controls[i].msr - (secondary || true_msrs ? 0 : 12);
        uint64_t value = secondary && controls[1].low >> 31 == 0 ? 0 : bench_rdmsr(msr);
        controls[i].low = (uint32_t)(value >> 32);
        controls[i].high = (uint32_t)value | (controls[i].want & controls[i].low);
    }
    for (size_t i = 5; i < 7; i++) {
        controls[i].high = (uint32_t)bench_rdmsr(controls[i].msr);
        controls[i].low = (uint32_t)bench_rdmsr(controls[i].msr + 1);
    }
    if ((controls[2].low & MK_SECONDARY_UNRESTRICTED) != 0) {
        controls[5].high &= ~(uint32_t)(MK_CR0_PE | MK_CR0_PG);
    }
}

/**
 * Lets the guest use an MSR without exits.
 * @param msr number
 */
static void pass_msr(uint32_t msr)
{
    uint32_t bit = (msr & 0x1fff) + (msr >= 0xc0000000 ? 8192 : 0);
    msr_bitmap[bit / 8] &= (uint8_t)~(1 << bit % 8);
    msr_bitmap[2048 + bit / 8] &= (uint8_t)~(1 << bit % 8);
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
    usable = (controls[2].want & ~controls[2].low) == 0;
    vmxon_region[0] = (uint32_t)bench_rdmsr(MK_MSR_VMX_BASIC);
    __asm__ volatile("movq %%cr4, %%rax; orq %0, %%rax; movq %%rax, %%cr4; vmxon %1" ::"i"(
                         MK_CR4_VMXE),
                     "m"(region)
                     : "rax", "cc", "memory");
}

void bench_invept(void)
{
    const uint64_t all[2] = {0, 0};
    if (usable) {
        __asm__ volatile("invept %0, %1" ::"m"(all), "r"(UINT64_C(2)) : "cc", "memory");
    }
}

/**
 * Makes a VCPU the current one: VMCS, FPU, KERNEL_GS_BASE.
 * @param v the VCPU
 */
static void load(struct vcpu *v)
{
    uint64_t region = (uint64_t)v->vmcs;
    if (loaded == v || !usable) {
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
        {MK_VMCS_HOST_ES_SELECTOR, 16}, {MK_VMCS_HOST_CS_SELECTOR, 8},
        {MK_VMCS_HOST_SS_SELECTOR, 16}, {MK_VMCS_HOST_DS_SELECTOR, 16},
        {MK_VMCS_HOST_TR_SELECTOR, 24}, {MK_VMCS_HOST_CR0, cr0},
        {MK_VMCS_HOST_CR3, (uint64_t)bench_pml4}, {MK_VMCS_HOST_CR4, cr4},
        {MK_VMCS_HOST_TR_BASE, tss | (bench_gdt[3] >> 56 << 24)},
        {MK_VMCS_HOST_GDTR_BASE, (uint64_t)bench_gdt}, {MK_VMCS_HOST_IDTR_BASE, idtr.base},
        {MK_VMCS_HOST_EFER, bench_rdmsr(MK_MSR_EFER)}, {MK_VMCS_HOST_PAT, bench_rdmsr(MK_MSR_PAT)},
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
    if (!usable) {
        return;
    }
    load(v);
    write_host_state();
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        bool entry = controls[i].field == MK_VMCS_ENTRY_CONTROLS;
        vmwrite(controls[i].field, apply(&controls[i], 0) | (entry ? MK_ENTRY_CTL_LONG_MODE : 0));
    }
    vmwrite(MK_VMCS_VPID, 1 + ((uint64_t)v >> 14 & 0x7fff));
    vmwrite(MK_VMCS_IO_BITMAP_A, (uint64_t)v->io);
    vmwrite(MK_VMCS_IO_BITMAP_B, (uint64_t)v->io + 4096);
    vmwrite(MK_VMCS_MSR_BITMAP, (uint64_t)msr_bitmap);
    vmwrite(MK_VMCS_LINK_POINTER, UINT64_MAX);
}

/**
 * Looks a VCPU up.
 * @param slot slot
 * @param error receives the error value, when it is none
 * @return the VCPU, or a null pointer
 */
static struct vcpu *find(seL4_CPtr slot, int *error)
{
    const struct cap *cap = bench_slot(slot);
    *error = cap->type == CAP_VCPU ? 0 : (int)bench_wrong(cap);
    return cap->type == CAP_VCPU ? (struct vcpu *)cap->object : NULL;
}

/**
 * Whether seL4 lets a monitor use a field.
 * @param field encoding
 * @param write to write it
 * @return whether
 */
static bool field_allowed(seL4_Word field, bool write)
{
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        if (field - allowed[i].group < 64) {
            return ((write ? allowed[i].write : allowed[i].read) >> (field - allowed[i].group) & 1) != 0;
        }
    }
    return false;
}

seL4_X86_VCPU_ReadVMCS_t seL4_X86_VCPU_ReadVMCS(seL4_CPtr vcpu, seL4_Word field)
{
    seL4_X86_VCPU_ReadVMCS_t r = {0, 0};
    struct vcpu *v = find(vcpu, &r.error);
    if (r.error == 0 && !field_allowed(field, false)) {
        r.error = seL4_IllegalOperation;
    }
    if (r.error == 0 && usable) {
        bench_lock();
        load(v);
        r.value = vmread(field);
        bench_unlock();
    }
    return r;
}

seL4_X86_VCPU_WriteVMCS_t seL4_X86_VCPU_WriteVMCS(seL4_CPtr vcpu, seL4_Word field, seL4_Word value)
{
    seL4_X86_VCPU_WriteVMCS_t r = {0, 0};
    struct vcpu *v = find(vcpu, &r.error);
    if (r.error == 0 && !field_allowed(field, true)) {
        r.error = seL4_IllegalOperation;
    }
    if (r.error != 0) {
        return r;
    }
    r.written = value;
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        if (controls[i].field == field) {
            r.written = apply(&controls[i], value);
        }
    }
    if (usable) {
        bench_lock();
        load(v);
        vmwrite(field, r.written);
        bench_unlock();
    }
    return r;
}

/**
 * Where a VCPU keeps an MSR.
 * @param v VCPU
 * @param msr number
 * @return the place; a null pointer when seL4 has none
 */
static uint64_t *find_msr(struct vcpu *v, seL4_Word msr)
{
    static const uint32_t numbers[] = {MK_MSR_LSTAR, MK_MSR_STAR, MK_MSR_CSTAR, MK_MSR_FMASK};
    for (size_t i = 0; i < 4; i++) {
        if (numbers[i] == msr) {
            return &v->msrs[i];
        }
    }
    return NULL;
}

seL4_X86_VCPU_ReadMSR_t seL4_X86_VCPU_ReadMSR(seL4_CPtr vcpu, seL4_Word msr)
{
    seL4_X86_VCPU_ReadMSR_t r = {0, 0};
    struct vcpu *v = find(vcpu, &r.error);
    const uint64_t *place = v == NULL ? NULL : find_msr(v, msr);
    if (place != NULL) {
        r.value = *place;
    } else if (v != NULL && msr == MK_MSR_VMX_MISC && usable) {
        r.value = bench_rdmsr(MK_MSR_VMX_MISC);
    } else if (v != NULL) {
        r.error = seL4_IllegalOperation;
    }
    return r;
}

seL4_X86_VCPU_WriteMSR_t seL4_X86_VCPU_WriteMSR(seL4_CPtr vcpu, seL4_Word msr, seL4_Word value)
{
    seL4_X86_VCPU_WriteMSR_t r = {0, value};
    struct vcpu *v = find(vcpu, &r.error);
    uint64_t *place = v == NULL ? NULL : find_msr(v, msr);
    if (place != NULL) {
        *place = value;
    } else if (v != NULL) {
        r.error = seL4_IllegalOperation;
    }
    return r;
}

seL4_Error seL4_X86_VCPU_WriteRegisters(seL4_CPtr vcpu, seL4_VCPUContext *registers)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    for (size_t i = 0; v != NULL && i < 15; i++) {
        v->registers[i] = (&registers->eax)[i];
    }
    return (seL4_Error)error;
}

seL4_Error seL4_X86_VCPU_SetTCB(seL4_CPtr vcpu, seL4_CPtr tcb)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    if (v != NULL && bench_slot(tcb)->type != CAP_TCB) {
        return seL4_IllegalOperation;
    }
    if (v != NULL) {
        v->thread = bench_current;
        bench_current->vcpu = v;
    }
    return (seL4_Error)error;
}

seL4_Error seL4_X86_VCPU_DisableIOPort(seL4_CPtr vcpu, seL4_Word first, seL4_Word last)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    for (seL4_Word port = first; v != NULL && port <= (last & 0xffff); port++) {
        v->io[port / 8] |= (uint8_t)(1 << port % 8);
    }
    return (seL4_Error)error;
}

seL4_Error seL4_X86_VCPU_EnableIOPort(seL4_CPtr vcpu, seL4_CPtr ports, seL4_Word first, seL4_Word last)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    const struct cap *cap = bench_slot(ports);
    if (v == NULL) {
        return (seL4_Error)error;
    }
    if (cap->type != CAP_PORTS) {
        return seL4_IllegalOperation;
    }
    if (first < cap->object || last > cap->extra) {
        return seL4_InvalidArgument;
    }
    for (seL4_Word port = first; port <= last; port++) {
        v->io[port / 8] &= (uint8_t)~(1 << port % 8);
    }
    return seL4_NoError;
}

/**
 * Puts the first three message registers back, as every return from the guest does.
 */
static void return_state(void)
{
    seL4_SetMR(SEL4_VMENTER_CALL_EIP_MR, vmread(MK_VMCS_GUEST_RIP));
    seL4_SetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR, vmread(MK_VMCS_PRIMARY_CONTROLS));
    seL4_SetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR, vmread(MK_VMCS_ENTRY_EVENT));
}

/**
 * Whether seL4 reports the qualification of an exit; it gives 0 for the others.
 * @param reason exit reason
 * @return whether
 */
static bool has_qualification(uint32_t reason)
{
    static const uint8_t reported[] = {0,  4,  9,  14, 19, 21, 22, 23, 25, 27, 28,
                                       29, 30, 36, 43, 44, 46, 47, 48, 50, 53};
    for (size_t i = 0; i < sizeof(reported); i++) {
        if (reported[i] == reason) {
            return true;
        }
    }
    return false;
}

/**
 * Fills the message of an exit.
 * @param v VCPU
 * @param reason exit reason
 * @param qualification exit qualification
 */
static void return_exit(const struct vcpu *v, uint32_t reason, uint64_t qualification)
{
    return_state();
    seL4_SetMR(SEL4_VMENTER_FAULT_REASON_MR, reason);
    seL4_SetMR(SEL4_VMENTER_FAULT_QUALIFICATION_MR, qualification);
    seL4_SetMR(SEL4_VMENTER_FAULT_INSTRUCTION_LEN_MR, vmread(MK_VMCS_EXIT_LENGTH));
    seL4_SetMR(SEL4_VMENTER_FAULT_GUEST_PHYSICAL_MR, vmread(MK_VMCS_GUEST_PHYSICAL));
    seL4_SetMR(SEL4_VMENTER_FAULT_RFLAGS_MR, vmread(MK_VMCS_GUEST_RFLAGS));
    seL4_SetMR(SEL4_VMENTER_FAULT_GUEST_INT_MR, vmread(MK_VMCS_GUEST_INTERRUPTIBILITY));
    seL4_SetMR(SEL4_VMENTER_FAULT_CR3_MR, vmread(MK_VMCS_GUEST_CR3));
    for (int i = 0; i < 15; i++) {
        seL4_SetMR(SEL4_VMENTER_FAULT_EAX + i, v->registers[i]);
    }
}

/**
 * Runs the guest once.
 * @param v VCPU, loaded
 * @return whether it was entered
 */
static bool run(struct vcpu *v)
{
    if (v->ept != bench_current->ept) {
        v->ept = bench_current->ept;
        vmwrite(MK_VMCS_EPT_POINTER, v->ept | 0x1e);
        bench_invept();
    }
    bench_wrmsr(MK_MSR_LSTAR, v->msrs[0]);
    bench_wrmsr(MK_MSR_STAR, v->msrs[1]);
    bench_wrmsr(MK_MSR_CSTAR, v->msrs[2]);
    bench_wrmsr(MK_MSR_FMASK, v->msrs[3]);
    bool entered = bench_guest(v->registers, v->launched) == 0;
    v->launched |= entered;
    return entered;
}

/**
 * Takes a signal of the bound notification.
 * @param badge receives the badge
 * @return whether there was one
 */
static bool take_bound(seL4_Word *badge)
{
    struct notification *n = bench_current->bound;
    if (n == NULL || !n->active) {
        return false;
    }
    if (badge != NULL) {
        *badge = n->badge;
    }
    n->active = false;
    n->badge = 0;
    return true;
}

/**
 * Runs the guest until there is something for the monitor. Interrupts are off.
 * @param v VCPU
 * @param badge receives the badge of a notification
 * @return as VMEnter
 */
static seL4_Word run_until(struct vcpu *v, seL4_Word *badge)
{
    for (;;) {
        load(v);
        if (!run(v)) {
            return_exit(v, UINT32_MAX, UINT64_MAX);
            return SEL4_VMENTER_RESULT_FAULT;
        }
        uint32_t reason = vmread(MK_VMCS_EXIT_REASON) & 0xffff;
        if (reason != MK_EXIT_EXTERNAL_INTERRUPT) {
            return_exit(v, reason, has_qualification(reason) ? vmread(MK_VMCS_QUALIFICATION) : 0);
            return SEL4_VMENTER_RESULT_FAULT;
        }
        if (bench_irq(vmread(MK_VMCS_EXIT_EVENT) & 0xff)) {
            bench_schedule();
            load(v);
        }
        if (take_bound(badge)) {
            return_state();
            return SEL4_VMENTER_RESULT_NOTIF;
        }
    }
}

seL4_Word seL4_VMEnter(seL4_Word *badge)
{
    struct vcpu *v = bench_current->vcpu;
    seL4_Word result = SEL4_VMENTER_RESULT_NOTIF;
    if (v == NULL || !usable) {
        bench_say("bench: VMEnter without a VCPU, or without VMX: stopped ", 0);
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
    }
    bench_lock();
    load(v);
    vmwrite(MK_VMCS_GUEST_RIP, seL4_GetMR(SEL4_VMENTER_CALL_EIP_MR));
    vmwrite(MK_VMCS_PRIMARY_CONTROLS,
            apply(&controls[1], seL4_GetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR)));
    vmwrite(MK_VMCS_ENTRY_EVENT, seL4_GetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR));
    if (!take_bound(badge)) {
        result = run_until(v, badge);
    }
    bench_unlock();
    return result;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * MSRs by table. What has no row gives a general protection fault, as on a processor without the
 * register.
 */
#include "makatea/vm.h"

/** Bits of IA32_EFER that the guest may change: SCE, NXE (SDM 3, 2.2.1). */
#define EFER_CHANGEABLE (MK_EFER_SCE | UINT64_C(0x800))
/** Memory types of IA32_PAT that exist: 0, 1, 4, 5, 6, 7 (SDM 3, 12.12.2). */
#define PAT_TYPES UINT64_C(0xf3)

/** IA32_MISC_ENABLE: fast strings; no branch trace and no precise event storage (SDM 4, 2.1). */
#define MISC_ENABLE UINT64_C(0x1801)
/** Where a register is kept. */
enum msr_home {
    HOME_VMCS,     /**< In a VMCS field. */
    HOME_SWITCHED, /**< The system below switches it with the guest. */
    HOME_LAPIC,    /**< In the local APIC. */
    HOME_CLOCK,    /**< In kvmclock. */
    HOME_TSC,      /**< The time-stamp counter: reads only, there is no offset. */
    HOME_CONSTANT  /**< Nowhere: it reads as a constant, and writes change nothing. */
};

/** Registers that exist. */
struct msr_row {
    uint32_t first;     /**< First number. */
    uint32_t last;      /**< Last number. */
    enum msr_home home; /**< Where it is kept. */
    uint64_t detail;    /**< VMCS field, or the constant. */
};

/** All rows. */
static const struct msr_row rows[] = {
    {MK_MSR_EFER, MK_MSR_EFER, HOME_VMCS, MK_VMCS_GUEST_EFER},
    {MK_MSR_PAT, MK_MSR_PAT, HOME_VMCS, MK_VMCS_GUEST_PAT},
    {MK_MSR_STAR, MK_MSR_FMASK, HOME_SWITCHED, 0},
    {MK_MSR_TSC, MK_MSR_TSC, HOME_TSC, 0},
    {MK_MSR_APIC_BASE, MK_MSR_APIC_BASE, HOME_LAPIC, 0},
    {MK_MSR_TSC_DEADLINE, MK_MSR_TSC_DEADLINE, HOME_LAPIC, 0},
    {MK_MSR_X2APIC, MK_MSR_X2APIC_LAST, HOME_LAPIC, 0},
    {MK_MSR_KVM_WALL_CLOCK_OLD, MK_MSR_KVM_SYSTEM_TIME_OLD, HOME_CLOCK, 0},
    {MK_MSR_KVM_WALL_CLOCK, MK_MSR_KVM_SYSTEM_TIME, HOME_CLOCK, 0},
    {MK_MSR_MISC_ENABLE, MK_MSR_MISC_ENABLE, HOME_CONSTANT, MISC_ENABLE},
    {MK_MSR_BIOS_SIGN_ID, MK_MSR_BIOS_SIGN_ID, HOME_CONSTANT, 0},
};

/**
 * Finds a row.
 * @param msr number
 * @return the row, or a null pointer
 */
static const struct msr_row *find(uint32_t msr)
{
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (msr >= rows[i].first && msr <= rows[i].last) {
            return &rows[i];
        }
    }
    return (const struct msr_row *)0;
}

/**
 * Whether a value may be written (SDM 3, 2.2.1 and 12.12.4; SDM 2, WRMSR: canonical addresses).
 * @param vm the VM
 * @param msr register
 * @param value value
 * @return whether
 */
static bool acceptable(struct mk_vm *vm, uint32_t msr, uint64_t value)
{
    uint64_t old = 0;
    uint64_t cr0 = 0;
    switch (msr) {
    case MK_MSR_EFER:
        mk_platform_vmcs_read(vm->platform, MK_VMCS_GUEST_EFER, &old);
        mk_platform_vmcs_read(vm->platform, MK_VMCS_GUEST_CR0, &cr0);
        /* long mode can be wanted or not only while paging is off (SDM 3, 10.8.5) */
        return ((old ^ value) & ~(EFER_CHANGEABLE | ((cr0 & MK_CR0_PG) == 0 ? MK_EFER_LME : 0))) ==
               0;
    case MK_MSR_PAT:
        for (uint32_t i = 0; i < 8; i++) {
            uint64_t type = value >> (8 * i) & 0xff;
            if (type > 7 || (PAT_TYPES >> type & 1) == 0) {
                return false;
            }
        }
        return true;
    case MK_MSR_LSTAR:
    case MK_MSR_CSTAR:
        return value >> 47 == 0 || value >> 47 == 0x1ffff;
    case MK_MSR_FMASK:
        return value >> 32 == 0;
    default:
        return true;
    }
}

/**
 * Whether the guest is offered the paravirtual clock.
 * @param vm the VM
 * @return whether
 */
static bool offers_clock(const struct mk_vm *vm)
{
    return vm->config->paravirt == MK_PARAVIRT_KVM;
}

bool mk_msr_read(struct mk_vm *vm, uint32_t msr, uint64_t *value)
{
    const struct msr_row *row = find(msr);
    *value = 0;
    if (row == (const struct msr_row *)0) {
        return false;
    }
    switch (row->home) {
    case HOME_VMCS:
        return mk_platform_vmcs_read(vm->platform, (uint32_t)row->detail, value) == MK_OK;
    case HOME_SWITCHED:
        return mk_platform_msr_read(vm->platform, msr, value) == MK_OK;
    case HOME_LAPIC:
        return mk_lapic_msr_read(&vm->machine.chip.lapic, vm->now, msr, value);
    case HOME_CLOCK:
        return offers_clock(vm) && mk_kvmclock_msr_read(&vm->machine.clock, msr, value);
    case HOME_TSC:
        *value = mk_platform_now(vm->platform);
        return true;
    default:
        *value = row->detail;
        return true;
    }
}

bool mk_msr_write(struct mk_vm *vm, uint32_t msr, uint64_t value)
{
    const struct msr_row *row = find(msr);
    if (row == (const struct msr_row *)0 || !acceptable(vm, msr, value)) {
        return false;
    }
    switch (row->home) {
    case HOME_VMCS:
        return mk_platform_vmcs_write(vm->platform, (uint32_t)row->detail, value, (uint64_t *)0) ==
               MK_OK;
    case HOME_SWITCHED:
        return mk_platform_msr_write(vm->platform, msr, value) == MK_OK;
    case HOME_LAPIC:
        return mk_lapic_msr_write(&vm->machine.chip.lapic, vm->now, msr, value);
    case HOME_CLOCK:
        return offers_clock(vm) && mk_kvmclock_msr_write(&vm->machine.clock, msr, value);
    default:
        /* writes of the counter are dropped: there is no offset */
        return true;
    }
}

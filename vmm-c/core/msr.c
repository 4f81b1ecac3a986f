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

/** Where a register is kept. */
enum msr_home {
    HOME_VMCS,     /**< In a VMCS field. */
    HOME_SWITCHED, /**< The system below switches it with the guest. */
    HOME_DEADLINE  /**< It is the timer's deadline. */
};

/** Registers that exist. */
struct msr_row {
    uint32_t msr;       /**< Number. */
    enum msr_home home; /**< Where it is kept. */
    uint32_t field;     /**< VMCS field. */
};

/** All rows. */
static const struct msr_row rows[] = {
    {MK_MSR_EFER, HOME_VMCS, MK_VMCS_GUEST_EFER},
    {MK_MSR_PAT, HOME_VMCS, MK_VMCS_GUEST_PAT},
    {MK_MSR_STAR, HOME_SWITCHED, 0},
    {MK_MSR_LSTAR, HOME_SWITCHED, 0},
    {MK_MSR_CSTAR, HOME_SWITCHED, 0},
    {MK_MSR_FMASK, HOME_SWITCHED, 0},
    {MK_MSR_TSC_DEADLINE, HOME_DEADLINE, 0},
};

/**
 * Finds a row.
 * @param msr number
 * @return the row, or a null pointer
 */
static const struct msr_row *find(uint32_t msr)
{
    for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].msr == msr) {
            return &rows[i];
        }
    }
    return (const struct msr_row *)0;
}

/**
 * Whether a value may be written (SDM 3, 2.2.1 and 12.12.4; SDM 2, WRMSR: canonical addresses).
 * @param vm the VM
 * @param row register
 * @param value value
 * @return whether
 */
static bool acceptable(struct mk_vm *vm, const struct msr_row *row, uint64_t value)
{
    uint64_t old = 0;
    switch (row->msr) {
    case MK_MSR_EFER:
        mk_platform_vmcs_read(vm->platform, MK_VMCS_GUEST_EFER, &old);
        return ((old ^ value) & ~EFER_CHANGEABLE) == 0;
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

bool mk_msr_read(struct mk_vm *vm, uint32_t msr, uint64_t *value)
{
    const struct msr_row *row = find(msr);
    *value = 0;
    if (row == (const struct msr_row *)0) {
        return false;
    }
    if (row->home == HOME_DEADLINE) {
        *value = vm->deadline;
        return true;
    }
    if (row->home == HOME_VMCS) {
        return mk_platform_vmcs_read(vm->platform, row->field, value) == MK_OK;
    }
    return mk_platform_msr_read(vm->platform, msr, value) == MK_OK;
}

bool mk_msr_write(struct mk_vm *vm, uint32_t msr, uint64_t value)
{
    const struct msr_row *row = find(msr);
    if (row == (const struct msr_row *)0 || !acceptable(vm, row, value)) {
        return false;
    }
    if (row->home == HOME_DEADLINE) {
        vm->deadline = value;
        vm->timer_pending = false;
        return true;
    }
    if (row->home == HOME_VMCS) {
        return mk_platform_vmcs_write(vm->platform, row->field, value, (uint64_t *)0) == MK_OK;
    }
    return mk_platform_msr_write(vm->platform, msr, value) == MK_OK;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of MSRs: which exist, where they are kept, what is refused.
 */
#include "unit.h"

/** IA32_EFER: long mode wanted. */
#define LME UINT64_C(0x100)

/** Registers that exist, first and last. */
static const uint32_t existing[][2] = {
    {0x10, 0x12},
    {0x1b, 0x1b},
    {0x8b, 0x8b},
    {0x1a0, 0x1a0},
    {0x277, 0x277},
    {0x6e0, 0x6e0},
    {0x800, 0x8ff},
    {0x4b564d00, 0x4b564d01},
    {0xc0000080, 0xc0000084},
};

static bool is_known(uint32_t msr)
{
    for (size_t i = 0; i < sizeof(existing) / sizeof(existing[0]); i++) {
        if (msr >= existing[i][0] && msr <= existing[i][1]) {
            return true;
        }
    }
    return false;
}

static void msrs_without_a_row_give_gp_for_reads_and_writes(struct mk_vm *vm)
{
    static const uint32_t bases[] = {0,          0x40000000, 0x4b564d00, 0x7fffe000,
                                     0xc0000000, 0xc0010000, 0xffffe000};
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        for (uint32_t j = 0; j < 0x2000; j++) {
            uint64_t value = 1;
            if (!is_known(bases[i] + j)) {
                bool read = mk_msr_read(vm, bases[i] + j, &value);
                bool written = mk_msr_write(vm, bases[i] + j, 0);
                if (read || written || value != 0) {
                    UNIT_CHECK(!read && !written && value == 0);
                }
            }
        }
    }
}

static void sdm3_2_2_1_efer_and_pat_are_vmcs_fields(struct mk_vm *vm)
{
    uint64_t value = 0;
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_PAT, UINT64_C(0x0706050401000607)));
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_PAT] == UINT64_C(0x0706050401000607));
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_PAT, &value) && value == UINT64_C(0x0706050401000607));
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_EFER, &value) && value == 0x501);
    vm->platform->denied[MK_VMCS_GUEST_PAT] = true;
    UNIT_CHECK(!mk_msr_read(vm, MK_MSR_PAT, &value) && value == 0);
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_PAT, 0));
}

static void sdm3_10_8_5_long_mode_is_wanted_or_not_while_paging_is_off(struct mk_vm *vm)
{
    uint64_t efer = vm->platform->fields[MK_VMCS_GUEST_EFER];
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_EFER, efer ^ LME));
    vm->platform->fields[MK_VMCS_GUEST_CR0] &= ~MK_CR0_PG;
    vm->platform->fields[MK_VMCS_GUEST_EFER] = 0;
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_EFER, LME));
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_EFER] == LME);
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_EFER, LME | 0x400)); /* LMA is never written */
}

static void msrs_for_syscall_are_those_below(struct mk_vm *vm)
{
    static const uint32_t numbers[] = {MK_MSR_STAR, MK_MSR_LSTAR, MK_MSR_CSTAR, MK_MSR_FMASK};
    uint64_t value = 0;
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(mk_msr_write(vm, numbers[i], 0x1000 + i));
        UNIT_CHECK(vm->platform->msr_values[i] == 0x1000 + i);
        UNIT_CHECK(mk_msr_read(vm, numbers[i], &value) && value == 0x1000 + i);
        vm->platform->msr_numbers[i] = 0;
        UNIT_CHECK(!mk_msr_read(vm, numbers[i], &value) && !mk_msr_write(vm, numbers[i], 0));
    }
}

static void sdm3_11_4_4_apic_msrs_lead_to_the_local_apic(struct mk_vm *vm)
{
    uint64_t value = 0;
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_APIC_BASE, &value) && value == 0xfee00900);
    UNIT_CHECK(!mk_msr_read(vm, 0x802, &value));                 /* not in xAPIC mode */
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_APIC_BASE, 0xfee00500)); /* no such mode */
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_APIC_BASE, 0xfee00d00));
    UNIT_CHECK(mk_msr_read(vm, 0x803, &value) && (value & 0xff) == 0x14);
    UNIT_CHECK(!mk_msr_write(vm, 0x803, 0) && !mk_msr_read(vm, 0x80b, &value));
    UNIT_CHECK(!mk_msr_read(vm, 0x8ff, &value) && value == 0);
}

static void kvm_clock_msrs_exist_only_where_they_are_offered(struct mk_vm *vm)
{
    static const uint32_t numbers[] = {0x11, 0x12, 0x4b564d00, 0x4b564d01};
    static struct mk_vm_config config;
    uint64_t value = 1;
    config = *vm->config;
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(mk_msr_write(vm, numbers[i], 0x8000 | (i & 1)));
        UNIT_CHECK(mk_msr_read(vm, numbers[i], &value) && value == (0x8000 | (i & 1)));
    }
    config.paravirt = MK_PARAVIRT_NONE;
    vm->config = &config;
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(!mk_msr_read(vm, numbers[i], &value) && !mk_msr_write(vm, numbers[i], 0));
    }
}

static void the_counter_is_read_and_can_not_be_moved(struct mk_vm *vm)
{
    uint64_t value = 0;
    vm->platform->now = 123456789;
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_TSC, &value) && value == 123456789);
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_TSC, 5));
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_TSC, &value) && value == 123456789);
}

static void sdm4_2_1_constants_take_writes_and_stay(struct mk_vm *vm)
{
    uint64_t value = 1;
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_MISC_ENABLE, UINT64_MAX));
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_MISC_ENABLE, &value) && value == 0x1801);
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_BIOS_SIGN_ID, UINT64_MAX));
    UNIT_CHECK(mk_msr_read(vm, MK_MSR_BIOS_SIGN_ID, &value) && value == 0);
}

const struct unit_test unit_msr[] = {
    UNIT_TEST(msrs_without_a_row_give_gp_for_reads_and_writes),
    UNIT_TEST(sdm3_2_2_1_efer_and_pat_are_vmcs_fields),
    UNIT_TEST(sdm3_10_8_5_long_mode_is_wanted_or_not_while_paging_is_off),
    UNIT_TEST(msrs_for_syscall_are_those_below),
    UNIT_TEST(sdm3_11_4_4_apic_msrs_lead_to_the_local_apic),
    UNIT_TEST(kvm_clock_msrs_exist_only_where_they_are_offered),
    UNIT_TEST(the_counter_is_read_and_can_not_be_moved),
    UNIT_TEST(sdm4_2_1_constants_take_writes_and_stay),
    {NULL, NULL},
};

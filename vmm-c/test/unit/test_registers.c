/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of control and debug registers, and of the exceptions that exit.
 */
#include "makatea/guest_memory.h"
#include "makatea/registers.h"
#include "unit.h"

/** An exit for a register: reason, qualification, and what is in RAX. */
#define EXIT(number, q, rax)                                                                       \
    (struct mk_exit)                                                                               \
    {                                                                                              \
        .kind = MK_RETURN_EXIT, .reason = (number), .qualification = (q), .rip = 0x2000,           \
        .length = 3, .rflags = 0x202, .registers = {                                               \
            [MK_RAX] = (rax)                                                                       \
        }                                                                                          \
    }
/** MOV to control register n from RAX. */
#define TO_CR(n, value) EXIT(MK_EXIT_CR_ACCESS, (n), (value))
/** A field of the VMCS. */
#define FIELD(name) (vm->platform->fields[name])
/** An exception with vector n and an error code. */
#define FAULT(n) (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | (n))

/**
 * Runs one exit.
 * @param vm the VM
 * @param exit the exit
 */
static void run(struct mk_vm *vm, const struct mk_exit exit)
{
    unit_script(vm, &exit, 1);
}

static void sdm2_cr0_cd_is_seen_by_the_guest_but_not_set(struct mk_vm *vm)
{
    run(vm, TO_CR(0, UINT64_C(0xc0050033)));
    UNIT_CHECK(FIELD(MK_VMCS_GUEST_CR0) == UINT64_C(0x80050033));
    UNIT_CHECK(FIELD(MK_VMCS_CR0_SHADOW) == UINT64_C(0xc0050033));
    UNIT_CHECK(vm->rip == 0x2003);
}

static void sdm2_cr0_ne_stays_set_for_the_processor(struct mk_vm *vm)
{
    run(vm, TO_CR(0, UINT64_C(0x80000011)));
    UNIT_CHECK(FIELD(MK_VMCS_GUEST_CR0) == UINT64_C(0x80000031));
    UNIT_CHECK(FIELD(MK_VMCS_CR0_SHADOW) == UINT64_C(0x80000011));
}

static void sdm2_cr0_impossible_values_give_gp(struct mk_vm *vm)
{
    const uint64_t bad[] = {UINT64_C(0x80000020), UINT64_C(0xa0000031), UINT64_C(0x180000031)};
    for (uint32_t i = 0; i < 3; i++) {
        run(vm, TO_CR(0, bad[i]));
        UNIT_CHECK(vm->event == FAULT(13) && vm->rip == 0x2000);
        vm->event = 0;
    }
    /* paging can not be turned off in 64-bit code */
    run(vm, TO_CR(0, UINT64_C(0x40000031)));
    UNIT_CHECK(vm->event == FAULT(13));
}

static void sdm3_10_8_5_long_mode_goes_with_paging(struct mk_vm *vm)
{
    FIELD(MK_VMCS_GUEST_CS_RIGHTS) = 0xc09b;
    run(vm, TO_CR(0, UINT64_C(0x40000031)));
    UNIT_CHECK(FIELD(MK_VMCS_GUEST_EFER) == (MK_EFER_LME | MK_EFER_SCE));
    UNIT_CHECK((FIELD(MK_VMCS_ENTRY_CONTROLS) & MK_ENTRY_CTL_LONG_MODE) == 0);
    run(vm, TO_CR(0, UINT64_C(0xc0000031)));
    UNIT_CHECK((FIELD(MK_VMCS_GUEST_EFER) & MK_EFER_LMA) != 0);
    UNIT_CHECK((FIELD(MK_VMCS_ENTRY_CONTROLS) & MK_ENTRY_CTL_LONG_MODE) != 0);
}

static void sdm3_4_4_1_pae_pointers_are_loaded_and_judged(struct mk_vm *vm)
{
    uint64_t pointers[4] = {0x5001, 0, 0x7001, 0};
    FIELD(MK_VMCS_GUEST_CS_RIGHTS) = 0xc09b;
    run(vm, TO_CR(0, UINT64_C(0x40000031)));
    FIELD(MK_VMCS_GUEST_EFER) = 0;
    FIELD(MK_VMCS_GUEST_CR3) = 0x3020;
    UNIT_CHECK(mk_guest_write(vm, 0x3020, pointers, sizeof(pointers)) == MK_OK);
    run(vm, TO_CR(0, UINT64_C(0x80000031)));
    UNIT_CHECK(FIELD(MK_VMCS_GUEST_PDPTE0) == 0x5001 && FIELD(MK_VMCS_GUEST_PDPTE0 + 4) == 0x7001);
    FIELD(MK_VMCS_GUEST_CR0) = 0x31;
    pointers[3] = 0x9003;
    UNIT_CHECK(mk_guest_write(vm, 0x3020, pointers, sizeof(pointers)) == MK_OK);
    run(vm, TO_CR(0, UINT64_C(0x80000031)));
    UNIT_CHECK(vm->event == FAULT(13));
}

static void sdm2_cr4_bits_that_cpuid_does_not_offer_give_gp(struct mk_vm *vm)
{
    run(vm, TO_CR(4, UINT64_C(0x20020)));
    UNIT_CHECK(vm->event == FAULT(13) && FIELD(MK_VMCS_GUEST_CR4) == MK_CR4_PAE);
}

static void sdm3_11_8_6_cr8_is_the_upper_half_of_the_task_priority(struct mk_vm *vm)
{
    run(vm, TO_CR(8, 9));
    UNIT_CHECK(mk_lapic_cr8_read(&vm->machine.chip.lapic) == 9);
    run(vm, EXIT(MK_EXIT_CR_ACCESS, 0x318, 0));
    UNIT_CHECK(vm->registers[MK_RBX] == 9);
    run(vm, TO_CR(8, 16));
    UNIT_CHECK(vm->event == FAULT(13));
}

static void sdm2_clts_and_lmsw_touch_only_their_bits(struct mk_vm *vm)
{
    FIELD(MK_VMCS_GUEST_CR0) |= 8;
    run(vm, EXIT(MK_EXIT_CR_ACCESS, 0x20, 0));
    UNIT_CHECK((FIELD(MK_VMCS_GUEST_CR0) & 8) == 0);
    run(vm, EXIT(MK_EXIT_CR_ACCESS, UINT64_C(0xfffe0030), 0));
    UNIT_CHECK(FIELD(MK_VMCS_GUEST_CR0) == UINT64_C(0x8001003f));
}

static void a_guest_never_reaches_real_debug_registers(struct mk_vm *vm)
{
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 0x000, 0x1234));
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 0x310, 0));
    UNIT_CHECK(vm->registers[MK_RBX] == 0x1234);
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 0x007, 0xf3ff));
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 0x317, 0));
    UNIT_CHECK(vm->registers[MK_RBX] == 0x27ff);
    UNIT_CHECK(FIELD(MK_VMCS_GUEST_DR7) == 0x400);
}

static void sdm3_18_2_2_dr4_is_dr6_or_does_not_exist(struct mk_vm *vm)
{
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 0x314, 0));
    UNIT_CHECK(vm->registers[MK_RBX] == UINT64_C(0xffff0ff0));
    FIELD(MK_VMCS_GUEST_CR4) |= 8;
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 0x314, 0));
    UNIT_CHECK(vm->event == (MK_EVENT_VALID | MK_EVENT_EXCEPTION | 6));
}

static void sdm2_mov_dr7_with_upper_bits_gives_gp(struct mk_vm *vm)
{
    run(vm, EXIT(MK_EXIT_DR_ACCESS, 7, UINT64_C(0x100000000)));
    UNIT_CHECK(vm->event == FAULT(13));
}

static void cve_2015_8104_debug_exceptions_exit_and_go_on_to_the_guest(struct mk_vm *vm)
{
    FIELD(MK_VMCS_EXIT_EVENT) = MK_EVENT_VALID | MK_EVENT_EXCEPTION | 1;
    run(vm, EXIT(MK_EXIT_EXCEPTION, 0x4000, 0));
    UNIT_CHECK(vm->event == (MK_EVENT_VALID | MK_EVENT_EXCEPTION | 1));
    UNIT_CHECK((vm->debug[MK_DR6] & 0x4000) != 0 && vm->rip == 0x2000);
    UNIT_CHECK((FIELD(MK_VMCS_EXCEPTION_BITMAP) & 2) != 0);
}

static void cve_2015_5307_alignment_checks_exit_and_go_on_to_the_guest(struct mk_vm *vm)
{
    FIELD(MK_VMCS_EXIT_EVENT) = MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | 17;
    run(vm, EXIT(MK_EXIT_EXCEPTION, 0, 0));
    UNIT_CHECK(vm->event == FAULT(17));
    UNIT_CHECK((FIELD(MK_VMCS_EXCEPTION_BITMAP) & 0x20000) != 0);
}

static void an_exception_in_delivery_does_not_lose_what_was_delivered(struct mk_vm *vm)
{
    FIELD(MK_VMCS_EXIT_EVENT) = MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | 17;
    FIELD(MK_VMCS_IDT_VECTORING) = MK_EVENT_VALID | 0x40;
    run(vm, EXIT(MK_EXIT_EXCEPTION, 0, 0));
    UNIT_CHECK(vm->event == (MK_EVENT_VALID | 0x40));
}

static void sdm3_18_3_1_4_a_single_step_ends_behind_an_emulated_instruction(struct mk_vm *vm)
{
    run(vm, (struct mk_exit){.kind = MK_RETURN_EXIT,
                             .reason = MK_EXIT_CPUID,
                             .rip = 0x2000,
                             .length = 2,
                             .rflags = 0x302});
    UNIT_CHECK(vm->event == (MK_EVENT_VALID | MK_EVENT_EXCEPTION | 1) && vm->rip == 0x2002);
    UNIT_CHECK((vm->debug[MK_DR6] & MK_DR6_STEP) != 0);
}

const struct unit_test unit_registers[] = {
    UNIT_TEST(sdm2_cr0_cd_is_seen_by_the_guest_but_not_set),
    UNIT_TEST(sdm2_cr0_ne_stays_set_for_the_processor),
    UNIT_TEST(sdm2_cr0_impossible_values_give_gp),
    UNIT_TEST(sdm3_10_8_5_long_mode_goes_with_paging),
    UNIT_TEST(sdm3_4_4_1_pae_pointers_are_loaded_and_judged),
    UNIT_TEST(sdm2_cr4_bits_that_cpuid_does_not_offer_give_gp),
    UNIT_TEST(sdm3_11_8_6_cr8_is_the_upper_half_of_the_task_priority),
    UNIT_TEST(sdm2_clts_and_lmsw_touch_only_their_bits),
    UNIT_TEST(a_guest_never_reaches_real_debug_registers),
    UNIT_TEST(sdm3_18_2_2_dr4_is_dr6_or_does_not_exist),
    UNIT_TEST(sdm2_mov_dr7_with_upper_bits_gives_gp),
    UNIT_TEST(cve_2015_8104_debug_exceptions_exit_and_go_on_to_the_guest),
    UNIT_TEST(cve_2015_5307_alignment_checks_exit_and_go_on_to_the_guest),
    UNIT_TEST(an_exception_in_delivery_does_not_lose_what_was_delivered),
    UNIT_TEST(sdm3_18_3_1_4_a_single_step_ends_behind_an_emulated_instruction),
    {NULL, NULL},
};

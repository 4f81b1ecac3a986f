/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of CPUID, MSRs, guest memory, text, the processor check.
 */
#include <string.h>

#include "makatea/guest_memory.h"
#include "unit.h"

static void unknown_cpuid_leaves_are_zero(struct mk_vm *vm)
{
    static const uint32_t leaves[] = {2,          3,          4,          5,          7,
                                      0xa,        0xb,        0xd,        0x14,       0x17,
                                      0x40000002, 0x40000100, 0x80000005, 0x80000009, UINT32_MAX};
    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
        struct mk_cpuid a = mk_cpuid_answer(vm, leaves[i], 1);
        UNIT_CHECK((a.eax | a.ebx | a.ecx | a.edx) == 0);
    }
}

static void what_sel4_does_not_switch_is_hidden(struct mk_vm *vm)
{
    struct mk_cpuid one = mk_cpuid_answer(vm, 1, 0);
    struct mk_cpuid seven = mk_cpuid_answer(vm, 7, 0);
    struct mk_cpuid extended = mk_cpuid_answer(vm, 0x80000001, 0);
    UNIT_CHECK((one.ecx & (1u << 3 | 1u << 5 | 1u << 17 | 1u << 26 | 1u << 27 | 1u << 28)) == 0);
    UNIT_CHECK((seven.ecx | seven.edx) == 0);
    UNIT_CHECK((seven.ebx & (1u << 5 | 1u << 10 | 1u << 16)) == 0);
    UNIT_CHECK((extended.edx & 1u << 27) == 0);
}

static void linux_sees_hypervisor_bit_arat_and_tsc_deadline(struct mk_vm *vm)
{
    vm->platform->answer = (struct mk_cpuid){0, 0, 0, 0};
    UNIT_CHECK((mk_cpuid_answer(vm, 1, 0).ecx & 0x81000000) == 0x81000000);
    UNIT_CHECK(mk_cpuid_answer(vm, 6, 0).eax == 4);
    UNIT_CHECK(mk_cpuid_answer(vm, 0x15, 0).ecx == 2000000000);
    UNIT_CHECK(mk_cpuid_answer(vm, 0x16, 0).eax == 2000);
}

static void sdm3_2_2_1_efer_reserved_and_mode_bits_are_kept(struct mk_vm *vm)
{
    uint64_t efer = vm->platform->fields[MK_VMCS_GUEST_EFER];
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_EFER, efer | 0x800));
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_EFER] == (efer | 0x800));
    for (uint32_t bit = 0; bit < 64; bit++) {
        bool may = bit == 0 || bit == 11;
        UNIT_CHECK(mk_msr_write(vm, MK_MSR_EFER, efer ^ UINT64_C(1) << bit) == may);
        vm->platform->fields[MK_VMCS_GUEST_EFER] = efer;
    }
}

static void sdm3_12_12_4_pat_takes_known_types_only(struct mk_vm *vm)
{
    for (uint64_t type = 0; type < 256; type++) {
        bool may = type < 8 && type != 2 && type != 3;
        UNIT_CHECK(mk_msr_write(vm, MK_MSR_PAT, type << 56) == may);
    }
}

static void sdm2_wrmsr_of_a_noncanonical_lstar_is_refused(struct mk_vm *vm)
{
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_LSTAR, UINT64_C(0xffff800000000000)));
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_LSTAR, UINT64_C(0x00007fffffffffff)));
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_LSTAR, UINT64_C(0x0000800000000000)));
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_CSTAR, UINT64_C(0x7fff800000000000)));
    UNIT_CHECK(!mk_msr_write(vm, MK_MSR_FMASK, UINT64_C(0x100000000)));
}

static void the_vmx_msrs_are_not_the_guests(struct mk_vm *vm)
{
    uint64_t value = 1;
    for (uint32_t msr = 0x480; msr <= 0x491; msr++) {
        UNIT_CHECK(!mk_msr_read(vm, msr, &value) && value == 0);
        UNIT_CHECK(!mk_msr_write(vm, msr, 0));
    }
}

static void guest_memory_ends_where_it_ends(struct mk_vm *vm)
{
    const uint64_t size = (uint64_t)HOST_FRAMES * HOST_FRAME_BYTES;
    uint8_t bytes[4] = {1, 2, 3, 4};
    UNIT_CHECK(mk_guest_write(vm, size - 4, bytes, 4) == MK_OK);
    UNIT_CHECK(mk_guest_write(vm, size - 3, bytes, 4) == MK_BAD_RANGE);
    UNIT_CHECK(mk_guest_write(vm, size, bytes, 0) == MK_OK);
    UNIT_CHECK(mk_guest_write(vm, size, bytes, 1) == MK_BAD_RANGE);
    UNIT_CHECK(mk_guest_read(vm, UINT64_MAX - 1, bytes, 4) == MK_BAD_RANGE);
    UNIT_CHECK(mk_guest_read(vm, 0, bytes, UINT64_MAX) == MK_BAD_RANGE);
    UNIT_CHECK(bytes[0] == 1);
}

static void guest_memory_is_copied_across_frames(struct mk_vm *vm)
{
    uint8_t out[4] = {9, 8, 7, 6};
    uint8_t in[4] = {0};
    UNIT_CHECK(mk_guest_write(vm, HOST_FRAME_BYTES - 2, out, 4) == MK_OK);
    UNIT_CHECK(vm->platform->ram[0][HOST_FRAME_BYTES - 1] == 8 && vm->platform->ram[1][0] == 7);
    UNIT_CHECK(mk_guest_read(vm, HOST_FRAME_BYTES - 2, in, 4) == MK_OK);
    UNIT_CHECK(memcmp(in, out, 4) == 0);
}

static void guest_memory_that_is_not_mapped_is_refused(struct mk_vm *vm)
{
    uint8_t byte = 0;
    vm->platform->mapped[1] = false;
    UNIT_CHECK(mk_guest_read(vm, HOST_FRAME_BYTES, &byte, 1) == MK_BAD_RANGE);
    UNIT_CHECK(mk_guest_write(vm, HOST_FRAME_BYTES, &byte, 1) == MK_BAD_RANGE);
}

static void sdm3_4_5_identity_map_is_present_and_large(struct mk_vm *vm)
{
    uint64_t entry[3];
    mk_guest_read(vm, 0x1000, &entry[0], 8);
    mk_guest_read(vm, 0x2000, &entry[1], 8);
    mk_guest_read(vm, 0x3008, &entry[2], 8);
    UNIT_CHECK(entry[0] == 0x2003 && entry[1] == 0x3003 && entry[2] == 0x200083);
}

static void a_complete_processor_is_accepted(struct mk_vm *vm)
{
    UNIT_CHECK(mk_cpu_check(vm));
    UNIT_CHECK(vm->platform->console_length == 0);
}

static void a_kernel_without_apicv_is_a_notice(struct mk_vm *vm)
{
    vm->platform->denied[0x2012] = true;
    UNIT_CHECK(mk_cpu_check(vm));
    UNIT_CHECK(unit_console_has(vm, "notice: the kernel has no way to use APICv"));
}

static void each_missing_feature_is_named(struct mk_vm *vm)
{
    vm->platform->allowed[MK_VMCS_SECONDARY_CONTROLS] = 0;
    vm->platform->allowed[MK_VMCS_PIN_CONTROLS] = 0x3f;
    UNIT_CHECK(!mk_cpu_check(vm));
    UNIT_CHECK(unit_console_has(vm, "lacks EPT\n"));
    UNIT_CHECK(unit_console_has(vm, "lacks unrestricted guest\n"));
    UNIT_CHECK(unit_console_has(vm, "lacks VPID\n"));
    UNIT_CHECK(unit_console_has(vm, "lacks APICv: APIC-register virtualisation\n"));
    UNIT_CHECK(unit_console_has(vm, "lacks APICv: virtual-interrupt delivery\n"));
    UNIT_CHECK(unit_console_has(vm, "lacks preemption timer\n"));
    UNIT_CHECK(!unit_console_has(vm, "lacks 64-bit guests"));
}

static void req_201_a_passed_through_device_needs_vtd(struct mk_vm *vm)
{
    static const struct mk_io_space space = {.name = "nic", .host = {.bus = 3}};
    static struct mk_vm_config config;
    config = *vm->config;
    vm->config = &config;
    UNIT_CHECK(mk_cpu_check(vm) && !mk_platform_iommu(vm->platform));
    config.io_spaces = &space;
    config.io_space_count = 1;
    UNIT_CHECK(!mk_cpu_check(vm));
    UNIT_CHECK(strcmp(vm->platform->console,
                      "makatea: unit refused: a device is passed through, and this machine lacks "
                      "VT-d, or the kernel does not use it\n") == 0);
    vm->platform->iommu = true;
    vm->platform->console_length = 0;
    UNIT_CHECK(mk_cpu_check(vm) && vm->platform->console_length == 0);
}

static void without_vtx_nothing_else_is_asked(struct mk_vm *vm)
{
    vm->platform->leaves[0] = 1;
    vm->platform->answers[0] = (struct mk_cpuid){0, 0, 0, 0};
    UNIT_CHECK(!mk_cpu_check(vm));
    UNIT_CHECK(
        strcmp(vm->platform->console, "makatea: unit refused: this processor lacks VT-x\n") == 0);
}

static void the_check_leaves_controls_as_they_were(struct mk_vm *vm)
{
    uint64_t before = vm->platform->fields[MK_VMCS_SECONDARY_CONTROLS];
    mk_cpu_check(vm);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_SECONDARY_CONTROLS] == before);
}

static void numbers_are_written_in_full(struct mk_vm *vm)
{
    mk_text_decimal(&vm->console, UINT64_MAX);
    mk_text_string(&vm->console, " ");
    mk_text_hex(&vm->console, UINT64_MAX);
    mk_text_string(&vm->console, " ");
    mk_text_pair(&vm->console, "zero", 0);
    UNIT_CHECK(strcmp(vm->platform->console, "18446744073709551615 0xffffffffffffffff zero=0x0 ") ==
               0);
}

const struct unit_test unit_tables[] = {
    UNIT_TEST(unknown_cpuid_leaves_are_zero),
    UNIT_TEST(what_sel4_does_not_switch_is_hidden),
    UNIT_TEST(linux_sees_hypervisor_bit_arat_and_tsc_deadline),
    UNIT_TEST(sdm3_2_2_1_efer_reserved_and_mode_bits_are_kept),
    UNIT_TEST(sdm3_12_12_4_pat_takes_known_types_only),
    UNIT_TEST(sdm2_wrmsr_of_a_noncanonical_lstar_is_refused),
    UNIT_TEST(the_vmx_msrs_are_not_the_guests),
    UNIT_TEST(guest_memory_ends_where_it_ends),
    UNIT_TEST(guest_memory_is_copied_across_frames),
    UNIT_TEST(guest_memory_that_is_not_mapped_is_refused),
    UNIT_TEST(sdm3_4_5_identity_map_is_present_and_large),
    UNIT_TEST(a_complete_processor_is_accepted),
    UNIT_TEST(a_kernel_without_apicv_is_a_notice),
    UNIT_TEST(each_missing_feature_is_named),
    UNIT_TEST(req_201_a_passed_through_device_needs_vtd),
    UNIT_TEST(without_vtx_nothing_else_is_asked),
    UNIT_TEST(the_check_leaves_controls_as_they_were),
    UNIT_TEST(numbers_are_written_in_full),
    {NULL, NULL},
};

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of exits. Each is named after what it shows.
 */
#include <string.h>

#include "makatea/emulate.h"
#include "makatea/guest_memory.h"
#include "unit.h"

/** An exit: its reason, the length of its instruction, further members. */
#define EXIT(number, bytes, ...)                                                                   \
    (struct mk_exit)                                                                               \
    {                                                                                              \
        .kind = MK_RETURN_EXIT, .reason = (number), .rip = 0x2000, .length = (bytes),              \
        .rflags = 0x202, __VA_ARGS__                                                               \
    }

/** I/O qualification: size, direction, port (SDM 3, table 28-5). */
#define IO_OUT(port, bytes) ((uint64_t)(port) << 16 | ((bytes)-1))
/** The same for IN. */
#define IO_IN(port, bytes) (IO_OUT(port, bytes) | 8)

static void sdm2_cpuid_goes_on_behind_the_instruction(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_CPUID, 2, .registers = {[MK_RAX] = 0x40000000});
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.rip == 0x2002);
    UNIT_CHECK(vm->platform->registers[MK_RBX] == 0x4b4d564b);
}

static void sdm2_cpuid_clears_upper_halves(struct mk_vm *vm)
{
    struct mk_exit e =
        EXIT(MK_EXIT_CPUID, 2,
             .registers = {[MK_RAX] = UINT64_C(0xffffffff00005555), [MK_RDX] = UINT64_MAX});
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->registers[MK_RAX] == 0 && vm->registers[MK_RDX] == 0);
}

static void sdm2_hlt_waits_until_the_deadline(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_HLT, 1, .gpa = 0);
    unit_deadline(vm, 5000);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->halted);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->alarm == 5000 && vm->platform->waits == 1);
    UNIT_CHECK(vm->platform->entries == 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->entries == 2);
    UNIT_CHECK(vm->platform->last_entry.event == (MK_EVENT_VALID | UNIT_TIMER));
    UNIT_CHECK(vm->platform->last_entry.rip == 0x2001);
}

static void the_wait_of_a_halted_guest_is_not_the_monitors_time(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_HLT, 1, .gpa = 0);
    vm->platform->now = 1000;
    vm->platform->entry_ticks = 300;
    unit_deadline(vm, 5000);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->entered == 1000 && vm->guest_ticks == 300 && vm->halted_ticks == 0);
    mk_vm_step(vm);
    UNIT_CHECK(vm->guest_ticks == 300 && vm->halted_ticks == 3700);
    mk_vm_step(vm);
    UNIT_CHECK(vm->entered == 1000 && vm->guest_ticks == 600 && vm->halted_ticks == 3700);
}

static void sdm2_hlt_with_interrupts_off_ends_the_vm(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_HLT, 1, .gpa = 0);
    e.rflags = 2;
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->end == MK_END_CRASH);
    UNIT_CHECK(unit_console_has(vm, "halted with interrupts off"));
}

static void sdm3_sti_shadow_ends_with_the_emulated_instruction(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_HLT, 1, .interruptibility = MK_BLOCKED_BY_STI);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_INTERRUPTIBILITY] == 0);
}

static void sdm3_triple_fault_stops_with_a_report(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_TRIPLE_FAULT, 2, .registers = {[MK_R8] = 0x8888});
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->end == MK_END_CRASH);
    UNIT_CHECK(unit_console_has(vm, "unit stopped: triple fault"));
    UNIT_CHECK(unit_console_has(vm, "r8=0x8888"));
    UNIT_CHECK(unit_console_has(vm, "exits by reason: 2:1"));
}

static void the_report_has_each_reason_and_where_time_went(struct mk_vm *vm)
{
    struct mk_exit e[] = {EXIT(MK_EXIT_CPUID, 2, .registers = {0}),
                          EXIT(MK_EXIT_CPUID, 2, .registers = {0}),
                          EXIT(MK_EXIT_TRIPLE_FAULT, 2, .registers = {0})};
    unit_script(vm, e, 3);
    vm->entered = vm->platform->now - 1000;
    vm->guest_ticks = 600;
    vm->halted_ticks = 300;
    vm->exit_ticks[MK_EXIT_CPUID] = 77;
    mk_vm_report(vm);
    UNIT_CHECK(unit_console_has(vm, "makatea: unit: ticks 1000 100 300\n"));
    UNIT_CHECK(unit_console_has(vm, "makatea: unit: exits CPUID 2 77\n"));
    UNIT_CHECK(unit_console_has(vm, "makatea: unit: exits triple-fault 1 "));
    UNIT_CHECK(!unit_console_has(vm, "exits HLT"));
}

static void every_reason_without_handler_stops_the_vm(struct mk_vm *vm)
{
    static const uint32_t handled[] = {7,  8,  10, 12, 13, 15, 18, 19, 20, 21, 22, 23, 24, 25,
                                       26, 27, 28, 29, 30, 31, 32, 36, 39, 50, 52, 53, 54, 55};
    for (uint32_t reason = 0; reason < 80; reason++) {
        bool wanted = true;
        for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++) {
            wanted = wanted && handled[i] != reason;
        }
        struct mk_exit e = EXIT(reason, 2, .qualification = IO_OUT(0x80, 1));
        vm->end = MK_END_NOT;
        vm->event = 0;
        vm->halted = false;
        mk_exit_dispatch(vm, &e);
        UNIT_CHECK((vm->end == MK_END_CRASH) == wanted);
    }
}

static void a_reason_of_32_bits_is_not_an_index(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(UINT32_C(0x80000021), 0, .gpa = 0);
    mk_exit_dispatch(vm, &e);
    UNIT_CHECK(vm->end == MK_END_CRASH);
    UNIT_CHECK(unit_console_has(vm, "unknown reason"));
}

static void a_failed_entry_stops_the_vm(struct mk_vm *vm)
{
    struct mk_exit e = {.kind = MK_RETURN_FAILED, .reason = UINT32_MAX};
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->end == MK_END_CRASH);
    UNIT_CHECK(unit_console_has(vm, "refused the entry"));
}

static void sdm3_table_28_5_out_to_com1_is_printed(struct mk_vm *vm)
{
    struct mk_exit e =
        EXIT(MK_EXIT_IO, 2, .qualification = IO_OUT(0x3f8, 1), .registers = {[MK_RAX] = 0x1141});
    unit_script(vm, &e, 1);
    UNIT_CHECK(strcmp(vm->platform->console, "A") == 0);
    UNIT_CHECK(vm->rip == 0x2002);
}

static void sdm3_table_28_5_in_changes_only_its_size(struct mk_vm *vm)
{
    static const uint64_t want[] = {0, UINT64_C(0x11223344556677ff), UINT64_C(0x112233445566ffff),
                                    0, UINT64_C(0xffffffff)};
    for (uint32_t bytes = 1; bytes <= 4; bytes *= 2) {
        struct mk_exit e = EXIT(MK_EXIT_IO, 2, .qualification = IO_IN(0x123, bytes),
                                .registers = {[MK_RAX] = UINT64_C(0x1122334455667788)});
        vm->platform->entries = 0;
        unit_script(vm, &e, 1);
        UNIT_CHECK(vm->registers[MK_RAX] == want[bytes]);
    }
}

static void tl16c550_line_status_says_idle(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_IO, 2, .qualification = IO_IN(0x3fd, 1));
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->registers[MK_RAX] == 0x60);
}

static void sdm2_outs_is_emulated(struct mk_vm *vm)
{
    const uint8_t code[] = {0xf3, 0x6e}; /* rep outsb */
    struct mk_exit e = EXIT(MK_EXIT_IO, 2, .qualification = IO_OUT(0x3f8, 1) | 0x30, .cr3 = 0x1000,
                            .registers = {[MK_RCX] = 3, [MK_RDX] = 0x3f8, [MK_RSI] = 0x9000});
    UNIT_CHECK(mk_guest_write(vm, 0x8000, code, sizeof(code)) == MK_OK);
    UNIT_CHECK(mk_guest_write(vm, 0x9000, "abc", 3) == MK_OK);
    e.rip = 0x8000;
    unit_script(vm, &e, 1);
    UNIT_CHECK(unit_console_has(vm, "abc") && vm->rip == 0x8002);
    UNIT_CHECK(vm->registers[MK_RCX] == 0 && vm->registers[MK_RSI] == 0x9003);
}

static void an_instruction_that_is_not_emulated_stops_the_vm_and_is_shown(struct mk_vm *vm)
{
    const uint8_t code[] = {0xc5, 0xf8, 0x28, 0x00}; /* vmovaps xmm0, [rax] */
    struct mk_exit e = EXIT(MK_EXIT_EPT_VIOLATION, 0, .cr3 = 0x1000, .gpa = 0xfec00000,
                            .registers = {[MK_RAX] = 0xfec00000});
    e.rip = 0x8000;
    UNIT_CHECK(mk_guest_write(vm, 0x8000, code, sizeof(code)) == MK_OK);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->end == MK_END_CRASH && unit_console_has(vm, "0xc5 0xf8"));
}

static void sdm2_mov_reads_a_device_in_memory(struct mk_vm *vm)
{
    const uint8_t code[] = {0x8b, 0x18}; /* mov ebx, [rax] */
    struct mk_exit e = EXIT(MK_EXIT_EPT_VIOLATION, 0, .cr3 = 0x1000, .gpa = 0xfee00030,
                            .registers = {[MK_RAX] = 0xfee00030});
    e.rip = 0x8000;
    UNIT_CHECK(mk_guest_write(vm, 0x8000, code, sizeof(code)) == MK_OK);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->rip == 0x8002 && (vm->registers[MK_RBX] & 0xff) == 0x14);
}

/** Each field is an invocation of the kernel: what has no meaning in 64-bit mode is not read. */
static void sdm3_3_2_4_an_access_in_64_bit_mode_reads_eight_fields(struct mk_vm *vm)
{
    const uint8_t code[] = {0x65, 0x8b, 0x18}; /* mov ebx, gs:[rax] */
    struct mk_exit e = EXIT(MK_EXIT_EPT_VIOLATION, 0, .cr3 = 0x1000, .gpa = 0xfee00030,
                            .registers = {[MK_RAX] = 0x30});
    e.rip = 0x8000;
    vm->platform->fields[MK_VMCS_GUEST_ES_BASE + 2 * MK_GS] = 0xfee00000;
    vm->platform->fields[MK_VMCS_GUEST_ES_BASE + 2 * MK_CS] = 0x123000;
    vm->platform->fields[MK_VMCS_GUEST_ES_LIMIT + 2 * MK_GS] = 0;
    UNIT_CHECK(mk_guest_write(vm, 0x8000, code, sizeof(code)) == MK_OK);
    uint32_t before = vm->platform->vmcs_reads;
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->rip == 0x8003 && (vm->registers[MK_RBX] & 0xff) == 0x14);
    /* and what the exit interrupted */
    UNIT_CHECK(vm->platform->vmcs_reads == before + 8 + 1);
}

/** In 32-bit code bases and limits count. */
static void sdm3_5_3_an_access_in_32_bit_code_has_base_and_limit(struct mk_vm *vm)
{
    const uint8_t code[] = {0x8b, 0x18}; /* mov ebx, [eax] */
    struct mk_exit e = EXIT(MK_EXIT_EPT_VIOLATION, 0, .cr3 = 0x1000, .gpa = 0xfee00030,
                            .registers = {[MK_RAX] = 0x30});
    const uint32_t flat = 0xc09b; /* 32 bits, code, readable; the limit is in pages */
    e.rip = 0x7000;
    vm->platform->fields[MK_VMCS_GUEST_ES_RIGHTS + 2 * MK_CS] = flat;
    vm->platform->fields[MK_VMCS_GUEST_ES_BASE + 2 * MK_CS] = 0x1000;
    vm->platform->fields[MK_VMCS_GUEST_ES_LIMIT + 2 * MK_CS] = 0xffff;
    vm->platform->fields[MK_VMCS_GUEST_ES_RIGHTS + 2 * MK_DS] = 0xc093;
    vm->platform->fields[MK_VMCS_GUEST_ES_BASE + 2 * MK_DS] = 0xfee00000;
    vm->platform->fields[MK_VMCS_GUEST_ES_LIMIT + 2 * MK_DS] = 0x33;
    UNIT_CHECK(mk_guest_write(vm, 0x8000, code, sizeof(code)) == MK_OK);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->rip == 0x7002 && (vm->registers[MK_RBX] & 0xff) == 0x14);
    vm->platform->fields[MK_VMCS_GUEST_ES_LIMIT + 2 * MK_DS] = 0x32;
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event ==
               (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | MK_VECTOR_GP));
}

static void an_event_that_is_delivered_to_a_device_stops_the_vm(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_EPT_VIOLATION, 0, .gpa = 0xfec00000);
    vm->platform->fields[MK_VMCS_IDT_VECTORING] = MK_EVENT_VALID | 0x40;
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->end == MK_END_CRASH && unit_console_has(vm, "no memory"));
}

static void an_io_size_that_does_not_exist_stops_the_vm(struct mk_vm *vm)
{
    for (uint64_t size = 0; size < 8; size++) {
        struct mk_exit e = EXIT(MK_EXIT_IO, 2, .qualification = UINT64_C(0x1230008) | size);
        vm->end = MK_END_NOT;
        mk_exit_dispatch(vm, &e);
        UNIT_CHECK((vm->end == MK_END_CRASH) == (size != 0 && size != 1 && size != 3));
    }
}

static void sdm3_26_1_2_vmx_instructions_give_ud(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_VMCALL, 3, .gpa = 0);
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event == (MK_EVENT_VALID | MK_EVENT_EXCEPTION | 6));
    UNIT_CHECK(vm->platform->last_entry.rip == 0x2000);
}

static void sdm2_xsetbv_is_undefined_where_cpuid_shows_no_xsave(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_XSETBV, 3, .registers = {[MK_RAX] = 7});
    UNIT_CHECK((mk_cpuid_answer(vm, 1, 0).ecx >> 26 & 3) == 0); /* XSAVE, OSXSAVE */
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event == (MK_EVENT_VALID | MK_EVENT_EXCEPTION | 6));
    UNIT_CHECK(vm->platform->last_entry.rip == e.rip);
}

static void sdm2_rdmsr_of_no_register_gives_gp0(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_RDMSR, 2, .registers = {[MK_RCX] = 0x12345});
    vm->platform->fields[MK_VMCS_ENTRY_ERROR_CODE] = 99;
    unit_script(vm, &e, 1);
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->last_entry.event ==
               (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_EVENT_ERROR_CODE | 13));
    UNIT_CHECK(vm->platform->fields[MK_VMCS_ENTRY_ERROR_CODE] == 0);
}

static void sdm2_rdmsr_fills_both_halves(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(MK_EXIT_RDMSR, 2, .registers = {[MK_RCX] = MK_MSR_PAT});
    vm->platform->fields[MK_VMCS_GUEST_PAT] = UINT64_C(0x1122334455667788);
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->registers[MK_RAX] == 0x55667788 && vm->registers[MK_RDX] == 0x11223344);
}

static void sdm2_wrmsr_takes_both_halves(struct mk_vm *vm)
{
    struct mk_exit e = EXIT(
        MK_EXIT_WRMSR, 2,
        .registers = {
            [MK_RCX] = MK_MSR_TSC_DEADLINE, [MK_RAX] = UINT64_C(0xffffffff00000005), [MK_RDX] = 7});
    unit_deadline(vm, 0);
    unit_script(vm, &e, 1);
    UNIT_CHECK(mk_machine_deadline(&vm->machine) == UINT64_C(0x700000005));
}

static void registers_are_kept_over_a_notification(struct mk_vm *vm)
{
    struct mk_exit e[2] = {EXIT(MK_EXIT_PREEMPTION_TIMER, 2, .registers = {[MK_RBX] = 7}),
                           {.kind = MK_RETURN_NOTIFIED, .rip = 0x3000}};
    unit_script(vm, e, 2);
    uint32_t before = vm->platform->registers_set;
    mk_vm_step(vm);
    UNIT_CHECK(vm->platform->registers_set == before);
    UNIT_CHECK(vm->platform->last_entry.rip == 0x3000);
}

const struct unit_test unit_exits[] = {
    UNIT_TEST(sdm2_cpuid_goes_on_behind_the_instruction),
    UNIT_TEST(sdm2_cpuid_clears_upper_halves),
    UNIT_TEST(sdm2_hlt_waits_until_the_deadline),
    UNIT_TEST(the_wait_of_a_halted_guest_is_not_the_monitors_time),
    UNIT_TEST(sdm2_hlt_with_interrupts_off_ends_the_vm),
    UNIT_TEST(sdm3_sti_shadow_ends_with_the_emulated_instruction),
    UNIT_TEST(sdm3_triple_fault_stops_with_a_report),
    UNIT_TEST(the_report_has_each_reason_and_where_time_went),
    UNIT_TEST(every_reason_without_handler_stops_the_vm),
    UNIT_TEST(a_reason_of_32_bits_is_not_an_index),
    UNIT_TEST(a_failed_entry_stops_the_vm),
    UNIT_TEST(sdm3_table_28_5_out_to_com1_is_printed),
    UNIT_TEST(sdm3_table_28_5_in_changes_only_its_size),
    UNIT_TEST(tl16c550_line_status_says_idle),
    UNIT_TEST(sdm2_outs_is_emulated),
    UNIT_TEST(an_instruction_that_is_not_emulated_stops_the_vm_and_is_shown),
    UNIT_TEST(sdm2_mov_reads_a_device_in_memory),
    UNIT_TEST(sdm3_3_2_4_an_access_in_64_bit_mode_reads_eight_fields),
    UNIT_TEST(sdm3_5_3_an_access_in_32_bit_code_has_base_and_limit),
    UNIT_TEST(an_event_that_is_delivered_to_a_device_stops_the_vm),
    UNIT_TEST(an_io_size_that_does_not_exist_stops_the_vm),
    UNIT_TEST(sdm3_26_1_2_vmx_instructions_give_ud),
    UNIT_TEST(sdm2_xsetbv_is_undefined_where_cpuid_shows_no_xsave),
    UNIT_TEST(sdm2_rdmsr_of_no_register_gives_gp0),
    UNIT_TEST(sdm2_rdmsr_fills_both_halves),
    UNIT_TEST(sdm2_wrmsr_takes_both_halves),
    UNIT_TEST(registers_are_kept_over_a_notification),
    {NULL, NULL},
};

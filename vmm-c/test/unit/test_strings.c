/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of string instructions, with ports and their permissions.
 */
#include <string.h>

#include "makatea/emulate.h"
#include "platform/host/host_cpu.h"
#include "unit.h"

/** Where the tests put the TSS: linear and physical. */
#define TSS 0x8000
/** Offset of the I/O permission map in it. */
#define MAP 0x68

/** The processor of the tests; too big for a stack. */
static struct host_cpu h;

/** Resets, with data below RSI, room below RDI, and a count. */
static void with_count(uint64_t count)
{
    host_cpu_reset(&h);
    h.cpu.gpr[MK_GPR_RSI] = HOST_CPU_DATA;
    h.cpu.gpr[MK_GPR_RDI] = HOST_CPU_DATA + 0x1000;
    h.cpu.gpr[MK_GPR_RCX] = count;
    h.cpu.gpr[MK_GPR_RDX] = 0x1f0;
    memcpy(h.ram + HOST_CPU_DATA, "makatea", 8);
}

static void rep_movs_copies_from_a_device(struct mk_vm *vm)
{
    (void)vm;
    with_count(3);
    h.cpu.gpr[MK_GPR_RSI] = HOST_CPU_DEVICE;
    h.device_value = 0x01020304;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xa5") == MK_EMULATED && h.accesses == 3);
    UNIT_CHECK(h.log[2].address == HOST_CPU_DEVICE_GPA + 8 && h.log[2].bytes == 4);
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_DATA + 0x1008, 4) == 0x01020304);
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 0 && h.cpu.gpr[MK_GPR_RDI] == HOST_CPU_DATA + 0x100c);
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RSI] == HOST_CPU_DEVICE + 12 && h.cpu.rip == HOST_CPU_CODE + 2);
}

static void strings_go_down_with_df_and_obey_address_size(struct mk_vm *vm)
{
    (void)vm;
    with_count(UINT64_C(0xffffffff00000002));
    h.cpu.rflags |= MK_CPU_FLAG_DF;
    h.cpu.gpr[MK_GPR_RDI] |= UINT64_C(0xff) << 32;
    h.cpu.gpr[MK_GPR_RAX] = 0x41;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\x67\xaa") == MK_EMULATED && h.ram_writes == 2);
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 0 && h.cpu.gpr[MK_GPR_RDI] == HOST_CPU_DATA + 0xffe);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xac") == MK_EMULATED); /* lodsb, no REP */
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RAX] == 'm' && h.cpu.gpr[MK_GPR_RSI] == HOST_CPU_DATA - 1);
}

static void compares_end_as_their_prefix_says(struct mk_vm *vm)
{
    (void)vm;
    with_count(10);
    memcpy(h.ram + HOST_CPU_DATA + 0x1000, "makaPea", 8);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xa6") == MK_EMULATED); /* repe cmpsb */
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 5 && (h.cpu.rflags & MK_CPU_FLAG_ZF) == 0);
    with_count(10);
    h.cpu.gpr[MK_GPR_RDI] = HOST_CPU_DATA;
    h.cpu.gpr[MK_GPR_RAX] = 't';
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf2\xae") == MK_EMULATED); /* repne scasb */
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 5 && (h.cpu.rflags & MK_CPU_FLAG_ZF) != 0);
}

static void work_of_one_call_is_bounded_and_goes_on(struct mk_vm *vm)
{
    (void)vm;
    with_count(MK_EMULATE_ROUNDS + 6);
    h.cpu.gpr[MK_GPR_RDI] = HOST_CPU_DEVICE;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xab") == MK_EMULATE_AGAIN);
    UNIT_CHECK(h.accesses == MK_EMULATE_ROUNDS && h.cpu.gpr[MK_GPR_RCX] == 6);
    UNIT_CHECK(h.cpu.rip == HOST_CPU_CODE);
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RDI] == HOST_CPU_DEVICE + 4 * MK_EMULATE_ROUNDS);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xab") == MK_EMULATED && h.cpu.gpr[MK_GPR_RCX] == 0);
    UNIT_CHECK(h.accesses == MK_EMULATE_ROUNDS + 6);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xab") == MK_EMULATED);
    UNIT_CHECK(h.accesses == MK_EMULATE_ROUNDS + 6);
}

static void a_fault_in_the_middle_keeps_finished_rounds(struct mk_vm *vm)
{
    (void)vm;
    with_count(5);
    h.cpu.gpr[MK_GPR_RDI] = HOST_CPU_RAM - 8;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xab") == MK_EMULATE_FAULT);
    UNIT_CHECK(h.fault.vector == MK_EXCEPTION_PF && h.fault.address == HOST_CPU_RAM);
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 3 && h.cpu.gpr[MK_GPR_RDI] == HOST_CPU_RAM);
    UNIT_CHECK(h.cpu.rip == HOST_CPU_CODE && h.ram_writes == 2 && !h.fault.is_single_step);
}

static void sdm3_18_3_1_4_single_step_ends_each_round(struct mk_vm *vm)
{
    (void)vm;
    with_count(2);
    h.cpu.rflags |= MK_CPU_FLAG_TF;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xab") == MK_EMULATE_AGAIN && h.fault.is_single_step);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\xab") == MK_EMULATED && h.fault.is_single_step);
}

static void ins_and_outs_move_between_port_and_memory(struct mk_vm *vm)
{
    (void)vm;
    with_count(2);
    h.device_value = 0xffffaabb;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\x66\x6d") == MK_EMULATED && h.accesses == 2);
    UNIT_CHECK(h.log[1].is_port && h.log[1].address == 0x1f0 && h.log[1].bytes == 2);
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_DATA + 0x1000, 8) == 0xaabbaabb);
    with_count(4);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\x6e") == MK_EMULATED && h.accesses == 4);
    UNIT_CHECK(h.log[2].is_write && h.log[2].value == 'k' && h.log[2].bytes == 1);
    with_count(1);
    host_cpu_poke(&h, HOST_CPU_PT + 5 * 8, 0, 8); /* the page is checked before the port is read */
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6d") == MK_EMULATE_FAULT && h.accesses == 0);
}

/** User mode without I/O privilege, and a TSS whose map allows all ports but one. */
static void as_user(uint16_t denied)
{
    with_count(1);
    h.cpu.cpl = 3;
    h.is_steady = true;
    h.cpu.tr.limit = MAP + 0x2000;
    host_cpu_poke(&h, TSS + 102, MAP, 2);
    memset(h.ram + TSS + MAP, 0, 0x2001);
    h.ram[TSS + MAP + denied / 8] = (uint8_t)(1 << (denied & 7));
}

/** Whether the last run was refused with nothing done. */
static bool refused(enum mk_emulate_result result)
{
    return result == MK_EMULATE_FAULT && h.fault.vector == MK_EXCEPTION_GP && h.fault.code == 0 &&
           h.accesses == 0 && h.cpu.gpr[MK_GPR_RCX] == 1;
}

static void cve_2010_0298_user_mode_has_no_ports_by_changing_the_instruction(struct mk_vm *vm)
{
    (void)vm;
    as_user(0x1f0);
    h.cpu.tr.limit = 0x67; /* no map */
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\xf3\x6d")));
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\xf3\x6e")));
    h.cpu.rflags |= MK_CPU_FLAG_IOPL;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf3\x6d") == MK_EMULATED && h.accesses == 1);
}

static void cve_2010_0306_iopl_and_permission_map_are_checked(struct mk_vm *vm)
{
    (void)vm;
    as_user(0x1f1);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6c") == MK_EMULATED && h.accesses == 1);
    as_user(0x1f1);
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x66\x6d"))); /* two ports */
    as_user(0x1f3);
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x6f")));
    as_user(0x1f8);
    h.cpu.gpr[MK_GPR_RDX] = 0x1f7; /* in two bytes of the map */
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x66\x6f")));
    as_user(0);
    h.cpu.gpr[MK_GPR_RDX] = 0xffff;
    h.cpu.tr.limit--; /* the map's last byte is missing */
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x6c")));
    as_user(0);
    h.cpu.tr.rights = 0x83; /* a 16-bit TSS has no map */
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x6c")));
    as_user(0);
    h.cpu.tr.base = UINT64_C(0x7fffffffff90);
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x6c")) || h.fault.vector == MK_EXCEPTION_PF);
    UNIT_CHECK(h.accesses == 0);
    as_user(0);
    h.cpu.rflags |= MK_CPU_FLAG_IOPL | MK_CPU_FLAG_VM; /* virtual-8086: IOPL does not help */
    h.ram[TSS + MAP + 0x1f0 / 8] = 1;
    UNIT_CHECK(refused(HOST_CPU_RUN(&h, "\x6c")));
}

static void cve_2010_0419_memory_is_reached_with_the_rights_of_the_privilege_level(struct mk_vm *vm)
{
    (void)vm;
    as_user(0);
    host_cpu_poke(&h, HOST_CPU_PT + 5 * 8, 0x5003, 8); /* a page of the kernel */
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6c") == MK_EMULATE_FAULT);
    UNIT_CHECK(h.fault.vector == MK_EXCEPTION_PF && h.fault.code == 7 && h.accesses == 0);
    as_user(0);
    host_cpu_poke(&h, HOST_CPU_PT + TSS / 0x1000 * 8, TSS | 3, 8); /* the processor's own read */
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6c") == MK_EMULATED && h.accesses == 1);
    as_user(0);
    host_cpu_poke(&h, HOST_CPU_PT + HOST_CPU_CODE / 0x1000 * 8, HOST_CPU_CODE | 3, 8);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6c") == MK_EMULATE_FAULT && h.fault.code == 0x15);
}

static void tss_of_compatibility_mode_is_above_4_gib(struct mk_vm *vm)
{
    (void)vm;
    as_user(0);
    h.cpu.segment[MK_CS].rights = 0xc0fb;
    h.cpu.tr.base = (UINT64_C(1) << 39) + TSS;
    host_cpu_poke(&h, HOST_CPU_TABLES + 8, host_cpu_peek(&h, HOST_CPU_TABLES, 8), 8);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6c") == MK_EMULATED && h.accesses == 1);
    h.cpu.tr.base = UINT64_C(3) << 39;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x6c") == MK_EMULATE_FAULT);
    UNIT_CHECK(h.fault.vector == MK_EXCEPTION_PF && h.fault.code == 0);
}

const struct unit_test unit_strings[] = {
    UNIT_TEST(rep_movs_copies_from_a_device),
    UNIT_TEST(strings_go_down_with_df_and_obey_address_size),
    UNIT_TEST(compares_end_as_their_prefix_says),
    UNIT_TEST(work_of_one_call_is_bounded_and_goes_on),
    UNIT_TEST(a_fault_in_the_middle_keeps_finished_rounds),
    UNIT_TEST(sdm3_18_3_1_4_single_step_ends_each_round),
    UNIT_TEST(ins_and_outs_move_between_port_and_memory),
    UNIT_TEST(cve_2010_0298_user_mode_has_no_ports_by_changing_the_instruction),
    UNIT_TEST(cve_2010_0306_iopl_and_permission_map_are_checked),
    UNIT_TEST(cve_2010_0419_memory_is_reached_with_the_rights_of_the_privilege_level),
    UNIT_TEST(tss_of_compatibility_mode_is_above_4_gib),
    {NULL, NULL}};

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of instruction emulation: operands, flags, segments, faults. That results and flags are a
 * processor's is shown by test/decode/native.c; here it is about what the guest must not get.
 */
#include "makatea/emulate.h"

#include <string.h>

#include "platform/host/host_cpu.h"
#include "unit.h"

/** The processor of the tests; too big for a stack. */
static struct host_cpu h;

/** Resets and points RBX to the device. */
static void at_device(void)
{
    host_cpu_reset(&h);
    h.cpu.gpr[MK_GPR_RBX] = HOST_CPU_DEVICE;
}

/** Whether the last run gave a fault, and nothing happened. */
static bool faulted(uint8_t vector, uint32_t code)
{
    return h.fault.vector == vector && h.fault.code == code && h.accesses == 0 &&
           h.ram_writes == 0 && h.cpu.rip == HOST_CPU_CODE;
}

/** Whether an access was made. */
static bool accessed(uint32_t number, uint64_t offset, uint32_t bytes, bool is_write,
                     uint64_t value)
{
    const struct host_cpu_access *a = &h.log[number];
    return number < h.accesses && a->address == HOST_CPU_DEVICE_GPA + offset && a->bytes == bytes &&
           a->is_write == is_write && !a->is_port && a->value == value;
}

static void mov_reads_and_writes_a_device_in_its_size(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    h.device_value = UINT64_C(0xfedcba9876543210);
    h.cpu.gpr[MK_GPR_RAX] = UINT64_MAX;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x8b\x43\x20") == MK_EMULATED);
    UNIT_CHECK(accessed(0, 0x20, 4, false, 0) && h.cpu.gpr[MK_GPR_RAX] == 0x76543210);
    UNIT_CHECK(h.cpu.rip == HOST_CPU_CODE + 3 && h.seen.length == 3);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xc7\x43\x30\x78\x56\x34\x12") == MK_EMULATED);
    UNIT_CHECK(accessed(1, 0x30, 4, true, 0x12345678) && h.accesses == 2);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x48\x89\x03") == MK_EMULATED);
    UNIT_CHECK(accessed(2, 0, 8, true, 0x76543210));
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x0f\xbe\x43\x01") == MK_EMULATED);
    UNIT_CHECK(accessed(3, 1, 1, false, 0) && h.cpu.gpr[MK_GPR_RAX] == 0x10);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x88\x23") == MK_EMULATED && accessed(4, 0, 1, true, 0));
}

static void read_modify_write_reads_once_and_writes_once(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    h.device_value = 0x0f;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf0\x81\x0b\xf0\x00\x00\x00") == MK_EMULATED); /* lock or */
    UNIT_CHECK(accessed(0, 0, 4, false, 0) && accessed(1, 0, 4, true, 0xff) && h.accesses == 2);
    h.cpu.gpr[MK_GPR_RCX] = 0x55;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x87\x0b") == MK_EMULATED); /* xchg */
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 0x0f && accessed(3, 0, 4, true, 0x55));
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xf7\x03\x10\x00\x00\x00") == MK_EMULATED); /* test */
    UNIT_CHECK(h.accesses == 5 && (h.cpu.rflags & MK_CPU_FLAG_ZF) != 0);
    h.cpu.rflags |= MK_CPU_FLAG_CF;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\xff\x03") == MK_EMULATED); /* inc keeps CF */
    UNIT_CHECK(accessed(6, 0, 4, true, 0x10) && (h.cpu.rflags & MK_CPU_FLAG_CF) != 0);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x66\xff\x0b") == MK_EMULATED); /* dec */
    UNIT_CHECK(accessed(8, 0, 2, true, 0x0e));
}

static void a_store_does_not_read_the_device(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATED);
    UNIT_CHECK(h.accesses == 1 && h.log[0].is_write);
}

static void a_guest_byte_is_read_once_per_operation(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    h.cpu.gpr[MK_GPR_RBX] = HOST_CPU_DATA;
    host_cpu_poke(&h, HOST_CPU_DATA, 0x1234, 4);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x83\x03\x01") == MK_EMULATED);
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_DATA, 4) == 0x1235);
    /* Every byte of the instruction changed when it was fetched; the first value is what counts. */
    UNIT_CHECK(h.ram[HOST_CPU_CODE] == 0x7c && h.seen.bytes[0] == 0x83 && h.seen.length == 3);
    UNIT_CHECK(h.ram[HOST_CPU_CODE + 14] == 0xf0 && h.ram[HOST_CPU_CODE + 15] == 0x0f);
}

static void sdm2_2_3_11_more_than_15_bytes_are_a_general_protection_fault(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x89\x03") ==
               MK_EMULATED);
    at_device();
    UNIT_CHECK(
        HOST_CPU_RUN(&h, "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x89\x03") ==
            MK_EMULATE_FAULT &&
        faulted(MK_EXCEPTION_GP, 0));
}

static void an_instruction_across_pages_is_fetched_from_both(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    h.cpu.rip = 0x2ffe;
    memcpy(h.ram + 0x2ffe, "\x8b\x43\x20", 3);
    UNIT_CHECK(mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen) == MK_EMULATED);
    UNIT_CHECK(h.cpu.rip == 0x3001 && accessed(0, 0x20, 4, false, 0));
    at_device();
    h.cpu.rip = 0x2ffe;
    memcpy(h.ram + 0x2ffe, "\x8b\x43\x20", 3);
    host_cpu_poke(&h, HOST_CPU_PT + 3 * 8, 0, 8);
    UNIT_CHECK(mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen) == MK_EMULATE_FAULT);
    UNIT_CHECK(h.fault.vector == MK_EXCEPTION_PF && h.fault.address == 0x3000 && h.accesses == 0);
    /* What ends before the page does not need the next one. */
    at_device();
    h.cpu.rip = 0x2ffe;
    memcpy(h.ram + 0x2ffe, "\x8b\x03", 2);
    host_cpu_poke(&h, HOST_CPU_PT + 3 * 8, 0, 8);
    UNIT_CHECK(mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen) == MK_EMULATED && h.accesses == 1);
}

static void an_operand_across_pages_is_checked_in_both_before_it_is_written(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    h.cpu.gpr[MK_GPR_RBX] = 0x4ffe;
    h.cpu.gpr[MK_GPR_RAX] = 0x44332211;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATED);
    UNIT_CHECK(host_cpu_peek(&h, 0x4ffe, 4) == 0x44332211);
    host_cpu_poke(&h, HOST_CPU_PT + 4 * 8, 0x4007, 8);
    host_cpu_poke(&h, HOST_CPU_PT + 5 * 8, 0x5001, 8);
    h.ram_writes = 0;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_PF, 3));
    UNIT_CHECK(h.fault.address == 0x5000);
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_PT + 4 * 8, 8) == 0x4007); /* nor is it dirty */
}

static void an_operand_across_memory_and_device_is_bytes_to_the_device(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    host_cpu_poke(&h, HOST_CPU_PT + (HOST_CPU_DEVICE / 0x1000 - 1) * 8, 0x6007, 8);
    h.cpu.gpr[MK_GPR_RBX] = HOST_CPU_DEVICE - 2;
    h.cpu.gpr[MK_GPR_RAX] = 0x44332211;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATED);
    UNIT_CHECK(host_cpu_peek(&h, 0x6ffe, 2) == 0x2211 && h.accesses == 2);
    UNIT_CHECK(accessed(0, 0, 1, true, 0x33) && accessed(1, 1, 1, true, 0x44));
    h.device_value = 0xaa;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x8b\x0b") == MK_EMULATED);
    UNIT_CHECK(h.cpu.gpr[MK_GPR_RCX] == 0xaaaa2211);
}

static void sdm3_5_3_1_addresses_that_are_not_canonical_fault(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    h.cpu.gpr[MK_GPR_RBX] = UINT64_C(0x800000000000);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_GP, 0));
    h.cpu.gpr[MK_GPR_RBX] = UINT64_C(0x7ffffffffffe);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_GP, 0));
    h.cpu.gpr[MK_GPR_RBP] = UINT64_C(0x800000000000);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x45\x00") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_SS, 0));
    h.cpu.rip = UINT64_C(0x800000000000);
    UNIT_CHECK(mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen) == MK_EMULATE_FAULT);
    UNIT_CHECK(h.fault.vector == MK_EXCEPTION_GP && h.fault.has_code && h.seen.fetched == 0);
}

static void sdm3_5_3_1_only_fs_and_gs_have_a_base_in_64_bit_mode(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    for (uint32_t i = 0; i < MK_SEGMENTS; i++) {
        h.cpu.segment[i].base = 0x10;
    }
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x65\x8b\x03") == MK_EMULATED && accessed(0, 0x10, 4, false, 0));
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x2e\x8b\x03") == MK_EMULATED && accessed(1, 0, 4, false, 0));
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x64\x8b\x03") == MK_EMULATED && accessed(2, 0x10, 4, false, 0));
}

static void sdm3_5_3_limits_and_types_hold_in_protected_mode(struct mk_vm *vm)
{
    static const struct {
        uint32_t limit, rights;
        bool may_read, may_write;
    } rows[] = {
        {0x4003, 0x4093, true, true},       {0x4002, 0x4093, false, false},
        {UINT32_MAX, 0x4091, true, false}, /* read-only */
        {UINT32_MAX, 0x409b, true, false}, /* code, readable */
        {UINT32_MAX, 0x4099, false, false}, {UINT32_MAX, 0x10000, false, false},
        {0x3fff, 0x4097, true, true}, /* expands down */
        {0x4000, 0x4097, false, false},
    };
    (void)vm;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int write = 0; write < 2; write++) {
            host_cpu_flat(&h);
            h.cpu.segment[MK_DS] = (struct mk_segment){0, rows[i].limit, rows[i].rights};
            h.cpu.gpr[MK_GPR_RBX] = HOST_CPU_DATA;
            bool may = write == 1 ? rows[i].may_write : rows[i].may_read;
            enum mk_emulate_result result =
                host_cpu_run(&h, write == 1 ? "\x89\x03" : "\x8b\x03", 2);
            UNIT_CHECK(result == (may ? MK_EMULATED : MK_EMULATE_FAULT));
            UNIT_CHECK(may || (faulted(MK_EXCEPTION_GP, 0) && h.fault.has_code));
        }
    }
    host_cpu_flat(&h);
    h.cpu.segment[MK_SS].limit = 0xfff;
    h.cpu.gpr[MK_GPR_RBP] = HOST_CPU_DATA;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x45\x00") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_SS, 0));
}

static void sdm3_21_1_real_mode_has_bases_limits_and_no_error_codes(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_real(&h);
    h.cpu.segment[MK_DS].base = 0x3000;
    h.cpu.gpr[MK_GPR_RBX] = 0x0ff0;
    h.cpu.gpr[MK_GPR_RSI] = UINT64_C(0xffff0010); /* [BX+SI]: 16 bits count */
    h.cpu.gpr[MK_GPR_RAX] = 0x1234;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x00") == MK_EMULATED);
    UNIT_CHECK(host_cpu_peek(&h, 0x4000, 4) == 0x1234 && h.seen.bytes_of_operand == 2);
    h.ram_writes = 0;
    h.cpu.gpr[MK_GPR_RBX] = 0xffff;
    h.cpu.gpr[MK_GPR_RSI] = 0;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x00") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_GP, 0));
    UNIT_CHECK(!h.fault.has_code);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x2e\xa2\x00\x50") == MK_EMULATED); /* CS is writable here */
    UNIT_CHECK(host_cpu_peek(&h, 0x5000, 1) == 0x34);
    h.cpu.segment[MK_CS].limit = HOST_CPU_CODE;
    h.cpu.rip = HOST_CPU_CODE;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x00") == MK_EMULATE_FAULT);
    h.cpu.rip = 0x10000;
    UNIT_CHECK(mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen) == MK_EMULATE_FAULT);
    UNIT_CHECK(h.fault.vector == MK_EXCEPTION_GP && h.seen.fetched == 0);
}

static void sdm3_6_15_alignment_check_in_user_mode_only(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    h.cpu.gpr[MK_GPR_RBX]++;
    h.cpu.cr0 |= MK_CPU_CR0_AM;
    h.cpu.rflags |= MK_CPU_FLAG_AC;
    h.cpu.cpl = 3;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATE_FAULT && faulted(MK_EXCEPTION_AC, 0));
    h.cpu.cpl = 0;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATED && accessed(0, 1, 4, true, 0));
}

static void lock_where_it_is_not_allowed_is_an_invalid_opcode(struct mk_vm *vm)
{
    static const char *const codes[] = {"\xf0\x89\x03", "\xf0\x39\x03", "\xf0\x03\x03",
                                        "\xf0\x01\xc3", "\xf0\x84\x03", "\xf0\xa5\x90"};
    (void)vm;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        at_device();
        UNIT_CHECK(host_cpu_run(&h, codes[i], 3) == MK_EMULATE_FAULT);
        UNIT_CHECK(faulted(MK_EXCEPTION_UD, 0) && !h.fault.has_code);
    }
}

static void what_is_not_emulated_is_unknown_with_its_bytes(struct mk_vm *vm)
{
    static const char *const codes[] = {"\x0f\xa2\x00", "\xf3\x89\x03", "\xc6\x0b\x00",
                                        "\x0f\x0b\x00", "\x82\x03\x00", "\x62\x00\x00"};
    (void)vm;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        at_device();
        struct mk_cpu before = h.cpu;
        UNIT_CHECK(host_cpu_run(&h, codes[i], 3) == MK_EMULATE_UNKNOWN);
        UNIT_CHECK(memcmp(&before, &h.cpu, sizeof(before)) == 0 && h.accesses == 0);
        UNIT_CHECK(h.seen.fetched == 15 && memcmp(h.seen.bytes, codes[i], 3) == 0);
    }
    host_cpu_flat(&h);
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x63\x03") == MK_EMULATE_UNKNOWN); /* ARPL */
    at_device();
    h.cpu.rip = HOST_CPU_DEVICE;
    UNIT_CHECK(mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen) == MK_EMULATE_UNKNOWN);
    UNIT_CHECK(h.accesses == 0);
}

static void tables_outside_of_memory_are_unknown(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x1008, HOST_CPU_DEVICE_GPA | 7, 8);
    h.cpu.gpr[MK_GPR_RBX] = 0x40000000;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATE_UNKNOWN && h.accesses == 0);
}

static void single_step_and_resume_flag(struct mk_vm *vm)
{
    (void)vm;
    at_device();
    h.cpu.rflags |= MK_CPU_FLAG_TF | MK_CPU_FLAG_RF;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATED && h.fault.is_single_step);
    UNIT_CHECK((h.cpu.rflags & (MK_CPU_FLAG_TF | MK_CPU_FLAG_RF)) == MK_CPU_FLAG_TF);
    h.cpu.rflags &= ~(uint64_t)MK_CPU_FLAG_TF;
    UNIT_CHECK(HOST_CPU_RUN(&h, "\x89\x03") == MK_EMULATED && !h.fault.is_single_step);
}

const struct unit_test unit_emulate[] = {
    UNIT_TEST(mov_reads_and_writes_a_device_in_its_size),
    UNIT_TEST(read_modify_write_reads_once_and_writes_once),
    UNIT_TEST(a_store_does_not_read_the_device),
    UNIT_TEST(a_guest_byte_is_read_once_per_operation),
    UNIT_TEST(sdm2_2_3_11_more_than_15_bytes_are_a_general_protection_fault),
    UNIT_TEST(an_instruction_across_pages_is_fetched_from_both),
    UNIT_TEST(an_operand_across_pages_is_checked_in_both_before_it_is_written),
    UNIT_TEST(an_operand_across_memory_and_device_is_bytes_to_the_device),
    UNIT_TEST(sdm3_5_3_1_addresses_that_are_not_canonical_fault),
    UNIT_TEST(sdm3_5_3_1_only_fs_and_gs_have_a_base_in_64_bit_mode),
    UNIT_TEST(sdm3_5_3_limits_and_types_hold_in_protected_mode),
    UNIT_TEST(sdm3_21_1_real_mode_has_bases_limits_and_no_error_codes),
    UNIT_TEST(sdm3_6_15_alignment_check_in_user_mode_only),
    UNIT_TEST(lock_where_it_is_not_allowed_is_an_invalid_opcode),
    UNIT_TEST(what_is_not_emulated_is_unknown_with_its_bytes),
    UNIT_TEST(tables_outside_of_memory_are_unknown),
    UNIT_TEST(single_step_and_resume_flag),
    {NULL, NULL}};

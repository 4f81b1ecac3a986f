/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests that each operation reads a byte of guest memory once: what was read is changed at once, so
 * a second look would see something else.
 */
#include <string.h>

#include "makatea/boot.h"
#include "makatea/guest_memory.h"
#include "reads.h"
#include "unit.h"

/** Where code is. */
#define CODE 0x8000
/** Where data is. */
#define DATA 0x9000

/** Lets an exit come from code that is put into memory. */
static void run(struct mk_vm *vm, struct mk_exit *e, const char *code, uint32_t bytes,
                struct reads *reads)
{
    UNIT_CHECK(mk_guest_write(vm, CODE, code, bytes) == MK_OK);
    e->kind = MK_RETURN_EXIT;
    e->rip = CODE;
    e->rflags = 2;
    e->cr3 = READS_TABLES;
    reads_watch(vm, reads);
    unit_script(vm, e, 1);
    reads_watch(NULL, NULL);
}

/** How often a byte was read. */
static uint32_t times(const struct reads *reads, uint64_t gpa)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < reads->count && i < READS_LOG; i++) {
        count += gpa >= reads->log[i].gpa && gpa - reads->log[i].gpa < reads->log[i].bytes;
    }
    return count;
}

static void an_instruction_at_a_device_is_fetched_once(struct mk_vm *vm)
{
    struct reads reads;
    struct mk_exit e = {
        .reason = MK_EXIT_EPT_VIOLATION, .gpa = 0xfee00030, .registers = {[MK_RAX] = 0xfee00030}};
    run(vm, &e, "\x8b\x18", 2, &reads); /* mov ebx, [rax] */
    UNIT_CHECK(vm->rip == CODE + 2 && (vm->registers[MK_RBX] & 0xff) == 0x14);
    UNIT_CHECK(times(&reads, CODE) == 1 && times(&reads, CODE + 1) == 1);
    /* one look at the root for the code and one for the operand */
    UNIT_CHECK(times(&reads, READS_TABLES) == 2 && reads.count == 3 + 1 + 3);
    UNIT_CHECK(vm->platform->ram[0][CODE] == (0x8b ^ 0xff));
}

static void memory_that_goes_to_a_port_is_read_once(struct mk_vm *vm)
{
    struct reads reads;
    struct mk_exit e = {.reason = MK_EXIT_IO,
                        .length = 2,
                        .qualification = UINT64_C(0x3f8) << 16 | 0x30,
                        .registers = {[MK_RCX] = 3, [MK_RDX] = 0x3f8, [MK_RSI] = DATA}};
    UNIT_CHECK(mk_guest_write(vm, DATA, "abc", 3) == MK_OK);
    run(vm, &e, "\xf3\x6e", 2, &reads); /* rep outsb */
    UNIT_CHECK(strcmp(vm->platform->console, "abc") == 0);
    UNIT_CHECK(times(&reads, DATA) == 1 && times(&reads, DATA + 2) == 1);
    UNIT_CHECK(vm->platform->ram[0][DATA] == ('a' ^ 0xff));
}

static void sdm3_4_4_1_pae_pointers_that_are_loaded_are_those_that_were_judged(struct mk_vm *vm)
{
    const uint64_t entries[4] = {0x5001, 0x6001, 0, 0x8001}; /* turned round: reserved bits */
    struct reads reads;
    struct mk_exit e = {.kind = MK_RETURN_EXIT,
                        .reason = MK_EXIT_CR_ACCESS,
                        .length = 3,
                        .rip = CODE,
                        .registers = {[MK_RAX] = 0x80000031}};
    UNIT_CHECK(mk_guest_write(vm, DATA, entries, sizeof(entries)) == MK_OK);
    vm->platform->fields[MK_VMCS_GUEST_CR0] = 0x31;
    vm->platform->fields[MK_VMCS_GUEST_CR3] = DATA;
    vm->platform->fields[MK_VMCS_GUEST_CR4] = MK_CR4_PAE;
    vm->platform->fields[MK_VMCS_GUEST_EFER] = 0;
    reads_watch(vm, &reads);
    unit_script(vm, &e, 1);
    reads_watch(NULL, NULL);
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_PDPTE0 + 2 * i] == entries[i]);
    }
    UNIT_CHECK(vm->event == 0 && reads.count == 1 && times(&reads, DATA) == 1);
}

static void kvm_clock_and_start_never_read_what_they_write(struct mk_vm *vm)
{
    struct reads reads;
    reads_watch(vm, &reads);
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_KVM_SYSTEM_TIME, DATA | 1));
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_KVM_WALL_CLOCK, DATA));
    UNIT_CHECK(mk_vm_start(vm, CODE) == MK_OK);
    UNIT_CHECK(mk_boot_load(vm) != NULL); /* there is no image */
    reads_watch(NULL, NULL);
    UNIT_CHECK(reads.count == 0);
}

const struct unit_test unit_reads[] = {
    UNIT_TEST(an_instruction_at_a_device_is_fetched_once),
    UNIT_TEST(memory_that_goes_to_a_port_is_read_once),
    UNIT_TEST(sdm3_4_4_1_pae_pointers_that_are_loaded_are_those_that_were_judged),
    UNIT_TEST(kvm_clock_and_start_never_read_what_they_write),
    {NULL, NULL},
};

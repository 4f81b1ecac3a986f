/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the page walk.
 */
#include "makatea/walk.h"
#include "platform/host/host_cpu.h"
#include "unit.h"

/** Present, writable, user, accessed, dirty, large. */
#define P 0x1
#define W 0x2
#define U 0x4
#define A 0x20
#define D 0x40
#define PS 0x80
/** Bits of the error code. */
#define CODE_RSVD 0x8
#define CODE_FETCH 0x10

/** The processor of the tests; too big for a stack. */
static struct host_cpu h;
/** Last walk. */
static struct mk_walk walk;
/** Last fault. */
static struct mk_fault fault;

static enum mk_walk_result go(uint64_t linear, uint32_t access)
{
    return mk_walk(&h.cpu, &h.ops, linear, access, &walk, &fault);
}

/** Whether a walk gives a page fault with a code. */
static bool faults(uint64_t linear, uint32_t access, uint32_t code)
{
    return go(linear, access) == MK_WALK_FAULT && fault.vector == MK_EXCEPTION_PF &&
           fault.has_code && fault.code == code && fault.address == linear;
}

/** Sets an entry of the table that maps the lowest 2 MiB. */
static void set_page(uint64_t linear, uint64_t entry)
{
    host_cpu_poke(&h, HOST_CPU_PT + (linear >> 12) * 8, entry, 8);
}

static void sdm3_4_5_four_levels_give_the_address_and_owe_flags(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    UNIT_CHECK(go(0x4123, MK_ACCESS_READ) == MK_WALK_GOOD && walk.gpa == 0x4123);
    UNIT_CHECK(walk.updates == 4);
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_PT + 4 * 8, 8) == (0x4000 | P | W | U));
    UNIT_CHECK(mk_walk_commit(&h.ops, &walk));
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_PT + 4 * 8, 8) == (0x4000 | P | W | U | A));
    UNIT_CHECK(go(0x4123, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.updates == 1);
    UNIT_CHECK(mk_walk_commit(&h.ops, &walk));
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_PT + 4 * 8, 8) == (0x4000 | P | W | U | A | D));
    UNIT_CHECK((host_cpu_peek(&h, HOST_CPU_TABLES, 8) & D) == 0);
    UNIT_CHECK(go(0x4123, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.updates == 0);
}

static void sdm3_4_5_large_pages_of_2_mib_and_1_gib(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x2008, 0x40000000 | P | W | PS, 8);
    UNIT_CHECK(go(0x212345, MK_ACCESS_READ) == MK_WALK_GOOD && walk.gpa == 0x40012345);
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x1008, 0x80000000 | P | W | PS, 8);
    UNIT_CHECK(go(0x40212345, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.gpa == 0x80212345);
    UNIT_CHECK(walk.updates == 2 && (walk.update[1].value & (A | D)) == (A | D));
}

static void sdm3_4_7_reserved_bits_fault_with_rsvd(struct mk_vm *vm)
{
    static const struct {
        uint64_t table, entry, linear;
    } rows[] = {
        {HOST_CPU_PT + 32, UINT64_C(1) << 39 | P, 0x4000},                  /* MAXPHYADDR */
        {HOST_CPU_TABLES + 0x2008, UINT64_C(1) << 13 | P | PS, 0x200000},   /* 2 MiB */
        {HOST_CPU_TABLES + 0x1008, UINT64_C(1) << 29 | P | PS, 0x40000000}, /* 1 GiB */
        {HOST_CPU_TABLES + 8, P | PS, UINT64_C(1) << 39},                   /* PML4E */
    };
    (void)vm;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        host_cpu_reset(&h);
        host_cpu_poke(&h, rows[i].table, rows[i].entry, 8);
        UNIT_CHECK(faults(rows[i].linear, MK_ACCESS_READ, P | CODE_RSVD));
    }
    host_cpu_reset(&h);
    h.cpu.efer = MK_CPU_EFER_LMA;
    set_page(0x4000, UINT64_C(1) << 63 | 0x4000 | P);
    UNIT_CHECK(faults(0x4000, MK_ACCESS_READ, P | CODE_RSVD));
    h.cpu.physical_bits = 52;
    set_page(0x4000, UINT64_C(1) << 51 | P);
    UNIT_CHECK(go(0x4000, MK_ACCESS_READ) == MK_WALK_GOOD && walk.gpa == UINT64_C(1) << 51);
}

static void sdm3_4_7_not_present_says_who_and_what(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    UNIT_CHECK(faults(0x50000, MK_ACCESS_READ, 0));
    UNIT_CHECK(faults(0x50000, MK_ACCESS_WRITE, W));
    UNIT_CHECK(faults(0x50000, MK_ACCESS_FETCH, CODE_FETCH));
    h.cpu.cpl = 3;
    UNIT_CHECK(faults(0x50000, MK_ACCESS_WRITE, W | U));
    UNIT_CHECK(faults(0x50000, MK_ACCESS_READ | MK_ACCESS_IMPLICIT, 0));
    h.cpu.efer = MK_CPU_EFER_LMA;
    UNIT_CHECK(faults(0x50000, MK_ACCESS_FETCH, U));
    h.cpu.cr4 |= MK_CPU_CR4_SMEP;
    UNIT_CHECK(faults(0x50000, MK_ACCESS_FETCH, U | CODE_FETCH));
}

static void sdm3_4_6_1_user_needs_user_pages_in_all_tables(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    h.cpu.cpl = 3;
    UNIT_CHECK(go(0x4000, MK_ACCESS_WRITE) == MK_WALK_GOOD);
    set_page(0x4000, 0x4000 | P | U);
    UNIT_CHECK(faults(0x4000, MK_ACCESS_WRITE, P | W | U));
    set_page(0x4000, 0x4000 | P | W);
    UNIT_CHECK(faults(0x4000, MK_ACCESS_READ, P | U));
    UNIT_CHECK(faults(0x4000, MK_ACCESS_FETCH, P | U | CODE_FETCH));
    UNIT_CHECK(go(0x4000, MK_ACCESS_READ | MK_ACCESS_IMPLICIT) == MK_WALK_GOOD);
    set_page(0x4000, 0x4000 | P | W | U);
    host_cpu_poke(&h, HOST_CPU_TABLES, (HOST_CPU_TABLES + 0x1000) | P | W, 8);
    UNIT_CHECK(faults(0x4000, MK_ACCESS_READ, P | U));
}

static void sdm3_4_6_1_write_protection_nx_smep_and_smap(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    set_page(0x4000, 0x4000 | P);
    UNIT_CHECK(faults(0x4000, MK_ACCESS_WRITE, P | W));
    h.cpu.cr0 &= ~(uint64_t)MK_CPU_CR0_WP;
    UNIT_CHECK(go(0x4000, MK_ACCESS_WRITE) == MK_WALK_GOOD);
    set_page(0x4000, UINT64_C(1) << 63 | 0x4000 | P | W | U);
    UNIT_CHECK(go(0x4000, MK_ACCESS_READ) == MK_WALK_GOOD);
    UNIT_CHECK(faults(0x4000, MK_ACCESS_FETCH, P | CODE_FETCH));
    h.cpu.cr4 |= MK_CPU_CR4_SMEP;
    UNIT_CHECK(faults(0x5000, MK_ACCESS_FETCH, P | CODE_FETCH));
    UNIT_CHECK(go(0x5000, MK_ACCESS_READ) == MK_WALK_GOOD);
    h.cpu.cr4 |= MK_CPU_CR4_SMAP;
    UNIT_CHECK(faults(0x5000, MK_ACCESS_READ, P));
    h.cpu.rflags |= MK_CPU_FLAG_AC;
    UNIT_CHECK(go(0x5000, MK_ACCESS_WRITE) == MK_WALK_GOOD);
    UNIT_CHECK(faults(0x5000, MK_ACCESS_READ | MK_ACCESS_IMPLICIT, P));
}

static void sdm3_4_3_paging_of_32_bits_with_4_mib_pages_and_pse_36(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_flat(&h);
    UNIT_CHECK(go(0xfee00123, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.gpa == 0xfee00123);
    UNIT_CHECK(walk.updates == 0 && mk_walk_commit(&h.ops, &walk));
    h.cpu.cr0 |= MK_CPU_CR0_PG;
    host_cpu_poke(&h, HOST_CPU_TABLES, (HOST_CPU_TABLES + 0x1000) | P | W | PS, 4);
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x1000 + 5 * 4, 0x9000 | P | W, 4);
    host_cpu_poke(&h, HOST_CPU_TABLES + 4, (1U << 13) | 0xc00000 | P | W | PS, 4);
    UNIT_CHECK(go(0x5678, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.gpa == 0x9678);
    UNIT_CHECK(walk.entry_bytes == 4 && walk.updates == 2 && mk_walk_commit(&h.ops, &walk));
    UNIT_CHECK(host_cpu_peek(&h, HOST_CPU_TABLES + 0x1014, 8) == (0x9000 | P | W | A | D));
    UNIT_CHECK(go(0x5678, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.updates == 0);
    h.cpu.cr4 = MK_CPU_CR4_PSE;
    UNIT_CHECK(go(0x412345, MK_ACCESS_READ) == MK_WALK_GOOD && walk.gpa == 0x100c12345);
    h.cpu.physical_bits = 32;
    UNIT_CHECK(faults(0x412345, MK_ACCESS_READ, P | CODE_RSVD));
    h.cpu.physical_bits = 36;
    UNIT_CHECK(go(0x412345, MK_ACCESS_READ) == MK_WALK_GOOD);
    host_cpu_poke(&h, HOST_CPU_TABLES + 4, (1U << 21) | 0xc00000 | P | W | PS, 4);
    UNIT_CHECK(faults(0x412345, MK_ACCESS_READ, P | CODE_RSVD));
}

static void sdm3_4_4_pae_has_four_top_entries_without_rights(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_flat(&h);
    h.cpu.cr0 |= MK_CPU_CR0_PG;
    h.cpu.cr4 = MK_CPU_CR4_PAE;
    h.cpu.efer = MK_CPU_EFER_NXE;
    h.cpu.cpl = 3;
    h.cpu.cr3 = HOST_CPU_TABLES + 0x20; /* a multiple of 32 is enough */
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x20 + 3 * 8, (HOST_CPU_TABLES + 0x1000) | P, 8);
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x1000, (HOST_CPU_TABLES + 0x3000) | P | W | U, 8);
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x1008, 0x600000 | P | W | U | PS, 8);
    UNIT_CHECK(go(0xc0004567, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.gpa == 0x4567);
    UNIT_CHECK(walk.updates == 2 && walk.entry_bytes == 8);
    UNIT_CHECK(go(0xc0212345, MK_ACCESS_WRITE) == MK_WALK_GOOD && walk.gpa == 0x612345);
    UNIT_CHECK(faults(0x80000000, MK_ACCESS_READ, U));
    host_cpu_poke(&h, HOST_CPU_TABLES + 0x1008, UINT64_C(1) << 52 | 0x600000 | P | PS, 8);
    UNIT_CHECK(faults(0xc0212345, MK_ACCESS_READ, P | U | CODE_RSVD));
}

static void walk_refuses_tables_that_are_not_memory_and_five_levels(struct mk_vm *vm)
{
    (void)vm;
    host_cpu_reset(&h);
    h.cpu.cr3 = HOST_CPU_DEVICE_GPA;
    UNIT_CHECK(go(0, MK_ACCESS_READ) == MK_WALK_BROKEN);
    host_cpu_reset(&h);
    h.cpu.cr4 |= MK_CPU_CR4_LA57;
    UNIT_CHECK(go(0, MK_ACCESS_READ) == MK_WALK_BROKEN);
    walk = (struct mk_walk){0, 8, 1, {{HOST_CPU_DEVICE_GPA, 0}}};
    UNIT_CHECK(!mk_walk_commit(&h.ops, &walk));
    UNIT_CHECK(h.accesses == 0);
}

const struct unit_test unit_walk[] = {
    UNIT_TEST(sdm3_4_5_four_levels_give_the_address_and_owe_flags),
    UNIT_TEST(sdm3_4_5_large_pages_of_2_mib_and_1_gib),
    UNIT_TEST(sdm3_4_7_reserved_bits_fault_with_rsvd),
    UNIT_TEST(sdm3_4_7_not_present_says_who_and_what),
    UNIT_TEST(sdm3_4_6_1_user_needs_user_pages_in_all_tables),
    UNIT_TEST(sdm3_4_6_1_write_protection_nx_smep_and_smap),
    UNIT_TEST(sdm3_4_3_paging_of_32_bits_with_4_mib_pages_and_pse_36),
    UNIT_TEST(sdm3_4_4_pae_has_four_top_entries_without_rights),
    UNIT_TEST(walk_refuses_tables_that_are_not_memory_and_five_levels),
    {NULL, NULL}};

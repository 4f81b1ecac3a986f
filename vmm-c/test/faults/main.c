/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Two monitors in one image of the bench, whose guests take one page fault after the other, each at
 * addresses of its own. seL4 does not switch CR2 (docs/security.md), and neither does the bench: a
 * guest that is left between a page fault and the read of CR2 finds the other one's address there.
 */
#include "bench.h"
#include "bench_programs.h"
#include "makatea/guest_memory.h"
#include "platform/sel4/platform.h"
#include "platform/sel4/root.h"

/** Programs, each with a guest. */
#define GUESTS 2
/** Where a guest is loaded, and starts. */
#define GUEST_ENTRY UINT64_C(0x10000)
/** Where its page tables are. */
#define GUEST_TABLES UINT64_C(0x1000)
/** Page faults that it takes. */
#define FAULTS UINT64_C(400000)
/** Memory of each program. */
#define MEMORY (UINT64_C(32) << 20)
/** Where the first program sees its guest's memory, and how far on the second does. */
#define WINDOW UINT64_C(0x8000000000)

/** The guest. */
extern const uint8_t mk_faults_guest[];
/** Its end. */
extern const uint8_t mk_faults_guest_end[];

/** Memory of a VM. */
static const struct mk_ram_bank bank = {.gpa = 0, .first_frame = 0, .frames = 1};
/** Its plan. */
static const struct mk_vm_config config = {.name = "faults",
                                           .ram_banks = &bank,
                                           .ram_bank_count = 1,
                                           .boot = {.page_table_gpa = GUEST_TABLES}};
/** Storage of the first VM: a local APIC is all that stands in memory. */
MK_STORAGE(first_storage, 0, 0, 0, 1, 0, 0);
/** Storage of the second VM. */
MK_STORAGE(second_storage, 0, 0, 0, 1, 0, 0);
/** The VMs, larger than a stack. */
static struct mk_vm vms[GUESTS];

/**
 * Drops a character.
 * @param context not used
 * @param byte not used
 */
static void drop(void *context, char byte)
{
    (void)context;
    (void)byte;
}

/**
 * Runs a guest and prints what it counted.
 * @param vm the VM
 * @param program number of the program
 */
static void run(struct mk_vm *vm, size_t program)
{
    if (!mk_cpu_check(vm) || mk_vm_start(vm, GUEST_ENTRY) != MK_OK ||
        mk_guest_write(vm, GUEST_ENTRY, mk_faults_guest,
                       (uint64_t)(mk_faults_guest_end - mk_faults_guest)) != MK_OK) {
        bench_say("faults: did not start ", program);
        return;
    }
    vm->registers[MK_R8] = (program + 1) << 40;
    vm->registers[MK_RSI] = FAULTS;
    mk_vm_run(vm);
    bench_lock();
    bench_say("faults: taken ", vm->registers[MK_RBX]);
    bench_say("faults: with another address in CR2 ", vm->registers[MK_R8 + 5]);
    bench_say("faults: turns ", vm->turn.given);
    bench_unlock();
}

size_t bench_program_count(void)
{
    return GUESTS;
}

uint64_t bench_program_memory(size_t program)
{
    (void)program;
    return MEMORY;
}

uint8_t bench_program_priority(size_t program)
{
    (void)program;
    return 0;
}

void bench_program_run(size_t program, const seL4_BootInfo *info)
{
    seL4_CPtr untyped = info->untyped.end - 1;
    struct mk_platform p = mk_root_platform(info);
    p.untyped = &untyped;
    p.untyped_count = 1;
    p.tsc_hz = 50000000;
    p.window = WINDOW * (program + 1);
    struct mk_vm *vm = &vms[program];
    vm->platform = &p;
    vm->config = &config;
    vm->storage = program == 0 ? &first_storage : &second_storage;
    vm->console = (struct mk_text){.put = drop, .context = vm};
    if (mk_sel4_make_frames(&p, 1) != MK_OK || mk_sel4_start(&p) != MK_OK) {
        bench_say("faults: no memory ", program);
        return;
    }
    run(vm, program);
}

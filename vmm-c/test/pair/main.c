/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Two monitors in one image of the bench: the first is test/hlt with its sleeping guest, the second
 * has a guest that never sleeps. They share a processor in turns. The second monitor has
 * no console; it leaves its outcome with the bench.
 */
#include "bench.h"
#include "bench_programs.h"
#include "makatea/guest_memory.h"
#include "platform/sel4/platform.h"
#include "platform/sel4/root.h"
#include "platform/sel4/seal.h"

/** Where the guest is loaded, and starts. */
#define GUEST_ENTRY UINT64_C(0x10000)
/** Where its page tables are. */
#define GUEST_TABLES UINT64_C(0x1000)

/** Where the second monitor sees nothing. */
#define ELSEWHERE UINT64_C(0xa000000000)
/** Depth of a slot's address. */
#define DEPTH 64

/** Memory of each program: 16 MiB is what the first one looks for in one piece. */
#define MEMORY (UINT64_C(64) << 20)

/** The guest. */
extern const uint8_t mk_pair_guest[];
/** Its end. */
extern const uint8_t mk_pair_guest_end[];

/** Its frames of 4 KiB, as a VM with a device of the machine has them: 2 MiB. */
#define FRAMES 512

/** Memory of the second VM. */
static const struct mk_ram_bank bank = {.gpa = 0, .first_frame = 0, .frames = FRAMES};
/** Its plan. */
static const struct mk_vm_config config = {.name = "second",
                                           .ram_banks = &bank,
                                           .ram_bank_count = 1,
                                           .resources = {.memory = {.frame_bits = 12}},
                                           .boot = {.page_table_gpa = GUEST_TABLES}};
/** Its storage: a local APIC is all that stands in memory. */
MK_STORAGE(pair_storage, 0, 0, 0, 1, 0, 0);

/** An IO space, which needs an IOMMU. */
static const struct mk_io_space io_space = {.name = "device", .host = {.bus = 3}};
/** A plan with a device passed through. */
static const struct mk_vm_config passing = {
    .name = "passing", .io_spaces = &io_space, .io_space_count = 1};
/** What the monitor said about it. */
static char said[256];

/**
 * Keeps a character of it.
 * @param context how many there are
 * @param byte the character
 */
static void keep(void *context, char byte)
{
    uint32_t *count = context;
    if (*count < sizeof(said) - 1) {
        said[(*count)++] = byte;
    }
}

/**
 * Checks the machine for a VM with a device passed through, and prints what is said.
 * @param p the system below
 */
static void check_passing(struct mk_platform *p)
{
    static struct mk_vm vm; /* larger than a stack */
    uint32_t count = 0;
    vm.platform = p;
    vm.config = &passing;
    vm.console = (struct mk_text){.put = keep, .context = &count};
    bool good = mk_cpu_check(&vm);
    bench_lock();
    bench_say("\n", 0);
    bench_say(said, good);
    bench_unlock();
}

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

/** Error values of what a sealed monitor must not be able to do. */
struct sealed {
    seL4_Error retyped; /**< Of making an object. */
    seL4_Error copied;  /**< Of copying a capability. */
    seL4_Error mapped;  /**< Of mapping a frame. */
};

/**
 * Tries what a sealed monitor must not be able to do.
 * @param p the system below
 * @param untyped slot of its untyped memory
 * @param spare slot of a frame that is mapped nowhere
 * @return the error values
 */
static struct sealed try_sealed(const struct mk_platform *p, seL4_CPtr untyped, seL4_CPtr spare)
{
    return (struct sealed){
        .retyped =
            seL4_Untyped_Retype(untyped, seL4_NotificationObject, 0, p->cnode, 0, 0, p->next, 1),
        .copied =
            seL4_CNode_Copy(p->cnode, p->next, DEPTH, p->cnode, p->frames, DEPTH, seL4_AllRights),
        .mapped = seL4_X86_Page_Map(spare, p->vspace, ELSEWHERE, seL4_AllRights,
                                    seL4_X86_Default_VMAttributes),
    };
}

/**
 * Prints how the second VM ended. The first one may be in the middle of a line until then.
 * @param vm the VM
 * @param sealed what its monitor tried before
 */
static void report(const struct mk_vm *vm, const struct sealed *sealed)
{
    bench_lock();
    bench_say("\nsecond: ended with rbx ", vm->registers[MK_RBX]);
    bench_say("second: CPUID exits ", vm->exits[MK_EXIT_CPUID]);
    bench_say("second: sealed: retype ", sealed->retyped);
    bench_say("second: sealed: copy ", sealed->copied);
    bench_say("second: sealed: map ", sealed->mapped);
    bench_unlock();
}

/**
 * The second monitor.
 * @param info boot information
 */
static void second(const seL4_BootInfo *info)
{
    seL4_CPtr untyped = info->untyped.end - 1;
    struct mk_platform p = mk_root_platform(info);
    p.untyped = &untyped;
    p.untyped_count = 1;
    p.iommu = mk_sel4_iommu(info);
    p.tsc_hz = 50000000;
    p.small_frames = true;
    p.window = UINT64_C(0x9000000000);
    static struct mk_vm vm; /* larger than a stack */
    vm.platform = &p;
    vm.config = &config;
    vm.storage = &pair_storage;
    vm.console = (struct mk_text){.put = drop, .context = &vm};
    if (mk_sel4_make_frames(&p, FRAMES) != MK_OK || mk_sel4_start(&p) != MK_OK) {
        bench_say("second: no memory ", 0);
        return;
    }
    check_passing(&p);
    if (!mk_cpu_check(&vm) || mk_vm_start(&vm, GUEST_ENTRY) != MK_OK ||
        mk_guest_write(&vm, GUEST_ENTRY, mk_pair_guest,
                       (uint64_t)(mk_pair_guest_end - mk_pair_guest)) != MK_OK) {
        bench_say("second: did not start ", 0);
        return;
    }
    const struct mk_own_slots own = {
        .tcb = (uint32_t)p.tcb,
        .cnode = (uint32_t)p.cnode,
        .vspace = (uint32_t)p.vspace,
        .asid_pool = (uint32_t)p.asid_pool,
        .untyped = {(uint32_t)info->untyped.start,
                    (uint32_t)(info->untyped.end - info->untyped.start)}};
    const seL4_CPtr spare = p.next++;
    if (seL4_CNode_Copy(p.cnode, spare, DEPTH, p.cnode, p.frames, DEPTH, seL4_AllRights) !=
            seL4_NoError ||
        mk_sel4_seal(&p, &own) != MK_OK) {
        bench_say("second: could not give up its rights ", 0);
        return;
    }
    const struct sealed sealed = try_sealed(&p, untyped, spare);
    mk_vm_run(&vm);
    report(&vm, &sealed);
}

size_t bench_program_count(void)
{
    return 2;
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
    if (program == 0) {
        mk_root_main(info);
    } else {
        second(info);
    }
}

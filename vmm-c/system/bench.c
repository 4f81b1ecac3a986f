/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The system program on the bench: one VM alone with the devices, or a program for each VM and one
 * that serves them.
 */
#include "bench_programs.h"
#include "platform/sel4/root.h"
#include "system/server.h"
#include "system/system.h"

/** Memory of a program for all objects that are not frames: VCPU, tables of EPT and window. */
#define OBJECT_BYTES (UINT64_C(2) << 20)
/** Depth of a slot's address. */
#define DEPTH 64

/** What the monitors share with the server; the bench has one address space. */
static struct mk_sel4_client shared[MK_SYSTEM_VMS_MAX];

size_t bench_program_count(void)
{
    uint32_t vms = mk_system_vm_count < MK_SYSTEM_VMS_MAX ? mk_system_vm_count : MK_SYSTEM_VMS_MAX;
    return vms == 1 ? 1 : vms + 1;
}

uint64_t bench_program_memory(size_t program)
{
    if (bench_program_count() == 1) {
        return 0;
    }
    if (program + 1 == bench_program_count()) {
        return OBJECT_BYTES;
    }
    const struct mk_memory *memory = &mk_system_vms[program].config->resources.memory;
    return ((uint64_t)memory->frames.count << memory->frame_bits) + OBJECT_BYTES;
}

/**
 * Makes a capability that signals a client with a badge.
 * @param client its number
 * @param slot empty slot
 * @param badge badge
 * @return the slot
 */
static seL4_CPtr signal_to(size_t client, seL4_CPtr slot, seL4_Word badge)
{
    seL4_CNode_Mint(seL4_CapInitThreadCNode, slot, DEPTH, seL4_CapInitThreadCNode,
                    BENCH_PEER_SLOT + client, DEPTH, seL4_AllRights, badge);
    return slot;
}

/**
 * The server.
 * @param program its number, which is also the number of its clients
 * @param info boot information
 */
static void serve(size_t program, const seL4_BootInfo *info)
{
    static struct mk_server_client clients[MK_SYSTEM_VMS_MAX];
    seL4_CPtr next = info->empty.start;
    struct mk_server server = {.devices = {.notification = BENCH_PEER_SLOT + program},
                               .clients = clients,
                               .count = (uint32_t)program};
    if (mk_sel4_devices_start(&server.devices, seL4_CapInitThreadCNode, &next) != MK_OK) {
        return;
    }
    for (size_t i = 0; i < program; i++) {
        clients[i].name = mk_system_vms[i].config->name;
        clients[i].shared = &shared[i];
        clients[i].alarm = signal_to(i, next++, MK_BADGE_TIMER);
        clients[i].typed = signal_to(i, next++, MK_BADGE_CONSOLE);
    }
    mk_server_run(&server);
}

/**
 * A monitor among several.
 * @param program its number, which is also its VM's
 * @param info boot information
 */
static void monitor(size_t program, const seL4_BootInfo *info)
{
    struct mk_system_untyped list = {.count = 0};
    struct mk_platform p;
    mk_system_list_untyped(info, &list);
    enum mk_status status = mk_system_prepare(&p, info, &list, (uint32_t)program);
    p.notification = BENCH_PEER_SLOT + program;
    p.client = &shared[program];
    p.server = BENCH_PEER_SLOT + bench_program_count() - 1;
    if (seL4_TCB_BindNotification(p.tcb, p.notification) == seL4_NoError) {
        mk_sel4_time_start(&p);
        mk_system_run(&p, (uint32_t)program, status);
    }
    __atomic_store_n(&p.client->ended, true, __ATOMIC_SEQ_CST);
    seL4_Signal(p.server);
}

void bench_program_run(size_t program, const seL4_BootInfo *info)
{
    if (bench_program_count() == 1) {
        mk_root_main(info);
    } else if (program + 1 == bench_program_count()) {
        serve(program, info);
    } else {
        monitor(program, info);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A VM of the system program, from its objects to the report at its end.
 */
#include "makatea/vm.h"
#include "system/system.h"

/** Report exits by reason; set by the build. */
#ifndef MK_SYSTEM_EXITS
#define MK_SYSTEM_EXITS 0
#endif
/** Log2 of a frame's size. */
#define FRAME_BITS 21
/** Part of the address space in which one VM's memory is seen. */
#define WINDOW UINT64_C(0x8000000000)

/** The VMs. */
static struct mk_vm vms[MK_SYSTEM_VMS_MAX];

/**
 * Puts a character of the monitor on its VM's console.
 * @param context the platform
 * @param byte the character
 */
static void put(void *context, char byte)
{
    struct mk_platform *p = context;
    if (byte == '\n') {
        mk_platform_console(p, '\r');
    }
    mk_platform_console(p, (uint8_t)byte);
}

void mk_system_list_untyped(const seL4_BootInfo *info, struct mk_system_untyped *list)
{
    for (seL4_SlotPos i = 0; i < info->untyped.end - info->untyped.start; i++) {
        if (!info->untypedList[i].isDevice && list->count < MK_SYSTEM_UNTYPED_MAX) {
            list->slots[list->count++] = info->untyped.start + i;
        }
    }
}

enum mk_status mk_system_prepare(struct mk_platform *p, const seL4_BootInfo *info,
                                 const struct mk_system_untyped *list, uint32_t vm)
{
    const struct mk_vm_config *config = mk_system_vms[vm].config;
    const struct mk_memory *memory = &config->resources.memory;
    *p = (struct mk_platform){.tcb = seL4_CapInitThreadTCB,
                              .cnode = seL4_CapInitThreadCNode,
                              .vspace = seL4_CapInitThreadVSpace,
                              .asid_pool = seL4_CapInitThreadASIDPool,
                              .untyped = list->slots,
                              .untyped_count = list->count,
                              .next = info->empty.start,
                              .last = info->empty.end,
                              .window = WINDOW * (vm + 1),
                              .images = mk_system_vms[vm].images,
                              .image_count = config->image_count,
                              .iommu = mk_sel4_iommu(info)};
    if (memory->frame_bits != FRAME_BITS) {
        return MK_BAD_RANGE;
    }
    return mk_sel4_make_frames(p, memory->frames.count);
}

/**
 * Begins a line about a VM.
 * @param vm the VM
 * @param text what follows its name
 */
static void say(const struct mk_vm *vm, const char *text)
{
    mk_text_string(&vm->console, "makatea: ");
    mk_text_string(&vm->console, vm->config->name);
    mk_text_string(&vm->console, text);
}

/**
 * Reports the exits of a VM: name, number, ticks that the monitor spent on them.
 * @param vm the VM
 */
static void report_exits(const struct mk_vm *vm)
{
    for (uint32_t reason = 0; reason < MK_EXIT_REASONS; reason++) {
        if (vm->exits[reason] == 0) {
            continue;
        }
        say(vm, ": exits ");
        for (const char *name = mk_exit_name(reason); *name != '\0'; name++) {
            const char word[2] = {(char)(*name == ' ' ? '-' : *name), '\0'};
            mk_text_string(&vm->console, word);
        }
        mk_text_string(&vm->console, " ");
        mk_text_decimal(&vm->console, vm->exits[reason]);
        mk_text_string(&vm->console, " ");
        mk_text_decimal(&vm->console, vm->exit_ticks[reason]);
        mk_text_string(&vm->console, "\n");
    }
}

/**
 * Reports where a VM's time since its first entry went: all of it, what the monitor needed, and
 * what the halted guest waited.
 * @param vm the VM
 */
static void report_ticks(const struct mk_vm *vm)
{
    uint64_t all = vm->entered == 0 ? 0 : mk_platform_now(vm->platform) - vm->entered;
    say(vm, ": ticks ");
    mk_text_decimal(&vm->console, all);
    mk_text_string(&vm->console, " ");
    mk_text_decimal(&vm->console, all - vm->guest_ticks - vm->halted_ticks);
    mk_text_string(&vm->console, " ");
    mk_text_decimal(&vm->console, vm->halted_ticks);
    mk_text_string(&vm->console, "\n");
}

/**
 * Boots and runs a VM, again after each reset.
 * @param vm the VM
 * @return how it ended
 */
static const char *live(struct mk_vm *vm)
{
    if (mk_sel4_start(vm->platform) != MK_OK) {
        return "no VCPU or EPT could be made";
    }
    if (!mk_cpu_check(vm)) {
        return "refused";
    }
    do {
        vm->end = MK_END_NOT;
        if (mk_vm_boot(vm) != MK_OK) {
            return "did not boot";
        }
        mk_vm_run(vm);
        if (vm->end == MK_END_RESET) {
            say(vm, ": reset\n");
        }
    } while (vm->end == MK_END_RESET);
    return vm->end == MK_END_OFF ? "off" : "crashed";
}

void mk_system_run(struct mk_platform *p, uint32_t vm, enum mk_status prepared)
{
    struct mk_vm *v = &vms[vm];
    v->platform = p;
    v->config = mk_system_vms[vm].config;
    v->storage = mk_system_vms[vm].storage;
    v->console = (struct mk_text){.put = put, .context = p};
    const char *how = prepared == MK_OK ? live(v) : "too little memory";
    if (MK_SYSTEM_EXITS) {
        report_ticks(v);
        report_exits(v);
    }
    say(v, ": ended: ");
    mk_text_string(&v->console, how);
    mk_text_string(&v->console, "\n");
}

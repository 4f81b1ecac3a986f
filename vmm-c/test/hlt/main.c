/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A monitor as a plain root task with a small guest of its own, the same on seL4 and on the bench.
 */
#include "makatea/guest_memory.h"
#include "platform/sel4/platform.h"
#include "platform/sel4/root.h"

/** Frames of guest memory. */
#define FRAMES 4
/** Least size of untyped memory, log2: the frames, and as much again for tables. */
#define UNTYPED_BITS 24
/** Where the guest is loaded, and starts. */
#define GUEST_ENTRY UINT64_C(0x10000)
/** Where its page tables are. */
#define GUEST_TABLES UINT64_C(0x1000)
/** The guest. */
extern const uint8_t mk_hlt_guest[];
/** Its end. */
extern const uint8_t mk_hlt_guest_end[];

/** Memory. */
static const struct mk_ram_bank bank = {.gpa = 0, .first_frame = 0, .frames = FRAMES};
/** Its console. */
static const struct mk_serial serial = {.name = "com1", .first = 0x3f8, .gsi = 4, .channel = 0};
/** The plan. */
static const struct mk_vm_config config = {.name = "hlt",
                                           .paravirt = MK_PARAVIRT_KVM,
                                           .ram_banks = &bank,
                                           .ram_bank_count = 1,
                                           .serial = &serial,
                                           .serial_count = 1,
                                           .boot = {.page_table_gpa = GUEST_TABLES}};
/** Storage: a local APIC is all that stands in memory. */
MK_STORAGE(hlt_storage, 0, 0, 0, 1, 0, 0);

/**
 * Puts a character on the console.
 * @param context the VM
 * @param byte the character
 */
static void put(void *context, char byte)
{
    const struct mk_vm *vm = context;
    mk_platform_console(vm->platform, (uint8_t)byte);
}

/**
 * Finds untyped memory.
 * @param info boot information
 * @return its slot, 0 for none
 */
static seL4_CPtr find_untyped(const seL4_BootInfo *info)
{
    for (seL4_SlotPos i = 0; i < info->untyped.end - info->untyped.start; i++) {
        if (!info->untypedList[i].isDevice && info->untypedList[i].sizeBits >= UNTYPED_BITS) {
            return info->untyped.start + i;
        }
    }
    return 0;
}

/**
 * Makes frames and notification, and binds.
 * @param p the state
 * @return whether it worked
 */
static bool get_objects(struct mk_platform *p)
{
    return mk_sel4_make_frames(p, FRAMES) == MK_OK &&
           mk_sel4_make(p, seL4_NotificationObject, &p->notification) == MK_OK &&
           seL4_TCB_BindNotification(p->tcb, p->notification) == seL4_NoError;
}

void mk_root_main(const seL4_BootInfo *info)
{
    seL4_CPtr untyped = find_untyped(info);
    struct mk_sel4_devices devices = {.notification = seL4_CapNull};
    struct mk_platform p = mk_root_platform(info);
    p.untyped = &untyped;
    p.untyped_count = 1;
    p.window = UINT64_C(0x8000000000);
    p.devices = &devices;
    static struct mk_vm vm; /* larger than a stack */
    vm.platform = &p;
    vm.config = &config;
    vm.storage = &hlt_storage;
    vm.console = (struct mk_text){.put = put, .context = &vm};
    if (!get_objects(&p)) {
        return;
    }
    devices.notification = p.notification;
    if (mk_sel4_devices_start(&devices, p.cnode, &p.next) != MK_OK) {
        return;
    }
    mk_sel4_time_start(&p, MK_NONE);
    mk_text_string(&vm.console, "\nmakatea: monitor starts\n");
    if (mk_sel4_start(&p) != MK_OK) {
        mk_text_string(&vm.console, "makatea: too little memory or rights\n");
        return;
    }
    if (mk_cpu_check(&vm)) {
        enum mk_status status = mk_vm_start(&vm, GUEST_ENTRY);
        if (status == MK_OK) {
            status = mk_guest_write(&vm, GUEST_ENTRY, mk_hlt_guest,
                                    (uint64_t)(mk_hlt_guest_end - mk_hlt_guest));
        }
        if (status == MK_OK) {
            mk_vm_run(&vm);
        }
    }
    mk_text_string(&vm.console, "makatea: monitor ends\n");
}

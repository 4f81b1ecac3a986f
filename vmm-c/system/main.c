/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The system program as a plain root task with one VM, which has the machine's timer and COM1 for
 * itself. It is the same on seL4 and on the bench.
 */
#include "platform/sel4/root.h"
#include "system/system.h"

/**
 * Makes and binds the notification, and gets the devices.
 * @param p platform
 * @param devices devices
 * @return whether it worked; COM1 may, even when the rest does not
 */
static bool get_devices(struct mk_platform *p, struct mk_sel4_devices *devices)
{
    bool bound = mk_sel4_make(p, seL4_NotificationObject, &p->notification) == MK_OK &&
                 seL4_TCB_BindNotification(p->tcb, p->notification) == seL4_NoError;
    devices->notification = p->notification;
    p->devices = devices;
    return mk_sel4_devices_start(devices, p->cnode, &p->next) == MK_OK && bound;
}

/**
 * Sends a line to COM1.
 * @param devices devices
 * @param text the line
 */
static void say(struct mk_sel4_devices *devices, const char *text)
{
    for (; *text != '\0'; text++) {
        mk_sel4_uart_put(devices, (uint8_t)*text);
    }
}

void mk_root_main(const seL4_BootInfo *info)
{
    struct mk_system_untyped list = {.count = 0};
    struct mk_sel4_devices devices = {.notification = seL4_CapNull};
    struct mk_platform p;
    mk_system_list_untyped(info, &list);
    enum mk_status status = mk_system_prepare(&p, info, &list, 0);
    if (!get_devices(&p, &devices)) {
        say(&devices, "makatea: too little memory, or a right is missing\r\n");
    } else if (mk_system_vm_count != 1) {
        say(&devices, "makatea: a plain root task runs one VM\r\n");
    } else {
        mk_sel4_time_start(&p);
        mk_system_run(&p, 0, status);
    }
}

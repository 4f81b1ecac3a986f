/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Events: which one goes into the guest at the next entry.
 */
#include "makatea/vm.h"

/** Software interrupt, privileged software exception, software exception (SDM 3, table 25-17). */
#define TYPE_SOFTWARE_FIRST UINT32_C(0x400)
/** Bits of vectoring information that an entry takes over; bit 12 is undefined there. */
#define VECTORING_KEPT                                                                             \
    (MK_EVENT_VALID | MK_EVENT_ERROR_CODE | MK_EVENT_TYPE_MASK | MK_EVENT_VECTOR_MASK)

void mk_event_exception(struct mk_vm *vm, uint8_t vector, bool with_code, uint32_t code)
{
    vm->event =
        MK_EVENT_VALID | MK_EVENT_EXCEPTION | (with_code ? MK_EVENT_ERROR_CODE : 0) | vector;
    vm->error_code = code;
}

uint32_t mk_event_interrupted(uint32_t vectoring)
{
    if ((vectoring & MK_EVENT_VALID) == 0 ||
        (vectoring & MK_EVENT_TYPE_MASK) >= TYPE_SOFTWARE_FIRST) {
        return 0;
    }
    return vectoring & VECTORING_KEPT;
}

/**
 * Whether the guest takes an interrupt at once (SDM 3, 26.3.1.4 and 6.8.1).
 * @param vm the VM
 * @return whether; no, when the state is not known
 */
static bool window_open(const struct mk_vm *vm)
{
    return vm->window_known && (vm->rflags & MK_RFLAGS_IF) != 0 &&
           (vm->interruptibility & (MK_BLOCKED_BY_STI | MK_BLOCKED_BY_MOV_SS)) == 0;
}

void mk_event_choose(struct mk_vm *vm, struct mk_entry *entry)
{
    entry->event = vm->event;
    if (!vm->timer_pending) {
        return;
    }
    if (vm->event == 0 && window_open(vm)) {
        vm->timer_pending = false;
        vm->event = MK_EVENT_VALID | MK_EVENT_EXTERNAL | MK_TIMER_VECTOR;
        entry->event = vm->event;
    } else {
        entry->primary |= MK_PRIMARY_INTERRUPT_WINDOW;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Events: which one goes into the guest at the next entry.
 */
#include "makatea/vm.h"

/** Exceptions that have an error code: 8, 10 to 14, 17, 21 (SDM 3, table 6-1). */
#define WITH_ERROR_CODE UINT32_C(0x00227d00)
/** Exceptions have vectors below this. */
#define EXCEPTIONS UINT32_C(32)
/** Bits of an error code that an entry takes (SDM 3, 26.2.1.3). */
#define ERROR_CODE_MASK UINT32_C(0x7fff)
/** Bits of vectoring information that an entry takes over; bit 12 is undefined there. */
#define VECTORING_KEPT                                                                             \
    (MK_EVENT_VALID | MK_EVENT_ERROR_CODE | MK_EVENT_TYPE_MASK | MK_EVENT_VECTOR_MASK)

void mk_event_exception(struct mk_vm *vm, uint8_t vector, bool with_code, uint32_t code)
{
    vm->event =
        MK_EVENT_VALID | MK_EVENT_EXCEPTION | (with_code ? MK_EVENT_ERROR_CODE : 0) | vector;
    vm->error_code = code;
}

bool mk_event_can_be_interrupted(uint32_t reason)
{
    return reason == MK_EXIT_EXCEPTION || reason == MK_EXIT_TASK_SWITCH ||
           reason == MK_EXIT_EPT_VIOLATION || reason == MK_EXIT_EPT_MISCONFIGURED;
}

uint32_t mk_event_interrupted(uint32_t vectoring)
{
    uint32_t type = vectoring & MK_EVENT_TYPE_MASK;
    bool again = type == MK_EVENT_EXTERNAL || type == MK_EVENT_NMI || type == MK_EVENT_EXCEPTION;
    return (vectoring & MK_EVENT_VALID) != 0 && again ? vectoring & VECTORING_KEPT : 0;
}

/**
 * Makes an exception's error code bit what the processor insists on: set for the vectors that have
 * a code, but never in real mode.
 * @param vm the VM
 * @param event an exception
 * @return the event
 */
static uint32_t fix_error_code(struct mk_vm *vm, uint32_t event)
{
    uint64_t cr0 = 0;
    uint32_t vector = event & MK_EVENT_VECTOR_MASK;
    mk_platform_vmcs_read(vm->platform, MK_VMCS_GUEST_CR0, &cr0);
    bool has_code = (cr0 & MK_CR0_PE) != 0 && (WITH_ERROR_CODE >> vector & 1) != 0;
    vm->error_code = (event & MK_EVENT_ERROR_CODE) != 0 ? vm->error_code & ERROR_CODE_MASK : 0;
    return has_code ? event | MK_EVENT_ERROR_CODE : event & ~MK_EVENT_ERROR_CODE;
}

uint32_t mk_event_legal(struct mk_vm *vm, uint32_t event)
{
    uint32_t vector = event & MK_EVENT_VECTOR_MASK;
    event &= VECTORING_KEPT;
    if ((event & MK_EVENT_VALID) == 0) {
        return 0;
    }
    switch (event & MK_EVENT_TYPE_MASK) {
    case MK_EVENT_EXTERNAL:
        return event & ~MK_EVENT_ERROR_CODE;
    case MK_EVENT_NMI:
        return vector == MK_VECTOR_NMI ? event & ~MK_EVENT_ERROR_CODE : 0;
    case MK_EVENT_EXCEPTION:
        return vector < EXCEPTIONS ? fix_error_code(vm, event) : 0;
    default:
        return 0;
    }
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

/**
 * Whether the guest takes an NMI at once (SDM 3, 27.3.1.5).
 * @param vm the VM
 * @return whether; no, when the state is not known
 */
static bool nmi_window_open(const struct mk_vm *vm)
{
    return vm->window_known && (vm->interruptibility & (MK_BLOCKED_BY_STI | MK_BLOCKED_BY_MOV_SS |
                                                        MK_BLOCKED_BY_NMI)) == 0;
}

void mk_event_choose(struct mk_vm *vm, struct mk_entry *entry)
{
    struct mk_lapic *lapic = &vm->machine.chip.lapic;
    int vector = mk_lapic_next(lapic);
    vm->event = mk_event_legal(vm, vm->event);
    if (lapic->nmi) {
        if (vm->event == 0 && nmi_window_open(vm)) {
            mk_lapic_nmi_take(lapic);
            vm->event = MK_EVENT_VALID | MK_EVENT_NMI | MK_VECTOR_NMI;
        } else {
            entry->primary |= MK_PRIMARY_NMI_WINDOW;
        }
    }
    if (vector >= 0 && vm->event == 0 && window_open(vm)) {
        mk_lapic_accept(lapic, (uint8_t)vector);
        vm->event = MK_EVENT_VALID | MK_EVENT_EXTERNAL | (uint32_t)vector;
    } else if (vector >= 0) {
        entry->primary |= MK_PRIMARY_INTERRUPT_WINDOW;
    }
    entry->event = vm->event;
}

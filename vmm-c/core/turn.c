/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Turns. seL4 does not switch CR2 between guests. A guest that is left after a page fault was
 * delivered and before it has read CR2 finds the address of another guest's fault there; Linux
 * crashes by that. So monitors of one processor do not rely on the kernel to switch between them
 * (it is told not to: see decision 24), but leave the processor by themselves, when their guest
 *
 * - takes interrupts: a kernel reads CR2 before it allows them, as their handlers may fault, too;
 * - or is about to have a page fault, which exits instead and comes again afterwards;
 * - or has run for a while since, without interrupts and without a page fault.
 *
 * One that is none of these for long is left nevertheless: it harms itself alone.
 */
#include "makatea/registers.h"

/** Turns in a second. */
#define TURN_HZ 250
/** How long a guest without interrupts is given to read CR2, in parts of a second. */
#define GRACE_HZ 2000
/** How long the end of a turn is put off at most, in parts of a second. */
#define LIMIT_HZ 500

void mk_turn_start(struct mk_vm *vm)
{
    vm->turn = (struct mk_turn){.end = vm->now + vm->tsc_hz / TURN_HZ};
}

uint64_t mk_turn_left(const struct mk_vm *vm, uint64_t now)
{
    if (vm->turn.leaving) {
        return vm->tsc_hz / GRACE_HZ;
    }
    return now < vm->turn.end ? vm->turn.end - now : 0;
}

/**
 * Leaves the processor to another VM, and begins the next turn when it comes back.
 * @param vm the VM
 */
static void give(struct mk_vm *vm)
{
    vm->turn.given++;
    mk_platform_yield(vm->platform);
    vm->turn.end = mk_platform_now(vm->platform) + mk_platform_tsc_hz(vm->platform) / TURN_HZ;
}

/**
 * Lets page faults exit, or no longer.
 * @param vm the VM
 * @param leaving whether
 */
static void set_leaving(struct mk_vm *vm, bool leaving)
{
    if (vm->turn.leaving != leaving) {
        vm->turn.leaving = leaving;
        mk_platform_vmcs_write(
            vm->platform, MK_VMCS_EXCEPTION_BITMAP,
            leaving ? MK_EXCEPTIONS | UINT64_C(1) << MK_VECTOR_PF : MK_EXCEPTIONS, (uint64_t *)0);
    }
}

/**
 * Whether a page fault is still to be delivered: its address is in CR2 already.
 * @param vm the VM
 * @return whether
 */
static bool fault_pending(const struct mk_vm *vm)
{
    const uint32_t kind = MK_EVENT_VALID | MK_EVENT_TYPE_MASK | MK_EVENT_VECTOR_MASK;
    return (vm->event & kind) == (MK_EVENT_VALID | MK_EVENT_EXCEPTION | MK_VECTOR_PF);
}

/**
 * Whether the guest can be left.
 * @param vm the VM
 * @param exit its last return
 * @return whether
 */
static bool can_be_left(const struct mk_vm *vm, const struct mk_exit *exit)
{
    if (vm->now - vm->turn.end >= vm->tsc_hz / LIMIT_HZ) {
        return true;
    }
    if (exit->kind != MK_RETURN_EXIT || fault_pending(vm)) {
        return false;
    }
    return (vm->rflags & MK_RFLAGS_IF) != 0 || vm->turn.faulted ||
           (vm->turn.leaving && vm->turn.graced && exit->reason == MK_EXIT_PREEMPTION_TIMER);
}

void mk_turn_give(struct mk_vm *vm, const struct mk_exit *exit)
{
    if (vm->now < vm->turn.end) {
        return;
    }
    mk_machine_tell(vm);
    bool leave = can_be_left(vm, exit);
    vm->turn.faulted = false;
    set_leaving(vm, !leave);
    if (leave) {
        give(vm);
    }
}

void mk_turn_pause(struct mk_vm *vm)
{
    if (mk_platform_now(vm->platform) >= vm->turn.end) {
        give(vm);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Time: one deadline, an absolute TSC value. The preemption timer is computed from it anew at each
 * entry, so that whatever happened in between can not shift it. Only for the end of a turn, which
 * nobody takes so exactly, the timer goes on from where the last exit left it
 * (MK_EXIT_CTL_SAVE_TIMER): it is late by the time that was not the guest's, and set anew before
 * that becomes much.
 */
#include "makatea/vm.h"

/** By how much the end of a turn may be late, in parts of a second. */
#define TURN_SLACK_HZ 2000

void mk_time_update(struct mk_vm *vm)
{
    vm->now = mk_platform_now(vm->platform);
    mk_machine_tick(vm);
}

void mk_time_arm(struct mk_vm *vm)
{
    uint64_t deadline = mk_machine_deadline(&vm->machine);
    uint64_t now = mk_platform_now(vm->platform);
    uint64_t left = mk_turn_left(vm, now);
    vm->turn.graced = true;
    if (vm->machine.busy || (deadline != 0 && deadline < now + left)) {
        vm->turn.graced = false;
        left = vm->machine.busy || now >= deadline ? 0 : deadline - now;
    } else if (vm->timer_until == now + left && now - vm->timer_set < vm->tsc_hz / TURN_SLACK_HZ) {
        return;
    }
    vm->timer_until = now + left;
    vm->timer_set = now;
    mk_platform_vmcs_write(vm->platform, MK_VMCS_PREEMPTION_TIMER, left >> vm->timer_rate,
                           (uint64_t *)0);
}

void mk_time_wait(struct mk_vm *vm)
{
    uint64_t deadline = mk_machine_deadline(&vm->machine);
    if (deadline != 0) {
        mk_platform_alarm(vm->platform, deadline);
    }
    uint64_t before = mk_platform_now(vm->platform);
    vm->events |= mk_platform_wait(vm->platform);
    uint64_t waited = mk_platform_now(vm->platform) - before;
    vm->halted_ticks += waited;
    vm->turn.end += waited; /* a turn is time that the VM had for itself */
    vm->notifications++;
}

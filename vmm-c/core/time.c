/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Time: one deadline, an absolute TSC value. The preemption timer is computed from it anew at each
 * entry, so that whatever happened in between can not shift it.
 */
#include "makatea/vm.h"

void mk_time_update(struct mk_vm *vm)
{
    if (vm->deadline != 0 && mk_platform_now(vm->platform) >= vm->deadline) {
        vm->deadline = 0;
        vm->timer_pending = true;
    }
}

void mk_time_arm(struct mk_vm *vm)
{
    uint64_t ticks = UINT32_MAX;
    if (vm->deadline != 0) {
        uint64_t now = mk_platform_now(vm->platform);
        uint64_t left = now >= vm->deadline ? 0 : (vm->deadline - now) >> vm->timer_rate;
        ticks = left < UINT32_MAX ? left : UINT32_MAX;
    }
    mk_platform_vmcs_write(vm->platform, MK_VMCS_PREEMPTION_TIMER, ticks, (uint64_t *)0);
}

void mk_time_wait(struct mk_vm *vm)
{
    if (vm->deadline != 0) {
        mk_platform_alarm(vm->platform, vm->deadline);
    }
    mk_platform_wait(vm->platform);
    vm->notifications++;
}

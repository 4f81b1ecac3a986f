/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Debug registers. DR0 to DR3 and DR6 are not switched by the processor or seL4, so a guest never
 * gets the real ones: it would see and change another VM's. It gets a place to keep values, and no
 * hardware breakpoint ever fires.
 */
#include "makatea/registers.h"

/** CR4: DR4 and DR5 do not exist (SDM 3, 18.2.2). */
#define CR4_DE UINT64_C(0x8)
/** DR6: bits that are always set (SDM 3, 18.2.3), and those that can be written. */
#define DR6_SET UINT64_C(0xffff0ff0)
/** DR6: the others. */
#define DR6_FREE UINT64_C(0xe00f)
/** DR7: always set (SDM 3, 18.2.4). */
#define DR7_SET UINT64_C(0x400)
/** DR7: always clear: bits 12, 14, 15. */
#define DR7_CLEAR UINT64_C(0xd000)

/* Exit qualification (SDM 3, table 28-4). */
#define DR_NUMBER(q) ((q)&7)                   /**< Which register. */
#define DR_FROM(q) (((q) >> 4 & 1) != 0)       /**< MOV from it. */
#define DR_GPR(q) ((uint32_t)((q) >> 8 & 0xf)) /**< General register. */

/**
 * What a register holds after a write.
 * @param number register
 * @param value what is written
 * @return what it holds
 */
static uint64_t settled(uint64_t number, uint64_t value)
{
    if (number == 6) {
        return (value & DR6_FREE) | DR6_SET;
    }
    return number == 7 ? (value & ~DR7_CLEAR) | DR7_SET : value;
}

void mk_dr_access(struct mk_vm *vm, const struct mk_exit *exit)
{
    uint64_t number = DR_NUMBER(exit->qualification);
    uint32_t gpr = DR_GPR(exit->qualification);
    uint64_t cr4 = 0;
    mk_platform_vmcs_read(vm->platform, MK_VMCS_GUEST_CR4, &cr4);
    if (number == 4 || number == 5) {
        if ((cr4 & CR4_DE) != 0) {
            mk_event_exception(vm, MK_VECTOR_UD, false, 0);
            return;
        }
        number += 2;
    }
    if (DR_FROM(exit->qualification)) {
        mk_gpr_set(vm, gpr, settled(number, vm->debug[number]));
    } else {
        uint64_t value = mk_gpr_get(vm, gpr);
        if (number >= 6 && value >> 32 != 0) {
            mk_event_exception(vm, MK_VECTOR_GP, true, 0);
            return;
        }
        vm->debug[number] = settled(number, value);
    }
    mk_exit_skip(vm, exit);
}

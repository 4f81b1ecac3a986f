/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * General registers by the number that instructions use (SDM 3, table 28-3).
 */
#include "makatea/registers.h"

/** RSP's number; it is a VMCS field. */
#define NUMBER_RSP 4

/** Where the others are. */
static const uint8_t places[MK_GPRS] = {
    MK_RAX, MK_RCX,    MK_RDX,    MK_RBX,    0,         MK_RBP,    MK_RSI,    MK_RDI,
    MK_R8,  MK_R8 + 1, MK_R8 + 2, MK_R8 + 3, MK_R8 + 4, MK_R8 + 5, MK_R8 + 6, MK_R8 + 7};

uint64_t mk_gpr_get(struct mk_vm *vm, uint32_t number)
{
    number &= MK_GPRS - 1;
    if (number == NUMBER_RSP) {
        uint64_t rsp = 0;
        mk_platform_vmcs_read(vm->platform, MK_VMCS_GUEST_RSP, &rsp);
        return rsp;
    }
    return vm->registers[places[number]];
}

void mk_gpr_set(struct mk_vm *vm, uint32_t number, uint64_t value)
{
    number &= MK_GPRS - 1;
    if (number == NUMBER_RSP) {
        mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_RSP, value, (uint64_t *)0);
        return;
    }
    vm->registers[places[number]] = value;
    vm->registers_changed = true;
}

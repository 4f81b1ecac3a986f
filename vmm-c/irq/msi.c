/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Message signalled interrupts (SDM 3, 11.11).
 */
#include "makatea/msi.h"

/** Address bits that say "interrupt message", and their value (SDM 3, 11.11.1). */
#define ADDRESS_FIXED UINT64_C(0xfffffffffff00000)
/** Their value. */
#define ADDRESS_RANGE UINT64_C(0xfee00000)
/** Destination mode: logical. */
#define ADDRESS_LOGICAL UINT64_C(0x4)

/** Data: asserted, else de-asserted (SDM 3, 11.11.2). */
#define DATA_ASSERT UINT32_C(0x4000)
/** Data: level-triggered. */
#define DATA_LEVEL UINT32_C(0x8000)

/*
 * The redirection hint (address bit 3) is not looked at: with one processor there is nobody to
 * redirect to, and Linux sends to logical destinations without it. Reserved bits are not looked at
 * either, as by a processor.
 */
bool mk_msi_decode(uint64_t address, uint32_t data, struct mk_irq_message *message)
{
    bool level = (data & DATA_LEVEL) != 0;
    if ((address & ADDRESS_FIXED) != ADDRESS_RANGE || (level && (data & DATA_ASSERT) == 0)) {
        return false;
    }
    *message = (struct mk_irq_message){
        .destination = mk_irq_destination((uint8_t)(address >> 12 & 0xff)),
        .logical = (address & ADDRESS_LOGICAL) != 0,
        .mode = (uint8_t)(data >> 8 & 7),
        .vector = (uint8_t)(data & 0xff),
        .level = level,
    };
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Messages between processors, and whether a message is for this one (SDM 3, 11.6 and 11.12.9).
 */
#include "makatea/lapic_page.h"

/** ICR: logical destination. */
#define ICR_LOGICAL UINT32_C(0x800)

/** Destination shorthands, bits 19:18 of ICR (SDM 3, 11.6.1). */
enum shorthand {
    SHORT_NONE,  /**< The destination says it. */
    SHORT_SELF,  /**< This processor. */
    SHORT_ALL,   /**< All processors. */
    SHORT_OTHERS /**< All processors but this one. */
};

/**
 * Whether a logical destination is this one, in xAPIC mode (SDM 3, 11.6.2.2).
 * @param lapic the local APIC
 * @param destination destination, eight bits
 * @return whether
 */
static bool matches_logical(const struct mk_lapic *lapic, uint32_t destination)
{
    uint32_t mine = mk_lapic_get(lapic, MK_LAPIC_LDR) >> 24;
    switch (mk_lapic_get(lapic, MK_LAPIC_DFR) >> 28) {
    case 0xf: /* flat */
        return (mine & destination) != 0;
    case 0x0: /* clusters; all of them is 0xf */
        return (destination >> 4 == 0xf || destination >> 4 == mine >> 4) &&
               (mine & destination & 0xf) != 0;
    default: /* reserved */
        return false;
    }
}

/**
 * Whether a destination is this one.
 * @param lapic the local APIC
 * @param destination APIC id, logical destination, or #MK_IRQ_BROADCAST
 * @param logical whether it is a logical one
 * @return whether
 */
static bool matches(const struct mk_lapic *lapic, uint32_t destination, bool logical)
{
    if (destination == MK_IRQ_BROADCAST) {
        return true;
    }
    if (!logical) {
        return destination == lapic->id;
    }
    if (!mk_lapic_is_x2(lapic)) {
        return matches_logical(lapic, destination);
    }
    uint32_t mine = mk_lapic_get(lapic, MK_LAPIC_LDR); /* SDM 3, 11.12.10.1 */
    return destination >> 16 == mine >> 16 && (destination & mine & 0xffff) != 0;
}

bool mk_lapic_receive(struct mk_lapic *lapic, const struct mk_irq_message *message)
{
    if (!mk_lapic_enabled(lapic) || !matches(lapic, message->destination, message->logical)) {
        return false;
    }
    return mk_lapic_deliver(lapic, message->mode, message->vector, message->level);
}

/**
 * Whether the processor sends to itself.
 * @param lapic the local APIC
 * @param icr low half of ICR
 * @return whether
 */
static bool reaches_self(const struct mk_lapic *lapic, uint32_t icr)
{
    uint32_t to = icr >> 18 & 3;
    if (to == SHORT_SELF || to == SHORT_ALL) {
        return (icr >> 8 & 7) == MK_IRQ_FIXED; /* SDM 3, tables 11-3 and 11-4: else invalid */
    }
    if (to == SHORT_OTHERS) {
        return false;
    }
    uint32_t destination =
        mk_lapic_is_x2(lapic)
            ? mk_lapic_get(lapic, MK_LAPIC_ICR_X2_HIGH)
            : mk_irq_destination((uint8_t)(mk_lapic_get(lapic, MK_LAPIC_ICR_HIGH) >> 24));
    return matches(lapic, destination, (icr & ICR_LOGICAL) != 0);
}

/* Trigger mode is for INIT only (SDM 3, 11.6.1): everything else is sent as edge. */
void mk_lapic_send(struct mk_lapic *lapic)
{
    uint32_t icr = mk_lapic_get(lapic, MK_LAPIC_ICR);
    uint8_t mode = (uint8_t)(icr >> 8 & 7);
    uint8_t vector = (uint8_t)(icr & MK_LAPIC_VECTOR);
    if ((mode == MK_IRQ_FIXED || mode == MK_IRQ_LOWEST) && vector < MK_IRQ_VECTOR_MIN) {
        mk_lapic_error(lapic, MK_LAPIC_ERROR_SEND);
    } else if (reaches_self(lapic, icr)) {
        mk_lapic_deliver(lapic, mode, vector, false);
    }
}

void mk_lapic_send_self(struct mk_lapic *lapic, uint8_t vector)
{
    if (vector < MK_IRQ_VECTOR_MIN) {
        mk_lapic_error(lapic, MK_LAPIC_ERROR_SEND);
    } else {
        mk_lapic_deliver(lapic, MK_IRQ_FIXED, vector, false);
    }
}

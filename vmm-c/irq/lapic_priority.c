/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Interrupts of the local APIC on their way: requested, in service, ended (SDM 3, 11.8).
 */
#include "makatea/lapic_page.h"

/** Priority class of a vector, of TPR and of PPR (SDM 3, 11.8.3). */
#define CLASS UINT32_C(0xf0)
/** Registers of 32 vectors in a bank. */
#define BANK_REGISTERS 8

/**
 * Where the register of a vector is.
 * @param bank offset of the first of the eight registers
 * @param vector vector
 * @return offset
 */
static uint32_t place(uint32_t bank, uint8_t vector)
{
    return bank + vector / UINT32_C(32) * 16;
}

/**
 * Sets or clears the bit of a vector.
 * @param lapic the local APIC
 * @param bank offset of the first of the eight registers
 * @param vector vector
 * @param value whether it is set
 */
static void bit_put(struct mk_lapic *lapic, uint32_t bank, uint8_t vector, bool value)
{
    uint32_t offset = place(bank, vector);
    uint32_t bit = UINT32_C(1) << vector % 32;
    uint32_t old = mk_lapic_get(lapic, offset);
    mk_lapic_set(lapic, offset, value ? old | bit : old & ~bit);
}

bool mk_lapic_bit(const struct mk_lapic *lapic, uint32_t bank, uint8_t vector)
{
    return (mk_lapic_get(lapic, place(bank, vector)) >> vector % 32 & 1) != 0;
}

int mk_lapic_highest(const struct mk_lapic *lapic, uint32_t bank)
{
    for (uint32_t i = BANK_REGISTERS; i-- > 0;) {
        uint32_t bits = mk_lapic_get(lapic, bank + 16 * i);
        if (bits != 0) {
            return (int)(32 * i) + 31 - __builtin_clz(bits);
        }
    }
    return -1;
}

void mk_lapic_ppr_update(struct mk_lapic *lapic)
{
    int serving = mk_lapic_highest(lapic, MK_LAPIC_ISR);
    uint32_t isr = serving < 0 ? 0 : (uint32_t)serving & CLASS;
    uint32_t tpr = mk_lapic_get(lapic, MK_LAPIC_TPR);
    mk_lapic_set(lapic, MK_LAPIC_PPR, (tpr & CLASS) >= isr ? tpr : isr);
}

int mk_lapic_next(const struct mk_lapic *lapic)
{
    int vector = mk_lapic_highest(lapic, MK_LAPIC_IRR);
    if (vector < 0 || (mk_lapic_get(lapic, MK_LAPIC_SVR) & MK_LAPIC_SVR_ENABLE) == 0) {
        return -1;
    }
    uint32_t class = (uint32_t)vector & CLASS;
    return class > (mk_lapic_get(lapic, MK_LAPIC_PPR) & CLASS) ? vector : -1;
}

void mk_lapic_accept(struct mk_lapic *lapic, uint8_t vector)
{
    if (mk_lapic_bit(lapic, MK_LAPIC_IRR, vector)) {
        bit_put(lapic, MK_LAPIC_IRR, vector, false);
        bit_put(lapic, MK_LAPIC_ISR, vector, true);
        mk_lapic_ppr_update(lapic);
    }
}

void mk_lapic_eoi(struct mk_lapic *lapic)
{
    int serving = mk_lapic_highest(lapic, MK_LAPIC_ISR);
    if (serving < 0) {
        return;
    }
    uint8_t vector = (uint8_t)serving;
    bit_put(lapic, MK_LAPIC_ISR, vector, false);
    mk_lapic_ppr_update(lapic);
    /* Last, as an input that is still asserted requests the vector again at once. */
    if (mk_lapic_bit(lapic, MK_LAPIC_TMR, vector)) {
        lapic->eoi.broadcast(lapic->eoi.chip, vector);
    }
}

/**
 * Requests an interrupt of an enabled local APIC.
 * @param lapic local APIC
 * @param vector its vector
 * @param level whether it is level-triggered
 * @return whether the vector is legal
 */
static bool request(struct mk_lapic *lapic, uint8_t vector, bool level)
{
    if (vector < MK_IRQ_VECTOR_MIN) {
        return false;
    }
    bit_put(lapic, MK_LAPIC_TMR, vector, level);
    bit_put(lapic, MK_LAPIC_IRR, vector, true);
    return true;
}

bool mk_lapic_deliver(struct mk_lapic *lapic, uint8_t mode, uint8_t vector, bool level)
{
    switch (mode) {
    case MK_IRQ_FIXED:
    case MK_IRQ_LOWEST:
        if ((mk_lapic_get(lapic, MK_LAPIC_SVR) & MK_LAPIC_SVR_ENABLE) == 0) {
            return false; /* SDM 3, 11.4.7.2: it still answers NMI, INIT, SMI and start-up. */
        }
        if (!request(lapic, vector, level)) {
            mk_lapic_error(lapic, MK_LAPIC_ERROR_RECEIVE);
            return false;
        }
        return true;
    case MK_IRQ_NMI:
        lapic->nmi = true;
        return true;
    default: /* SMI, INIT, start-up: see lapic.h; ExtINT: there is no 8259A; else: reserved. */
        return false;
    }
}

void mk_lapic_raise(struct mk_lapic *lapic, uint32_t entry)
{
    uint32_t value = mk_lapic_get(lapic, entry);
    if ((value & MK_LAPIC_LVT_MASKED) == 0) {
        mk_lapic_deliver(lapic, MK_IRQ_FIXED, (uint8_t)(value & MK_LAPIC_VECTOR), false);
    }
}

/*
 * The first error since ESR was written interrupts; writing it arms that again (SDM 3, 11.5.3). An
 * illegal vector in the table's own entry for errors is one more error, and raises nothing.
 */
void mk_lapic_error(struct mk_lapic *lapic, uint32_t errors)
{
    bool first = lapic->errors == 0;
    bool enabled = (mk_lapic_get(lapic, MK_LAPIC_SVR) & MK_LAPIC_SVR_ENABLE) != 0;
    uint32_t entry = mk_lapic_get(lapic, MK_LAPIC_LVT_ERROR);
    lapic->errors |= errors;
    if (first && enabled && (entry & MK_LAPIC_LVT_MASKED) == 0 &&
        !request(lapic, (uint8_t)(entry & MK_LAPIC_VECTOR), false)) {
        lapic->errors |= MK_LAPIC_ERROR_RECEIVE;
    }
}

bool mk_lapic_nmi_take(struct mk_lapic *lapic)
{
    bool nmi = lapic->nmi;
    lapic->nmi = false;
    return nmi;
}

bool mk_lapic_pending(const struct mk_lapic *lapic)
{
    return lapic->nmi || mk_lapic_next(lapic) >= 0;
}

uint64_t mk_lapic_cr8_read(const struct mk_lapic *lapic)
{
    return mk_lapic_get(lapic, MK_LAPIC_TPR) >> 4;
}

bool mk_lapic_cr8_write(struct mk_lapic *lapic, uint64_t value)
{
    if (value > 15) {
        return false;
    }
    mk_lapic_set(lapic, MK_LAPIC_TPR, (uint32_t)value << 4);
    mk_lapic_ppr_update(lapic);
    return true;
}

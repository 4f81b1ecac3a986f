/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Registers of the local APIC by table (SDM 3, tables 11-1 and 11-6): who may access what, and what
 * a write does.
 */
#include "makatea/lapic_page.h"

/** May be read in xAPIC mode. */
#define R 1
/** May be written in xAPIC mode. */
#define W 2
/** May be read in x2APIC mode. */
#define R2 4
/** May be written in x2APIC mode. */
#define W2 8
/** All of it. */
#define RW (R | W | R2 | W2)
/** Only read. */
#define RO (R | R2)

/** Registers of 16 bytes that have an MSR (SDM 3, 11.12.1.2: 800H to 83FH are in use). */
#define ROWS 0x40
/** Bits of ICR that are not reserved: vector, modes, level, trigger, shorthand (11.6.1). */
#define ICR_BITS UINT32_C(0x000ccfff)
/** All entries of the local vector table: delivery status. Only the APIC writes it. */
#define LVT_STATUS UINT32_C(0x1000)
/** LINT0 and LINT1: delivery status and remote IRR. */
#define LINT_STATUS UINT32_C(0x5000)
/** LINT0 and LINT1: vector, delivery mode, polarity, trigger mode, mask (11.5.1). */
#define LINT_BITS UINT32_C(0x1a7ff)
/** Thermal and performance counter entries: vector, delivery mode, mask. */
#define SENSOR_BITS UINT32_C(0x107ff)
/** Any value. */
#define ALL UINT32_MAX

/** A register. */
struct row {
    uint32_t access;  /**< Who may do what; 0 where no register is. */
    uint32_t bits;    /**< Bits that can be written. */
    uint32_t ignored; /**< Bits that are not reserved, but are not written. */
    /**
     * What a write does; a null pointer: the value is kept.
     * @param lapic the local APIC
     * @param now TSC value
     * @param offset offset of the register
     * @param value value, of `bits` only
     */
    void (*write)(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value);
};

/* The type of all of them is that of row::write. */

/**
 * Writes TPR.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void tpr_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    mk_lapic_set(lapic, offset, value);
    mk_lapic_ppr_update(lapic);
}

/**
 * Writes EOI.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void eoi_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    (void)offset;
    (void)value;
    mk_lapic_eoi(lapic);
}

/**
 * Writes DFR: what is not its model is ones (SDM 3, 11.6.2.2).
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void dfr_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    mk_lapic_set(lapic, offset, value | UINT32_C(0x0fffffff));
}

/**
 * Writes SVR. Software-disabling masks the local vector table (SDM 3, 11.4.7.2).
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void svr_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    mk_lapic_set(lapic, offset, value);
    if ((value & MK_LAPIC_SVR_ENABLE) == 0) {
        for (uint32_t entry = MK_LAPIC_LVT_TIMER; entry <= MK_LAPIC_LVT_ERROR; entry += 16) {
            mk_lapic_set(lapic, entry, mk_lapic_get(lapic, entry) | MK_LAPIC_LVT_MASKED);
        }
    }
}

/**
 * Writes ESR: it shows what happened since it was written last (SDM 3, 11.5.3).
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void esr_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    (void)value;
    mk_lapic_set(lapic, offset, lapic->errors);
    lapic->errors = 0;
}

/**
 * Writes ICR's low half, which sends.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void icr_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    mk_lapic_set(lapic, offset, value);
    mk_lapic_send(lapic);
}

/**
 * Writes an entry of the local vector table; it stays masked while software-disabled.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void lvt_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    if ((mk_lapic_get(lapic, MK_LAPIC_SVR) & MK_LAPIC_SVR_ENABLE) == 0) {
        value |= MK_LAPIC_LVT_MASKED;
    }
    if (offset == MK_LAPIC_LVT_TIMER) {
        mk_lapic_timer_entry(lapic, value);
    } else {
        mk_lapic_set(lapic, offset, value);
    }
}

/**
 * Writes the timer's initial count.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void count_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)offset;
    mk_lapic_timer_start(lapic, now, value);
}

/**
 * Writes the timer's divide configuration.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void divide_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)offset;
    mk_lapic_timer_divide(lapic, now, value);
}

/**
 * Writes the self-IPI register.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void self_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    (void)now;
    (void)offset;
    mk_lapic_send_self(lapic, (uint8_t)value);
}

/** All rows, by offset / 16, which is also the MSR's number less 800H. */
static const struct row rows[ROWS] = {
    [MK_LAPIC_ID / 16] = {RO, 0, 0, 0},
    [MK_LAPIC_VERSION / 16] = {RO, 0, 0, 0},
    [MK_LAPIC_TPR / 16] = {RW, 0xff, 0, tpr_write},
    [MK_LAPIC_APR / 16] = {R, 0, 0, 0},
    [MK_LAPIC_PPR / 16] = {RO, 0, 0, 0},
    [MK_LAPIC_EOI / 16] = {W | W2, 0, 0, eoi_write},
    [MK_LAPIC_RRD / 16] = {R, 0, 0, 0},
    [MK_LAPIC_LDR / 16] = {RO | W, UINT32_C(0xff000000), 0, 0},
    [MK_LAPIC_DFR / 16] = {R | W, UINT32_C(0xf0000000), 0, dfr_write},
    [MK_LAPIC_SVR / 16] = {RW, 0x3ff, 0, svr_write}, /* 11.9; focus checking has no effect */
    [MK_LAPIC_ISR / 16 + 0] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 1] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 2] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 3] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 4] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 5] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 6] = {RO, 0, 0, 0},
    [MK_LAPIC_ISR / 16 + 7] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 0] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 1] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 2] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 3] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 4] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 5] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 6] = {RO, 0, 0, 0},
    [MK_LAPIC_TMR / 16 + 7] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 0] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 1] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 2] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 3] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 4] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 5] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 6] = {RO, 0, 0, 0},
    [MK_LAPIC_IRR / 16 + 7] = {RO, 0, 0, 0},
    [MK_LAPIC_ESR / 16] = {RW, 0, 0, esr_write},
    [MK_LAPIC_ICR / 16] = {RW, ICR_BITS, 0, icr_write},
    [MK_LAPIC_ICR_HIGH / 16] = {R | W, UINT32_C(0xff000000), 0, 0},
    [MK_LAPIC_LVT_TIMER / 16] = {RW, 0x700ff, LVT_STATUS, lvt_write},
    [MK_LAPIC_LVT_THERMAL / 16] = {RW, SENSOR_BITS, LVT_STATUS, lvt_write},
    [MK_LAPIC_LVT_PERF / 16] = {RW, SENSOR_BITS, LVT_STATUS, lvt_write},
    [MK_LAPIC_LVT_LINT0 / 16] = {RW, LINT_BITS, LINT_STATUS, lvt_write},
    [MK_LAPIC_LVT_LINT1 / 16] = {RW, LINT_BITS, LINT_STATUS, lvt_write},
    [MK_LAPIC_LVT_ERROR / 16] = {RW, 0x100ff, LVT_STATUS, lvt_write},
    [MK_LAPIC_TIMER_INIT / 16] = {RW, ALL, 0, count_write},
    [MK_LAPIC_TIMER_NOW / 16] = {RO, 0, 0, 0},
    [MK_LAPIC_TIMER_DIV / 16] = {RW, 0xb, 0, divide_write},
    [MK_LAPIC_SELF_IPI / 16] = {W2, 0xff, 0, self_write},
};

/**
 * Finds a row.
 * @param offset offset of a register
 * @return its row; one without access where there is none
 */
static const struct row *find(uint32_t offset)
{
    static const struct row none = {0, 0, 0, 0};
    return offset / 16 < ROWS ? &rows[offset / 16] : &none;
}

/**
 * Writes the bits of a register that can be written.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @param value value
 */
static void write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    const struct row *row = find(offset);
    if (row->write != 0) {
        row->write(lapic, now, offset, value & row->bits);
    } else {
        mk_lapic_set(lapic, offset, value & row->bits);
    }
}

/**
 * The value of a register that may be read.
 * @param lapic the local APIC
 * @param now TSC value
 * @param offset offset of the register
 * @return value
 */
static uint32_t read(const struct mk_lapic *lapic, uint64_t now, uint32_t offset)
{
    return offset == MK_LAPIC_TIMER_NOW ? mk_lapic_timer_count(lapic, now)
                                        : mk_lapic_get(lapic, offset);
}

/* A register that is there and can not be read is 0; one that is not there is an error (11.5.3). */
uint32_t mk_lapic_register_read(struct mk_lapic *lapic, uint64_t now, uint32_t offset)
{
    uint32_t access = find(offset)->access;
    if ((access & (R | W)) == 0) {
        mk_lapic_error(lapic, MK_LAPIC_ERROR_REGISTER);
    }
    return (access & R) != 0 ? read(lapic, now, offset) : 0;
}

void mk_lapic_register_write(struct mk_lapic *lapic, uint64_t now, uint32_t offset, uint32_t value)
{
    uint32_t access = find(offset)->access;
    if ((access & (R | W)) == 0) {
        mk_lapic_error(lapic, MK_LAPIC_ERROR_REGISTER);
    } else if ((access & W) != 0) {
        write(lapic, now, offset, value);
    }
}

bool mk_lapic_register_read_x2(struct mk_lapic *lapic, uint64_t now, uint32_t offset,
                               uint64_t *value)
{
    *value = 0;
    if ((find(offset)->access & R2) == 0) {
        return false;
    }
    *value = read(lapic, now, offset);
    if (offset == MK_LAPIC_ICR) {
        *value |= (uint64_t)mk_lapic_get(lapic, MK_LAPIC_ICR_X2_HIGH) << 32;
    }
    return true;
}

/* Reserved bits are refused (SDM 3, 11.12.1.3); only ICR has an upper half. */
bool mk_lapic_register_write_x2(struct mk_lapic *lapic, uint64_t now, uint32_t offset,
                                uint64_t value)
{
    const struct row *row = find(offset);
    uint64_t high = offset == MK_LAPIC_ICR ? UINT64_C(0xffffffff00000000) : 0;
    if ((row->access & W2) == 0 || (value & ~(high | row->bits | row->ignored)) != 0) {
        return false;
    }
    if (offset == MK_LAPIC_ICR) {
        mk_lapic_set(lapic, MK_LAPIC_ICR_X2_HIGH, (uint32_t)(value >> 32));
    }
    write(lapic, now, offset, (uint32_t)value);
    return true;
}

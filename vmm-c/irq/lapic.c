/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The local APIC from outside: reset, modes, and the two ways to its registers.
 */
#include "makatea/lapic_page.h"
#include "makatea/vmx.h"

/** IA32_APIC_BASE: mode (SDM 3, 11.12.1). */
#define BASE_MODE (MK_LAPIC_BASE_ENABLE | MK_LAPIC_BASE_X2)
/** First MSR of the x2APIC registers (SDM 3, 11.12.1.2). */
#define MSR_X2_FIRST UINT32_C(0x800)
/** Last MSR of the x2APIC registers. */
#define MSR_X2_LAST UINT32_C(0x8ff)
/** Version of an integrated local APIC, six entries in the local vector table (SDM 3, 11.4.8). */
#define VERSION UINT32_C(0x00050014)
/** SVR after power-up: vector 255, software-disabled (SDM 3, 11.4.7.1). */
#define SVR_RESET UINT32_C(0xff)

/**
 * Puts the registers that depend on the mode into the form that they have in it.
 * @param lapic the local APIC
 */
static void identify(struct mk_lapic *lapic)
{
    uint32_t id = lapic->id;
    if (mk_lapic_is_x2(lapic)) {
        mk_lapic_set(lapic, MK_LAPIC_ID, id);
        /* SDM 3, 11.12.10.2: the logical id is derived. */
        mk_lapic_set(lapic, MK_LAPIC_LDR, id >> 4 << 16 | UINT32_C(1) << (id & 15));
        mk_lapic_set(lapic, MK_LAPIC_ICR_X2_HIGH, 0);
    } else {
        mk_lapic_set(lapic, MK_LAPIC_ID, id << 24);
    }
}

/**
 * Sets the registers to their values after power-up, in the mode that is set (SDM 3, 11.4.7.1).
 * @param lapic the local APIC
 */
static void clear(struct mk_lapic *lapic)
{
    for (uint32_t offset = 0; offset < MK_LAPIC_BYTES; offset += 4) {
        mk_lapic_set(lapic, offset, 0);
    }
    for (uint32_t entry = MK_LAPIC_LVT_TIMER; entry <= MK_LAPIC_LVT_ERROR; entry += 16) {
        mk_lapic_set(lapic, entry, MK_LAPIC_LVT_MASKED);
    }
    mk_lapic_set(lapic, MK_LAPIC_VERSION, VERSION);
    mk_lapic_set(lapic, MK_LAPIC_DFR, UINT32_MAX);
    mk_lapic_set(lapic, MK_LAPIC_SVR, SVR_RESET);
    lapic->errors = 0;
    lapic->deadline = 0;
    identify(lapic);
}

void mk_lapic_reset(struct mk_lapic *lapic)
{
    lapic->base = MK_LAPIC_GPA | MK_LAPIC_BASE_ENABLE | MK_LAPIC_BASE_BSP;
    lapic->nmi = false;
    clear(lapic);
}

void mk_lapic_init(struct mk_lapic *lapic, uint8_t id, uint64_t tsc_hz, struct mk_lapic_eoi eoi)
{
    lapic->id = id;
    lapic->eoi = eoi;
    lapic->period_min = tsc_hz / MK_LAPIC_PERIODS_PER_SECOND + 1;
    mk_lapic_reset(lapic);
}

bool mk_lapic_enabled(const struct mk_lapic *lapic)
{
    return (lapic->base & MK_LAPIC_BASE_ENABLE) != 0;
}

/**
 * Writes IA32_APIC_BASE. From xAPIC to x2APIC the registers keep their values; disabling loses them
 * (SDM 3, 11.12.5.1).
 * @param lapic the local APIC
 * @param value value
 * @return whether the value has no reserved bit and the mode may follow the present one
 */
static bool base_write(struct mk_lapic *lapic, uint64_t value)
{
    uint64_t from = lapic->base & BASE_MODE;
    uint64_t to = value & BASE_MODE;
    if ((value & ~(BASE_MODE | MK_LAPIC_BASE_BSP)) != MK_LAPIC_GPA || to == MK_LAPIC_BASE_X2 ||
        (from == BASE_MODE && to == MK_LAPIC_BASE_ENABLE) || (from == 0 && to == BASE_MODE)) {
        return false;
    }
    lapic->base = value;
    if (to == 0) {
        clear(lapic);
    } else if (to != from) {
        identify(lapic);
    }
    return true;
}

/**
 * Offset of the register of an x2APIC MSR.
 * @param lapic the local APIC
 * @param msr number
 * @param offset receives the offset
 * @return whether there may be one: the mode is x2APIC and the number is of the range
 */
static bool x2_offset(const struct mk_lapic *lapic, uint32_t msr, uint32_t *offset)
{
    *offset = (msr - MSR_X2_FIRST) * 16;
    return mk_lapic_is_x2(lapic) && msr >= MSR_X2_FIRST && msr <= MSR_X2_LAST;
}

bool mk_lapic_msr_read(struct mk_lapic *lapic, uint64_t now, uint32_t msr, uint64_t *value)
{
    uint32_t offset;
    *value = 0;
    mk_lapic_tick(lapic, now);
    if (msr == MK_MSR_APIC_BASE) {
        *value = lapic->base;
        return true;
    }
    if (msr == MK_MSR_TSC_DEADLINE) {
        *value = mk_lapic_timer_deadline_read(lapic);
        return true;
    }
    return x2_offset(lapic, msr, &offset) && mk_lapic_register_read_x2(lapic, now, offset, value);
}

bool mk_lapic_msr_write(struct mk_lapic *lapic, uint64_t now, uint32_t msr, uint64_t value)
{
    uint32_t offset;
    mk_lapic_tick(lapic, now);
    if (msr == MK_MSR_APIC_BASE) {
        return base_write(lapic, value);
    }
    if (msr == MK_MSR_TSC_DEADLINE) {
        mk_lapic_timer_deadline_write(lapic, now, value);
        return true;
    }
    return x2_offset(lapic, msr, &offset) && mk_lapic_register_write_x2(lapic, now, offset, value);
}

/**
 * Whether the registers answer in memory.
 * @param lapic the local APIC
 * @return whether the mode is xAPIC
 */
static bool is_mapped(const struct mk_lapic *lapic)
{
    return mk_lapic_enabled(lapic) && !mk_lapic_is_x2(lapic);
}

/**
 * Reads in xAPIC mode (#mk_lapic_ops). In other modes nothing is there: all ones.
 * @param device the local APIC
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @return value
 */
static uint64_t mmio_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    struct mk_lapic *lapic = device;
    mk_lapic_tick(lapic, now);
    if (!is_mapped(lapic)) {
        return UINT64_MAX;
    }
    if (bytes != 4 || offset % 16 != 0 || offset >= MK_LAPIC_BYTES) {
        return 0;
    }
    return mk_lapic_register_read(lapic, now, (uint32_t)offset);
}

/**
 * Writes in xAPIC mode (#mk_lapic_ops).
 * @param device the local APIC
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @param value value
 */
static void mmio_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    struct mk_lapic *lapic = device;
    mk_lapic_tick(lapic, now);
    if (is_mapped(lapic) && bytes == 4 && offset % 16 == 0 && offset < MK_LAPIC_BYTES) {
        mk_lapic_register_write(lapic, now, (uint32_t)offset, (uint32_t)value);
    }
}

const struct mk_device_ops mk_lapic_ops = {mmio_read, mmio_write};

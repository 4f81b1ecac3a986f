/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The I/O APIC (82093AA data sheet).
 */
#include "makatea/ioapic.h"

#include <stddef.h>

/** Registers in memory: index, data (82093AA, 3.1). */
#define REG_SELECT 0x00
/** Data. */
#define REG_WINDOW 0x10
/** EOI, since version 20H. */
#define REG_EOI 0x40

/** Behind the index: id, version, arbitration id, redirection table (82093AA, 3.2). */
#define INDEX_ID 0x00
/** Version. */
#define INDEX_VERSION 0x01
/** Arbitration id. */
#define INDEX_ARBITRATION 0x02
/** First half of the first entry. */
#define INDEX_ENTRIES 0x10

/** Version with an EOI register. */
#define VERSION UINT32_C(0x20)
/** Bits of the id register that can be written: eight, as many as the MADT gives an I/O APIC. */
#define ID_BITS UINT32_C(0xff000000)

/** Entry: remote IRR, a level-triggered interrupt is being served (82093AA, 3.2.4). */
#define ENTRY_REMOTE_IRR UINT64_C(0x4000)
/** Entry: level-triggered. */
#define ENTRY_LEVEL UINT64_C(0x8000)
/** Entry: masked. */
#define ENTRY_MASKED UINT64_C(0x10000)
/** Entry: logical destination. */
#define ENTRY_LOGICAL UINT64_C(0x800)
/** Entry: bits of the lower half that can be written. */
#define ENTRY_LOW UINT64_C(0x0001afff)
/** Entry: bits of the upper half that can be written: the destination. */
#define ENTRY_HIGH UINT64_C(0xff00000000000000)

/** Bits of the lower half. */
#define LOW UINT64_C(0xffffffff)

bool mk_ioapic_init(struct mk_ioapic_unit *unit, uint8_t id, uint32_t pins, struct mk_irq_sink sink)
{
    if (pins == 0 || pins > MK_IOAPIC_PINS_MAX) {
        return false;
    }
    *unit = (struct mk_ioapic_unit){.pins = pins, .sink = sink};
    mk_ioapic_reset(unit, id);
    return true;
}

void mk_ioapic_reset(struct mk_ioapic_unit *unit, uint8_t id)
{
    unit->id = (uint32_t)id << 24;
    unit->select = 0;
    for (uint32_t pin = 0; pin < unit->pins; pin++) {
        unit->entries[pin] = ENTRY_MASKED;
    }
}

/**
 * Whether an entry works as a level-triggered one: only vectors do, the rest are edges whatever the
 * trigger mode says (82093AA, 3.2.4, delivery mode).
 * @param entry the entry
 * @return whether
 */
static bool is_level(uint64_t entry)
{
    uint8_t mode = (uint8_t)(entry >> 8 & 7);
    return (entry & ENTRY_LEVEL) != 0 && (mode == MK_IRQ_FIXED || mode == MK_IRQ_LOWEST);
}

/**
 * Sends an entry's message.
 * @param unit the I/O APIC
 * @param entry the entry
 * @return whether a local APIC accepted it
 */
static bool send(const struct mk_ioapic_unit *unit, uint64_t entry)
{
    const struct mk_irq_message message = {
        .destination = mk_irq_destination((uint8_t)(entry >> 56)),
        .logical = (entry & ENTRY_LOGICAL) != 0,
        .mode = (uint8_t)(entry >> 8 & 7),
        .vector = (uint8_t)(entry & 0xff),
        .level = is_level(entry),
    };
    return unit->sink.send(unit->sink.receiver, &message);
}

/**
 * Sends a level-triggered input that is asserted, not masked and not being served.
 * @param unit the I/O APIC
 * @param pin input
 */
static void level_check(struct mk_ioapic_unit *unit, uint32_t pin)
{
    uint64_t entry = unit->entries[pin];
    if (unit->lines[pin] && is_level(entry) && (entry & (ENTRY_MASKED | ENTRY_REMOTE_IRR)) == 0 &&
        send(unit, entry)) {
        unit->entries[pin] |= ENTRY_REMOTE_IRR;
    }
}

void mk_ioapic_line(struct mk_ioapic_unit *unit, uint32_t pin, bool asserted)
{
    if (pin >= unit->pins) {
        return;
    }
    bool edge = asserted && !unit->lines[pin];
    uint64_t entry = unit->entries[pin];
    unit->lines[pin] = asserted;
    if (edge && !is_level(entry) && (entry & ENTRY_MASKED) == 0) {
        send(unit, entry);
    }
    level_check(unit, pin);
}

void mk_ioapic_eoi(struct mk_ioapic_unit *unit, uint8_t vector)
{
    for (uint32_t pin = 0; pin < unit->pins; pin++) {
        uint64_t entry = unit->entries[pin];
        if ((entry & ENTRY_REMOTE_IRR) != 0 && (entry & 0xff) == vector) {
            unit->entries[pin] &= ~ENTRY_REMOTE_IRR;
            if (unit->sink.served != NULL) {
                unit->sink.served(unit->sink.receiver, unit->sink.base, pin);
            }
            level_check(unit, pin);
        }
    }
}

/**
 * Writes half of an entry.
 * @param unit the I/O APIC
 * @param pin input, which exists
 * @param high whether it is the upper half
 * @param value value
 */
static void entry_write(struct mk_ioapic_unit *unit, uint32_t pin, bool high, uint32_t value)
{
    uint64_t old = unit->entries[pin];
    uint64_t entry = high ? (old & LOW) | ((uint64_t)value << 32 & ENTRY_HIGH)
                          : (old & (ENTRY_HIGH | ENTRY_REMOTE_IRR)) | (value & ENTRY_LOW);
    unit->entries[pin] = is_level(entry) ? entry : entry & ~ENTRY_REMOTE_IRR;
    level_check(unit, pin);
}

/**
 * Which input an index is of.
 * @param unit the I/O APIC
 * @param pin receives the input
 * @return whether there is one
 */
static bool selected_pin(const struct mk_ioapic_unit *unit, uint32_t *pin)
{
    *pin = ((uint32_t)unit->select - INDEX_ENTRIES) / 2;
    return unit->select >= INDEX_ENTRIES && *pin < unit->pins;
}

/**
 * Reads what the index says.
 * @param unit the I/O APIC
 * @return value; all ones where no register is
 */
static uint32_t window_read(const struct mk_ioapic_unit *unit)
{
    uint32_t pin;
    switch (unit->select) {
    case INDEX_ID:
    case INDEX_ARBITRATION:
        return unit->id;
    case INDEX_VERSION:
        return VERSION | (unit->pins - 1) << 16;
    default:
        if (!selected_pin(unit, &pin)) {
            return UINT32_MAX;
        }
        return (uint32_t)(unit->entries[pin] >> (unit->select % 2 * 32));
    }
}

/**
 * Writes what the index says.
 * @param unit the I/O APIC
 * @param value value
 */
static void window_write(struct mk_ioapic_unit *unit, uint32_t value)
{
    uint32_t pin;
    if (unit->select == INDEX_ID) {
        unit->id = value & ID_BITS;
    } else if (selected_pin(unit, &pin)) {
        entry_write(unit, pin, unit->select % 2 != 0, value);
    }
}

/**
 * Reads (#mk_ioapic_ops).
 * @param device the I/O APIC
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @return value
 */
static uint64_t mmio_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    const struct mk_ioapic_unit *unit = device;
    (void)now;
    if (bytes != 4) {
        return 0;
    }
    switch (offset) {
    case REG_SELECT:
        return unit->select;
    case REG_WINDOW:
        return window_read(unit);
    default:
        return 0;
    }
}

/**
 * Writes (#mk_ioapic_ops).
 * @param device the I/O APIC
 * @param now TSC value
 * @param offset from the first register
 * @param bytes size
 * @param value value
 */
static void mmio_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    struct mk_ioapic_unit *unit = device;
    (void)now;
    if (bytes != 4) {
        return;
    }
    switch (offset) {
    case REG_SELECT:
        unit->select = (uint8_t)(value & 0xff);
        break;
    case REG_WINDOW:
        window_write(unit, (uint32_t)value);
        break;
    case REG_EOI:
        mk_ioapic_eoi(unit, (uint8_t)(value & 0xff));
        break;
    default:
        break;
    }
}

const struct mk_device_ops mk_ioapic_ops = {mmio_read, mmio_write};

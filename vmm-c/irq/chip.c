/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The interrupt controllers of a VM: which line leads where.
 */
#include "makatea/irqchip.h"

/**
 * Tells all I/O APICs that an interrupt was served (struct mk_lapic_eoi).
 * @param context the interrupt controllers
 * @param vector vector
 */
static void eoi(void *context, uint8_t vector)
{
    struct mk_irqchip *chip = context;
    for (uint32_t i = 0; i < chip->ioapic_count; i++) {
        mk_ioapic_eoi(&chip->ioapics[i], vector);
    }
}

/**
 * Gives a message to the local APIC (struct mk_irq_sink).
 * @param receiver the interrupt controllers
 * @param message the message
 * @return whether it was accepted
 */
static bool send(void *receiver, const struct mk_irq_message *message)
{
    struct mk_irqchip *chip = receiver;
    return mk_lapic_receive(&chip->lapic, message);
}

/**
 * Says that a level-triggered interrupt was served (struct mk_irq_sink).
 * @param receiver the interrupt controllers
 * @param base GSI of the I/O APIC's first input
 * @param pin input
 */
static void served(void *receiver, uint32_t base, uint32_t pin)
{
    const struct mk_irqchip *chip = receiver;
    if (chip->served.tell != NULL) {
        chip->served.tell(chip->served.context, base + pin);
    }
}

/**
 * Whether a GSI is an input of an I/O APIC.
 * @param ioapic the I/O APIC
 * @param gsi GSI
 * @return whether
 */
static bool has(const struct mk_ioapic *ioapic, uint32_t gsi)
{
    return gsi >= ioapic->gsi_base && gsi - ioapic->gsi_base < ioapic->pins;
}

/**
 * Sets a line (struct mk_irq_out).
 * @param context the interrupt controllers
 * @param gsi GSI
 * @param asserted whether it is asserted
 */
static void line(void *context, uint32_t gsi, bool asserted)
{
    struct mk_irqchip *chip = context;
    for (uint32_t i = 0; i < chip->ioapic_count; i++) {
        if (has(&chip->plan[i], gsi)) {
            mk_ioapic_line(&chip->ioapics[i], gsi - chip->plan[i].gsi_base, asserted);
        }
    }
}

/**
 * Sends a message of a device (struct mk_irq_out).
 * @param context the interrupt controllers
 * @param address where it is written to
 * @param data what is written
 */
static void message(void *context, uint64_t address, uint32_t data)
{
    struct mk_irqchip *chip = context;
    struct mk_irq_message decoded;
    if (mk_msi_decode(address, data, &decoded)) {
        mk_lapic_receive(&chip->lapic, &decoded);
    }
}

/**
 * Whether the plan is possible.
 * @param config the plan
 * @param room how many I/O APICs there is room for
 * @return whether
 */
static bool acceptable(const struct mk_vm_config *config, uint32_t room)
{
    const struct mk_ioapic *plan = config->ioapics;
    if (config->ioapic_count > room) {
        return false;
    }
    for (uint32_t i = 0; i < config->ioapic_count; i++) {
        if (plan[i].pins == 0 || plan[i].pins > MK_IOAPIC_PINS_MAX ||
            plan[i].gsi_base > UINT32_MAX - plan[i].pins) {
            return false;
        }
        for (uint32_t j = 0; j < i; j++) {
            if (has(&plan[i], plan[j].gsi_base) || has(&plan[j], plan[i].gsi_base)) {
                return false;
            }
        }
    }
    for (uint32_t i = 0; i < config->gsi_count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < config->ioapic_count; j++) {
            found = found || has(&plan[j], config->gsis[i].gsi);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

bool mk_irqchip_init(struct mk_irqchip *chip, const struct mk_irqchip_parts *parts)
{
    const struct mk_vm_config *config = parts->config;
    if (!acceptable(config, parts->ioapic_room)) {
        return false;
    }
    chip->plan = config->ioapics;
    chip->ioapic_count = config->ioapic_count;
    chip->ioapics = parts->ioapics;
    chip->served = parts->served;
    mk_lapic_init(&chip->lapic, parts->apic_id, parts->tsc_hz, (struct mk_lapic_eoi){chip, eoi});
    for (uint32_t i = 0; i < chip->ioapic_count; i++) {
        mk_ioapic_init(&chip->ioapics[i], chip->plan[i].id, chip->plan[i].pins,
                       (struct mk_irq_sink){chip, send, served, chip->plan[i].gsi_base});
    }
    return true;
}

void mk_irqchip_reset(struct mk_irqchip *chip)
{
    mk_lapic_reset(&chip->lapic);
    for (uint32_t i = 0; i < chip->ioapic_count; i++) {
        mk_ioapic_reset(&chip->ioapics[i], chip->plan[i].id);
    }
}

bool mk_irqchip_attach(struct mk_irqchip *chip, struct mk_bus *bus)
{
    bool added = mk_bus_add(bus, MK_LAPIC_GPA, MK_LAPIC_BYTES, &mk_lapic_ops, &chip->lapic);
    for (uint32_t i = 0; i < chip->ioapic_count; i++) {
        added = mk_bus_add(bus, chip->plan[i].gpa, MK_IOAPIC_BYTES, &mk_ioapic_ops,
                           &chip->ioapics[i]) &&
                added;
    }
    return added;
}

struct mk_irq_out mk_irqchip_out(struct mk_irqchip *chip)
{
    return (struct mk_irq_out){chip, line, message};
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target of the interrupt controllers: a guest that touches all registers, devices that
 * interrupt, a processor that takes interrupts, and time. After each step everything that must
 * always hold is looked at, computed here in another way than the controllers do.
 */
#include <string.h>

#include "makatea/irqchip.h"
#include "makatea/lapic_page.h"
#include "makatea/vmx.h"

/** What must hold. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            __builtin_trap();                                                                      \
        }                                                                                          \
    } while (0)

/** Steps of one run. */
#define STEPS_MAX 2000
/** TSC frequency. */
#define HZ 1000000000
/** APIC id. */
#define ID 2

/** Addresses of the registers. */
static const struct mk_ioapic plan[] = {{0xfec00000, 0, 24, 1}, {0xfec01000, 24, 24, 2}};
/** The plan. */
static const struct mk_vm_config config = {.ioapics = plan, .ioapic_count = 2};

/** Input that is used up. */
struct input {
    const uint8_t *bytes; /**< Rest. */
    size_t count;         /**< Its size. */
};

/** What is fuzzed. */
struct world {
    struct mk_irqchip chip;           /**< Controllers. */
    struct mk_ioapic_unit ioapics[2]; /**< State of the I/O APICs. */
    struct mk_bus_range ranges[3];    /**< Ranges of the bus. */
    struct mk_bus bus;                /**< Bus. */
    struct mk_irq_out out;            /**< Way of devices. */
    uint64_t now;                     /**< Time. */
};

/** Takes a number of some bytes; zeros when the input is used up. */
static uint64_t take(struct input *in, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < bytes && in->count > 0; i++) {
        value |= (uint64_t)*in->bytes++ << (8 * i);
        in->count--;
    }
    return value;
}

/** Vectors 8 i to 8 i + 7 of ISR, TMR or IRR. */
static uint32_t eight(const struct world *w, uint32_t bank, uint32_t i)
{
    return ((const uint8_t *)w->chip.lapic.page)[bank + i / 4 * 16 + i % 4];
}

/** Whether a vector is set in ISR, TMR or IRR. */
static bool is_set(const struct world *w, uint32_t bank, uint32_t vector)
{
    return (eight(w, bank, vector / 8) >> vector % 8 & 1) != 0;
}

/** The highest vector of a bank, 0 for none. */
static uint32_t highest(const struct world *w, uint32_t bank)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < 32; i++) {
        for (uint32_t bits = eight(w, bank, i), bit = 0; bits >> bit != 0; bit++) {
            found = (bits >> bit & 1) != 0 ? 8 * i + bit : found;
        }
    }
    return found;
}

/** What must hold of the local APIC. */
static void lapic_check(const struct world *w)
{
    const struct mk_lapic *lapic = &w->chip.lapic;
    for (uint32_t class = 0; class < 16; class ++) {
        uint32_t serving = eight(w, MK_LAPIC_ISR, 2 * class) | eight(w, MK_LAPIC_ISR, 2 * class + 1)
                                                                   << 8;
        MUST((serving & (serving - 1)) == 0); /* at most one */
    }
    for (uint32_t i = 0; i < 2; i++) {
        MUST(eight(w, MK_LAPIC_ISR, i) == 0 && eight(w, MK_LAPIC_IRR, i) == 0);
    }
    uint32_t tpr = lapic->page[0x80 / 4];
    uint32_t isr = highest(w, MK_LAPIC_ISR) / 16;
    uint32_t ppr = tpr / 16 < isr ? 16 * isr : tpr;
    MUST(tpr < 256 && lapic->page[0xa0 / 4] == ppr);

    bool enabled = (lapic->page[0xf0 / 4] & 0x100) != 0;
    uint32_t irr = highest(w, MK_LAPIC_IRR);
    int next = enabled && irr / 16 > ppr / 16 ? (int)irr : -1;
    MUST(mk_lapic_next(lapic) == next);
    MUST(mk_lapic_pending(lapic) == (next >= 0 || lapic->nmi));
    for (uint32_t entry = 0x320; entry <= 0x370; entry += 16) {
        MUST(enabled || (lapic->page[entry / 4] & 0x10000) != 0);
    }
    uint64_t mode = lapic->base & 0xc00;
    MUST((lapic->base & ~UINT64_C(0xd00)) == 0xfee00000 && mode != 0x400);
    MUST(mode != 0 || (irr == 0 && isr == 0 && lapic->deadline == 0));
    MUST(lapic->page[0x20 / 4] == (mode == 0xc00 ? ID : (uint32_t)ID << 24));
    MUST(mode != 0xc00 || lapic->page[0xd0 / 4] == 1U << ID);
    MUST((lapic->errors & ~UINT32_C(0xe0)) == 0);
}

/** What must hold of the I/O APICs. */
static void ioapic_check(const struct world *w)
{
    for (uint32_t i = 0; i < 2; i++) {
        const struct mk_ioapic_unit *unit = &w->ioapics[i];
        MUST(unit->entries[24] == 0 && !unit->lines[24]);
        for (uint32_t pin = 0; pin < 24; pin++) {
            uint64_t entry = unit->entries[pin];
            MUST((entry & UINT64_C(0x00fffffffffe1000)) == 0);
            MUST((entry & 0x4000) == 0 || ((entry & 0x8000) != 0 && (entry & 0x600) == 0));
        }
    }
}

/** Writes an MSR; one that is refused must have changed nothing. */
static bool wrmsr(struct world *w, uint32_t msr, uint64_t value)
{
    static struct mk_lapic before;
    mk_lapic_tick(&w->chip.lapic, w->now);
    memcpy(&before, &w->chip.lapic, sizeof(before));
    bool done = mk_lapic_msr_write(&w->chip.lapic, w->now, msr, value);
    MUST(done || memcmp(&before, &w->chip.lapic, sizeof(before)) == 0);
    return done;
}

/** Number of an MSR, mostly one that exists. */
static uint32_t msr_number(struct input *in)
{
    uint32_t number = (uint32_t)take(in, 1);
    return number == 0xff   ? MK_MSR_APIC_BASE
           : number == 0xfe ? MK_MSR_TSC_DEADLINE
                            : 0x800 + number;
}

/** An access of any size at any place, by the bus. */
static void access(struct world *w, struct input *in, uint64_t gpa)
{
    uint64_t where = gpa + take(in, 2) % 4096;
    uint32_t how = (uint32_t)take(in, 1);
    uint32_t bytes = 1U << how % 4;
    if ((how & 0x80) != 0) {
        mk_bus_write(&w->bus, w->now, where, bytes, take(in, bytes));
    } else {
        mk_bus_read(&w->bus, w->now, where, bytes);
    }
}

/** The guest's registers of the I/O APICs, by index. */
static void ioapic_write(struct world *w, struct input *in)
{
    uint64_t gpa = plan[take(in, 1) % 2].gpa;
    mk_bus_write(&w->bus, w->now, gpa, 4, take(in, 1));
    mk_bus_write(&w->bus, w->now, gpa + 0x10, 4, take(in, 4));
    mk_bus_read(&w->bus, w->now, gpa + 0x10, 4);
}

/** Ends an interrupt, in whatever mode; the highest in service must be gone. */
static void end(struct world *w)
{
    uint32_t vector = highest(w, MK_LAPIC_ISR);
    bool x2 = mk_lapic_is_x2(&w->chip.lapic);
    if (x2) {
        MUST(wrmsr(w, 0x80b, 0));
    } else {
        mk_bus_write(&w->bus, w->now, MK_LAPIC_GPA + 0xb0, 4, 0);
    }
    MUST(vector == 0 || !is_set(w, MK_LAPIC_ISR, vector));
}

/** Takes the next interrupt as a processor would. */
static void deliver(struct world *w)
{
    int vector = mk_lapic_next(&w->chip.lapic);
    if (vector >= 0) {
        mk_lapic_accept(&w->chip.lapic, (uint8_t)vector);
        MUST(highest(w, MK_LAPIC_ISR) == (uint32_t)vector);
        MUST(!is_set(w, MK_LAPIC_IRR, (uint32_t)vector));
    }
}

/** The period that the guest asked for, or the least one. */
static uint64_t period(const struct mk_lapic *lapic)
{
    static const uint64_t divisors[] = {2, 4, 8, 16, 32, 64, 128, 1};
    uint32_t divide = lapic->page[0x3e0 / 4];
    uint64_t asked = lapic->page[0x380 / 4] * divisors[(divide & 3) | (divide & 8) >> 1];
    return asked > lapic->period_min ? asked : lapic->period_min;
}

/** Lets time pass; the timer's next event must then lie ahead, a periodic one's in step. */
static void pass(struct world *w, struct input *in)
{
    const struct mk_lapic *lapic = &w->chip.lapic;
    uint64_t ticks = take(in, 1) << take(in, 1) % 64;
    uint64_t before = lapic->deadline;
    w->now = ticks <= UINT64_MAX - w->now ? w->now + ticks : UINT64_MAX;
    mk_lapic_tick(&w->chip.lapic, w->now);
    uint64_t after = lapic->deadline;
    MUST(after == 0 || after > w->now);
    if (after != before && after != 0) {
        MUST((lapic->page[0x320 / 4] >> 17 & 3) == 1 && lapic->period_min > HZ / 10000);
        MUST(after - w->now <= period(lapic) && (after - before) % period(lapic) == 0);
    }
    MUST(mk_lapic_deadline(lapic) == ((lapic->page[0x320 / 4] & 0x10000) != 0 ? 0 : after));
}

/** Changes the mode, or tries to. */
static void mode_change(struct world *w, uint64_t bits)
{
    /* From 0, 4, 8, 12 (disabled, invalid, xAPIC, x2APIC): where to, a bit each. */
    static const uint64_t legal[] = {0x101, 0, 0x1101, 0x1001};
    uint64_t from = w->chip.lapic.base >> 8 & 12;
    MUST(wrmsr(w, MK_MSR_APIC_BASE, 0xfee00000 | bits << 8) ==
         ((legal[from / 4] >> (bits & 12) & 1) != 0));
}

/** Makes one step. */
static void step(struct world *w, struct input *in)
{
    uint64_t value;
    uint32_t number;
    switch (take(in, 1) % 16) {
    case 0:
    case 1:
        value = take(in, 1) % 64 * 16;
        mk_bus_write(&w->bus, w->now, MK_LAPIC_GPA + value, 4, take(in, 4));
        break;
    case 2:
        access(w, in, MK_LAPIC_GPA);
        break;
    case 3:
    case 4:
        ioapic_write(w, in);
        break;
    case 5:
        access(w, in, plan[take(in, 1) % 2].gpa);
        break;
    case 6:
        number = msr_number(in);
        wrmsr(w, number, take(in, 8));
        break;
    case 7:
        mk_lapic_msr_read(&w->chip.lapic, w->now, msr_number(in), &value);
        break;
    case 8:
        number = (uint32_t)take(in, 1);
        w->out.line(w->out.chip, number == 0xff ? (uint32_t)take(in, 4) : number % 64,
                    take(in, 1) % 2 != 0);
        break;
    case 9:
        value = 0xfee00000 ^ take(in, 4);
        w->out.message(w->out.chip, value, (uint32_t)take(in, 4));
        break;
    case 10:
        deliver(w);
        break;
    case 11:
        pass(w, in);
        break;
    case 12:
        mode_change(w, take(in, 1) & 13);
        break;
    case 13:
        end(w);
        break;
    case 14:
        value = take(in, 1);
        MUST(mk_lapic_cr8_write(&w->chip.lapic, value) == (value < 16));
        MUST(value >= 16 || mk_lapic_cr8_read(&w->chip.lapic) == value);
        break;
    default:
        value = take(in, 1);
        mk_lapic_nmi_take(&w->chip.lapic);
        MUST(!w->chip.lapic.nmi);
        if (value == 0) {
            mk_irqchip_reset(&w->chip);
        } else {
            wrmsr(w, MK_MSR_TSC_DEADLINE, w->now + (value - 1));
        }
        break;
    }
}

/**
 * Runs one input.
 * @param bytes input
 * @param count its size
 * @return 0
 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static struct world w;
    struct input in = {bytes, count};
    memset(&w, 0, sizeof(w));
    const struct mk_irqchip_parts parts = {
        .config = &config, .ioapics = w.ioapics, .ioapic_room = 2, .apic_id = ID, .tsc_hz = HZ};
    w.bus = (struct mk_bus){.ranges = w.ranges, .room = 3};
    MUST(mk_irqchip_init(&w.chip, &parts) && mk_irqchip_attach(&w.chip, &w.bus));
    w.out = mk_irqchip_out(&w.chip);
    for (uint32_t i = 0; i < STEPS_MAX && in.count > 0; i++) {
        step(&w, &in);
        lapic_check(&w);
        ioapic_check(&w);
    }
    return 0;
}

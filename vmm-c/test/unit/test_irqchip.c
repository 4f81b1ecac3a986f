/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of messages of devices, and of all interrupt controllers together, reached by a bus.
 */
#include "makatea/irqchip.h"
#include "makatea/lapic_page.h"
#include "unit.h"

/** Address of the first I/O APIC, and of the second. */
#define IOAPIC_0 UINT64_C(0xfec00000)
/** The second. */
#define IOAPIC_1 UINT64_C(0xfec01000)
/** I/O APICs that there is room for when plans are judged: all that 8-bit ids can tell apart. */
#define IOAPICS 254

static const struct mk_ioapic plan[] = {{IOAPIC_0, 0, 24, 1}, {IOAPIC_1, 24, 24, 2}};
static const struct mk_gsi gsis[] = {{4, false, false, "com1"}, {47, true, true, "nic"}};
static const struct mk_vm_config config = {
    .ioapics = plan, .ioapic_count = 2, .gsis = gsis, .gsi_count = 2};

/** Controllers, the bus that leads to them, and the way of devices. */
struct fixture {
    struct mk_irqchip chip;           /**< Controllers. */
    struct mk_ioapic_unit ioapics[2]; /**< State of the I/O APICs. */
    struct mk_bus_range ranges[3];    /**< Ranges of the bus. */
    struct mk_bus bus;                /**< Bus. */
    struct mk_irq_out out;            /**< Way of devices. */
};

/** Makes them, with a software-enabled local APIC of id 5. */
static void start(struct fixture *f)
{
    *f = (struct fixture){.bus = {.room = 3}};
    f->bus.ranges = f->ranges;
    const struct mk_irqchip_parts parts = {.config = &config,
                                           .ioapics = f->ioapics,
                                           .ioapic_room = 2,
                                           .apic_id = 5,
                                           .tsc_hz = 1000000000};
    UNIT_CHECK(mk_irqchip_init(&f->chip, &parts));
    UNIT_CHECK(mk_irqchip_attach(&f->chip, &f->bus));
    f->out = mk_irqchip_out(&f->chip);
    mk_bus_write(&f->bus, 0, MK_LAPIC_GPA + MK_LAPIC_SVR, 4, 0x1ff);
}

/** Writes a register of an I/O APIC by index. */
static void put(struct fixture *f, uint64_t gpa, uint32_t index, uint32_t value)
{
    mk_bus_write(&f->bus, 0, gpa, 4, index);
    mk_bus_write(&f->bus, 0, gpa + 0x10, 4, value);
}

/** Takes the next interrupt. */
static int take(struct fixture *f)
{
    int vector = mk_lapic_next(&f->chip.lapic);
    if (vector >= 0) {
        mk_lapic_accept(&f->chip.lapic, (uint8_t)vector);
    }
    return vector;
}

/** Writes EOI. */
static void end(struct fixture *f)
{
    mk_bus_write(&f->bus, 0, MK_LAPIC_GPA + MK_LAPIC_EOI, 4, 0);
}

static void sdm3_11_11_1_message_address(struct mk_vm *vm)
{
    struct mk_irq_message m;
    (void)vm;
    UNIT_CHECK(mk_msi_decode(0xfee12000, 0, &m) && m.destination == 0x12 && !m.logical);
    UNIT_CHECK(mk_msi_decode(0xfee01ffc, 0, &m) && m.destination == 0x01 && m.logical);
    UNIT_CHECK(mk_msi_decode(0xfeeff00c, 0, &m) && m.destination == MK_IRQ_BROADCAST);
    UNIT_CHECK(!mk_msi_decode(0xfed00000, 0, &m) && !mk_msi_decode(0xfef00000, 0, &m));
    UNIT_CHECK(!mk_msi_decode(UINT64_C(0x1fee00000), 0, &m) && !mk_msi_decode(0, 0, &m));
}

static void sdm3_11_11_2_message_data(struct mk_vm *vm)
{
    struct mk_irq_message m;
    (void)vm;
    UNIT_CHECK(mk_msi_decode(0xfee00000, 0xffff0031, &m) && m.vector == 0x31 && m.mode == 0);
    UNIT_CHECK(mk_msi_decode(0xfee00000, 0x00000400, &m) && m.mode == MK_IRQ_NMI && !m.level);
    UNIT_CHECK(mk_msi_decode(0xfee00000, 0x0000c031, &m) && m.level);
    UNIT_CHECK(!mk_msi_decode(0xfee00000, 0x00008031, &m));
}

static void a_message_of_a_device_reaches_the_processor_it_names(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    f.out.message(f.out.chip, 0xfee05000, 0x41);
    UNIT_CHECK(take(&f) == 0x41);
    f.out.message(f.out.chip, 0xfee06000, 0x51);
    f.out.message(f.out.chip, 0xfe005000, 0x51);
    f.out.message(f.out.chip, 0xfee05000, 0x07);
    UNIT_CHECK(take(&f) == -1 && f.chip.lapic.errors == MK_LAPIC_ERROR_RECEIVE);
    mk_bus_write(&f.bus, 0, MK_LAPIC_GPA + MK_LAPIC_LDR, 4, 0x01000000);
    f.out.message(f.out.chip, 0xfee01004, 0x61);
    UNIT_CHECK(take(&f) == 0x61);
}

static void sdm3_11_12_6_messages_have_eight_bits_in_x2apic_mode(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    UNIT_CHECK(mk_lapic_msr_write(&f.chip.lapic, 0, 0x1b, 0xfee00d00));
    f.out.message(f.out.chip, 0xfee05000, 0x41);
    UNIT_CHECK(take(&f) == 0x41);
    f.out.message(f.out.chip, 0xfeeff000, 0x51);
    UNIT_CHECK(take(&f) == 0x51);
    f.out.message(f.out.chip, 0xfee20004, 0x61); /* bit 5 of cluster 0 */
    UNIT_CHECK(take(&f) == 0x61);
    f.out.message(f.out.chip, 0xfee10004, 0x71);
    UNIT_CHECK(take(&f) == -1);
}

static void cve_2016_9777_destination_255_or_unknown_is_no_index(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    for (uint32_t id = 0; id < 256; id++) {
        put(&f, IOAPIC_0, 0x11, id << 24);
        put(&f, IOAPIC_0, 0x10, 0x40);
        f.out.line(f.out.chip, 0, true);
        f.out.line(f.out.chip, 0, false);
        UNIT_CHECK(take(&f) == (id == 5 || id == 255 ? 0x40 : -1));
        end(&f);
    }
}

static void cve_2017_1000252_gsi_out_of_range_changes_nothing(struct mk_vm *vm)
{
    static const uint32_t wrong[] = {48, 49, 0x7fffffff, 0x80000000, UINT32_MAX};
    struct fixture f;
    (void)vm;
    start(&f);
    for (uint32_t index = 0; index < 24; index++) {
        put(&f, IOAPIC_0, 0x11 + 2 * index, 0x05000000);
        put(&f, IOAPIC_0, 0x10 + 2 * index, 0x40);
        put(&f, IOAPIC_1, 0x11 + 2 * index, 0x05000000);
        put(&f, IOAPIC_1, 0x10 + 2 * index, 0x40);
    }
    for (uint32_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        f.out.line(f.out.chip, wrong[i], true);
        UNIT_CHECK(take(&f) == -1);
    }
    f.out.line(f.out.chip, 47, true);
    UNIT_CHECK(take(&f) == 0x40);
}

static void a_level_goes_through_eoi_to_the_right_ioapic_and_back(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, IOAPIC_1, 0x10 + 2 * 23 + 1, 0x05000000);
    put(&f, IOAPIC_1, 0x10 + 2 * 23, 0x8042);
    f.out.line(f.out.chip, 47, true);
    UNIT_CHECK(take(&f) == 0x42 && take(&f) == -1);
    end(&f);
    UNIT_CHECK(take(&f) == 0x42);
    f.out.line(f.out.chip, 47, false);
    end(&f);
    UNIT_CHECK(take(&f) == -1);
    UNIT_CHECK(mk_bus_read(&f.bus, 0, IOAPIC_1 + 0x10, 4) == 0x8042);
}

static void reset_masks_everything_and_keeps_what_is_asserted(struct mk_vm *vm)
{
    struct fixture f;
    (void)vm;
    start(&f);
    put(&f, IOAPIC_0, 0x19, 0x05000000);
    put(&f, IOAPIC_0, 0x18, 0x8042);
    f.out.line(f.out.chip, 4, true);
    mk_irqchip_reset(&f.chip);
    UNIT_CHECK(mk_lapic_next(&f.chip.lapic) == -1 && mk_bus_read(&f.bus, 0, IOAPIC_0, 4) == 0);
    mk_bus_write(&f.bus, 0, MK_LAPIC_GPA + MK_LAPIC_SVR, 4, 0x1ff);
    UNIT_CHECK(take(&f) == -1);
    put(&f, IOAPIC_0, 0x19, 0x05000000);
    put(&f, IOAPIC_0, 0x18, 0x8042);
    UNIT_CHECK(take(&f) == 0x42);
}

/** Whether a plan is accepted. */
static bool accepted(const struct mk_ioapic *ioapics, uint32_t count, uint32_t gsi)
{
    static struct mk_irqchip chip;
    static struct mk_ioapic_unit units[IOAPICS];
    const struct mk_gsi used = {gsi, false, false, "used"};
    const struct mk_vm_config c = {
        .ioapics = ioapics, .ioapic_count = count, .gsis = &used, .gsi_count = 1};
    const struct mk_irqchip_parts parts = {
        .config = &c, .ioapics = units, .ioapic_room = IOAPICS, .tsc_hz = 1000000000};
    return mk_irqchip_init(&chip, &parts);
}

static void plans_that_can_not_be_are_refused(struct mk_vm *vm)
{
    static const struct mk_ioapic overlap[] = {{IOAPIC_0, 8, 24, 1}, {IOAPIC_1, 31, 24, 2}};
    static const struct mk_ioapic wrap[] = {{IOAPIC_0, UINT32_MAX - 10, 24, 1}};
    static const struct mk_ioapic none[] = {{IOAPIC_0, 0, 0, 1}};
    static const struct mk_ioapic much[] = {{IOAPIC_0, 0, MK_IOAPIC_PINS_MAX + 1, 1}};
    struct mk_ioapic many[IOAPICS + 1];
    struct fixture f;
    (void)vm;
    for (uint32_t i = 0; i <= IOAPICS; i++) {
        many[i] = (struct mk_ioapic){IOAPIC_0 + UINT64_C(4096) * i, 24 * i, 24, 1};
    }
    UNIT_CHECK(accepted(plan, 2, 47) && !accepted(plan, 2, 48) && !accepted(plan, 0, 0));
    UNIT_CHECK(!accepted(overlap, 2, 8) && !accepted(wrap, 1, UINT32_MAX - 10));
    UNIT_CHECK(!accepted(none, 1, 0) && !accepted(much, 1, 0));
    UNIT_CHECK(accepted(many, IOAPICS, 24 * IOAPICS - 1) && !accepted(many, IOAPICS + 1, 0));
    start(&f);
    UNIT_CHECK(!mk_irqchip_attach(&f.chip, &f.bus));
}

const struct unit_test unit_irqchip[] = {
    UNIT_TEST(sdm3_11_11_1_message_address),
    UNIT_TEST(sdm3_11_11_2_message_data),
    UNIT_TEST(a_message_of_a_device_reaches_the_processor_it_names),
    UNIT_TEST(sdm3_11_12_6_messages_have_eight_bits_in_x2apic_mode),
    UNIT_TEST(cve_2016_9777_destination_255_or_unknown_is_no_index),
    UNIT_TEST(cve_2017_1000252_gsi_out_of_range_changes_nothing),
    UNIT_TEST(a_level_goes_through_eoi_to_the_right_ioapic_and_back),
    UNIT_TEST(reset_masks_everything_and_keeps_what_is_asserted),
    UNIT_TEST(plans_that_can_not_be_are_refused),
    {NULL, NULL},
};

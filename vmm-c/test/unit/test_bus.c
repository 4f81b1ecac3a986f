/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the bus.
 */
#include "makatea/bus.h"
#include "unit.h"

/** What a device of the tests saw last. */
struct probe {
    uint64_t offset; /**< Offset. */
    uint32_t bytes;  /**< Size. */
    uint64_t value;  /**< Value. */
    uint32_t calls;  /**< How often. */
};

static uint64_t probe_read(void *device, uint64_t now, uint64_t offset, uint32_t bytes)
{
    struct probe *p = device;
    *p = (struct probe){offset, bytes, now, p->calls + 1};
    return UINT64_C(0x1122334455667788);
}

static void probe_write(void *device, uint64_t now, uint64_t offset, uint32_t bytes, uint64_t value)
{
    struct probe *p = device;
    (void)now;
    *p = (struct probe){offset, bytes, value, p->calls + 1};
}

static const struct mk_device_ops probe_ops = {probe_read, probe_write};

/** Ranges of the buses of these tests. */
static struct mk_bus_range ranges[64];

/** An empty bus. */
static struct mk_bus empty(void)
{
    return (struct mk_bus){.ranges = ranges, .room = MK_COUNT(ranges)};
}

static void bus_gives_offset_size_and_cut_values(struct mk_vm *vm)
{
    struct mk_bus bus = empty();
    struct probe p = {0, 0, 0, 0};
    (void)vm;
    UNIT_CHECK(mk_bus_add(&bus, 0x1000, 0x10, &probe_ops, &p));
    UNIT_CHECK(mk_bus_read(&bus, 7, 0x1008, 2) == 0x7788 && p.offset == 8 && p.value == 7);
    mk_bus_write(&bus, 7, 0x100f, 1, 0xabcd);
    UNIT_CHECK(p.offset == 15 && p.bytes == 1 && p.value == 0xcd);
}

static void bus_without_a_device_reads_ones_and_drops_writes(struct mk_vm *vm)
{
    struct mk_bus bus = empty();
    struct probe p = {0, 0, 0, 0};
    (void)vm;
    mk_bus_add(&bus, 0x1000, 0x10, &probe_ops, &p);
    UNIT_CHECK(mk_bus_read(&bus, 0, 0xfff, 4) == UINT64_MAX);
    UNIT_CHECK(mk_bus_read(&bus, 0, 0x100f, 2) == UINT64_MAX);
    UNIT_CHECK(mk_bus_read(&bus, 0, 0x1000, 3) == UINT64_MAX);
    UNIT_CHECK(mk_bus_read(&bus, 0, UINT64_MAX, 8) == UINT64_MAX);
    mk_bus_write(&bus, 0, 0x1010, 1, 1);
    UNIT_CHECK(p.calls == 0);
}

static void bus_refuses_overlaps_wraps_and_one_range_too_many(struct mk_vm *vm)
{
    struct mk_bus bus = empty();
    struct probe p = {0, 0, 0, 0};
    (void)vm;
    UNIT_CHECK(mk_bus_add(&bus, 0x1000, 0x10, &probe_ops, &p));
    UNIT_CHECK(!mk_bus_add(&bus, 0x100f, 1, &probe_ops, &p));
    UNIT_CHECK(!mk_bus_add(&bus, 0xff0, 0x100, &probe_ops, &p));
    UNIT_CHECK(!mk_bus_add(&bus, 0x2000, 0, &probe_ops, &p));
    UNIT_CHECK(!mk_bus_add(&bus, UINT64_MAX, 2, &probe_ops, &p));
    UNIT_CHECK(mk_bus_add(&bus, UINT64_MAX, 1, &probe_ops, &p));
    for (uint64_t i = 2; i < MK_COUNT(ranges); i++) {
        UNIT_CHECK(mk_bus_add(&bus, i << 16, 1, &probe_ops, &p));
    }
    UNIT_CHECK(!mk_bus_add(&bus, UINT64_C(1) << 40, 1, &probe_ops, &p));
}

const struct unit_test unit_bus[] = {
    UNIT_TEST(bus_gives_offset_size_and_cut_values),
    UNIT_TEST(bus_without_a_device_reads_ones_and_drops_writes),
    UNIT_TEST(bus_refuses_overlaps_wraps_and_one_range_too_many),
    {NULL, NULL},
};

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of KVM's clock.
 */
#include <string.h>

#include "makatea/kvmclock.h"
#include "unit.h"

/** Guest memory of the tests: two pages from this address. */
#define BASE UINT64_C(0x10000)
/** Its size. */
#define SIZE UINT64_C(0x2000)

/** Guest memory, and what was written to the version first. */
struct memory {
    uint8_t bytes[SIZE];  /**< Contents. */
    uint32_t writes;      /**< How often it was written. */
    uint32_t versions[2]; /**< Versions, in the order of their writing. */
    uint32_t version;     /**< How many versions. */
    bool gone;            /**< It takes no more. */
};

static struct memory memory;
static struct mk_kvmclock kvmclock;

static bool write_memory(void *to, uint64_t gpa, const void *from, uint64_t bytes)
{
    struct memory *m = to;
    if (m->gone || gpa < BASE || gpa - BASE > SIZE - bytes) {
        return false;
    }
    memcpy(m->bytes + (gpa - BASE), from, bytes);
    m->writes++;
    if (bytes == 4 && m->version < 2) {
        memcpy(&m->versions[m->version++], from, 4);
    }
    return true;
}

static void start(uint64_t hz)
{
    memset(&memory, 0xee, sizeof(memory));
    memory.writes = memory.version = 0;
    memory.gone = false;
    UNIT_CHECK(mk_kvmclock_init(&kvmclock, hz, 5000, 1700000000, write_memory, &memory));
}

static uint64_t field(uint64_t gpa, uint32_t bytes)
{
    uint64_t value = 0;
    memcpy(&value, memory.bytes + (gpa - BASE), bytes);
    return value;
}

/** Nanoseconds, as a guest computes them. */
static uint64_t guest_time(uint64_t gpa, uint64_t tsc)
{
    uint64_t delta = tsc - field(gpa + 8, 8);
    uint64_t multiplier = field(gpa + 24, 4);
    int8_t shift = (int8_t)field(gpa + 28, 1);
    delta = shift >= 0 ? delta << shift : delta >> -shift;
    return field(gpa + 16, 8) + (delta >> 32) * multiplier +
           ((delta & UINT32_MAX) * multiplier >> 32);
}

static void kvm_features_are_the_clock_and_nothing_else(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(MK_KVM_FEATURES == 0x01000009);
}

static void kvm_msrs_exist_with_old_and_new_numbers_and_no_others(struct mk_vm *vm)
{
    static const uint32_t numbers[] = {0x11, 0x12, 0x4b564d00, 0x4b564d01};
    uint64_t value = 1;
    (void)vm;
    start(1000000000);
    for (uint32_t i = 0; i < 4; i++) {
        UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, numbers[i], BASE + 64 * i + i % 2));
        UNIT_CHECK(mk_kvmclock_msr_read(&kvmclock, numbers[i], &value));
        UNIT_CHECK(value == BASE + 64 * i + i % 2);
    }
    UNIT_CHECK(!mk_kvmclock_msr_read(&kvmclock, 0x4b564d02, &value));
    UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, 0x4b564d02, BASE));
    UNIT_CHECK(!mk_kvmclock_msr_read(&kvmclock, 0x10, &value));
    UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, 0x13, BASE));
}

static void kvm_version_is_odd_while_a_structure_is_written(struct mk_vm *vm)
{
    (void)vm;
    start(3000000000);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, BASE | 1));
    UNIT_CHECK(memory.version == 2 && memory.versions[0] == 1 && memory.versions[1] == 2);
    memory.version = 0;
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, BASE + 32));
    UNIT_CHECK(memory.versions[0] == 3 && memory.versions[1] == 4);
    UNIT_CHECK(field(BASE + 32 + MK_KVMCLOCK_WALL_BYTES, 1) == 0xee);
}

static void kvm_wall_clock_is_the_time_of_day_at_system_time_zero(struct mk_vm *vm)
{
    (void)vm;
    start(3000000000);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, BASE));
    UNIT_CHECK(field(BASE + 4, 4) == 1700000000 && field(BASE + 8, 4) == 0);
}

static void kvm_system_time_agrees_with_the_tsc_at_any_rate(struct mk_vm *vm)
{
    static const uint64_t rates[] = {1,          999999999,  1000000000,  1000000001, 2899886000,
                                     3000000000, 4000000000, 24000000000, 32768,      1ull << 40};
    (void)vm;
    for (uint32_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        start(rates[i]);
        UNIT_CHECK(kvmclock.multiplier >= UINT32_C(1) << 31);
        UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, BASE | 1));
        UNIT_CHECK(field(BASE + 4, 4) == 0 && field(BASE + 29, 1) == 1 && field(BASE + 30, 2) == 0);
        UNIT_CHECK(guest_time(BASE, 5000) == 0);
        for (uint64_t s = 1; s <= 10000; s *= 10) {
            uint64_t time = guest_time(BASE, 5000 + s * rates[i]);
            /* 32 significant bits, rounded down: at most 2^-31 less, and some shifted-out ticks. */
            UNIT_CHECK(time <= s * 1000000000);
            UNIT_CHECK(s * 1000000000 - time <= (s * 1000000000 >> 31) + 2);
        }
    }
    start(1000000000); /* one half, twice: exact */
    UNIT_CHECK(kvmclock.multiplier == UINT32_C(1) << 31 && kvmclock.shift == 1);
}

static void kvm_clock_does_not_jump_when_it_is_asked_for_again(struct mk_vm *vm)
{
    (void)vm;
    start(2899886000);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME_OLD, BASE | 1));
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, (BASE + 64) | 1));
    UNIT_CHECK(memcmp(memory.bytes + 4, memory.bytes + 68, 28) == 0);
}

static void kvm_clock_that_is_turned_off_is_not_written(struct mk_vm *vm)
{
    uint64_t value = 1;
    (void)vm;
    start(3000000000);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, 0));
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, UINT64_MAX - 1));
    UNIT_CHECK(memory.writes == 0);
    UNIT_CHECK(mk_kvmclock_msr_read(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, &value));
    UNIT_CHECK(value == UINT64_MAX - 1);
}

static void cve_2013_1796_address_must_be_aligned_and_inside_a_page(struct mk_vm *vm)
{
    static const uint64_t bad[] = {
        BASE + 0xfe4, BASE + 0xff0, BASE + 0xffc,   BASE + 2,          0,
        BASE - 4,     BASE + SIZE,  UINT64_MAX - 3, UINT64_C(1) << 63,
    };
    uint64_t value = 1;
    (void)vm;
    start(3000000000);
    for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, bad[i] | 1));
        if (i > 0 && i != 1) {
            UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, bad[i]));
        }
    }
    UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, BASE + 1));
    UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, BASE + 0xff8));
    UNIT_CHECK(memory.writes == 0 && kvmclock.version == 0);
    UNIT_CHECK(mk_kvmclock_msr_read(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, &value) && value == 0);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, (BASE + 0xfe0) | 1));
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, BASE + 0xff4));
}

static void cve_2013_1797_no_place_is_used_after_the_access_that_named_it(struct mk_vm *vm)
{
    (void)vm;
    start(3000000000);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, BASE | 1));
    memset(memory.bytes, 0, 64);
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_WALL_CLOCK, BASE + 64));
    UNIT_CHECK(mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, (BASE + 128) | 1));
    for (uint32_t i = 0; i < 64; i++) {
        UNIT_CHECK(memory.bytes[i] == 0);
    }
    memory.gone = true;
    UNIT_CHECK(!mk_kvmclock_msr_write(&kvmclock, MK_MSR_KVM_SYSTEM_TIME, BASE | 1));
    UNIT_CHECK(kvmclock.system == (BASE + 128) + 1);
}

static void kvm_clock_needs_a_tsc_of_a_sensible_rate(struct mk_vm *vm)
{
    (void)vm;
    UNIT_CHECK(!mk_kvmclock_init(&kvmclock, 0, 0, 0, write_memory, &memory));
    UNIT_CHECK(!mk_kvmclock_init(&kvmclock, (UINT64_C(1) << 40) + 1, 0, 0, write_memory, &memory));
}

const struct unit_test unit_kvmclock[] = {
    UNIT_TEST(kvm_features_are_the_clock_and_nothing_else),
    UNIT_TEST(kvm_msrs_exist_with_old_and_new_numbers_and_no_others),
    UNIT_TEST(kvm_version_is_odd_while_a_structure_is_written),
    UNIT_TEST(kvm_wall_clock_is_the_time_of_day_at_system_time_zero),
    UNIT_TEST(kvm_system_time_agrees_with_the_tsc_at_any_rate),
    UNIT_TEST(kvm_clock_does_not_jump_when_it_is_asked_for_again),
    UNIT_TEST(kvm_clock_that_is_turned_off_is_not_written),
    UNIT_TEST(cve_2013_1796_address_must_be_aligned_and_inside_a_page),
    UNIT_TEST(cve_2013_1797_no_place_is_used_after_the_access_that_named_it),
    UNIT_TEST(kvm_clock_needs_a_tsc_of_a_sensible_rate),
    {NULL, NULL},
};

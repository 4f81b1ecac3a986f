/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * KVM's clock for guests.
 */
#include "makatea/kvmclock.h"

/** Nanoseconds of a second. */
#define NANOSECONDS UINT64_C(1000000000)
/** Fastest TSC. */
#define TSC_HZ_MAX (UINT64_C(1) << 40)
/** A page: no structure crosses its end. */
#define PAGE_BYTES UINT64_C(4096)
/** Bit 0 of the system time's MSR: the structure is wanted. */
#define ENABLED UINT64_C(1)
/** PVCLOCK_TSC_STABLE_BIT: the clock never goes back, on whichever processor. */
#define FLAG_STABLE UINT64_C(1)
/** Bytes of the version, with which each structure begins. */
#define VERSION_BYTES 4

/**
 * Computes multiplier and shift: 10^9 / hz = multiplier * 2^(shift - 32), with 32 significant bits.
 * A digit of the quotient at a time, so that nothing is rounded but the end and nothing overflows.
 * @param clock the clock
 * @param hz ticks of the TSC in a second
 */
static void set_rate(struct mk_kvmclock *clock, uint64_t hz)
{
    uint64_t rest = NANOSECONDS;
    while (rest >= hz) {
        hz <<= 1;
        clock->shift++;
    }
    while (rest << 1 < hz) {
        rest <<= 1;
        clock->shift--;
    }
    for (uint32_t i = 0; i < 32; i++) {
        rest <<= 1;
        clock->multiplier = clock->multiplier << 1 | (rest >= hz ? 1 : 0);
        rest -= rest >= hz ? hz : 0;
    }
}

/**
 * Stores a number, lowest byte first.
 * @param to where
 * @param value the number
 * @param bytes its size
 */
static void put(uint8_t *to, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

/**
 * Writes a structure: an odd version while it is incomplete, then the rest, then an even version.
 * @param clock the clock
 * @param gpa where
 * @param structure the structure; its first four bytes are for the version
 * @param bytes its size
 * @return whether it was written
 */
static bool publish(struct mk_kvmclock *clock, uint64_t gpa, uint8_t *structure, uint32_t bytes)
{
    if (gpa % VERSION_BYTES != 0 || gpa % PAGE_BYTES > PAGE_BYTES - bytes) {
        return false;
    }
    put(structure, clock->version + UINT64_C(1), VERSION_BYTES);
    if (!clock->write(clock->memory, gpa, structure, VERSION_BYTES) ||
        !clock->write(clock->memory, gpa + VERSION_BYTES, structure + VERSION_BYTES,
                      bytes - VERSION_BYTES)) {
        return false;
    }
    put(structure, clock->version + UINT64_C(2), VERSION_BYTES);
    if (!clock->write(clock->memory, gpa, structure, VERSION_BYTES)) {
        return false;
    }
    clock->version += 2;
    return true;
}

/**
 * Writes the wall clock's MSR: the time of day at system time 0. It has no enable bit.
 * @param clock the clock
 * @param value where to
 * @return whether it was taken
 */
static bool write_wall(struct mk_kvmclock *clock, uint64_t value)
{
    uint8_t structure[MK_KVMCLOCK_WALL_BYTES] = {0};
    put(structure + 4, clock->unix_seconds, 4);
    if (!publish(clock, value, structure, MK_KVMCLOCK_WALL_BYTES)) {
        return false;
    }
    clock->wall = value;
    return true;
}

/**
 * Writes the system time's MSR. The place may be read at any time later, and its contents always
 * hold: system time is 0 at mk_kvmclock::start, wherever and however often it is asked for.
 * @param clock the clock
 * @param value where to, and whether
 * @return whether it was taken
 */
static bool write_system(struct mk_kvmclock *clock, uint64_t value)
{
    uint8_t structure[MK_KVMCLOCK_SYSTEM_BYTES] = {0};
    put(structure + 8, clock->start, 8);
    put(structure + 24, clock->multiplier, 4);
    put(structure + 28, (uint8_t)clock->shift, 1);
    put(structure + 29, FLAG_STABLE, 1);
    if ((value & ENABLED) != 0 &&
        !publish(clock, value & ~ENABLED, structure, MK_KVMCLOCK_SYSTEM_BYTES)) {
        return false;
    }
    clock->system = value;
    return true;
}

bool mk_kvmclock_init(struct mk_kvmclock *clock, uint64_t tsc_hz, uint64_t now,
                      uint64_t unix_seconds,
                      bool (*write)(void *memory, uint64_t gpa, const void *from, uint64_t bytes),
                      void *memory)
{
    if (tsc_hz == 0 || tsc_hz > TSC_HZ_MAX) {
        return false;
    }
    *clock = (struct mk_kvmclock){
        .write = write, .memory = memory, .start = now, .unix_seconds = unix_seconds};
    set_rate(clock, tsc_hz);
    return true;
}

bool mk_kvmclock_msr_read(const struct mk_kvmclock *clock, uint32_t msr, uint64_t *value)
{
    switch (msr) {
    case MK_MSR_KVM_WALL_CLOCK:
    case MK_MSR_KVM_WALL_CLOCK_OLD:
        *value = clock->wall;
        return true;
    case MK_MSR_KVM_SYSTEM_TIME:
    case MK_MSR_KVM_SYSTEM_TIME_OLD:
        *value = clock->system;
        return true;
    default:
        return false;
    }
}

bool mk_kvmclock_msr_write(struct mk_kvmclock *clock, uint32_t msr, uint64_t value)
{
    switch (msr) {
    case MK_MSR_KVM_WALL_CLOCK:
    case MK_MSR_KVM_WALL_CLOCK_OLD:
        return write_wall(clock, value);
    case MK_MSR_KVM_SYSTEM_TIME:
    case MK_MSR_KVM_SYSTEM_TIME_OLD:
        return write_system(clock, value);
    default:
        return false;
    }
}

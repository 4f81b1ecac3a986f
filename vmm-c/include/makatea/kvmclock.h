/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * KVM's clock for guests (Linux, Documentation/virt/kvm/x86/msr.rst and cpuid.rst): by writing an
 * MSR the guest names a place in its memory, and finds there how TSC values become nanoseconds.
 *
 * The guest's TSC is the host's, without offset and at one rate, so what is written is the same
 * each time: it is written once, at the moment of the MSR access, and never behind the guest's
 * back. No address or pointer is used later.
 */
#ifndef MAKATEA_KVMCLOCK_H
#define MAKATEA_KVMCLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** CPUID leaf of the features (the signature's leaf, 0x40000000, and one). */
#define MK_KVM_CPUID_FEATURES UINT32_C(0x40000001)
/** EAX of that leaf: KVM_FEATURE_CLOCKSOURCE, CLOCKSOURCE2, CLOCKSOURCE_STABLE_BIT; no others. */
#define MK_KVM_FEATURES (UINT32_C(1) << 0 | UINT32_C(1) << 3 | UINT32_C(1) << 24)

/** MSR_KVM_WALL_CLOCK_NEW. */
#define MK_MSR_KVM_WALL_CLOCK UINT32_C(0x4b564d00)
/** MSR_KVM_SYSTEM_TIME_NEW. */
#define MK_MSR_KVM_SYSTEM_TIME UINT32_C(0x4b564d01)
/** MSR_KVM_WALL_CLOCK. */
#define MK_MSR_KVM_WALL_CLOCK_OLD UINT32_C(0x11)
/** MSR_KVM_SYSTEM_TIME. */
#define MK_MSR_KVM_SYSTEM_TIME_OLD UINT32_C(0x12)

/** Bytes of the system time's structure, `struct pvclock_vcpu_time_info`. */
#define MK_KVMCLOCK_SYSTEM_BYTES 32
/** Bytes of the wall clock's structure, `struct pvclock_wall_clock`. */
#define MK_KVMCLOCK_WALL_BYTES 12

/** A clock. */
struct mk_kvmclock {
    /**
     * Writes guest memory. A range inside one page of 4 KiB is written or refused as a whole.
     * @param memory the guest's memory
     * @param gpa guest-physical address
     * @param from bytes
     * @param bytes how many
     * @return whether they were written
     */
    bool (*write)(void *memory, uint64_t gpa, const void *from, uint64_t bytes);
    void *memory;          /**< Argument of `write`. */
    uint64_t start;        /**< TSC value at system time 0. */
    uint64_t unix_seconds; /**< Time of day at `start`, in seconds since 1970. */
    uint32_t multiplier;   /**< Nanoseconds of a shifted TSC tick, in 2^-32. */
    int8_t shift;          /**< Shift of TSC ticks: left, or right when negative. */
    uint32_t version;      /**< Of what was written last; even. */
    uint64_t wall;         /**< Value of the wall clock's MSR. */
    uint64_t system;       /**< Value of the system time's MSR. */
};

/**
 * Sets a clock up.
 * @param clock the clock
 * @param tsc_hz ticks of the TSC in a second
 * @param now TSC value
 * @param unix_seconds time of day at `now`
 * @param write writes guest memory
 * @param memory argument of `write`
 * @return whether there can be a clock: a TSC of 1 Hz to 2^40 Hz
 */
bool mk_kvmclock_init(struct mk_kvmclock *clock, uint64_t tsc_hz, uint64_t now,
                      uint64_t unix_seconds,
                      bool (*write)(void *memory, uint64_t gpa, const void *from, uint64_t bytes),
                      void *memory);

/**
 * Reads an MSR.
 * @param clock the clock
 * @param msr number
 * @param value receives the value
 * @return whether it is one of the clock's four
 */
bool mk_kvmclock_msr_read(const struct mk_kvmclock *clock, uint32_t msr, uint64_t *value);

/**
 * Writes an MSR.
 * @param clock the clock
 * @param msr number
 * @param value value
 * @return whether it was taken; otherwise nothing changed and the guest gets a general protection
 *         fault
 */
bool mk_kvmclock_msr_write(struct mk_kvmclock *clock, uint32_t msr, uint64_t value);

#endif

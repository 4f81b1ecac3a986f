/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What tests of the interrupt controllers share: a local APIC whose ends of interrupts are noted.
 */
#ifndef MAKATEA_TEST_APIC_H
#define MAKATEA_TEST_APIC_H

#include "makatea/lapic_page.h"
#include "makatea/vmx.h"
#include "unit.h"

/** Ticks of the TSC in a second, in all tests. */
#define APIC_HZ 1000000000
/** APIC id in all tests: cluster 3, bit 5 in x2APIC mode. */
#define APIC_TEST_ID 0x35

/** A local APIC and what it told. */
struct apic_fixture {
    struct mk_lapic lapic; /**< The local APIC. */
    uint32_t eois;         /**< Ends of level-triggered interrupts. */
    uint8_t eoi_vector;    /**< The last one's vector. */
};

/**
 * Makes one, software-enabled.
 * @param f the fixture
 */
void apic_start(struct apic_fixture *f);

/**
 * Makes one, software-enabled, in x2APIC mode.
 * @param f the fixture
 */
void apic_start_x2(struct apic_fixture *f);

/**
 * Reads a register in xAPIC mode at time 0.
 * @param f the fixture
 * @param offset offset
 * @return value
 */
uint32_t apic_read(struct apic_fixture *f, uint32_t offset);

/**
 * Writes a register in xAPIC mode at time 0.
 * @param f the fixture
 * @param offset offset
 * @param value value
 */
void apic_write(struct apic_fixture *f, uint32_t offset, uint32_t value);

/**
 * Reads an MSR at time 0 that can be read.
 * @param f the fixture
 * @param msr number
 * @return value
 */
uint64_t apic_rdmsr(struct apic_fixture *f, uint32_t msr);

/**
 * Writes an MSR at time 0.
 * @param f the fixture
 * @param msr number
 * @param value value
 * @return whether it could be written
 */
bool apic_wrmsr(struct apic_fixture *f, uint32_t msr, uint64_t value);

/**
 * Sends a fixed message to everyone.
 * @param f the fixture
 * @param vector vector
 * @param level whether it is level-triggered
 * @return whether it was accepted
 */
bool apic_message(struct apic_fixture *f, uint8_t vector, bool level);

/**
 * Takes the next interrupt as a processor would.
 * @param f the fixture
 * @return vector, or -1 for none
 */
int apic_take(struct apic_fixture *f);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A small test runner. A test is a function whose name says which clause it shows.
 */
#ifndef MAKATEA_TEST_UNIT_H
#define MAKATEA_TEST_UNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "makatea/vm.h"
#include "platform/host/host.h"

/** Storage that every test gets: 4 functions, 8 vectors, 2 I/O APICs, 8 regions, 128 KiB of ACPI.
 */
extern const struct mk_storage unit_storage;

/** A test. */
struct unit_test {
    const char *name;              /**< Name. */
    void (*run)(struct mk_vm *vm); /**< Gets a VM that is set up, before its first entry. */
};

/** A row of a table of tests. */
#define UNIT_TEST(function)                                                                        \
    {                                                                                              \
#function, function                                                                        \
    }

/** Says that something must be so; the test goes on. */
#define UNIT_CHECK(condition) unit_check((condition), #condition, __FILE__, __LINE__)

/**
 * Records a check.
 * @param good whether it holds
 * @param text the condition
 * @param file where
 * @param line where
 */
void unit_check(bool good, const char *text, const char *file, int line);

/**
 * Runs a VM through a script of exits.
 * @param vm the VM
 * @param script the exits
 * @param count how many
 */
void unit_script(struct mk_vm *vm, const struct mk_exit *script, uint32_t count);

/**
 * Whether the console has a text.
 * @param vm the VM
 * @param text the text
 * @return whether
 */
bool unit_console_has(const struct mk_vm *vm, const char *text);

/** Vector of the timer that unit_deadline() sets. */
#define UNIT_TIMER 0x20

/**
 * Enables the local APIC in x2APIC mode, and its timer with TSC deadlines.
 * @param vm the VM
 * @param deadline TSC value; 0 for none
 */
void unit_deadline(struct mk_vm *vm, uint64_t deadline);

/**
 * Requests an interrupt of the enabled local APIC.
 * @param vm the VM
 */
void unit_interrupt(struct mk_vm *vm);

/** Declares a suite: a table of tests that ends with a row without a name. */
#define UNIT_SUITE(suite) extern const struct unit_test suite[];
#include "suites.h"
#undef UNIT_SUITE

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * All suites of unit tests, a line each. It is included several times, on purpose.
 */
UNIT_SUITE(unit_exits)
UNIT_SUITE(unit_events)
UNIT_SUITE(unit_tables)
UNIT_SUITE(unit_bus)
UNIT_SUITE(unit_walk)
UNIT_SUITE(unit_emulate)
UNIT_SUITE(unit_strings)
UNIT_SUITE(unit_decode)

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * All suites of unit tests, a line each. It is included several times, on purpose.
 */
UNIT_SUITE(unit_exits)
UNIT_SUITE(unit_events)
UNIT_SUITE(unit_tables)
UNIT_SUITE(unit_bus)
UNIT_SUITE(unit_boot)
UNIT_SUITE(unit_registers)
UNIT_SUITE(unit_lapic)
UNIT_SUITE(unit_lapic_timer)
UNIT_SUITE(unit_x2apic)
UNIT_SUITE(unit_ioapic)
UNIT_SUITE(unit_irqchip)
UNIT_SUITE(unit_uart)
UNIT_SUITE(unit_uart_flow)
UNIT_SUITE(unit_power)
UNIT_SUITE(unit_rtc)
UNIT_SUITE(unit_kvmclock)
UNIT_SUITE(unit_acpi)
UNIT_SUITE(unit_pci_config)
UNIT_SUITE(unit_pci_devices)
UNIT_SUITE(unit_walk)
UNIT_SUITE(unit_emulate)
UNIT_SUITE(unit_strings)
UNIT_SUITE(unit_decode)
UNIT_SUITE(unit_ring)

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * QEMU's teaching device.
 */
#include "edu.h"

#include "makatea/pci_registers.h"

/** Port of the address register (PCI 3.0, 3.2.2.3.2). */
#define ADDRESS 0xcf8
/** Port of the data register. */
#define DATA 0xcfc
/** Vendor and device. */
#define EDU 0x11e81234U
/** Devices of a bus. */
#define DEVICES 32

/** Register: its bits are set in the interrupt status; the device interrupts. */
#define RAISE 0x60
/** Register: its bits are cleared there. */
#define LOWER 0x64
/** Register: where from. */
#define SOURCE 0x80
/** Register: where to. */
#define DESTINATION 0x88
/** Register: how many bytes. */
#define COUNT 0x90
/** Register: command. */
#define COMMAND 0x98
/** Command: start; it is read as set until the copy is done. */
#define COMMAND_START 1
/** Command: from the buffer to memory. */
#define COMMAND_TO_MEMORY 2
/** Where the device's own buffer is in its addresses. */
#define BUFFER 0x40000

/**
 * Selects a register.
 * @param edu the device
 * @param offset register
 */
static void address(const struct edu *edu, uint32_t offset)
{
    seL4_X86_IOPort_Out32(edu->ports, ADDRESS, 1U << 31 | (uint32_t)edu->device << 11 | offset);
}

/**
 * Reads a double word of the configuration space.
 * @param edu the device
 * @param offset register
 * @return value
 */
static uint32_t config_read(const struct edu *edu, uint32_t offset)
{
    address(edu, offset);
    return seL4_X86_IOPort_In32(edu->ports, DATA).result;
}

bool edu_find(struct edu *edu)
{
    for (edu->device = 0; edu->device < DEVICES; edu->device++) {
        if (config_read(edu, PCI_VENDOR) == EDU) {
            uint32_t command = config_read(edu, PCI_COMMAND) & 0xffff;
            edu->bar = config_read(edu, PCI_BAR) & ~UINT32_C(0xf);
            address(edu, PCI_COMMAND);
            seL4_X86_IOPort_Out32(edu->ports, DATA,
                                  command | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
            return true;
        }
    }
    return false;
}

/**
 * Writes a register of the device.
 * @param edu the device
 * @param offset register
 * @param value value
 */
static void write(const struct edu *edu, uint32_t offset, uint64_t value)
{
    *(volatile uint64_t *)(edu->place + offset) = value;
}

void edu_copy(const struct edu *edu, uint64_t address, uint32_t bytes, bool to_memory)
{
    write(edu, SOURCE, to_memory ? BUFFER : address);
    write(edu, DESTINATION, to_memory ? address : BUFFER);
    write(edu, COUNT, bytes);
    write(edu, COMMAND, COMMAND_START | (to_memory ? COMMAND_TO_MEMORY : 0));
    while ((*(volatile uint64_t *)(edu->place + COMMAND) & COMMAND_START) != 0) {
        continue;
    }
}

void edu_interrupt(const struct edu *edu, bool on)
{
    /* Registers below 0x80 take four bytes. */
    *(volatile uint32_t *)(edu->place + (on ? RAISE : LOWER)) = 1;
}

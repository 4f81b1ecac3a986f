/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The PCI configuration component: what a monitor may do to a function. Sections are those of PCIe
 * 5.0.
 */
#include "components/pci_parts.h"
#include "makatea/pci_registers.h"

/** Bytes that configuration mechanism 1 reaches. */
#define SPACE 256
/** Most capabilities: each takes four bytes after the header. */
#define CAPABILITIES_MAX ((SPACE - PCI_HEADER_BYTES) / 4)

/** Bits of the command register that a monitor may change. */
#define COMMAND_BITS                                                                               \
    (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE)
/** Bit of MSI's message control: the address has 64 bits (7.7.1.2). */
#define MSI_LONG (1U << 7)
/** Bits of MSI's message control that say how many messages there are in use. */
#define MSI_MESSAGES (7U << 4)
/** Where MSI's data is when the address has 32 bits. */
#define MSI_DATA_SHORT 8
/** Device status: errors; writing ones clears them (7.5.3.5). */
#define DEVICE_ERRORS 0xfU
/** Device capabilities: the function can be reset (7.5.3.3). */
#define DEVICE_CAN_RESET (UINT32_C(1) << 28)
/** Device control: resets the function (7.5.3.4). */
#define DEVICE_RESET (UINT32_C(1) << 15)

/** Advanced Features (PCI Code and ID Assignment 1.11, 2; ECN "Advanced Capabilities for
 * Conventional PCI"): capabilities, control, and the size of it. */
enum { ADVANCED_CAP = 3, ADVANCED_CONTROL = 4, ADVANCED_BYTES = 6 };
/** Advanced Features: the function can be reset. */
#define ADVANCED_CAN_RESET 2U
/** Advanced Features: resets the function. */
#define ADVANCED_RESET 1U

/** A message to the local APIC with number 0 (SDM 3, 11.11.1). */
#define MESSAGE_ADDRESS 0xfee00000U
/** Vector of seL4's first user interrupt: 32 exceptions and 16 interrupts of ISA come before. */
#define MESSAGE_FIRST 0x30U

/** A register that may be written. */
struct row {
    uint32_t offset; /**< Register, two bytes. */
    uint32_t bits;   /**< Bits that may be changed; others stay as they are. */
    uint32_t clear;  /**< Bits that writing ones clears; others are written as zeros. */
};

/**
 * Finds the capabilities. The device may be broken: the walk ends after as many as there can be.
 * @param s the component
 * @param fn the function
 */
static void find_capabilities(const struct mk_pci_server *s, struct mk_pci_server_function *fn)
{
    if ((mk_pci_server_read(s, fn, PCI_STATUS, 2) & PCI_STATUS_CAPABILITIES) == 0) {
        return;
    }
    uint32_t at = mk_pci_server_read(s, fn, PCI_CAPABILITIES, 1) & 0xfc;
    for (uint32_t i = 0; i < CAPABILITIES_MAX && at >= PCI_HEADER_BYTES; i++) {
        uint32_t id = mk_pci_server_read(s, fn, at, 1);
        if (id == PCI_CAP_MSI && at <= SPACE - PCI_MSI_MASK) {
            fn->msi = (uint8_t)at;
        } else if (id == PCI_CAP_MSIX && at <= SPACE - PCI_MSIX_BYTES) {
            fn->msix = (uint8_t)at;
        } else if (id == PCI_CAP_PCIE && at <= SPACE - PCIE_LINK_CAP) {
            fn->express = (uint8_t)at;
        } else if (id == PCI_CAP_ADVANCED && at <= SPACE - ADVANCED_BYTES) {
            fn->advanced = (uint8_t)at;
        }
        at = mk_pci_server_read(s, fn, at + 1, 1) & 0xfc;
    }
}

/**
 * Changes bits of a register of two bytes.
 * @param s the component
 * @param fn the function
 * @param offset register
 * @param bits which bits
 * @param value their values
 */
static void change(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                   uint32_t offset, uint32_t bits, uint32_t value)
{
    uint32_t old = mk_pci_server_read(s, fn, offset, 2);
    mk_pci_server_write(s, fn, offset, 2, (old & ~bits) | (value & bits));
}

void mk_pci_server_take(const struct mk_pci_server *s, struct mk_pci_server_function *fn)
{
    if (fn->bdf->segment != 0) {
        return; /* mechanism 1 does not reach it; all requests for it are refused */
    }
    find_capabilities(s, fn);
    for (uint32_t i = 0; i < MK_BAR_MAX; i++) {
        fn->bars[i] = mk_pci_server_read(s, fn, PCI_BAR + 4 * i, 4);
    }
    if (fn->express != 0) {
        fn->device_control =
            (uint16_t)mk_pci_server_read(s, fn, fn->express + (uint32_t)PCIE_DEVICE_CONTROL, 2);
    }
    change(s, fn, PCI_COMMAND, COMMAND_BITS, PCI_COMMAND_INTX_DISABLE);
    if (fn->msi != 0) {
        change(s, fn, fn->msi + PCI_MSI_CONTROL, PCI_MSI_ENABLE, 0);
    }
    if (fn->msix != 0) {
        change(s, fn, fn->msix + PCI_MSIX_CONTROL, PCI_MSIX_ENABLE, 0);
    }
}

/**
 * Finds the message of an interrupt.
 * @param client who asks
 * @param function its number of the function
 * @param handle the device's number of the vector
 * @param answer receives address and data
 * @return whether the plan has it
 */
static bool message_of(const struct mk_pci_client *client, uint32_t function, uint64_t handle,
                       struct mk_pci_answer *answer)
{
    for (uint32_t i = 0; i < client->message_count; i++) {
        const struct mk_pci_message *message = &client->messages[i];
        if (message->function == function && message->handle == handle) {
            *answer = (struct mk_pci_answer){MESSAGE_ADDRESS, MESSAGE_FIRST + message->vector};
            return true;
        }
    }
    return false;
}

/**
 * Writes the planned message into the MSI capability, one message in use.
 * @param s the component
 * @param fn the function, with MSI
 * @param message address and data
 */
static void set_message(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                        const struct mk_pci_answer *message)
{
    uint32_t control = fn->msi + PCI_MSI_CONTROL;
    bool is_long = (mk_pci_server_read(s, fn, control, 2) & MSI_LONG) != 0;
    change(s, fn, control, MSI_MESSAGES | PCI_MSI_ENABLE, 0);
    mk_pci_server_write(s, fn, fn->msi + PCI_MSI_ADDRESS, 4, message->value);
    if (is_long) {
        mk_pci_server_write(s, fn, fn->msi + PCI_MSI_ADDRESS + 4, 4, 0);
    }
    mk_pci_server_write(s, fn, fn->msi + (is_long ? (uint32_t)PCI_MSI_DATA : MSI_DATA_SHORT), 2,
                        message->data);
}

/**
 * Writes a register, when that is allowed.
 * @param s the component
 * @param client who asks
 * @param number its number of the function
 * @param offset register
 * @param bytes size
 * @param value value
 * @return whether it is allowed
 */
static bool write(const struct mk_pci_server *s, const struct mk_pci_server_client *client,
                  uint32_t number, uint32_t offset, uint32_t bytes, uint32_t value)
{
    const struct mk_pci_server_function *fn = &client->functions[number];
    const uint32_t none = SPACE; /* for a register of a capability that is not there */
    const struct row rows[] = {
        {PCI_COMMAND, COMMAND_BITS, 0},
        {PCI_STATUS, 0, PCI_STATUS_ERRORS},
        {fn->msi != 0 ? fn->msi + (uint32_t)PCI_MSI_CONTROL : none, PCI_MSI_ENABLE, 0},
        {fn->msix != 0 ? fn->msix + (uint32_t)PCI_MSIX_CONTROL : none,
         PCI_MSIX_ENABLE | PCI_MSIX_MASK, 0},
        {fn->express != 0 ? fn->express + (uint32_t)PCIE_DEVICE_STATUS : none, 0, DEVICE_ERRORS},
    };
    struct mk_pci_answer message;
    for (uint32_t i = 0; i < MK_COUNT(rows); i++) {
        if (rows[i].offset != offset || bytes != 2) {
            continue;
        }
        if (fn->msi != 0 && offset == fn->msi + (uint32_t)PCI_MSI_CONTROL &&
            (value & PCI_MSI_ENABLE) != 0) {
            if (!message_of(client->plan, number, 0, &message)) {
                return false;
            }
            set_message(s, fn, &message);
        }
        if (rows[i].clear != 0) {
            mk_pci_server_write(s, fn, offset, 2, value & rows[i].clear);
        } else {
            change(s, fn, offset, rows[i].bits, value);
        }
        return true;
    }
    return false;
}

/**
 * Stops a function, and resets it where it can be reset. It may be busy for 100 ms (6.6.2).
 * @param s the component
 * @param fn the function
 * @return whether it could be reset
 */
static bool reset(const struct mk_pci_server *s, const struct mk_pci_server_function *fn)
{
    change(s, fn, PCI_COMMAND, COMMAND_BITS, PCI_COMMAND_INTX_DISABLE);
    if (fn->express != 0 && (mk_pci_server_read(s, fn, fn->express + (uint32_t)PCIE_DEVICE_CAP, 4) &
                             DEVICE_CAN_RESET) != 0) {
        change(s, fn, fn->express + (uint32_t)PCIE_DEVICE_CONTROL, DEVICE_RESET, DEVICE_RESET);
        return true;
    }
    if (fn->advanced != 0 && (mk_pci_server_read(s, fn, fn->advanced + (uint32_t)ADVANCED_CAP, 1) &
                              ADVANCED_CAN_RESET) != 0) {
        mk_pci_server_write(s, fn, fn->advanced + (uint32_t)ADVANCED_CONTROL, 1, ADVANCED_RESET);
        return true;
    }
    return false;
}

/**
 * Puts back what a reset takes away: base address registers, and device control with the size of
 * payloads that the port above was set up for. Nothing is decoded meanwhile.
 * @param s the component
 * @param fn the function
 */
static void restore(const struct mk_pci_server *s, const struct mk_pci_server_function *fn)
{
    change(s, fn, PCI_COMMAND, COMMAND_BITS, PCI_COMMAND_INTX_DISABLE);
    for (uint32_t i = 0; i < MK_BAR_MAX; i++) {
        mk_pci_server_write(s, fn, PCI_BAR + 4 * i, 4, fn->bars[i]);
    }
    if (fn->express != 0) {
        mk_pci_server_write(s, fn, fn->express + (uint32_t)PCIE_DEVICE_CONTROL, 2,
                            fn->device_control & ~DEVICE_RESET);
    }
}

bool mk_pci_server_do(const struct mk_pci_server *s, const struct mk_pci_server_client *client,
                      const uint64_t *request, struct mk_pci_answer *answer)
{
    uint64_t offset = request[MK_PCI_REQUEST_OFFSET];
    uint64_t bytes = request[MK_PCI_REQUEST_BYTES];
    if (request[MK_PCI_REQUEST_FUNCTION] >= client->plan->function_count) {
        return false;
    }
    uint32_t number = (uint32_t)request[MK_PCI_REQUEST_FUNCTION];
    const struct mk_pci_server_function *fn = &client->functions[number];
    bool is_register =
        offset < SPACE && (bytes == 1 || bytes == 2 || bytes == 4) && offset % bytes == 0;
    if (fn->bdf->segment != 0) {
        return false;
    }
    switch (request[MK_PCI_REQUEST_VERB]) {
    case MK_PCI_READ:
        if (is_register) {
            answer->value = mk_pci_server_read(s, fn, (uint32_t)offset, (uint32_t)bytes);
        }
        return is_register;
    case MK_PCI_WRITE:
        return is_register && write(s, client, number, (uint32_t)offset, (uint32_t)bytes,
                                    (uint32_t)request[MK_PCI_REQUEST_VALUE]);
    case MK_PCI_MESSAGE:
        return message_of(client->plan, number, offset, answer);
    case MK_PCI_RESET:
        return reset(s, fn);
    case MK_PCI_RESTORE:
        restore(s, fn);
        return true;
    default:
        return false;
    }
}

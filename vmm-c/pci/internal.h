/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of the PCI unit know of each other.
 */
#ifndef MAKATEA_PCI_INTERNAL_H
#define MAKATEA_PCI_INTERNAL_H

#include "makatea/pci.h"

/** A row of a table of registers. */
struct mk_pci_row {
    uint16_t offset;   /**< Register. */
    uint16_t bytes;    /**< Size, 1, 2 or 4, within a double word. */
    uint32_t value;    /**< What it holds at start. */
    uint32_t writable; /**< Bits that can be written. */
    uint32_t clear;    /**< Bits that writing ones clears. */
};

/**
 * Reads a register, without effects.
 * @param fn the function
 * @param offset register
 * @param bytes size, within a double word
 * @return value
 */
uint32_t mk_pci_get(const struct mk_pci_fn *fn, uint32_t offset, uint32_t bytes);

/**
 * Sets a register, whether a guest could or not, without effects.
 * @param fn the function
 * @param offset register
 * @param bytes size, within a double word
 * @param value value
 */
void mk_pci_put(struct mk_pci_fn *fn, uint32_t offset, uint32_t bytes, uint32_t value);

/**
 * Makes registers: value and masks.
 * @param fn the function
 * @param base added to the offsets of the rows
 * @param rows rows
 * @param count how many
 */
void mk_pci_make(struct mk_pci_fn *fn, uint32_t base, const struct mk_pci_row *rows,
                 uint32_t count);

/**
 * Makes a function's header and BARs.
 * @param fn the function, with its plan
 * @return whether the plan is sound
 */
bool mk_pci_make_header(struct mk_pci_fn *fn);

/**
 * Makes room for a capability and links it.
 * @param fn the function
 * @param id capability ID
 * @param bytes size
 * @return its offset, or 0 when there is no room
 */
uint8_t mk_pci_link_capability(struct mk_pci_fn *fn, uint8_t id, uint32_t bytes);

/**
 * Makes the PCI Express, MSI and MSI-X capabilities.
 * @param fn the function; for MSI-X with vectors, table and pending bits
 * @return whether they fit
 */
bool mk_pci_make_capabilities(struct mk_pci_fn *fn);

/**
 * Takes over from the machine what a passed-through function is, and where its MSI-X table stands.
 * @param root the hierarchy
 * @param fn the function
 * @return whether it is as planned
 */
bool mk_pci_ask_host(const struct mk_pci_root *root, struct mk_pci_fn *fn);

/**
 * Finds out again which root port leads to which bus.
 * @param root the hierarchy
 */
void mk_pci_route(struct mk_pci_root *root);

/**
 * Puts all functions behind a root port back (PCIe 5.0, 6.6.1).
 * @param root the hierarchy
 * @param port row of the root port
 */
void mk_pci_reset_behind(struct mk_pci_root *root, uint32_t port);

/**
 * Says that a function's decoding may have changed, or that of all behind a root port.
 * @param root the hierarchy
 * @param row row of the function
 */
void mk_pci_decode_changed(struct mk_pci_root *root, uint32_t row);

/**
 * Says that something of a function that is passed through has changed.
 * @param root the hierarchy
 * @param row row of the function
 */
void mk_pci_changed(const struct mk_pci_root *root, uint32_t row);

/**
 * Sets the line of a function's interrupt pin as all functions at that line want it.
 * @param root the hierarchy
 * @param fn the function
 */
void mk_pci_update_line(struct mk_pci_root *root, struct mk_pci_fn *fn);

/**
 * Sends what is pending and can be sent.
 * @param root the hierarchy
 * @param fn the function
 */
void mk_pci_flush(struct mk_pci_root *root, struct mk_pci_fn *fn);

/**
 * Says whether an access to a BAR is to its MSI-X table or pending bits.
 * @param fn the function
 * @param bar number of the BAR
 * @param offset where in it
 * @param bytes size
 * @return whether any of it is
 */
bool mk_pci_msix_has(const struct mk_pci_fn *fn, uint32_t bar, uint64_t offset, uint32_t bytes);

/**
 * Reads MSI-X table or pending bits.
 * @param fn the function
 * @param bar number of the BAR
 * @param offset where in it
 * @param bytes size
 * @return value; all ones unless it is an aligned double or quad word in one of them
 */
uint64_t mk_pci_msix_read(const struct mk_pci_fn *fn, uint32_t bar, uint64_t offset,
                          uint32_t bytes);

/**
 * Writes the MSI-X table. Other writes than of aligned double or quad words change nothing.
 * @param root the hierarchy
 * @param fn the function
 * @param bar number of the BAR
 * @param offset where in it
 * @param bytes size
 * @param value value
 */
void mk_pci_msix_write(struct mk_pci_root *root, struct mk_pci_fn *fn, uint32_t bar,
                       uint64_t offset, uint32_t bytes, uint64_t value);

/**
 * Says whether a function may send messages with MSI or MSI-X that it has in use.
 * @param fn the function
 * @param capability offset of the capability, or 0
 * @param enable bits of message control that must be set
 * @param mask bits of message control that must not be set
 * @return whether
 */
bool mk_pci_may_send(const struct mk_pci_fn *fn, uint32_t capability, uint32_t enable,
                     uint32_t mask);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A small PCI hierarchy for tests: host bridge, two VirtIO functions at one interrupt line, a
 * function of the machine with MSI, a root port with a VirtIO function behind it.
 */
#ifndef MAKATEA_TEST_UNIT_PCI_FIXTURE_H
#define MAKATEA_TEST_UNIT_PCI_FIXTURE_H

#include "makatea/pci.h"

/** Rows of the functions. */
enum pci_fixture_row {
    ROW_BRIDGE, /**< 00:00.0, host bridge. */
    ROW_NET,    /**< 00:01.0, VirtIO network, three vectors. */
    ROW_BLOCK,  /**< 00:02.0, VirtIO block, two vectors, the line of ROW_NET. */
    ROW_HOST,   /**< 00:03.0, of the machine: 64-bit BAR, ports, MSI-X, MSI. */
    ROW_PORT,   /**< 00:04.0, root port to bus 1. */
    ROW_BEHIND, /**< 01:00.0, VirtIO network. */
    ROW_COUNT   /**< Number of functions. */
};

/** Bytes of the configuration space of the machine's function. */
#define PCI_FIXTURE_HOST_BYTES 256

/** The hierarchy and what it did. */
struct pci_fixture {
    struct mk_pci_root root; /**< The hierarchy. */
    struct mk_pci_function
        functions[ROW_COUNT];             /**< The plan's functions; tests may change them. */
    struct mk_pci plan;                   /**< The plan. */
    struct mk_pci_parts parts;            /**< What mk_pci_init() is given. */
    struct mk_pci_fn fns[ROW_COUNT];      /**< Functions. */
    struct mk_pci_vector vectors[16];     /**< Vectors. */
    uint8_t host[PCI_FIXTURE_HOST_BYTES]; /**< The machine's function. */
    bool line[32];                        /**< Interrupt lines. */
    uint32_t messages;                    /**< How many messages were sent. */
    uint64_t address;                     /**< Address of the last one. */
    uint32_t data;                        /**< Data of the last one. */
    uint32_t decodes[ROW_COUNT];          /**< How often decoding changed. */
    uint32_t resets[ROW_COUNT];           /**< How often a function was reset. */
    uint32_t changes[ROW_COUNT];          /**< How often something of a function changed. */
};

/**
 * Sets everything up but the hierarchy itself.
 * @param f the fixture
 */
void pci_fixture_plan(struct pci_fixture *f);

/**
 * Sets everything up.
 * @param f the fixture
 * @return what mk_pci_init() said
 */
enum mk_status pci_fixture_init(struct pci_fixture *f);

/**
 * Writes a register of a function.
 * @param f the fixture
 * @param row row of the function
 * @param offset register
 * @param bytes size
 * @param value value
 */
void pci_fixture_write(struct pci_fixture *f, uint32_t row, uint32_t offset, uint32_t bytes,
                       uint32_t value);

/**
 * Reads a register of a function.
 * @param f the fixture
 * @param row row of the function
 * @param offset register
 * @param bytes size
 * @return value
 */
uint32_t pci_fixture_read(struct pci_fixture *f, uint32_t row, uint32_t offset, uint32_t bytes);

/**
 * Finds a capability as a guest does: by walking the list.
 * @param f the fixture
 * @param row row of the function
 * @param id capability ID
 * @return its offset; 0 when there is none, or when the list does not end
 */
uint32_t pci_fixture_capability(struct pci_fixture *f, uint32_t row, uint32_t id);

#endif

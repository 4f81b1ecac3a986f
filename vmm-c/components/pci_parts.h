/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of the PCI configuration component know of each other.
 */
#ifndef MAKATEA_COMPONENTS_PCI_PARTS_H
#define MAKATEA_COMPONENTS_PCI_PARTS_H

#include "components/pci_config.h"

/**
 * Reads a register of the machine.
 * @param s the component
 * @param fn the function
 * @param offset register, below 256
 * @param bytes 1, 2 or 4; `offset` is a multiple of it
 * @return value
 */
uint32_t mk_pci_server_read(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                            uint32_t offset, uint32_t bytes);

/**
 * Writes a register of the machine, whatever it is.
 * @param s the component
 * @param fn the function
 * @param offset register, below 256
 * @param bytes 1, 2 or 4; `offset` is a multiple of it
 * @param value value
 */
void mk_pci_server_write(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                         uint32_t offset, uint32_t bytes, uint32_t value);

/**
 * Finds a function's capabilities, keeps its base address registers, and silences it.
 * @param s the component
 * @param fn the function, with its address
 */
void mk_pci_server_take(const struct mk_pci_server *s, struct mk_pci_server_function *fn);

/**
 * Does what was asked.
 * @param s the component
 * @param client who asks
 * @param request the request, which is hostile
 * @param answer receives value and data
 * @return whether it was done
 */
bool mk_pci_server_do(const struct mk_pci_server *s, const struct mk_pci_server_client *client,
                      const uint64_t *request, struct mk_pci_answer *answer);

#endif

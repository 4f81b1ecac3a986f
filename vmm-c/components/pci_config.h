/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The only component that reaches the machine's PCI configuration space. A monitor asks it about
 * the functions that are passed through to its VM, and about no others (link/pci_words.h).
 *
 * **Reading** is free. **Writing** is limited to what a driver needs and what harms nobody else:
 * decoding, bus mastering and the interrupt pin in the command register, error bits in the status
 * registers, switching MSI and MSI-X on and off. Base address registers stay where the plan has
 * them. The message of MSI is written here, from the plan, whatever a guest believes it to be. (The
 * table of MSI-X is in the function's memory, which the monitor has. It is told the messages.)
 *
 * At start every function that is passed through is silenced: no DMA, no messages.
 */
#ifndef MAKATEA_COMPONENTS_PCI_CONFIG_H
#define MAKATEA_COMPONENTS_PCI_CONFIG_H

#include "components/component.h"
#include "link/pci_words.h"
#include "makatea/config_component.h"

/** A function that is passed through. */
struct mk_pci_server_function {
    const struct mk_bdf *bdf;  /**< Its address. */
    uint32_t bars[MK_BAR_MAX]; /**< Base address registers, as the firmware left them. */
    uint8_t msi;               /**< Its MSI capability, or 0. */
    uint8_t msix;              /**< Its MSI-X capability, or 0. */
    uint8_t express;           /**< Its PCI Express capability, or 0. */
    uint8_t advanced;          /**< Its Advanced Features capability, or 0. */
    uint16_t device_control;   /**< PCI Express' device control, as the firmware left it. */
};

/** A monitor that asks. */
struct mk_pci_server_client {
    const struct mk_pci_client *plan;         /**< What it may ask for. */
    struct mk_pci_server_function *functions; /**< Its functions. */
    struct mk_words words;                    /**< The channel. */
    uint32_t peer;                            /**< Epoch of the monitor that `answered` is for. */
    uint64_t answered;                        /**< Number of its last request. */
};

/** The component. */
struct mk_pci_server {
    struct mk_component *c;                    /**< What it is given. */
    const struct mk_pci_server_config *config; /**< The plan. */
    struct mk_pci_server_client *clients;      /**< By row of the plan. */
};

/**
 * Starts: finds the capabilities of all functions, silences them, opens the channels.
 * @param s receives the state
 * @param c the component, with the ports of configuration mechanism 1 as its first range
 * @param config the plan
 * @param clients room for a client for each row of the plan
 * @param functions room for the functions of all clients
 */
void mk_pci_server_start(struct mk_pci_server *s, struct mk_component *c,
                         const struct mk_pci_server_config *config,
                         struct mk_pci_server_client *clients,
                         struct mk_pci_server_function *functions);

/**
 * Answers whoever has asked, each once.
 * @param s the component
 */
void mk_pci_server_round(struct mk_pci_server *s);

/**
 * The component: serves for ever.
 * @param c see mk_pci_server_start()
 * @param config see there
 * @param clients see there
 * @param functions see there
 */
void mk_pci_server_run(struct mk_component *c, const struct mk_pci_server_config *config,
                       struct mk_pci_server_client *clients,
                       struct mk_pci_server_function *functions);

#endif

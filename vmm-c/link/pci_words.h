/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A channel to the component that reaches the machine's PCI configuration space: what both sides
 * say, and asking, from the side that asks. A request is answered before the next one is made.
 */
#ifndef MAKATEA_LINK_PCI_WORDS_H
#define MAKATEA_LINK_PCI_WORDS_H

#include "link/words.h"

/** What is asked for. */
enum mk_pci_verb {
    MK_PCI_READ,    /**< Reads a register. */
    MK_PCI_WRITE,   /**< Writes a register, as far as that is allowed. */
    MK_PCI_MESSAGE, /**< Asks for the address and data that raise a planned interrupt. */
    MK_PCI_RESET,   /**< Resets the function; then nothing may be asked of it for 100 ms. */
    MK_PCI_RESTORE  /**< After a reset: puts its base address registers back, and device control. */
};

/** A request, in words. */
enum mk_pci_request_word {
    MK_PCI_REQUEST_NUMBER,   /**< Number of the request; 0: none. */
    MK_PCI_REQUEST_VERB,     /**< enum mk_pci_verb. */
    MK_PCI_REQUEST_FUNCTION, /**< mk_passthrough::number. */
    MK_PCI_REQUEST_OFFSET,   /**< Register; of a message: the device's number of the vector. */
    MK_PCI_REQUEST_BYTES,    /**< 1, 2 or 4. */
    MK_PCI_REQUEST_VALUE     /**< What to write. */
};

/** An answer, in words. */
enum mk_pci_answer_word {
    MK_PCI_ANSWER_NUMBER, /**< Number of the request that is answered. */
    MK_PCI_ANSWER_GOOD,   /**< 1 when it was done, 0 when it was refused. */
    MK_PCI_ANSWER_VALUE,  /**< What was read; of a message: its address. */
    MK_PCI_ANSWER_DATA    /**< Of a message: its data. */
};

/** A request. */
struct mk_pci_request {
    enum mk_pci_verb verb; /**< What. */
    uint32_t function;     /**< mk_passthrough::number. */
    uint32_t offset;       /**< Register, or number of the vector. */
    uint32_t bytes;        /**< 1, 2 or 4. */
    uint32_t value;        /**< What to write. */
};

/** An answer. */
struct mk_pci_answer {
    uint32_t value; /**< What was read, or a message's address. */
    uint32_t data;  /**< A message's data. */
};

/** The side that asks. */
struct mk_pci_asker {
    struct mk_words words; /**< The channel. */
    uint64_t number;       /**< Number of the last request. */
    void *context;         /**< Handed to `wait`. */
    /**
     * Waits for a notification; what else it tells is for the function to keep.
     * @param context context
     * @return whether it is still worth waiting
     */
    bool (*wait)(void *context);
};

/**
 * Starts. Numbers of two lives differ, so that no answer is taken for one of another life.
 * @param asker receives the state, without `wait`
 * @param port the channel
 */
void mk_pci_asker_start(struct mk_pci_asker *asker, const struct mk_port *port);

/**
 * Asks and waits for the answer. One that comes too late is taken for none, for the next request
 * has another number.
 * @param asker the state, with `wait`
 * @param request what is asked for
 * @param answer receives the answer; zeros when it was refused or did not come
 * @return whether it was done
 */
bool mk_pci_ask(struct mk_pci_asker *asker, const struct mk_pci_request *request,
                struct mk_pci_answer *answer);

#endif

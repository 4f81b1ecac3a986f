/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of pass-through know of each other.
 */
#ifndef MAKATEA_PASSTHROUGH_PARTS_H
#define MAKATEA_PASSTHROUGH_PARTS_H

#include "link/pci_words.h"
#include "makatea/vm.h"

/**
 * Says whether a function is passed through.
 * @param vm the VM
 * @param row row of the function
 * @return whether
 */
bool mk_is_passed(const struct mk_vm *vm, uint32_t row);

/**
 * Waits for a notification until a time has come. What it tells is kept in mk_vm::events.
 * @param vm the VM
 * @param until TSC value
 * @return whether there is time left
 */
bool mk_passthrough_wait(struct mk_vm *vm, uint64_t until);

/**
 * Asks the component that has the configuration space, and waits for its answer, but not for ever.
 * @param vm the VM
 * @param request what is asked for
 * @param answer receives the answer; zeros when there is none
 * @return whether it was done
 */
bool mk_passthrough_ask(struct mk_vm *vm, const struct mk_pci_request *request,
                        struct mk_pci_answer *answer);

/**
 * The command register that the machine's function is to have. It always decodes. Its pin is used
 * only where the plan has an interrupt for it.
 * @param plan the function
 * @param guest the command register, as the guest has it
 * @return value
 */
uint32_t mk_passthrough_command(const struct mk_pci_function *plan, uint32_t guest);

/**
 * Writes a line about a function.
 * @param vm the VM
 * @param row row of the function
 * @param what what there is to say
 */
void mk_passthrough_say(struct mk_vm *vm, uint32_t row, const char *what);

/**
 * Writes into the machine's MSI-X table.
 * @param passed the function, with a table that the monitor sees
 * @param vector number of the vector, one that the table has
 * @param word which of its four words
 * @param value value
 */
void mk_passthrough_table_write(const struct mk_passed *passed, uint32_t vector, uint32_t word,
                                uint32_t value);

/**
 * Lets the guest reach a base address register's memory or ports, or not; the pages of the MSI-X
 * table never.
 * @param vm the VM
 * @param row row of the function
 * @param bar row of its BAR
 * @param on whether it is to reach it
 * @return whether it is so now
 */
bool mk_passthrough_show(struct mk_vm *vm, uint32_t row, uint32_t bar, bool on);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Asking for accesses to the machine's PCI configuration space.
 */
#include "link/pci_words.h"

void mk_pci_asker_start(struct mk_pci_asker *asker, const struct mk_port *port)
{
    mk_words_start(&asker->words, port);
    asker->number = (uint64_t)asker->words.link.epoch << 32;
}

bool mk_pci_ask(struct mk_pci_asker *asker, const struct mk_pci_request *request,
                struct mk_pci_answer *answer)
{
    const uint64_t out[MK_WORDS] = {[MK_PCI_REQUEST_NUMBER] = ++asker->number,
                                    [MK_PCI_REQUEST_VERB] = (uint64_t)request->verb,
                                    [MK_PCI_REQUEST_FUNCTION] = request->function,
                                    [MK_PCI_REQUEST_OFFSET] = request->offset,
                                    [MK_PCI_REQUEST_BYTES] = request->bytes,
                                    [MK_PCI_REQUEST_VALUE] = request->value};
    const uint64_t *in = asker->words.in;
    mk_words_write(&asker->words, out);
    mk_words_update(&asker->words);
    bool patient = true;
    while (patient && in[MK_PCI_ANSWER_NUMBER] != asker->number) {
        patient = asker->wait(asker->context);
        mk_words_update(&asker->words);
    }
    bool good = in[MK_PCI_ANSWER_NUMBER] == asker->number && in[MK_PCI_ANSWER_GOOD] == 1;
    *answer = (struct mk_pci_answer){good ? (uint32_t)in[MK_PCI_ANSWER_VALUE] : 0,
                                     good ? (uint32_t)in[MK_PCI_ANSWER_DATA] : 0};
    return good;
}

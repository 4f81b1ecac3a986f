/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The PCI configuration component: start, rounds, and how the registers are reached.
 */
#include "components/pci_config.h"

#include "components/pci_parts.h"

/** Row of the ports of configuration mechanism 1. */
#define RANGE 0
/** Address register, from the first port (PCI 3.0, 3.2.2.3.2). */
#define ADDRESS 0
/** Data register. */
#define DATA 4
/** Bit of the address register: the data register leads to configuration space. */
#define ADDRESS_ENABLE (UINT32_C(1) << 31)

/**
 * Selects a double word.
 * @param s the component
 * @param fn the function
 * @param offset register
 */
static void select(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                   uint32_t offset)
{
    uint32_t address = ADDRESS_ENABLE | (uint32_t)fn->bdf->bus << 16 |
                       (uint32_t)(fn->bdf->device & 0x1f) << 11 |
                       (uint32_t)(fn->bdf->function & 7) << 8 | (offset & 0xfc);
    mk_component_out(s->c, RANGE, ADDRESS, 4, address);
}

uint32_t mk_pci_server_read(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                            uint32_t offset, uint32_t bytes)
{
    select(s, fn, offset);
    return mk_component_in(s->c, RANGE, DATA + (offset & 3), bytes) &
           UINT32_MAX >> (32 - 8 * bytes);
}

void mk_pci_server_write(const struct mk_pci_server *s, const struct mk_pci_server_function *fn,
                         uint32_t offset, uint32_t bytes, uint32_t value)
{
    select(s, fn, offset);
    mk_component_out(s->c, RANGE, DATA + (offset & 3), bytes, value);
}

void mk_pci_server_start(struct mk_pci_server *s, struct mk_component *c,
                         const struct mk_pci_server_config *config,
                         struct mk_pci_server_client *clients,
                         struct mk_pci_server_function *functions)
{
    *s = (struct mk_pci_server){.c = c, .config = config, .clients = clients};
    for (uint32_t i = 0; i < config->client_count; i++) {
        const struct mk_pci_client *plan = &config->clients[i];
        clients[i] = (struct mk_pci_server_client){.plan = plan, .functions = functions};
        for (uint32_t j = 0; j < plan->function_count; j++, functions++) {
            *functions = (struct mk_pci_server_function){.bdf = &plan->functions[j]};
            mk_pci_server_take(s, functions);
        }
        mk_words_start(&clients[i].words, &c->ports[plan->channel]);
    }
}

/**
 * Answers a client, when it has asked something new.
 * @param s the component
 * @param client the client
 */
static void serve(const struct mk_pci_server *s, struct mk_pci_server_client *client)
{
    mk_words_update(&client->words);
    if (client->peer != client->words.link.peer) {
        client->peer = client->words.link.peer;
        client->answered = 0;
    }
    uint64_t number = client->words.in[MK_PCI_REQUEST_NUMBER];
    if (number == 0 || number == client->answered) {
        return;
    }
    struct mk_pci_answer answer = {0, 0};
    bool good = mk_pci_server_do(s, client, client->words.in, &answer);
    const uint64_t out[MK_WORDS] = {[MK_PCI_ANSWER_NUMBER] = number,
                                    [MK_PCI_ANSWER_GOOD] = good ? 1 : 0,
                                    [MK_PCI_ANSWER_VALUE] = answer.value,
                                    [MK_PCI_ANSWER_DATA] = answer.data};
    client->answered = number;
    mk_words_write(&client->words, out);
}

void mk_pci_server_round(struct mk_pci_server *s)
{
    for (uint32_t i = 0; i < s->config->client_count; i++) {
        serve(s, &s->clients[i]);
    }
}

void mk_pci_server_run(struct mk_component *c, const struct mk_pci_server_config *config,
                       struct mk_pci_server_client *clients,
                       struct mk_pci_server_function *functions)
{
    struct mk_pci_server s;
    mk_pci_server_start(&s, c, config, clients, functions);
    for (;;) {
        mk_pci_server_round(&s);
        mk_component_wait(c);
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The time source.
 */
#include "components/time.h"

#include "components/clock.h"

void mk_time_server_start(struct mk_time_server *t, struct mk_component *c,
                          struct mk_time_client *clients)
{
    *t = (struct mk_time_server){
        .c = c, .clients = clients, .pit = {.c = c, .range = MK_TIME_PIT, .irq = 0}};
    mk_pit_start(&t->pit);
    if (c->resources->io_port_count > MK_TIME_CLOCK) {
        t->unix_time = mk_clock_read(c, MK_TIME_CLOCK);
    }
    const uint64_t out[MK_WORDS] = {
        [MK_ALARM_TSC_HZ] = t->pit.tsc_hz, [MK_ALARM_UNIX_TIME] = t->unix_time};
    for (uint32_t i = 0; i < c->resources->channel_count; i++) {
        mk_words_start(&clients[i].words, &c->ports[i]);
        clients[i].peer = clients[i].words.link.peer;
        clients[i].rung = 0;
        mk_words_write(&clients[i].words, out);
    }
}

/**
 * Looks at a client, and wakes it when its time has come.
 * @param client client
 * @param now TSC value
 * @return its deadline when it is still to come, else UINT64_MAX
 */
static uint64_t serve(struct mk_time_client *client, uint64_t now)
{
    mk_words_update(&client->words);
    if (client->peer != client->words.link.peer) {
        client->peer = client->words.link.peer;
        client->rung = 0;
    }
    uint64_t deadline = client->words.in[MK_ALARM_DEADLINE];
    uint64_t number = client->words.in[MK_ALARM_NUMBER];
    if (number == 0 || number == client->rung) {
        return UINT64_MAX;
    }
    if (deadline > now) {
        return deadline;
    }
    client->rung = number;
    client->words.link.port.signal(client->words.link.port.context);
    return UINT64_MAX;
}

void mk_time_server_round(struct mk_time_server *t)
{
    uint64_t next = UINT64_MAX;
    for (uint32_t i = 0; i < t->c->resources->channel_count; i++) {
        uint64_t deadline = serve(&t->clients[i], mk_component_now(t->c));
        next = deadline < next ? deadline : next;
    }
    if (next != UINT64_MAX) {
        mk_pit_set(&t->pit, next);
    }
}

void mk_time_server_run(struct mk_component *c, struct mk_time_client *clients)
{
    struct mk_time_server t;
    mk_time_server_start(&t, c, clients);
    for (;;) {
        mk_time_server_round(&t);
        mk_component_wait(c);
    }
}

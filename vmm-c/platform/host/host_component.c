/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist of components for tests.
 */
#include "platform/host/host_component.h"

uint64_t mk_component_poll(struct mk_component *c)
{
    struct host_component *h = c->context;
    uint64_t events = h->events;
    h->events = 0;
    return events;
}

uint64_t mk_component_wait(struct mk_component *c)
{
    struct host_component *h = c->context;
    h->waits++;
    return mk_component_poll(c);
}

void mk_component_acknowledge(struct mk_component *c, uint32_t irq)
{
    struct host_component *h = c->context;
    (void)irq;
    h->acks++;
}

uint32_t mk_component_in(struct mk_component *c, uint32_t range, uint32_t offset, uint32_t bytes)
{
    struct host_component *h = c->context;
    h->last_bytes = bytes;
    h->last_port = c->resources->io_ports[range].first + offset;
    return h->in == NULL ? 0 : h->in(h, h->last_port);
}

void mk_component_out(struct mk_component *c, uint32_t range, uint32_t offset, uint32_t bytes,
                      uint32_t value)
{
    struct host_component *h = c->context;
    h->last_bytes = bytes;
    h->last_port = c->resources->io_ports[range].first + offset;
    if (h->out != NULL) {
        h->out(h, h->last_port, value);
    }
}

uint64_t mk_component_now(struct mk_component *c)
{
    struct host_component *h = c->context;
    h->now += h->step;
    return h->now;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: console, on COM1 of its own or through a server; images.
 */
#include "platform/sel4/platform.h"

/** How often a full ring is tried again, after giving the processor to others each time. */
#define TRIES 1000

/**
 * Moves what COM1 has received to where the monitor reads, as far as there is room.
 * @param p the state, with devices
 */
static void take_typed(struct mk_platform *p)
{
    bool unused;
    while (p->typing && mk_ring_has_room(&p->typed)) {
        int32_t byte = mk_sel4_uart_get(p->devices);
        if (byte < 0) {
            p->typing = false;
        } else {
            mk_ring_put(&p->typed, (uint8_t)byte, &unused);
        }
    }
}

void mk_sel4_notified(struct mk_platform *p, uint64_t badge)
{
    if ((badge & MK_BADGE_CONSOLE) != 0 && p->devices != (struct mk_sel4_devices *)0) {
        p->typing = true;
        take_typed(p);
    }
}

int32_t mk_platform_console_read(struct mk_platform *platform)
{
    if (platform->client != (struct mk_sel4_client *)0) {
        return mk_ring_get(&platform->client->in);
    }
    int32_t byte = mk_ring_get(&platform->typed);
    take_typed(platform);
    return byte;
}

/**
 * Hands a byte to the server.
 * @param p the state, with a client
 * @param byte the byte
 */
static void send(struct mk_platform *p, uint8_t byte)
{
    bool was_empty = false;
    for (int i = 0; i < TRIES && !mk_ring_put(&p->client->out, byte, &was_empty); i++) {
        seL4_Yield();
    }
    if (was_empty) {
        seL4_Signal(p->server);
    }
}

void mk_platform_console(struct mk_platform *platform, uint8_t byte)
{
    if (platform->devices != (struct mk_sel4_devices *)0) {
        mk_sel4_uart_put(platform->devices, byte);
    } else if (platform->client != (struct mk_sel4_client *)0) {
        send(platform, byte);
    }
}

const uint8_t *mk_platform_image(struct mk_platform *platform, uint32_t row, uint64_t *bytes)
{
    *bytes = row < platform->image_count ? platform->images[row].bytes : 0;
    return row < platform->image_count ? platform->images[row].data : (const uint8_t *)0;
}

const struct mk_port *mk_platform_port(struct mk_platform *platform, uint32_t channel)
{
    return channel < platform->port_count ? &platform->ports[channel] : (const struct mk_port *)0;
}

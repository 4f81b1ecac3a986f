/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Packets for tests of the network device.
 */
#include "net_fixture.h"

#include <string.h>

/** Where packets to be sent are put, and how far apart. */
#define SEND_AT 0x100000
#define SEND_STEP 0x11000
/** Where receive buffers are. */
#define RECEIVE_AT GUEST_DATA

void net_pattern(struct net_packet *p, uint32_t length, uint32_t seed)
{
    p->header = (struct mk_net_header){0};
    p->length = length;
    for (uint32_t i = 0; i < length; i++) {
        p->bytes[i] = (uint8_t)(seed + i * 7 + (i >> 8));
    }
}

static void put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static uint32_t sum(const uint8_t *from, uint32_t bytes)
{
    uint32_t s = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        s += i % 2 == 0 ? (uint32_t)from[i] << 8 : from[i];
    }
    while (s > 0xffff) {
        s = (s & 0xffff) + (s >> 16);
    }
    return s;
}

/** Sum of the pseudo header. */
static uint32_t pseudo(const uint8_t *ip, bool v6, uint32_t bytes)
{
    uint8_t header[40] = {0};
    memcpy(header, ip + (v6 ? 8 : 12), v6 ? 32 : 8);
    header[33] = 6;
    put16(header + 34, bytes >> 16);
    put16(header + 36, bytes);
    return sum(header, sizeof(header));
}

void net_tcp(struct net_packet *p, uint32_t payload, bool v6, uint16_t gso)
{
    uint8_t *ip = p->bytes + 14;
    uint32_t tcp = 14 + (v6 ? 40 : 20);
    net_pattern(p, tcp + 32 + payload, 5);
    put16(p->bytes + 12, v6 ? 0x86dd : 0x0800);
    ip[0] = v6 ? 0x60 : 0x45;
    if (v6) {
        put16(ip + 4, 32 + payload);
        ip[6] = 6;
    } else {
        put16(ip + 2, 52 + payload);
        put16(ip + 4, 0xfffe); /* identification: wraps round with the third segment */
        put16(ip + 6, 0x4000);
        ip[9] = 6;
        put16(ip + 10, 0);
        put16(ip + 10, ~sum(ip, 20) & 0xffff);
    }
    put16(p->bytes + tcp + 4, 0xffff); /* sequence number: wraps round */
    put16(p->bytes + tcp + 6, 0xff00);
    p->bytes[tcp + 12] = 0x80;
    p->bytes[tcp + 13] = 0x80 | 0x18 | 0x01; /* CWR, ACK, PSH, FIN */
    put16(p->bytes + tcp + 16, pseudo(ip, v6, 32 + payload));
    p->header = (struct mk_net_header){.flags = 1, .csum_start = (uint16_t)tcp, .csum_offset = 16};
    if (gso != 0) {
        p->header.gso = v6 ? MK_NET_GSO_TCP6 : MK_NET_GSO_TCP4;
        p->header.gso_bytes = gso;
        p->header.bytes = (uint16_t)(tcp + 32);
    }
}

void net_offer(struct guest *g, uint16_t slot, const struct net_packet *p)
{
    uint64_t at = SEND_AT + (uint64_t)slot % 14 * SEND_STEP;
    memcpy(g->ram + at, &p->header, MK_NET_HEADER);
    memcpy(g->ram + at + MK_NET_HEADER, p->bytes, p->length);
    guest_buffer(g, MK_NET_TX, slot, at, MK_NET_HEADER + p->length, false);
}

void net_buffers(struct guest *g, uint16_t first, uint16_t count)
{
    for (uint16_t i = first; i < first + count; i++) {
        guest_buffer(g, MK_NET_RX, i, RECEIVE_AT + UINT64_C(1) * i * NET_BUFFER, NET_BUFFER, true);
    }
}

bool net_take(struct guest *g, struct net_packet *p)
{
    uint32_t head;
    uint32_t bytes;
    uint32_t got = 0;
    uint16_t left = 1;
    while (left > 0) {
        if (!guest_take(g, MK_NET_RX, &head, &bytes)) {
            return false;
        }
        const uint8_t *from = g->ram + RECEIVE_AT + (size_t)head * NET_BUFFER;
        uint32_t skip = 0;
        if (got == 0) {
            memcpy(&p->header, from, MK_NET_HEADER);
            left = p->header.buffers;
            skip = MK_NET_HEADER;
        }
        memcpy(p->bytes + got, from + skip, bytes - skip);
        got += bytes - skip;
        left--;
    }
    p->length = got;
    return true;
}

bool net_sums_hold(const struct net_packet *p, bool v6)
{
    uint32_t tcp = 14 + (v6 ? 40 : 20);
    uint32_t bytes = p->length - tcp;
    uint32_t all = sum(p->bytes + tcp, bytes) + pseudo(p->bytes + 14, v6, bytes);
    all = (all & 0xffff) + (all >> 16);
    return all == 0xffff && (v6 || sum(p->bytes + 14, 20) == 0xffff);
}

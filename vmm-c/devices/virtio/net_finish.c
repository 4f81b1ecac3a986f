/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Finishing packets for a driver that does not take them as the sender left them: checksums, and
 * TCP segments. Drivers that matter take everything; this is for the others, and need not be fast.
 */
#include "devices/virtio/net.h"

/* Ethernet (IEEE 802.3, 802.1Q). */
#define ETHERNET_TYPE 12  /**< Offset of the type. */
#define TYPE_VLAN 0x8100U /**< Type: a tag follows, and the type again. */
#define TYPE_IP4 0x0800U  /**< Type: IPv4. */
#define TYPE_IP6 0x86ddU  /**< Type: IPv6. */

/* IPv4 (RFC 791, 3.1) and IPv6 (RFC 8200, 3). */
#define IP4_HEADER 20        /**< Least bytes of the header. */
#define IP4_LENGTH 2         /**< Total length. */
#define IP4_ID 4             /**< Identification. */
#define IP4_CSUM 10          /**< Checksum of the header. */
#define IP4_ADDRESSES 12     /**< Both addresses. */
#define IP4_ADDRESS_BYTES 8  /**< Bytes of both. */
#define IP6_HEADER 40        /**< Bytes of the header. */
#define IP6_LENGTH 4         /**< Bytes behind the header. */
#define IP6_ADDRESSES 8      /**< Both addresses. */
#define IP6_ADDRESS_BYTES 32 /**< Bytes of both. */
#define PROTOCOL_TCP 6       /**< TCP's number. */

/* TCP (RFC 9293, 3.1; RFC 3168, 6.1). */
#define TCP_SEQUENCE 4 /**< Sequence number. */
#define TCP_FLAGS 13   /**< Flags. */
#define TCP_CSUM 16    /**< Checksum. */
#define FLAG_FIN 0x01U /**< No more data: the last segment's. */
#define FLAG_PSH 0x08U /**< Push: the last segment's. */
#define FLAG_CWR 0x80U /**< Congestion window reduced: the first segment's. */

/** Where the parts of a segment are. */
struct layout {
    uint32_t ip;      /**< IP header. */
    uint32_t tcp;     /**< TCP header. */
    uint32_t payload; /**< Payload: end of all headers. */
    bool v6;          /**< IPv6. */
};

/**
 * Reads 16 bits as networks write them.
 * @param from where
 * @return them
 */
static uint32_t get16(const uint8_t *from)
{
    return (uint32_t)from[0] << 8 | from[1];
}

/**
 * Writes 16 bits as networks do.
 * @param to where
 * @param value value
 */
static void put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8 & UINT8_MAX);
    to[1] = (uint8_t)(value & UINT8_MAX);
}

/**
 * Adds bytes to a sum of 16-bit words (RFC 1071).
 * @param sum the sum so far
 * @param from the bytes; an odd last one is the upper half of a word
 * @param bytes how many
 * @return the sum
 */
static uint64_t add(uint64_t sum, const uint8_t *from, uint32_t bytes)
{
    for (uint32_t i = 0; i + 1 < bytes; i += 2) {
        sum += get16(from + i);
    }
    return bytes % 2 == 0 ? sum : sum + ((uint64_t)from[bytes - 1] << 8);
}

/**
 * Folds a sum into a checksum.
 * @param sum the sum
 * @return the checksum; never 0, which means "none" to UDP (RFC 768) and the same to all others
 */
static uint32_t fold(uint64_t sum)
{
    while (sum > UINT16_MAX) {
        sum = (sum & UINT16_MAX) + (sum >> 16);
    }
    return sum == UINT16_MAX ? UINT16_MAX : (uint32_t)~sum & UINT16_MAX;
}

bool mk_net_takes(const struct mk_virtio_net *net, const struct mk_net_header *header)
{
    uint8_t kind = header->gso & (uint8_t)~MK_NET_GSO_ECN;
    return (header->flags == 0 || mk_virtio_has(&net->virtio, MK_NET_GUEST_CSUM)) &&
           (kind != MK_NET_GSO_TCP4 || mk_virtio_has(&net->virtio, MK_NET_GUEST_TSO4)) &&
           (kind != MK_NET_GSO_TCP6 || mk_virtio_has(&net->virtio, MK_NET_GUEST_TSO6)) &&
           (kind == header->gso || mk_virtio_has(&net->virtio, MK_NET_GUEST_ECN));
}

/**
 * Finds the headers of a segment.
 * @param packet the packet, judged, in memory of this monitor
 * @param bytes the same packet
 * @param layout receives where they are
 * @return whether they are those that its kind says, and TCP is where its checksum begins
 */
static bool find(const struct mk_net_packet *packet, const uint8_t *bytes, struct layout *layout)
{
    uint32_t type = get16(bytes + ETHERNET_TYPE);
    uint32_t ip = MK_NET_ETHERNET;
    if (type == TYPE_VLAN) {
        type = get16(bytes + ETHERNET_TYPE + MK_NET_TAG); /* TCP's header lies behind it. */
        ip += MK_NET_TAG;
    }
    bool v6 = (packet->header.gso & (uint8_t)~MK_NET_GSO_ECN) == MK_NET_GSO_TCP6;
    *layout = (struct layout){ip, packet->header.csum_start, packet->header.bytes, v6};
    if (layout->tcp < ip + (v6 ? IP6_HEADER : IP4_HEADER)) {
        return false;
    }
    return v6 ? type == TYPE_IP6
              : type == TYPE_IP4 && ip + (uint32_t)(bytes[ip] & 0xf) * 4 == layout->tcp;
}

/**
 * Makes the IP header of a segment.
 * @param ip the header, a copy of the packet's
 * @param layout where the headers are
 * @param number number of the segment
 * @param part its payload
 * @return sum of the pseudo header for TCP (RFC 9293, 3.1; RFC 8200, 8.1)
 */
static uint64_t make_ip(uint8_t *ip, const struct layout *layout, uint32_t number, uint32_t part)
{
    uint64_t sum = PROTOCOL_TCP + (uint64_t)(layout->payload - layout->tcp) + part;
    uint32_t behind = layout->payload - layout->ip + part;
    if (layout->v6) {
        put16(ip + IP6_LENGTH, behind - IP6_HEADER);
        return add(sum, ip + IP6_ADDRESSES, IP6_ADDRESS_BYTES);
    }
    put16(ip + IP4_LENGTH, behind);
    put16(ip + IP4_ID, get16(ip + IP4_ID) + number);
    put16(ip + IP4_CSUM, 0);
    put16(ip + IP4_CSUM, fold(add(0, ip, layout->tcp - layout->ip)));
    return add(sum, ip + IP4_ADDRESSES, IP4_ADDRESS_BYTES);
}

/**
 * Makes the TCP header of a segment, whose payload is behind it.
 * @param tcp the header, a copy of the packet's
 * @param offset where the payload lies in that of the packet
 * @param clear flags that this segment does not have
 * @param sum sum of the pseudo header
 * @param bytes bytes of header and payload
 */
static void make_tcp(uint8_t *tcp, uint32_t offset, uint32_t clear, uint64_t sum, uint32_t bytes)
{
    uint32_t sequence = (get16(tcp + TCP_SEQUENCE) << 16 | get16(tcp + TCP_SEQUENCE + 2)) + offset;
    put16(tcp + TCP_SEQUENCE, sequence >> 16);
    put16(tcp + TCP_SEQUENCE + 2, sequence & UINT16_MAX);
    tcp[TCP_FLAGS] &= (uint8_t)~clear;
    put16(tcp + TCP_CSUM, 0);
    put16(tcp + TCP_CSUM, fold(add(sum, tcp, bytes)));
}

/**
 * Delivers the segments of a packet that are not yet delivered.
 * @param net the device, with the packet in its scratch
 * @param packet the packet
 * @param layout its headers
 * @return what came of it
 */
static enum mk_net_delivery deliver_segments(struct mk_virtio_net *net,
                                             const struct mk_net_packet *packet,
                                             const struct layout *layout)
{
    const uint8_t *from = net->scratch->packet;
    uint8_t *to = net->scratch->segment;
    uint32_t payload = packet->length - layout->payload;
    uint32_t size = packet->header.gso_bytes;
    enum mk_net_delivery delivery = MK_NET_DELIVERED;
    while (delivery == MK_NET_DELIVERED && net->segment * size < payload) {
        uint32_t offset = net->segment * size;
        uint32_t part = payload - offset < size ? payload - offset : size;
        bool last = offset + part == payload;
        for (uint32_t i = 0; i < layout->payload; i++) {
            to[i] = from[i];
        }
        for (uint32_t i = 0; i < part; i++) {
            to[layout->payload + i] = from[layout->payload + offset + i];
        }
        uint64_t sum = make_ip(to + layout->ip, layout, net->segment, part);
        make_tcp(to + layout->tcp, offset,
                 (last ? 0 : FLAG_FIN | FLAG_PSH) | (offset == 0 ? 0 : FLAG_CWR), sum,
                 layout->payload - layout->tcp + part);
        const struct mk_net_packet segment = {{0}, to, layout->payload + part};
        delivery = mk_net_deliver(net, &segment);
        net->segment += delivery == MK_NET_DELIVERED ? 1 : 0;
    }
    return delivery;
}

enum mk_net_delivery mk_net_finish(struct mk_virtio_net *net, const struct mk_net_packet *packet)
{
    struct mk_net_packet copy = {packet->header, net->scratch->packet, packet->length};
    uint8_t *bytes = net->scratch->packet;
    struct layout layout;
    for (uint32_t i = 0; i < packet->length; i++) {
        bytes[i] = packet->bytes[i];
    }
    /* The peer may have changed it since it was judged; the copy is what counts. */
    bool holds = mk_net_judge(&copy, net->mtu);
    if (holds && copy.header.gso != MK_NET_GSO_NONE && find(&copy, bytes, &layout)) {
        net->rx.finished += net->segment == 0 ? 1 : 0;
        return deliver_segments(net, &copy, &layout);
    }
    if (!holds || copy.header.gso != MK_NET_GSO_NONE) {
        net->rx.dropped++;
        return MK_NET_DELIVERED;
    }
    uint32_t start = copy.header.csum_start;
    /* The sum of the pseudo header stands there already (5.1.6.2). */
    put16(bytes + start + copy.header.csum_offset,
          fold(add(0, bytes + start, copy.length - start)));
    copy.header = (struct mk_net_header){0};
    enum mk_net_delivery delivery = mk_net_deliver(net, &copy);
    net->rx.finished += delivery == MK_NET_DELIVERED ? 1 : 0;
    return delivery;
}

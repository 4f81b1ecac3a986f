/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the files of the network device know of each other.
 */
#ifndef MAKATEA_DEVICES_VIRTIO_NET_H
#define MAKATEA_DEVICES_VIRTIO_NET_H

#include "makatea/virtio_net.h"

/** A packet in memory that only this monitor writes, or one that a peer may change. */
struct mk_net_packet {
    struct mk_net_header header;   /**< Its header, copied. */
    const volatile uint8_t *bytes; /**< The packet. */
    uint32_t length;               /**< Its length. */
};

/** Double words of a header. */
#define MK_NET_WORDS (MK_NET_HEADER / 4)

/**
 * Makes double words of a header, field by field. To load it in larger pieces than it was written
 * in would wait for all earlier stores, those of a whole packet among them.
 * @param header the header; volatile, for a compiler makes one large load of two small ones
 * @param buffers buffers that the packet is spread over
 * @param words receives its double words
 */
static inline void mk_net_pack(const volatile struct mk_net_header *header, uint32_t buffers,
                               volatile uint32_t words[MK_NET_WORDS])
{
    words[0] = header->flags | (uint32_t)header->gso << 8 | (uint32_t)header->bytes << 16;
    words[1] = header->gso_bytes | (uint32_t)header->csum_start << 16;
    words[2] = header->csum_offset | buffers << 16;
}

/**
 * Judges a packet's header and makes it one that can be believed: what has no meaning becomes 0,
 * the length of the headers becomes what the packet says.
 * @param packet the packet; the one byte of it that is looked at is read once
 * @param mtu largest packet without its Ethernet header
 * @return whether it holds; if not, the packet is to be dropped
 */
bool mk_net_judge(struct mk_net_packet *packet, uint32_t mtu);

/**
 * Sends what the guest has made available.
 * @param net the device, with a driver
 */
void mk_net_send(struct mk_virtio_net *net);

/**
 * Receives what the peer has sent.
 * @param net the device, with a driver
 */
void mk_net_receive(struct mk_virtio_net *net);

/** What came of delivering a packet. */
enum mk_net_delivery {
    MK_NET_DELIVERED, /**< The guest has it, or it was dropped. */
    MK_NET_STARVED,   /**< The guest has too few buffers. */
    MK_NET_MISTAKE    /**< The guest made a mistake. */
};

/**
 * Puts a packet into buffers of the guest.
 * @param net the device
 * @param packet the packet, judged
 * @return what came of it
 */
enum mk_net_delivery mk_net_deliver(struct mk_virtio_net *net, const struct mk_net_packet *packet);

/**
 * Says whether the driver takes a packet as it is.
 * @param net the device
 * @param header the packet's header, judged
 * @return whether; if not, it is to be finished
 */
bool mk_net_takes(const struct mk_virtio_net *net, const struct mk_net_header *header);

/**
 * Finishes a packet and delivers what becomes of it: a packet with its checksum, or segments. It
 * goes on with the segment mk_virtio_net::segment.
 * @param net the device
 * @param packet the packet, judged
 * @return what came of it
 */
enum mk_net_delivery mk_net_finish(struct mk_virtio_net *net, const struct mk_net_packet *packet);

/**
 * Compares the state of the link with what the guest knows, and tells it.
 * @param net the device
 */
void mk_net_tell_link(struct mk_virtio_net *net);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The network device sends. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/net.h"

/** What came of a packet of the guest, or of a group. */
enum sent {
    SENT,   /**< It is in the link, or was dropped. */
    EMPTY,  /**< There is none. */
    FULL,   /**< The link has no room. */
    SPENT,  /**< The round's work is done. */
    MISTAKE /**< The guest made a mistake. */
};

/**
 * Says whether the driver may ask for what a header asks for.
 * @param net the device
 * @param header the header, judged
 * @return whether the features for it are agreed on
 */
static bool negotiated(const struct mk_virtio_net *net, const struct mk_net_header *header)
{
    uint8_t kind = header->gso & (uint8_t)~MK_NET_GSO_ECN;
    return (header->flags == 0 || mk_virtio_has(&net->virtio, MK_NET_CSUM)) &&
           (kind != MK_NET_GSO_TCP4 || mk_virtio_has(&net->virtio, MK_NET_HOST_TSO4)) &&
           (kind != MK_NET_GSO_TCP6 || mk_virtio_has(&net->virtio, MK_NET_HOST_TSO6)) &&
           (kind == header->gso || mk_virtio_has(&net->virtio, MK_NET_HOST_ECN));
}

/**
 * Copies a packet into the link.
 * @param net the device, with the packet's buffers
 * @param chain the packet's chain
 * @return #SENT, #FULL or #MISTAKE
 */
static enum sent copy(struct mk_virtio_net *net, const struct mk_vq_chain *chain)
{
    struct mk_vq_cursor cursor = {&net->virtio.parts.dma, net->scratch->buffers, chain->readable, 0,
                                  0};
    struct mk_net_packet packet;
    uint32_t length = chain->readable_bytes - MK_NET_HEADER;
    if (length > MK_NET_PACKET || length == 0 || !net->running || !net->frames.link.up) {
        net->tx.dropped++;
        return SENT;
    }
    volatile uint8_t *to = mk_frames_room(&net->frames, chain->readable_bytes);
    if (to == NULL) {
        return FULL;
    }
    if (!mk_vq_read(&cursor, to, chain->readable_bytes)) {
        return MISTAKE;
    }
    /* From here on the guest can change nothing: the packet is in the region of this end, which the
     * peer can only read. */
    packet.header = *(const volatile struct mk_net_header *)to;
    packet.bytes = to + MK_NET_HEADER;
    packet.length = length;
    if (!mk_net_judge(&packet, net->mtu) || !negotiated(net, &packet.header)) {
        net->tx.dropped++;
        return SENT;
    }
    mk_net_pack(&packet.header, 0, (volatile uint32_t *)to);
    mk_frames_add(&net->frames, chain->readable_bytes);
    net->tx.packets++;
    net->tx.bytes += length;
    return SENT;
}

/**
 * Sends a packet of the guest.
 * @param net the device
 * @param bytes is increased by its size
 * @return what came of it
 */
static enum sent send_one(struct mk_virtio_net *net, uint64_t *bytes)
{
    struct mk_vq *vq = &net->queues[MK_NET_TX];
    struct mk_vq_chain chain;
    switch (mk_vq_take(vq, &chain, net->scratch->buffers, MK_NET_BUFFERS)) {
    case MK_VQ_EMPTY:
        return EMPTY;
    case MK_VQ_BROKEN:
        return MISTAKE;
    default:
        break;
    }
    if (chain.writable != 0 || chain.readable_bytes < MK_NET_HEADER) {
        return MISTAKE; /* 5.1.6.2: a header and a packet, to be read. */
    }
    enum sent sent = copy(net, &chain);
    if (sent == FULL) {
        mk_vq_give_back(vq, 1);
        return FULL;
    }
    *bytes += chain.readable_bytes;
    return sent == SENT && !mk_vq_put(vq, chain.head, 0) ? MISTAKE : sent;
}

/**
 * Sends a group of packets: one signal to the peer, one interrupt for the guest at most.
 * @param net the device
 * @return why it ended
 */
static enum sent send_group(struct mk_virtio_net *net)
{
    enum sent sent = SENT;
    uint64_t bytes = 0;
    for (uint32_t i = 0; sent == SENT; i++) {
        sent =
            i < MK_NET_ROUND_PACKETS && bytes < MK_NET_ROUND_BYTES ? send_one(net, &bytes) : SPENT;
    }
    if (sent == MISTAKE) {
        mk_virtio_fail(&net->virtio);
        return MISTAKE;
    }
    if (bytes > 0) {
        net->tx.groups++;
        mk_frames_publish(&net->frames);
        mk_virtio_publish(&net->virtio, MK_NET_TX);
    }
    return sent;
}

void mk_net_send(struct mk_virtio_net *net)
{
    bool more = net->queues[MK_NET_TX].live; /* A driver may leave it out. */
    net->tx_waits = false;
    net->tx_more = false;
    if (net->running) {
        mk_frames_update(&net->frames);
        mk_net_tell_link(net);
    }
    while (more) {
        more = false;
        switch (send_group(net)) {
        case EMPTY:
            if (!mk_vq_ask(&net->queues[MK_NET_TX], true, &more)) {
                mk_virtio_fail(&net->virtio);
            }
            break;
        case FULL: /* A link that has gone down meanwhile takes everything and loses it. */
            more = mk_frames_want_room(&net->frames) || !net->frames.link.up;
            mk_net_tell_link(net);
            net->tx_waits = !more;
            break;
        case SPENT:
            net->tx_more = true;
            break;
        default:
            break;
        }
    }
}

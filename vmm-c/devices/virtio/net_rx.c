/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The network device receives. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/net.h"

/** Buffers that were gathered for a packet. */
struct gathered {
    uint32_t chains;  /**< Chains. */
    uint32_t buffers; /**< Their buffers. */
    uint64_t bytes;   /**< Bytes of them. */
};

/** What came of gathering buffers. */
enum gathering {
    GATHERED, /**< There are enough. */
    TOO_FEW,  /**< The guest has not enough now. */
    NEVER,    /**< It can never have enough. */
    MISTAKE   /**< It made a mistake. */
};

/**
 * Gathers buffers for a packet: one chain, or as many as it takes with mergeable buffers (5.1.6.3).
 * @param net the device; its scratch receives chains and buffers
 * @param need bytes of header and packet
 * @param got receives what was gathered
 * @return what came of it; when it is not #GATHERED, the chains are available again
 */
static enum gathering gather(struct mk_virtio_net *net, uint32_t need, struct gathered *got)
{
    struct mk_vq *vq = &net->queues[MK_NET_RX];
    struct mk_net_scratch *scratch = net->scratch;
    enum gathering result = GATHERED;
    bool merge = mk_virtio_has(&net->virtio, MK_NET_MRG_RXBUF);
    *got = (struct gathered){0, 0, 0};
    while (got->bytes < need && result == GATHERED) {
        struct mk_vq_chain chain;
        uint32_t room = MK_NET_BUFFERS - got->buffers;
        if ((!merge && got->chains == 1) || got->chains == vq->size || room < MK_VQ_SIZE) {
            result = NEVER;
            break;
        }
        enum mk_vq_status status = mk_vq_take(vq, &chain, scratch->buffers + got->buffers, room);
        if (status != MK_VQ_TAKEN) {
            result = status == MK_VQ_EMPTY ? TOO_FEW : MISTAKE;
        } else if (chain.readable != 0 || chain.writable_bytes < MK_NET_HEADER) {
            return MISTAKE; /* 5.1.6.3: to be written, and room for a header at least. */
        } else {
            scratch->heads[got->chains] = chain.head;
            scratch->bytes[got->chains] = chain.writable_bytes;
            got->chains++;
            got->buffers += chain.writable;
            got->bytes += chain.writable_bytes;
        }
    }
    if (result == TOO_FEW || result == NEVER) {
        mk_vq_give_back(vq, (uint16_t)got->chains);
    }
    /* A driver that has all its buffers here will not bring more: waiting would be for ever. */
    return result == TOO_FEW && got->chains >= vq->most ? NEVER : result;
}

/**
 * Puts the chains of a packet into the used ring, all but the last one full.
 * @param net the device
 * @param got the chains
 * @param bytes bytes of header and packet
 * @return whether it worked
 */
static bool put(struct mk_virtio_net *net, const struct gathered *got, uint32_t bytes)
{
    for (uint32_t i = 0; i < got->chains; i++) {
        uint32_t part = net->scratch->bytes[i] < bytes ? net->scratch->bytes[i] : bytes;
        if (!mk_vq_put(&net->queues[MK_NET_RX], net->scratch->heads[i], part)) {
            return false;
        }
        bytes -= part;
    }
    return true;
}

enum mk_net_delivery mk_net_deliver(struct mk_virtio_net *net, const struct mk_net_packet *packet)
{
    struct gathered got;
    uint32_t need = MK_NET_HEADER + packet->length;
    switch (gather(net, need, &got)) {
    case TOO_FEW:
        return MK_NET_STARVED;
    case NEVER:
        net->rx.dropped++;
        return MK_NET_DELIVERED;
    case MISTAKE:
        return MK_NET_MISTAKE;
    default:
        break;
    }
    uint32_t words[MK_NET_WORDS];
    mk_net_pack(&packet->header, got.chains, words); /* 5.1.6.4.1 */
    struct mk_vq_cursor cursor = {&net->virtio.parts.dma, net->scratch->buffers, got.buffers, 0, 0};
    if (!mk_vq_write(&cursor, words, MK_NET_HEADER) ||
        !mk_vq_write(&cursor, packet->bytes, packet->length) || !put(net, &got, need)) {
        return MK_NET_MISTAKE;
    }
    net->rx.packets++;
    net->rx.bytes += packet->length;
    return MK_NET_DELIVERED;
}

/**
 * Receives a frame.
 * @param net the device
 * @param frame the frame, as the peer can change it
 * @param bytes its length
 * @return what came of it
 */
static enum mk_net_delivery receive_one(struct mk_virtio_net *net, const volatile uint8_t *frame,
                                        uint32_t bytes)
{
    struct mk_net_packet packet;
    if (bytes <= MK_NET_HEADER) {
        net->rx.dropped++;
        return MK_NET_DELIVERED;
    }
    packet.header = *(const volatile struct mk_net_header *)frame;
    packet.bytes = frame + MK_NET_HEADER;
    packet.length = bytes - MK_NET_HEADER;
    if (!mk_net_judge(&packet, net->mtu)) {
        net->rx.dropped++;
        return MK_NET_DELIVERED;
    }
    return mk_net_takes(net, &packet.header) ? mk_net_deliver(net, &packet)
                                             : mk_net_finish(net, &packet);
}

/** Why a group ended. */
enum end {
    END_NONE,    /**< No more frames. */
    END_STARVED, /**< No more buffers. */
    END_SPENT,   /**< The round's work is done. */
    END_MISTAKE  /**< The guest made a mistake. */
};

/**
 * Receives frames, and shows the guest none of them yet.
 * @param net the device
 * @return why it ended
 */
static enum end receive_some(struct mk_virtio_net *net)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < MK_NET_ROUND_PACKETS && total < MK_NET_ROUND_BYTES; i++) {
        uint32_t bytes = 0;
        const volatile uint8_t *frame = mk_frames_next(&net->frames, &bytes);
        if (frame == NULL) {
            return END_NONE;
        }
        switch (receive_one(net, frame, bytes)) {
        case MK_NET_STARVED:
            return END_STARVED;
        case MK_NET_MISTAKE:
            return END_MISTAKE;
        default:
            mk_frames_skip(&net->frames);
            net->segment = 0;
            total += bytes;
            break;
        }
    }
    return END_SPENT;
}

/**
 * Receives a group of frames: one interrupt for the guest, one signal to the peer at most. What
 * came from a peer that started anew meanwhile is not shown to the guest.
 * @param net the device
 * @return why it ended
 */
static enum end receive_group(struct mk_virtio_net *net)
{
    struct mk_vq *vq = &net->queues[MK_NET_RX];
    enum end end = receive_some(net);
    if (end == END_MISTAKE) {
        mk_virtio_fail(&net->virtio);
        return END_MISTAKE;
    }
    if (!mk_frames_give_back(&net->frames)) {
        mk_vq_rewind(vq);
        net->segment = 0;
        mk_frames_update(&net->frames);
    } else if (vq->put != vq->published) {
        net->rx.groups++;
        mk_virtio_publish(&net->virtio, MK_NET_RX);
    }
    mk_net_tell_link(net);
    return end;
}

/**
 * Asks the driver to notify the receive queue, or not to.
 * @param net the device
 * @param wanted whether
 * @return whether there are new buffers already; those that were too few do not count
 */
static bool ask(struct mk_virtio_net *net, bool wanted)
{
    struct mk_vq *vq = &net->queues[MK_NET_RX];
    uint16_t before = vq->seen;
    bool more;
    if (!mk_vq_ask(vq, wanted, &more)) {
        mk_virtio_fail(&net->virtio);
        return false;
    }
    return vq->seen != before;
}

void mk_net_receive(struct mk_virtio_net *net)
{
    bool more = net->queues[MK_NET_RX].live && mk_frames_update(&net->frames);
    net->rx_more = false;
    if (net->rx_waits && net->queues[MK_NET_RX].live) {
        net->rx_waits = false;
        ask(net, false);
    }
    mk_net_tell_link(net);
    while (more) {
        more = false;
        switch (receive_group(net)) {
        case END_NONE:
            more = net->frames.link.up && mk_frames_want_more(&net->frames);
            break;
        case END_STARVED:
            more = ask(net, true);
            net->rx_waits = !more;
            break;
        case END_SPENT:
            net->rx_more = true;
            break;
        default:
            break;
        }
    }
}

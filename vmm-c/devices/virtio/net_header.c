/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Judging the header before a packet (VirtIO 1.2, 5.1.6). It comes from a guest or from a peer.
 */
#include "devices/virtio/net.h"

/** Offset of the checksum in a TCP header (RFC 9293, 3.1). */
#define TCP_CSUM 16
/** Offset of the data offset in a TCP header. */
#define TCP_DATA_OFFSET 12
/** Least bytes of a TCP header. */
#define TCP_HEADER 20
/** Bytes of a checksum. */
#define CSUM_BYTES 2

/**
 * Judges where the checksum is.
 * @param header the header
 * @param length bytes of the packet
 * @return whether it is behind the Ethernet header and in the packet
 */
static bool csum_is_inside(const struct mk_net_header *header, uint32_t length)
{
    return header->csum_start >= MK_NET_ETHERNET &&
           (uint32_t)header->csum_start + header->csum_offset + CSUM_BYTES <= length;
}

/**
 * Judges a segment, whose checksum is inside.
 * @param packet the packet
 * @param mtu largest packet without its Ethernet header
 * @return whether it is TCP, has payload, and its segments fit
 */
static bool segment_holds(struct mk_net_packet *packet, uint32_t mtu)
{
    struct mk_net_header *header = &packet->header;
    uint8_t kind = header->gso & (uint8_t)~MK_NET_GSO_ECN;
    if ((kind != MK_NET_GSO_TCP4 && kind != MK_NET_GSO_TCP6) || header->csum_offset != TCP_CSUM) {
        return false;
    }
    /* It lies before the checksum, so inside. In units of four bytes (RFC 9293, 3.1). */
    uint32_t tcp = (uint32_t)(packet->bytes[header->csum_start + TCP_DATA_OFFSET] >> 4) * 4;
    uint32_t headers = header->csum_start + tcp;
    if (tcp < TCP_HEADER || headers >= packet->length || header->gso_bytes < MK_NET_SEGMENT ||
        headers + header->gso_bytes > mtu + MK_NET_ETHERNET + MK_NET_TAG) {
        return false;
    }
    header->bytes = (uint16_t)headers;
    return true;
}

bool mk_net_judge(struct mk_net_packet *packet, uint32_t mtu)
{
    struct mk_net_header *header = &packet->header;
    header->flags &= MK_NET_NEEDS_CSUM; /* 5.1.6.2.2: bits that are not known are ignored. */
    header->buffers = 0;
    if (packet->length < MK_NET_ETHERNET || packet->length > MK_NET_PACKET) {
        return false;
    }
    if (header->flags == 0) {
        header->csum_start = 0;
        header->csum_offset = 0;
    } else if (!csum_is_inside(header, packet->length)) {
        return false;
    }
    if (header->gso != MK_NET_GSO_NONE) { /* Segments need checksums (5.1.6.2.1). */
        return header->flags != 0 && segment_holds(packet, mtu);
    }
    header->bytes = 0;
    header->gso_bytes = 0;
    return packet->length <= mtu + MK_NET_ETHERNET + MK_NET_TAG;
}

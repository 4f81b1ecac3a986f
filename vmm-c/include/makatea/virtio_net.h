/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * VirtIO network device (VirtIO 1.2, 5.1), one end of a cable between two VMs.
 *
 * What the guest sends is copied once, from its buffers into this end's region of the link; what it
 * receives once, from the peer's region into its buffers. A frame of the link is a packet behind
 * its VirtIO header, so that unfinished checksums and segments travel as they are and are finished
 * by nobody when the receiving driver takes them so. When it does not, they are finished here.
 *
 * Headers are judged twice, by the sender's monitor and by the receiver's: neither believes the
 * other. What does not hold is dropped, as a bad frame on a cable is.
 *
 * The link is up while the drivers at both ends are ready. A link that is down loses what is
 * sent; one that is full makes the sender wait.
 */
#ifndef MAKATEA_VIRTIO_NET_H
#define MAKATEA_VIRTIO_NET_H

#include "link/frames.h"
#include "makatea/virtio.h"

/** Its features (VirtIO 1.2, 5.1.3). */
enum mk_net_feature {
    MK_NET_CSUM = 0,       /**< The device finishes checksums. */
    MK_NET_GUEST_CSUM = 1, /**< The driver takes packets with unfinished checksums. */
    MK_NET_MTU = 3,        /**< There is a largest packet. */
    MK_NET_MAC = 5,        /**< There is an address. */
    MK_NET_GUEST_TSO4 = 7, /**< The driver takes TCP segments over IPv4 in one. */
    MK_NET_GUEST_TSO6 = 8, /**< The same over IPv6. */
    MK_NET_GUEST_ECN = 9,  /**< The same with congestion notification. */
    MK_NET_HOST_TSO4 = 11, /**< The device cuts TCP segments over IPv4. */
    MK_NET_HOST_TSO6 = 12, /**< The same over IPv6. */
    MK_NET_HOST_ECN = 13,  /**< The same with congestion notification. */
    MK_NET_MRG_RXBUF = 15, /**< A packet may go into several receive buffers. */
    MK_NET_STATUS = 16     /**< The state of the link is told. */
};

/** Its queues. */
enum mk_net_queue {
    MK_NET_RX,    /**< Receive. */
    MK_NET_TX,    /**< Transmit. */
    MK_NET_QUEUES /**< How many. */
};

/** Bytes of its configuration (5.1.4). */
#define MK_NET_CONFIG 12
/** Offset of the link's state in it. */
#define MK_NET_CONFIG_STATUS 6
/** State: the link is up. */
#define MK_NET_LINK_UP 1

/** Bytes of the header before each packet (5.1.6). */
#define MK_NET_HEADER 12
/** Bytes of an Ethernet header. */
#define MK_NET_ETHERNET 14
/** Bytes of a VLAN's tag in it. */
#define MK_NET_TAG 4
/** Longest packet: an IP packet of 65,535 bytes behind its Ethernet header. */
#define MK_NET_PACKET (65535 + MK_NET_ETHERNET + MK_NET_TAG)
/** Least payload of a segment. */
#define MK_NET_SEGMENT 48

/** Receive buffers of the guest that one packet may be spread over. */
#define MK_NET_BUFFERS (4 * MK_VQ_SIZE)

/** Packets of one round of work. */
#define MK_NET_ROUND_PACKETS MK_VQ_SIZE
/** Bytes of one round of work, but for its last packet. */
#define MK_NET_ROUND_BYTES UINT64_C(0x80000)

/** Header before each packet (5.1.6). */
struct mk_net_header {
    uint8_t flags;        /**< Bit 0: the checksum is to be finished. */
    uint8_t gso;          /**< Kind of segment. */
    uint16_t bytes;       /**< Bytes of all headers. */
    uint16_t gso_bytes;   /**< Payload of a segment. */
    uint16_t csum_start;  /**< Where the checksum begins. */
    uint16_t csum_offset; /**< Where from there it stands. */
    uint16_t buffers;     /**< Buffers that the packet is spread over. */
};

/** Flag of a header: the checksum is to be finished. */
#define MK_NET_NEEDS_CSUM 1

/** Kinds of segment (5.1.6). */
enum mk_net_gso {
    MK_NET_GSO_NONE = 0,  /**< A packet as it is. */
    MK_NET_GSO_TCP4 = 1,  /**< TCP over IPv4. */
    MK_NET_GSO_TCP6 = 4,  /**< TCP over IPv6. */
    MK_NET_GSO_ECN = 0x80 /**< With congestion notification; beside another kind. */
};

/** Room for the work on one packet. All devices of a VM can use the same. */
struct mk_net_scratch {
    struct mk_vq_buffer buffers[MK_NET_BUFFERS]; /**< Buffers of the guest. */
    uint32_t bytes[MK_VQ_SIZE];                  /**< Bytes of each chain. */
    uint16_t heads[MK_VQ_SIZE];                  /**< Heads of the chains. */
    uint8_t packet[MK_NET_PACKET];               /**< A packet that is worked on. */
    uint8_t segment[MK_NET_PACKET];              /**< One that is made of it. */
};

/** What happened, counted. */
struct mk_net_counts {
    uint64_t packets;  /**< Packets. */
    uint64_t bytes;    /**< Their bytes. */
    uint64_t groups;   /**< Groups of packets. */
    uint64_t dropped;  /**< Packets that were dropped. */
    uint64_t finished; /**< Packets whose checksum or segments were finished here. */
};

/** State of a device. */
struct mk_virtio_net {
    struct mk_virtio virtio;            /**< Transport. */
    struct mk_vq queues[MK_NET_QUEUES]; /**< Queues. */
    uint8_t config[MK_NET_CONFIG];      /**< Configuration. */
    uint16_t mtu;                       /**< Largest packet without its Ethernet header. */
    const struct mk_port *port;         /**< Channel; a null pointer: no cable. */
    struct mk_frames frames;            /**< Link, while it runs. */
    bool running;                       /**< The driver is ready, so the link runs. */
    bool rx_waits;                      /**< Packets wait for buffers of the guest. */
    bool tx_waits;                      /**< Packets of the guest wait for room in the link. */
    bool rx_more;                       /**< There may be more to receive than one round does. */
    bool tx_more;                       /**< There may be more to send. */
    uint32_t segment;                   /**< Segments of the next frame that were delivered. */
    struct mk_net_scratch *scratch;     /**< Room for work. */
    struct mk_net_counts rx;            /**< What was received. */
    struct mk_net_counts tx;            /**< What was sent. */
};

/** What a device is made of. */
struct mk_virtio_net_parts {
    const struct mk_net *plan;      /**< Address and largest packet. */
    const struct mk_port *port;     /**< Its channel; a null pointer: no cable. */
    struct mk_net_scratch *scratch; /**< Room for work. */
    struct mk_dma dma;              /**< Guest memory. */
    struct mk_pci_root *pci;        /**< The hierarchy. */
    uint32_t function;              /**< Its row there. */
};

/**
 * Makes a device.
 * @param net the device
 * @param parts what it is made of
 * @return whether it could be made
 */
bool mk_virtio_net_init(struct mk_virtio_net *net, const struct mk_virtio_net_parts *parts);

/**
 * The peer has signalled.
 * @param net the device
 */
void mk_virtio_net_signalled(struct mk_virtio_net *net);

/**
 * Goes on with work that one round did not finish.
 * @param net the device
 * @return whether there is more
 */
bool mk_virtio_net_work(struct mk_virtio_net *net);

#endif

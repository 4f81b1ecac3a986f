/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Packets for tests of the network device.
 */
#ifndef MAKATEA_TEST_NET_FIXTURE_H
#define MAKATEA_TEST_NET_FIXTURE_H

#include "virtio_fixture.h"

/** All features of the device. */
#define NET_ALL UINT64_C(0x3001bbab)
/** Features of a driver that takes packets only when they are finished. */
#define NET_PLAIN (UINT64_C(0x30000000) | MK_VIRTIO_BIT(MK_NET_MRG_RXBUF))
/** Bytes of a receive buffer, as Linux' driver has them. */
#define NET_BUFFER 1536

/** A packet of the tests. */
struct net_packet {
    struct mk_net_header header; /**< Its header. */
    uint32_t length;             /**< Its length. */
    uint8_t bytes[70000];        /**< The packet. */
};

/**
 * Fills a packet with a pattern.
 * @param p the packet
 * @param length its length
 * @param seed of the pattern
 */
void net_pattern(struct net_packet *p, uint32_t length, uint32_t seed);

/**
 * Makes a TCP packet whose checksum is to be finished.
 * @param p the packet
 * @param payload bytes of data
 * @param v6 over IPv6
 * @param gso bytes of a segment; 0 for none
 */
void net_tcp(struct net_packet *p, uint32_t payload, bool v6, uint16_t gso);

/**
 * Puts a packet into memory and makes it available to send, at a place for itself.
 * @param g the guest
 * @param slot place and descriptor, 0 to 15
 * @param p the packet
 */
void net_offer(struct guest *g, uint16_t slot, const struct net_packet *p);

/**
 * Makes receive buffers available.
 * @param g the guest
 * @param first first descriptor
 * @param count how many
 */
void net_buffers(struct guest *g, uint16_t first, uint16_t count);

/**
 * Takes a packet that was received.
 * @param g the guest
 * @param p receives it
 * @return whether there is one
 */
bool net_take(struct guest *g, struct net_packet *p);

/**
 * Says whether checksums of a finished TCP packet hold.
 * @param p the packet
 * @param v6 over IPv6
 * @return whether
 */
bool net_sums_hold(const struct net_packet *p, bool v6);

#endif

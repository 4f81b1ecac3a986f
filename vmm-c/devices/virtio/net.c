/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The network device's life: features, configuration, link. Sections are those of VirtIO 1.2.
 */
#include "devices/virtio/net.h"

/** Offset of the largest packet in the configuration (5.1.4). */
#define CONFIG_MTU 10

/** A feature's bit. */
#define BIT(feature) MK_VIRTIO_BIT(feature)
/** Features with which the driver receives segments. */
#define GUEST_TSO (BIT(MK_NET_GUEST_TSO4) | BIT(MK_NET_GUEST_TSO6))
/** Features with which it sends them. */
#define HOST_TSO (BIT(MK_NET_HOST_TSO4) | BIT(MK_NET_HOST_TSO6))
/** All features. */
#define FEATURES                                                                                   \
    (BIT(MK_NET_CSUM) | BIT(MK_NET_GUEST_CSUM) | BIT(MK_NET_MTU) | BIT(MK_NET_MAC) | GUEST_TSO |   \
     BIT(MK_NET_GUEST_ECN) | HOST_TSO | BIT(MK_NET_HOST_ECN) | BIT(MK_NET_MRG_RXBUF) |             \
     BIT(MK_NET_STATUS))

/** A feature and those of which it needs one (5.1.3.1). */
struct need {
    uint64_t feature; /**< Feature, or several. */
    uint64_t one_of;  /**< What each of them needs. */
};

/** Needs of the features. */
static const struct need needs[] = {
    {GUEST_TSO, BIT(MK_NET_GUEST_CSUM)},
    {HOST_TSO, BIT(MK_NET_CSUM)},
    {BIT(MK_NET_GUEST_ECN), GUEST_TSO},
    {BIT(MK_NET_HOST_ECN), HOST_TSO},
};

/**
 * Says whether features go together.
 * @param device not used
 * @param features the features
 * @return whether
 */
static bool accepts(const void *device, uint64_t features)
{
    (void)device;
    for (uint32_t i = 0; i < MK_COUNT(needs); i++) {
        if ((features & needs[i].feature) != 0 && (features & needs[i].one_of) == 0) {
            return false;
        }
    }
    return true;
}

void mk_net_tell_link(struct mk_virtio_net *net)
{
    uint8_t now = net->running && net->frames.link.up ? MK_NET_LINK_UP : 0;
    if (net->config[MK_NET_CONFIG_STATUS] != now) {
        net->config[MK_NET_CONFIG_STATUS] = now;
        mk_virtio_changed(&net->virtio);
    }
}

/**
 * The driver is ready: the cable is plugged in.
 * @param device the device
 */
static void start(void *device)
{
    struct mk_virtio_net *net = device;
    net->rx_waits = true; /* The first round tells the driver that it is not so. */
    net->tx_waits = false;
    net->segment = 0;
    net->running = net->port != NULL && mk_frames_start(&net->frames, net->port);
    /* Before DRIVER_OK buffers were made available, but not notified (3.1.1). */
    net->rx_more = net->running;
    net->tx_more = true;
    mk_net_tell_link(net);
}

/**
 * The device is reset: the cable is pulled out.
 * @param device the device
 */
static void stop(void *device)
{
    struct mk_virtio_net *net = device;
    if (net->running) {
        mk_link_stop(&net->frames.link);
    }
    net->running = false;
    net->rx_more = false;
    net->tx_more = false;
    net->config[MK_NET_CONFIG_STATUS] = 0;
}

/**
 * The driver notifies a queue.
 * @param device the device
 * @param queue its number
 */
static void kick(void *device, uint32_t queue)
{
    struct mk_virtio_net *net = device;
    if (queue == MK_NET_TX) {
        mk_net_send(net);
    } else if (net->running) {
        mk_net_receive(net);
    }
}

/**
 * Looks at the cable, and goes on with what is left over.
 * @param device the device
 * @param events not 0: the peer has signalled
 * @return whether there is more
 */
static bool serve(void *device, uint64_t events)
{
    struct mk_virtio_net *net = device;
    if (events != 0) {
        mk_virtio_net_signalled(net);
    }
    return mk_virtio_net_work(net);
}

/** What the transport calls. */
static const struct mk_virtio_ops ops = {
    .accepts = accepts, .start = start, .stop = stop, .kick = kick, .serve = serve};

bool mk_virtio_net_init(struct mk_virtio_net *net, const struct mk_virtio_net_parts *parts)
{
    *net = (struct mk_virtio_net){
        .mtu = parts->plan->mtu, .port = parts->port, .scratch = parts->scratch};
    for (uint32_t i = 0; i < MK_MAC_BYTES; i++) {
        net->config[i] = parts->plan->mac[i];
    }
    net->config[CONFIG_MTU] = (uint8_t)(net->mtu & UINT8_MAX);
    net->config[CONFIG_MTU + 1] = (uint8_t)(net->mtu >> 8);
    const struct mk_virtio_parts virtio = {.ops = &ops,
                                           .device = net,
                                           .features = FEATURES,
                                           .queues = net->queues,
                                           .queue_count = MK_NET_QUEUES,
                                           .config = net->config,
                                           .config_bytes = MK_NET_CONFIG,
                                           .dma = parts->dma,
                                           .pci = parts->pci,
                                           .function = parts->function};
    if (net->port != NULL) { /* Nothing of an earlier life is left for the peer to see. */
        if (!mk_frames_start(&net->frames, net->port)) {
            return false;
        }
        mk_link_stop(&net->frames.link);
    }
    return mk_virtio_init(&net->virtio, &virtio);
}

void mk_virtio_net_signalled(struct mk_virtio_net *net)
{
    if (!net->running) {
        return;
    }
    mk_frames_update(&net->frames);
    mk_net_tell_link(net);
    if (net->tx_waits) {
        mk_net_send(net);
    }
    if (!net->rx_waits) {
        mk_net_receive(net);
    }
}

bool mk_virtio_net_work(struct mk_virtio_net *net)
{
    if (net->tx_more) {
        mk_net_send(net);
    }
    if (net->rx_more) {
        mk_net_receive(net);
    }
    return net->tx_more || net->rx_more;
}

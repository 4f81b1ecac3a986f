/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine on libsel4. What is invoked while the guest runs (mapping and unmapping a
 * frame, ports of the VCPU, acknowledging) needs the frame, the EPT's root, the VCPU, the ports and
 * the handler only: capabilities that a sealed monitor keeps. Without untyped memory a frame can be
 * mapped only where its tables are already (seL4 manual, 10.4).
 */
#include "platform/sel4/host_devices.h"

#include "platform/sel4/io_space.h"
#include "platform/sel4/platform.h"

/** A small frame, log2. */
#define SMALL_BITS 12
/** A large frame, log2. */
#define LARGE_BITS 21
/** EPT memory type: not cached (SDM 3, 29.3.7.1); the guest's PAT may make it write-combining. */
#define EPT_UNCACHED 0

/**
 * Takes frames out of the EPT (struct mk_host_devices).
 * @param platform the system below
 * @param part which
 */
static void hide(struct mk_platform *platform, struct mk_device_part part)
{
    (void)platform;
    for (uint32_t i = 0; i < part.count; i++) {
        seL4_X86_Page_Unmap(part.frames->frames.first + part.first + i);
    }
}

/**
 * Maps frames into the EPT (struct mk_host_devices).
 * @param platform the system below
 * @param part which
 * @param gpa where
 * @return whether all of them are mapped
 */
static bool show(struct mk_platform *platform, struct mk_device_part part, uint64_t gpa)
{
    const uint32_t bits = part.frames->frame_bits;
    for (uint32_t i = 0; i < part.count; i++) {
        const struct mk_sel4_place place = {gpa + ((uint64_t)i << bits), bits == SMALL_BITS,
                                            EPT_UNCACHED};
        if (mk_sel4_map_ept(platform, part.frames->frames.first + part.first + i, &place) !=
            MK_OK) {
            return false;
        }
    }
    return true;
}

/**
 * Maps frames behind the window of the guest's memory (struct mk_host_devices).
 * @param platform the system below
 * @param part which
 * @return where they are seen, or a null pointer
 */
static volatile uint8_t *see(struct mk_platform *platform, struct mk_device_part part)
{
    const uint32_t ram_bits = platform->small_frames ? SMALL_BITS : LARGE_BITS;
    uint64_t first =
        platform->window + ((uint64_t)platform->frame_count << ram_bits) + platform->device_window;
    if (part.frames->frame_bits != SMALL_BITS) {
        return NULL;
    }
    for (uint32_t i = 0; i < part.count; i++) {
        const struct mk_sel4_place place = {first + ((uint64_t)i << SMALL_BITS), true,
                                            seL4_X86_CacheDisabled};
        if (mk_sel4_map_own(platform, part.frames->frames.first + part.first + i, &place) !=
            MK_OK) {
            return NULL;
        }
    }
    platform->device_window += (uint64_t)part.count << SMALL_BITS;
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): seL4 maps at numbers. */
    return (volatile uint8_t *)first;
}

/**
 * Lets the VCPU use ports, or not (struct mk_host_devices).
 * @param platform the system below
 * @param ports which
 * @param on whether it may
 * @return whether that could be done
 */
static bool let_use_ports(struct mk_platform *platform, const struct mk_port_range *ports, bool on)
{
    seL4_Error error =
        on ? seL4_X86_VCPU_EnableIOPort(platform->vcpu, ports->slot, ports->first, ports->last)
           : seL4_X86_VCPU_DisableIOPort(platform->vcpu, ports->first, ports->last);
    return error == seL4_NoError;
}

/**
 * Lets an interrupt come again (struct mk_host_devices).
 * @param platform the system below
 * @param irq which
 */
static void acknowledge(struct mk_platform *platform, const struct mk_irq *irq)
{
    (void)platform;
    seL4_IRQHandler_Ack(irq->slot);
}

/**
 * Maps the guest's memory into its IO spaces (struct mk_host_devices).
 * @param platform the system below
 * @param config the plan
 * @return whether all of it is mapped
 */
static bool dma(struct mk_platform *platform, const struct mk_vm_config *config)
{
    if (config->io_space_count == 0) {
        return true;
    }
    /* Without VT-d nothing can be mapped into an IO space. */
    platform->iommu = mk_sel4_map_dma(platform, config) == MK_OK;
    return platform->iommu;
}

const struct mk_host_devices mk_sel4_host_devices = {.show = show,
                                                     .hide = hide,
                                                     .see = see,
                                                     .ports = let_use_ports,
                                                     .acknowledge = acknowledge,
                                                     .dma = dma};

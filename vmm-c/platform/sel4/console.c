/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: channels, a console of its own, images.
 */
#include "platform/sel4/platform.h"

void mk_sel4_notified(struct mk_platform *p)
{
    if (p->devices != (struct mk_sel4_devices *)0) {
        mk_sel4_devices_listen(p->devices);
    }
}

int32_t mk_platform_console_read(struct mk_platform *platform)
{
    return platform->devices == (struct mk_sel4_devices *)0
               ? -1
               : mk_sel4_devices_read(platform->devices);
}

void mk_platform_console(struct mk_platform *platform, uint8_t byte)
{
    if (platform->devices != (struct mk_sel4_devices *)0) {
        mk_sel4_devices_put(platform->devices, byte);
    } else if (platform->debug != (void (*)(uint8_t))0) {
        platform->debug(byte);
    }
}

const struct mk_port *mk_platform_port(struct mk_platform *platform, uint32_t channel)
{
    return channel < platform->port_count ? &platform->ports[channel] : (const struct mk_port *)0;
}

const uint8_t *mk_platform_image(struct mk_platform *platform, uint32_t row, uint64_t *bytes)
{
    *bytes = row < platform->image_count ? platform->images[row].bytes : 0;
    return row < platform->image_count ? platform->images[row].data : (const uint8_t *)0;
}

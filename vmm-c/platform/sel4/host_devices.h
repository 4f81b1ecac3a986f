/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine on real seL4, for a monitor whose plan has any. The bench has none.
 */
#ifndef MAKATEA_PLATFORM_SEL4_HOST_DEVICES_H
#define MAKATEA_PLATFORM_SEL4_HOST_DEVICES_H

#include "makatea/host_devices.h"

/** Devices of the machine, at the slots of the plan. */
extern const struct mk_host_devices mk_sel4_host_devices;

#endif

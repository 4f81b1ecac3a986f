/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the kernel says about the time-stamp counter.
 */
#include "platform/sel4/boot_tsc.h"

#include <sel4/sel4.h>

/** Ticks in a second for each MHz. */
#define MHZ UINT64_C(1000000)

/** The part of the boot information. */
struct tsc_info {
    seL4_BootInfoHeader header; /**< What it is, and how long. */
    uint32_t mhz;               /**< Speed. */
} __attribute__((packed));

uint64_t mk_sel4_boot_tsc(const void *frame)
{
    const struct tsc_info *info = frame;
    bool told =
        info->header.id == SEL4_BOOTINFO_HEADER_X86_TSC_FREQ && info->header.len >= sizeof(*info);
    return told ? info->mhz * MHZ : 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a device of the machine reaches by DMA: IO spaces (VT-d), on real seL4. The bench has none.
 */
#ifndef MAKATEA_PLATFORM_SEL4_IO_SPACE_H
#define MAKATEA_PLATFORM_SEL4_IO_SPACE_H

#include "makatea/config.h"
#include "platform/sel4/platform.h"

/**
 * Maps a frame into an IO space, by a copy of its capability, with the tables that are missing. To
 * delete the copy would unmap it (seL4 manual, 7.2 and 10.5).
 * @param p the state, with memory for tables
 * @param space slot of the IO space
 * @param frame slot of a frame of 4 KiB: seL4 maps no others here
 * @param address where the device sees it, a multiple of 4 KiB
 * @param rights what the device may do
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_sel4_map_io(struct mk_platform *p, seL4_CPtr space, seL4_CPtr frame,
                              uint64_t address, seL4_CapRights_t rights);

/**
 * Maps all memory of a guest into the IO space of each of its devices, where the guest sees it:
 * what a driver takes for an address is one for its device.
 * @param p the state
 * @param config the plan, with frames of 4 KiB
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_sel4_map_dma(struct mk_platform *p, const struct mk_vm_config *config);

#endif

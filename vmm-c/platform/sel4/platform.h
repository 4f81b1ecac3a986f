/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: what a monitor is given, and its state.
 */
#ifndef MAKATEA_PLATFORM_SEL4_PLATFORM_H
#define MAKATEA_PLATFORM_SEL4_PLATFORM_H

#include <sel4/sel4.h>
/* needs what sel4.h defines */
#include <sel4/arch/vmenter.h>

#include "link/alarm.h"
#include "makatea/platform.h"
#include "makatea/system.h"
#include "platform/sel4/devices.h"

/** State. Slots are named for what they hold. Time and console are those of `devices` or, when that
 * is a null pointer, of the plan's channels; without either there is no alarm. */
struct mk_platform {
    seL4_CPtr tcb;                        /**< The monitor's thread. */
    seL4_CPtr cnode;                      /**< Its CNode. */
    seL4_CPtr vspace;                     /**< Its address space. */
    seL4_CPtr asid_pool;                  /**< ASID pool for the EPT. */
    const seL4_CPtr *untyped;             /**< Memory for objects: the first that has room. */
    uint32_t untyped_count;               /**< How many of them. */
    seL4_CPtr notification;               /**< Bound notification. */
    seL4_CPtr next;                       /**< Next empty slot. */
    seL4_CPtr last;                       /**< One past the last one. */
    seL4_CPtr vcpu;                       /**< VCPU. */
    seL4_CPtr ept;                        /**< Root of the EPT. */
    bool small_frames;                    /**< Frames are of 4 KiB, not of 2 MiB. */
    seL4_CPtr frames;                     /**< First frame; the others follow. */
    uint32_t frame_count;                 /**< Frames that exist. */
    uint32_t mapped;                      /**< Frames that are mapped, from the first. */
    uint64_t window;                      /**< Where frames are seen, one after the other. */
    uint64_t device_window;               /**< Bytes of devices' memory seen after them. */
    bool budgeted;                        /**< The thread has a budget of its own (MCS). */
    uint64_t tsc_hz;                      /**< Speed of the TSC. */
    uint64_t unix_time;                   /**< Time at start. */
    bool iommu;                           /**< The kernel uses an IOMMU. A root task asks
                                               mk_sel4_iommu(). A component has it when the slots
                                               of its IO spaces are not empty, for the kernel makes
                                               no such capability without one. */
    const struct mk_system_image *images; /**< Images. */
    uint32_t image_count;                 /**< How many. */
    const struct mk_port *ports;          /**< Channels of the plan, by number. */
    uint32_t port_count;                  /**< How many. */
    struct mk_alarm alarm;                /**< Channel to the time source. */
    struct mk_sel4_devices *devices;      /**< Devices of its own. */
    void (*debug)(uint8_t byte);          /**< Debug output; may be a null pointer. */
};

/**
 * Makes VCPU and EPT and binds them to the thread.
 * @param p the state, with the slots that the monitor is given
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_sel4_start(struct mk_platform *p);

/**
 * Says whether the kernel uses an IOMMU.
 * @param info what a root task is told
 * @return whether
 */
bool mk_sel4_iommu(const seL4_BootInfo *info);

/**
 * Makes an object in the next empty slot.
 * @param p the state
 * @param type type
 * @param slot receives the slot
 * @return #MK_OK or #MK_NO_MEMORY
 */
enum mk_status mk_sel4_make(struct mk_platform *p, seL4_Word type, seL4_CPtr *slot);

/** Where a frame is to be mapped. */
struct mk_sel4_place {
    uint64_t address;     /**< Address, a multiple of the frame's size. */
    bool small;           /**< The frame is of 4 KiB, not of 2 MiB. */
    seL4_Word attributes; /**< Attributes: seL4_X86_VMAttributes or those of an EPT. */
};

/**
 * Maps a frame into the EPT, with the tables that are missing as far as there is memory for them.
 * @param p the state
 * @param frame slot
 * @param place where
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_sel4_map_ept(struct mk_platform *p, seL4_CPtr frame,
                               const struct mk_sel4_place *place);

/**
 * Maps a frame into the monitor's address space, with the tables that are missing.
 * @param p the state
 * @param frame slot
 * @param place where
 * @return #MK_OK or what is wrong
 */
enum mk_status mk_sel4_map_own(struct mk_platform *p, seL4_CPtr frame,
                               const struct mk_sel4_place *place);

/**
 * Makes the frames of the VM's memory in neighbouring slots, from the first memory that has room.
 * To be called before other objects are made, or memory that could be frames is gone.
 * @param p the state, without frames
 * @param count how many
 * @return #MK_OK or #MK_NO_MEMORY
 */
enum mk_status mk_sel4_make_frames(struct mk_platform *p, uint32_t count);

/**
 * Takes speed of the TSC and time over; waits until the time source knows them.
 * @param p the state, with devices or channels
 * @param channel the channel to the time source; any other number for none
 */
void mk_sel4_time_start(struct mk_platform *p, uint32_t channel);

/**
 * Deals with a notification before the monitor does.
 * @param p the state
 */
void mk_sel4_notified(struct mk_platform *p);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist for tests: a guest that is a script of exits, and a record of what the monitor did.
 */
#ifndef MAKATEA_PLATFORM_HOST_H
#define MAKATEA_PLATFORM_HOST_H

#include "makatea/platform.h"

/** Encodings of VMCS fields end here. */
#define HOST_FIELDS 0x7000
/** Frames of guest memory. */
#define HOST_FRAMES 2
/** Bytes of a frame. */
#define HOST_FRAME_BYTES 2097152
/** Bytes of console output that are kept. */
#define HOST_CONSOLE 8192
/** MSRs that are kept. */
#define HOST_MSRS 8
/** Images. */
#define HOST_IMAGES 2
/** CPUID leaves that can be set. */
#define HOST_LEAVES 4

/** State. Tests write it before and read it after. */
struct mk_platform {
    const struct mk_exit *script;         /**< What the guest does. */
    uint32_t script_length;               /**< How many exits. */
    uint32_t scripted;                    /**< How many of them came. */
    uint32_t entries;                     /**< Entries so far. */
    uint64_t entry_ticks;                 /**< Ticks that each of them takes. */
    struct mk_entry last_entry;           /**< The last entry. */
    bool delivers;                        /**< Events that are handed over are delivered. */
    uint64_t fields[HOST_FIELDS];         /**< VMCS. */
    uint64_t allowed[HOST_FIELDS];        /**< Bits that a field takes. */
    bool denied[HOST_FIELDS];             /**< Fields that are refused. */
    uint32_t vmcs_reads;                  /**< How often a field was read. */
    uint32_t vmcs_writes;                 /**< How often one was written. */
    uint64_t registers[MK_REGISTERS];     /**< Registers that were set. */
    uint32_t registers_set;               /**< How often. */
    uint32_t msr_numbers[HOST_MSRS];      /**< Numbers of the switched MSRs. */
    uint64_t msr_values[HOST_MSRS];       /**< Their values. */
    uint64_t now;                         /**< Clock. */
    uint64_t alarm;                       /**< Last alarm. */
    uint32_t waits;                       /**< How often the monitor waited. */
    uint32_t yields;                      /**< How often it gave the processor away. */
    uint32_t leaves[HOST_LEAVES];         /**< CPUID leaves that have an answer of their own. */
    struct mk_cpuid answers[HOST_LEAVES]; /**< The answers. */
    struct mk_cpuid answer;               /**< Answer of the others. */
    bool mapped[HOST_FRAMES];             /**< Frames that are mapped. */
    char console[HOST_CONSOLE];           /**< Console output. */
    uint32_t console_length;              /**< How much. */
    const char *typed;                    /**< Console input that is left; may be a null pointer. */
    uint64_t badge;                       /**< Badges that the next wait returns. */
    /**
     * Plays the rest of the system while the monitor waits; may be a null pointer.
     * @param p the state
     */
    void (*on_wait)(struct mk_platform *p);
    uint64_t unix_time;                         /**< Time at start. */
    const struct mk_port *ports;                /**< Channels. */
    uint32_t port_count;                        /**< How many. */
    bool iommu;                                 /**< There is an IOMMU. */
    const uint8_t *images[HOST_IMAGES];         /**< Images. */
    uint64_t image_bytes[HOST_IMAGES];          /**< Their sizes. */
    uint8_t ram[HOST_FRAMES][HOST_FRAME_BYTES]; /**< Guest memory. */
};

/**
 * Sets a state up: an empty script, a processor that has everything.
 * @param p the state
 */
void host_reset(struct mk_platform *p);

#endif

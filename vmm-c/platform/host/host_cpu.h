/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A processor with a little memory for tests of the page walk and of instruction emulation.
 *
 * Memory is #HOST_CPU_RAM bytes from guest-physical address 0. Every byte outside of the page
 * tables changes after it was read: code that reads a byte twice sees two values.
 */
#ifndef MAKATEA_HOST_CPU_H
#define MAKATEA_HOST_CPU_H

#include "makatea/emulate.h"

/** Bytes of memory. */
#define HOST_CPU_RAM 0x20000
/** Where code is, physical and linear. */
#define HOST_CPU_CODE 0x1000
/** Where data is, physical and linear. */
#define HOST_CPU_DATA 0x4000
/** First of the page tables: PML4, PDPT, PD and PT, a page each. */
#define HOST_CPU_TABLES 0x10000
/** The page table that maps the lowest 2 MiB. */
#define HOST_CPU_PT (HOST_CPU_TABLES + 0x3000)
/** Linear address of a device of one page; RAM is mapped to itself, nothing else is mapped. */
#define HOST_CPU_DEVICE 0x100000
/** Guest-physical address of that device. */
#define HOST_CPU_DEVICE_GPA UINT64_C(0xfee00000)
/** Accesses that are kept. */
#define HOST_CPU_LOG 80

/** An access to a device or port. */
struct host_cpu_access {
    uint64_t address; /**< Guest-physical address, or port. */
    uint64_t value;   /**< What was written. */
    uint32_t bytes;   /**< Size. */
    bool is_write;    /**< A write. */
    bool is_port;     /**< A port. */
};

/** The processor and what is around it. */
struct host_cpu {
    struct mk_cpu cpu;                        /**< The processor. */
    struct mk_cpu_ops ops;                    /**< How the rest is reached. */
    uint64_t device_value;                    /**< What devices and ports answer. */
    bool is_steady;                           /**< Memory does not change when it is read. */
    uint32_t accesses;                        /**< Accesses to devices and ports. */
    struct host_cpu_access log[HOST_CPU_LOG]; /**< The first of them. */
    uint32_t ram_writes;                      /**< Writes to memory outside of the tables. */
    struct mk_fault fault;                    /**< Of the last run. */
    struct mk_instruction seen;               /**< Of the last run. */
    uint8_t ram[HOST_CPU_RAM];                /**< Memory. */
};

/**
 * Sets up 64-bit mode at CPL 0 with 4-level paging.
 * @param h the processor
 */
void host_cpu_reset(struct host_cpu *h);

/**
 * Turns to real mode: paging off, flat bases.
 * @param h the processor
 */
void host_cpu_real(struct host_cpu *h);

/**
 * Turns to 32-bit protected mode with flat segments, paging off.
 * @param h the processor
 */
void host_cpu_flat(struct host_cpu *h);

/**
 * Puts a number into memory.
 * @param h the processor
 * @param gpa guest-physical address
 * @param value number
 * @param bytes size
 */
void host_cpu_poke(struct host_cpu *h, uint64_t gpa, uint64_t value, uint32_t bytes);

/**
 * Takes a number from memory.
 * @param h the processor
 * @param gpa guest-physical address
 * @param bytes size
 * @return number
 */
uint64_t host_cpu_peek(const struct host_cpu *h, uint64_t gpa, uint32_t bytes);

/**
 * Puts an instruction at #HOST_CPU_CODE and emulates it.
 * @param h the processor
 * @param code the bytes
 * @param bytes how many
 * @return what came of it
 */
enum mk_emulate_result host_cpu_run(struct host_cpu *h, const char *code, uint32_t bytes);

/** Runs a literal. */
#define HOST_CPU_RUN(h, code) host_cpu_run((h), (code), sizeof(code) - 1)

#endif

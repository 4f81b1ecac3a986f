/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A processor with a little memory for tests.
 */
#include "platform/host/host_cpu.h"

#include <string.h>

/** Rights of code: present, ring 0, readable, accessed. */
#define RIGHTS_CODE 0x9b
/** Rights of data: present, ring 0, writable, accessed. */
#define RIGHTS_DATA 0x93
/** Rights of a busy 32-bit or 64-bit TSS. */
#define RIGHTS_TSS 0x8b
/** Present, writable, user. */
#define ENTRY 0x7

/**
 * Whether a byte belongs to the page tables.
 * @param gpa guest-physical address
 * @return whether
 */
static bool is_table(uint64_t gpa)
{
    return gpa >= HOST_CPU_TABLES && gpa < HOST_CPU_TABLES + 0x4000;
}

/**
 * Whether bytes are memory.
 * @param gpa guest-physical address
 * @param bytes how many
 * @return whether
 */
static bool is_ram(uint64_t gpa, uint32_t bytes)
{
    return gpa < HOST_CPU_RAM && bytes <= HOST_CPU_RAM - gpa;
}

/**
 * Reads memory; what was read changes.
 * @param context the processor
 * @param gpa guest-physical address
 * @param to room
 * @param bytes how many
 * @return whether it is memory
 */
static bool ram_read(void *context, uint64_t gpa, void *to, uint32_t bytes)
{
    struct host_cpu *h = context;
    if (!is_ram(gpa, bytes)) {
        return false;
    }
    memcpy(to, h->ram + gpa, bytes);
    for (uint32_t i = 0; i < bytes && !h->is_steady; i++) {
        h->ram[gpa + i] ^= is_table(gpa + i) ? 0 : 0xff;
    }
    return true;
}

/**
 * Writes memory.
 * @param context the processor
 * @param gpa guest-physical address
 * @param from the bytes
 * @param bytes how many
 * @return whether it is memory
 */
static bool ram_write(void *context, uint64_t gpa, const void *from, uint32_t bytes)
{
    struct host_cpu *h = context;
    if (!is_ram(gpa, bytes)) {
        return false;
    }
    h->ram_writes += is_table(gpa) ? 0 : 1;
    memcpy(h->ram + gpa, from, bytes);
    return true;
}

/**
 * Notes an access.
 * @param h the processor
 * @param access the access
 */
static void note(struct host_cpu *h, struct host_cpu_access access)
{
    if (h->accesses < HOST_CPU_LOG) {
        h->log[h->accesses] = access;
    }
    h->accesses++;
}

/**
 * Reads a device.
 * @param context the processor
 * @param gpa guest-physical address
 * @param bytes size
 * @return the value that was set
 */
static uint64_t mmio_read(void *context, uint64_t gpa, uint32_t bytes)
{
    struct host_cpu *h = context;
    note(h, (struct host_cpu_access){gpa, 0, bytes, false, false});
    return h->device_value;
}

/**
 * Writes a device.
 * @param context the processor
 * @param gpa guest-physical address
 * @param bytes size
 * @param value value
 */
static void mmio_write(void *context, uint64_t gpa, uint32_t bytes, uint64_t value)
{
    note(context, (struct host_cpu_access){gpa, value, bytes, true, false});
}

/**
 * Reads a port.
 * @param context the processor
 * @param port port
 * @param bytes size
 * @return the value that was set
 */
static uint64_t port_read(void *context, uint16_t port, uint32_t bytes)
{
    struct host_cpu *h = context;
    note(h, (struct host_cpu_access){port, 0, bytes, false, true});
    return h->device_value;
}

/**
 * Writes a port.
 * @param context the processor
 * @param port port
 * @param bytes size
 * @param value value
 */
static void port_write(void *context, uint16_t port, uint32_t bytes, uint64_t value)
{
    note(context, (struct host_cpu_access){port, value, bytes, true, true});
}

void host_cpu_poke(struct host_cpu *h, uint64_t gpa, uint64_t value, uint32_t bytes)
{
    memcpy(h->ram + gpa, &value, bytes);
}

uint64_t host_cpu_peek(const struct host_cpu *h, uint64_t gpa, uint32_t bytes)
{
    uint64_t value = 0;
    memcpy(&value, h->ram + gpa, bytes);
    return value;
}

/**
 * Sets all segments.
 * @param h the processor
 * @param limit limit
 * @param code rights of code, beside the usual ones
 */
static void set_segments(struct host_cpu *h, uint32_t limit, uint32_t code)
{
    for (uint32_t i = 0; i < MK_SEGMENTS; i++) {
        h->cpu.segment[i] = (struct mk_segment){0, limit, RIGHTS_DATA};
    }
    h->cpu.segment[MK_CS].rights = RIGHTS_CODE | code;
    h->cpu.tr = (struct mk_segment){0x8000, 0x67, RIGHTS_TSS};
}

void host_cpu_reset(struct host_cpu *h)
{
    memset(h, 0, sizeof(*h));
    h->ops =
        (struct mk_cpu_ops){h, ram_read, ram_write, mmio_read, mmio_write, port_read, port_write};
    h->cpu.rip = HOST_CPU_CODE;
    h->cpu.rflags = 2;
    h->cpu.cr0 = MK_CPU_CR0_PG | MK_CPU_CR0_WP | MK_CPU_CR0_PE;
    h->cpu.cr3 = HOST_CPU_TABLES;
    h->cpu.cr4 = MK_CPU_CR4_PAE;
    h->cpu.efer = MK_CPU_EFER_LMA | MK_CPU_EFER_NXE;
    h->cpu.physical_bits = 39;
    set_segments(h, UINT32_MAX, MK_RIGHTS_LONG);
    for (uint64_t level = 0; level < 3; level++) {
        uint64_t table = HOST_CPU_TABLES + level * 0x1000;
        host_cpu_poke(h, table, (table + 0x1000) | ENTRY, 8);
    }
    for (uint64_t page = 0; page < HOST_CPU_RAM / 0x1000; page++) {
        host_cpu_poke(h, HOST_CPU_PT + page * 8, page << 12 | ENTRY, 8);
    }
    host_cpu_poke(h, HOST_CPU_PT + HOST_CPU_DEVICE / 0x1000 * 8, HOST_CPU_DEVICE_GPA | ENTRY, 8);
}

void host_cpu_real(struct host_cpu *h)
{
    host_cpu_reset(h);
    h->cpu.cr0 = 0;
    h->cpu.cr4 = 0;
    h->cpu.efer = 0;
    set_segments(h, 0xffff, 0);
}

void host_cpu_flat(struct host_cpu *h)
{
    host_cpu_reset(h);
    h->cpu.cr0 = MK_CPU_CR0_PE;
    h->cpu.cr4 = 0;
    h->cpu.efer = 0;
    set_segments(h, UINT32_MAX, MK_RIGHTS_BIG);
}

enum mk_emulate_result host_cpu_run(struct host_cpu *h, const char *code, uint32_t bytes)
{
    memset(h->ram + HOST_CPU_CODE, 0x0f, 32); /* 0F 0F is nothing that is emulated */
    memcpy(h->ram + HOST_CPU_CODE, code, bytes);
    h->cpu.rip = HOST_CPU_CODE;
    return mk_emulate(&h->cpu, &h->ops, &h->fault, &h->seen);
}

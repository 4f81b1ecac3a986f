/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The PCI hierarchy for tests.
 */
#include "pci_fixture.h"

#include <string.h>

static void set_line(void *chip, uint32_t gsi, bool asserted)
{
    struct pci_fixture *f = chip;
    if (gsi < 32) {
        f->line[gsi] = asserted;
    }
}

static void send(void *chip, uint64_t address, uint32_t data)
{
    struct pci_fixture *f = chip;
    f->messages++;
    f->address = address;
    f->data = data;
}

static uint32_t host_read(void *context, uint32_t number, uint32_t offset, uint32_t bytes)
{
    struct pci_fixture *f = context;
    uint32_t value = 0;
    for (uint32_t i = 0; number == 7 && i < bytes && offset + i < PCI_FIXTURE_HOST_BYTES; i++) {
        value |= (uint32_t)f->host[offset + i] << (8 * i);
    }
    return value;
}

static void decode(void *context, uint32_t function)
{
    struct pci_fixture *f = context;
    f->decodes[function]++;
}

static void reset(void *context, uint32_t function)
{
    struct pci_fixture *f = context;
    f->resets[function]++;
}

static void changed(void *context, uint32_t function)
{
    struct pci_fixture *f = context;
    f->changes[function]++;
}

/** BARs of a VirtIO function at an address. */
#define VIRTIO_BARS(at)                                                                            \
    .bar_count = 2,                                                                                \
    .bars = {{.index = 0, .type = MK_BAR_MMIO32, .gpa = (at), .bytes = 0x4000},                    \
             {.index = 4, .type = MK_BAR_MMIO32, .gpa = (at) + 0x4000, .bytes = 0x1000}}

/** The plan. */
static const struct mk_pci_function functions[ROW_COUNT] = {
    [ROW_BRIDGE] = {.name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE},
    [ROW_NET] = {.name = "net",
                 .kind = MK_PCI_NET,
                 .device = 1,
                 .msix_vectors = 3,
                 .intx_gsi = 17,
                 VIRTIO_BARS(0xc0000000)},
    [ROW_BLOCK] = {.name = "block",
                   .kind = MK_PCI_BLOCK,
                   .device = 2,
                   .msix_vectors = 2,
                   .intx_gsi = 17,
                   VIRTIO_BARS(0xc0008000)},
    [ROW_HOST] = {.name = "host",
                  .kind = MK_PCI_PASSTHROUGH,
                  .device = 3,
                  .msi = true,
                  .msix_vectors = 4,
                  .intx_gsi = 19,
                  .bar_count = 2,
                  .bars = {{.index = 0,
                            .type = MK_BAR_MMIO64,
                            .gpa = UINT64_C(0x180000000),
                            .bytes = UINT64_C(0x80000000),
                            .prefetchable = true},
                           {.index = 2, .type = MK_BAR_IO, .gpa = 0xe000, .bytes = 0x20}},
                  .passthrough = {.number = 7}},
    [ROW_PORT] = {.name = "port",
                  .kind = MK_PCI_ROOT_PORT,
                  .device = 4,
                  .intx_gsi = MK_NONE,
                  .root_port = {1, 0xc0100000, 0x200000}},
    [ROW_BEHIND] = {.name = "behind",
                    .kind = MK_PCI_NET,
                    .bus = 1,
                    .msix_vectors = 3,
                    .intx_gsi = 20,
                    VIRTIO_BARS(0xc0100000)},
};

/**
 * Writes a number.
 * @param to where
 * @param bytes size
 * @param value number
 */
static void put(uint8_t *to, uint32_t bytes, uint32_t value)
{
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

void pci_fixture_plan(struct pci_fixture *f)
{
    memset(f, 0, sizeof(*f));
    memcpy(f->functions, functions, sizeof(functions));
    f->plan = (struct mk_pci){.buses = 2, .function_count = ROW_COUNT, .functions = f->functions};
    f->parts = (struct mk_pci_parts){.plan = &f->plan,
                                     .irq = {f, set_line, send},
                                     .host = {f, host_read},
                                     .events = {f, decode, reset, changed},
                                     .fns = f->fns,
                                     .fn_room = ROW_COUNT,
                                     .vectors = f->vectors,
                                     .vector_room = 16};
    /* A network card: an unknown capability, then MSI-X with 8 vectors, table and bits in BAR 0. */
    put(f->host + PCI_VENDOR, 4, 0x10d38086);
    put(f->host + PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_IO);
    put(f->host + PCI_STATUS, 2, PCI_STATUS_CAPABILITIES);
    put(f->host + PCI_REVISION, 4, 0x02000003);
    put(f->host + PCI_CAPABILITIES, 1, 0xc8);
    put(f->host + 0xc8, 2, 0xa001);
    put(f->host + 0xa0, 2, 0x0011);
    put(f->host + 0xa2, 2, 7);
    put(f->host + 0xa4, 4, 0x10000 | 0);
    put(f->host + 0xa8, 4, 0x12000 | 0);
}

enum mk_status pci_fixture_init(struct pci_fixture *f)
{
    pci_fixture_plan(f);
    return mk_pci_init(&f->root, &f->parts);
}

void pci_fixture_write(struct pci_fixture *f, uint32_t row, uint32_t offset, uint32_t bytes,
                       uint32_t value)
{
    mk_pci_config_write(&f->root, row, offset, bytes, value);
}

uint32_t pci_fixture_read(struct pci_fixture *f, uint32_t row, uint32_t offset, uint32_t bytes)
{
    return mk_pci_config_read(&f->root, row, offset, bytes);
}

uint32_t pci_fixture_capability(struct pci_fixture *f, uint32_t row, uint32_t id)
{
    uint32_t at = pci_fixture_read(f, row, PCI_CAPABILITIES, 1);
    for (uint32_t i = 0; i < 48 && at != 0; i++) {
        if (pci_fixture_read(f, row, at, 1) == id) {
            return at;
        }
        at = pci_fixture_read(f, row, at + 1, 1);
    }
    return 0;
}

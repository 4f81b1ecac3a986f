/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: a guest at the PCI hierarchy, by ECAM, ports and windows, and devices that
 * interrupt.
 *
 * The input is a list of operations, twelve bytes each; with the first byte odd the machine's
 * function that is passed through has a configuration space of the input's making.
 */
#include "makatea/bus.h"
#include "test/unit/pci_fixture.c"

/** The hierarchy. */
static struct pci_fixture f;
/** What the registers were at start. */
static uint32_t start[ROW_COUNT][MK_PCI_DWORDS];

/** An operation of the input. */
struct operation {
    uint8_t kind;       /**< What to do. */
    uint8_t bytes;      /**< Size of the access. */
    uint8_t address[4]; /**< Where. */
    uint8_t value[6];   /**< What to write. */
};

/**
 * Stops when something does not hold.
 * @param holds what must be so
 */
static void must(bool holds)
{
    if (!holds) {
        __builtin_trap();
    }
}

/**
 * Checks a function's registers: what a guest can not write is as it was, but for what its device
 * changes; BARs are aligned; the list of capabilities ends.
 * @param row row of the function
 */
static void check_registers(uint32_t row)
{
    const struct mk_pci_fn *fn = &f.fns[row];
    for (uint32_t d = 0; d < MK_PCI_DWORDS; d++) {
        uint32_t fixed = ~(fn->writable[d] | fn->clear[d]);
        if (d == PCI_COMMAND / 4) {
            fixed &= ~((uint32_t)PCI_STATUS_INTERRUPT << 16);
        }
        if (fn->msi != 0 && d == (fn->msi + PCI_MSI_PENDING) / 4) {
            fixed &= ~UINT32_C(1);
        }
        must((fn->value[d] & fixed) == (start[row][d] & fixed));
    }
    for (uint32_t bar = 0; bar < MK_BAR_MAX; bar++) {
        uint64_t gpa = 0;
        mk_pci_bar_gpa(&f.root, row, bar, &gpa);
        must(fn->bars[bar].bytes == 0 || gpa % fn->bars[bar].bytes == 0);
    }
    uint32_t at = pci_fixture_read(&f, row, PCI_CAPABILITIES, 1);
    uint32_t count = 0;
    for (; at != 0; count++) {
        must(at >= PCI_HEADER_BYTES && at % 4 == 0 && count < 48);
        at = pci_fixture_read(&f, row, at + 1, 1);
    }
}

/**
 * Says whether a capability's message control has a bit.
 * @param fn the function
 * @param at offset of the capability, or 0
 * @param bits the bit
 * @return whether
 */
static bool control_has(const struct mk_pci_fn *fn, uint32_t at, uint32_t bits)
{
    return at != 0 && (fn->value[at / 4] >> 16 & bits) != 0;
}

/**
 * Checks interrupts: lines are what the pins make of them, nothing that can be sent is pending.
 */
static void check_interrupts(void)
{
    bool line[32] = {false};
    for (uint32_t row = 0; row < ROW_COUNT; row++) {
        const struct mk_pci_fn *fn = &f.fns[row];
        bool master = (fn->value[1] & PCI_COMMAND_MASTER) != 0;
        bool msi = control_has(fn, fn->msi, PCI_MSI_ENABLE);
        bool msix = control_has(fn, fn->msix, PCI_MSIX_ENABLE);
        if (fn->plan->intx_gsi < 32 && fn->intx && !msi && !msix &&
            (fn->value[1] & PCI_COMMAND_INTX_DISABLE) == 0) {
            line[fn->plan->intx_gsi] = true;
        }
        for (uint32_t v = 0; v < fn->vector_count; v++) {
            must(!(fn->vectors[v].pending && fn->vectors[v].word[3] == 0 && msix && master &&
                   !control_has(fn, fn->msix, PCI_MSIX_MASK)));
            must((fn->vectors[v].word[0] & 3) == 0 && fn->vectors[v].word[3] <= 1);
        }
        must(!(msi && master && (fn->value[(fn->msi + PCI_MSI_MASK) / 4] & 1) == 0 &&
               (fn->value[(fn->msi + PCI_MSI_PENDING) / 4] & 1) != 0));
    }
    must(memcmp(line, f.line, sizeof(line)) == 0);
}

/**
 * A number of the input.
 * @param from its bytes
 * @param bytes how many
 * @return the number
 */
static uint64_t number(const uint8_t *from, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = bytes; i > 0; i--) {
        value = value << 8 | from[i - 1];
    }
    return value;
}

/**
 * An access by a bus.
 * @param bus the bus
 * @param op the operation: bit 3 of its kind is the direction
 * @param address address
 */
static void reach(struct mk_bus *bus, const struct operation *op, uint64_t address)
{
    uint32_t bytes = 1u << (op->bytes & 3);
    if ((op->kind & 8) != 0) {
        mk_bus_write(bus, 0, address, bytes, number(op->value, 6));
    } else {
        mk_bus_read(bus, 0, address, bytes);
    }
}

/**
 * Does an operation.
 * @param memory bus of memory
 * @param ports bus of ports
 * @param op the operation
 */
static void operate(struct mk_bus *memory, struct mk_bus *ports, const struct operation *op)
{
    uint32_t where = (uint32_t)number(op->address, 4);
    switch (op->kind & 7) {
    case 0: /* A register of a function that may exist. */
        reach(memory, op, 0xe0000000u + (where & 0x1f80ff) % (2u << 20));
        break;
    case 1:
        reach(memory, op, 0xe0000000u + (where & 0xfffffff));
        break;
    case 2: /* A function that exists, wherever it is. */
        mk_pci_config_write(&f.root, op->address[3] % (ROW_COUNT + 1), where & 0xfff, op->bytes & 7,
                            (uint32_t)number(op->value, 4));
        break;
    case 3:
        reach(ports, op, MK_PCI_PORT + where % 8);
        break;
    case 4:
        reach(memory, op, 0xc0000000u + (where & 0x1fffffff));
        break;
    case 5:
        reach(memory, op, UINT64_C(0x180000000) + where);
        break;
    case 6:
        reach(ports, op, where & 0xffff);
        break;
    default:
        mk_pci_intx(&f.root, op->address[0], (op->kind & 8) != 0);
        mk_pci_msix_raise(&f.root, op->address[1], op->address[2]);
        mk_pci_msi_raise(&f.root, op->address[3]);
        break;
    }
}

/**
 * The target.
 * @param data input
 * @param size its length
 * @return 0
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pci_fixture_plan(&f);
    if (size > 0 && data[0] % 2 == 1) {
        size_t taken = size - 1 < sizeof(f.host) ? size - 1 : sizeof(f.host);
        memcpy(f.host, data + 1, taken);
    }
    if (mk_pci_init(&f.root, &f.parts) != MK_OK) {
        return 0;
    }
    for (uint32_t row = 0; row < ROW_COUNT; row++) {
        memcpy(start[row], f.fns[row].value, sizeof(start[row]));
    }
    struct mk_bus_range memory_ranges[3];
    struct mk_bus_range io_ranges[2];
    struct mk_bus memory = {.ranges = memory_ranges, .room = MK_COUNT(memory_ranges)};
    struct mk_bus io = {.ranges = io_ranges, .room = MK_COUNT(io_ranges)};
    struct mk_pci_ports ports = {.root = &f.root};
    struct mk_pci_window low = {&f.root, 0xc0000000, false};
    struct mk_pci_window high = {&f.root, UINT64_C(0x180000000), false};
    struct mk_pci_window port = {&f.root, 0xd00, true};
    must(mk_bus_add(&memory, 0xe0000000, 2u << 20, &mk_pci_ecam_ops, &f.root));
    must(mk_bus_add(&memory, low.first, 0x20000000, &mk_pci_window_ops, &low));
    must(mk_bus_add(&memory, high.first, 0x80000000, &mk_pci_window_ops, &high));
    must(mk_bus_add(&io, MK_PCI_PORT, MK_PCI_PORTS, &mk_pci_port_ops, &ports));
    must(mk_bus_add(&io, port.first, 0x10000 - port.first, &mk_pci_window_ops, &port));
    for (size_t at = 1; at + sizeof(struct operation) <= size; at += sizeof(struct operation)) {
        struct operation op;
        memcpy(&op, data + at, sizeof(op));
        operate(&memory, &io, &op);
        check_interrupts();
    }
    for (uint32_t row = 0; row < ROW_COUNT; row++) {
        check_registers(row);
    }
    return 0;
}

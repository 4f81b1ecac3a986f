/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: a guest with a console device of three ports, and who is at their other ends. The
 * input writes the guest's memory, registers and configuration space, makes chains of any
 * descriptors available, sends control messages, sends and receives at the other ends, and writes
 * their regions as a hostile peer could; it resets and renegotiates at any moment.
 *
 * Operations are sixteen bytes each.
 */
#include <string.h>

#include "test/unit/terminal_fixture.c"
#include "test/unit/virtio_fixture.c"

/** The guest. */
static struct terminal t;
/** What came to a far end, or goes from it. */
static uint8_t bytes_of[TERMINAL_REGION];

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
 * Brings the device up, or a part of the way.
 * @param op the operation
 */
static void bring_up(const uint8_t *op)
{
    struct guest *g = &t.guest;
    guest_negotiate(g, number(op + 8, 8) & ((op[1] & 1) != 0 ? TERMINAL_ALL : UINT64_MAX));
    for (uint32_t i = 0; i < MK_CONSOLE_QUEUES(TERMINALS); i++) {
        if ((op[4] >> i & 1) == 0) {
            guest_queue(g, i, (uint16_t)(1U << (op[2] + i) % 10));
            g->queues[i].size = t.queues[i].size;
        }
    }
    if ((op[1] & 2) != 0) {
        guest_msix(g);
    }
    if ((op[1] & 12) != 0) {
        guest_ready(g);
    }
}

/**
 * Makes a buffer available, whose descriptor is the input's.
 * @param op the operation
 */
static void offer(const uint8_t *op)
{
    struct guest *g = &t.guest;
    uint32_t queue = op[1] % MK_CONSOLE_QUEUES(TERMINALS);
    uint16_t slot = op[2];
    guest_descriptor(g, guest_table(queue) + UINT64_C(16) * slot, GUEST_DATA + number(op + 8, 3),
                     (uint32_t)number(op + 4, 3), op[3] & 7, op[11]);
    guest_offer(g, queue, slot);
}

/**
 * Does what the other ends can do.
 * @param op the operation
 */
static void far_away(const uint8_t *op)
{
    uint32_t port = op[1] % TERMINALS;
    struct far_end *end = &t.ends[port];
    uint32_t count_of = (uint32_t)number(op + 2, 2) % TERMINAL_REGION;
    switch (op[4] % 6) {
    case 0:
        terminal_far_read(&t, port, bytes_of, count_of);
        break;
    case 1:
        terminal_far_write(&t, port, bytes_of, count_of);
        break;
    case 2:
        mk_link_stop(&end->link);
        break;
    case 3:
        mk_link_start(&end->link, &end->other);
        break;
    default: /* A hostile one: its header, or any place of its region. */
        memcpy(end->theirs + count_of % (op[4] < 128 ? 57 : TERMINAL_REGION - 8), op + 8, 8);
        end->signals++;
        break;
    }
}

/**
 * Does an operation.
 * @param op sixteen bytes
 */
static void operate(const uint8_t *op)
{
    struct guest *g = &t.guest;
    uint64_t value = number(op + 8, 8);
    uint32_t where = (uint32_t)number(op + 2, 4);
    switch (op[0] % 13) {
    case 0: /* The areas of queues. */
        memcpy(g->ram + GUEST_AREAS + where % (8 * GUEST_QUEUE_BYTES - 8), op + 8, 8);
        break;
    case 1:
        guest_out(g, where % 0x4000, 1U << (op[1] & 3), value);
        break;
    case 2:
        guest_in(g, where % 0x4000, 1U << (op[1] & 3));
        mk_pci_config_write(&g->root, 0, where & 0xff, 1U << op[1] % 3, (uint32_t)value);
        break;
    case 3:
    case 4:
        offer(op);
        break;
    case 5:
        guest_kick(g, op[1] % 10);
        break;
    case 6:
        terminal_settle(&t);
        break;
    case 7:
        bring_up(op);
        break;
    case 8:
        terminal_say(&t, op[1] < 250 ? op[1] % 4 : (uint32_t)value, op[2] % 9, op[3] % 3);
        break;
    case 9:
        far_away(op);
        break;
    case 10:
        terminal_write(&t, op[1] % TERMINALS, bytes_of, op[2]);
        terminal_buffers(&t, op[1] % TERMINALS, op[3] % 8, op[4]);
        break;
    case 11:
        guest_out(g, REG_STATUS, 1, op[1] & 0xcf);
        break;
    default:
        mk_virtio_serve(&t.console.virtio, value);
        break;
    }
}

/** Checks what holds whatever the input did. */
static void check(void)
{
    const struct mk_virtio *v = &t.console.virtio;
    for (uint32_t i = 0; i < MK_CONSOLE_QUEUES(TERMINALS); i++) {
        const struct mk_vq *vq = &t.queues[i];
        must((uint16_t)(vq->put - vq->published) == 0 || !vq->live);
        must((uint16_t)(vq->taken - vq->put) == 0 || !vq->live); /* none is in hand */
        must(!vq->live || (v->status & MK_VIRTIO_DRIVER_OK) != 0);
        must(!vq->live || (v->status & MK_VIRTIO_NEEDS_RESET) == 0);
    }
    for (uint32_t i = 0; i < TERMINALS; i++) {
        const struct mk_console_unit *unit = &t.units[i];
        must(!unit->ready || unit->added);
        must(!unit->session || unit->open || unit->line->link.epoch == 0);
    }
    must((v->features & ~v->parts.features) == 0);
    must((v->status & MK_VIRTIO_DRIVER_OK) == 0 || (v->status & MK_VIRTIO_FEATURES_OK) != 0);
    must(t.console.running == ((v->status & MK_VIRTIO_DRIVER_OK) != 0) ||
         (v->status & MK_VIRTIO_NEEDS_RESET) != 0);
}

/** Bytes of a buffer: no buffer ends where a line is full. */
#define BUFFER 211
/** Buffers: more than a line holds. */
#define BUFFERS 24

/**
 * Bytes go both ways at a port, in order and none twice, also when the line is full meanwhile.
 * @param port the port
 */
static void transfer(uint32_t port)
{
    static uint8_t sent[BUFFERS * BUFFER];
    static uint8_t got[sizeof(sent)];
    for (uint32_t i = 0; i < sizeof(sent); i++) {
        sent[i] = (uint8_t)(i * 7 + (i >> 8) + port);
    }
    for (uint32_t i = 0; i < BUFFERS; i++) {
        terminal_write(&t, port, sent + BUFFER * i, BUFFER);
    }
    uint32_t count_of = 0;
    for (uint32_t i = 0; i < 4; i++) {
        count_of += terminal_far_read(&t, port, got + count_of, (uint32_t)sizeof(got) - count_of);
    }
    must(count_of == sizeof(sent) && memcmp(got, sent, count_of) == 0);
    must(terminal_far_write(&t, port, sent, TERMINAL_ROOM) == TERMINAL_ROOM);
    terminal_buffers(&t, port, BUFFERS, BUFFER);
    memset(got, 0, sizeof(got));
    must(terminal_read(&t, port, got, sizeof(got)) == TERMINAL_ROOM &&
         memcmp(got, sent, TERMINAL_ROOM) == 0);
}

/**
 * Another end begins anew. One that lied about the number of its last life, too, may begin with the
 * number of a lie, and is believed from the life after that one on.
 * @param port the port
 */
static void begin_anew(uint32_t port)
{
    struct far_end *end = &t.ends[port];
    uint32_t known = t.units[port].line->link.peer;
    mk_link_start(&end->link, &end->other);
    if (end->link.epoch == known) {
        mk_link_start(&end->link, &end->other);
    }
}

/** A driver and other ends that begin anew have ports that work, whatever was before. */
static void recover(void)
{
    mk_pci_config_write(&t.guest.root, 0, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    for (uint32_t i = 0; i < TERMINALS; i++) {
        begin_anew(i);
    }
    terminal_up(&t, TERMINAL_ALL);
    terminal_open(&t);
    for (uint32_t i = 0; i < TERMINALS; i++) {
        transfer(i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    terminal_make(&t);
    if (bytes > 0 && (data[bytes - 1] & 1) == 0) { /* Often everything is up at first. */
        terminal_up(&t, TERMINAL_ALL);
        terminal_open(&t);
    }
    for (size_t i = 0; i + 16 <= bytes && i < 16 * 200; i += 16) {
        operate(data + i);
        check();
    }
    recover();
    return 0;
}

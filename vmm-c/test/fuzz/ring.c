/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: a split virtqueue in memory of the input's making, which changes between steps.
 *
 * The first bytes say how the queue is set up; then come operations, eight bytes each. All of
 * memory is the input, again and again, so that descriptors, tables and indices come of themselves.
 */
#include <string.h>

#include "makatea/virtio_queue.h"
#include "unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/** Bytes of memory. */
#define RAM 0x4000
/** Flags of descriptors. */
enum { F_NEXT = 1, F_WRITE = 2, F_INDIRECT = 4 };

/** Memory. */
static uint8_t ram[RAM];
/** The queue. */
static struct mk_vq vq;
/** Buffers of a chain. */
static struct mk_vq_buffer buffers[MK_VQ_SIZE];
/** Chains that were taken and not put. */
static uint32_t in_flight;

/** Elements of the available ring when they were copied. */
static uint16_t heads[MK_VQ_BATCH];
/** Bytes that were read since mk_vq_take() began. */
static uint64_t were_read;

static bool has(void *context, uint64_t gpa, uint64_t bytes)
{
    (void)context;
    return gpa <= RAM && bytes <= RAM - gpa;
}

static bool read(void *context, uint64_t gpa, volatile void *to, uint64_t bytes)
{
    if (!has(context, gpa, bytes)) {
        return false;
    }
    memcpy((void *)(uintptr_t)to, ram + gpa, bytes);
    were_read += bytes;
    return true;
}

static bool write(void *context, uint64_t gpa, const volatile void *from, uint64_t bytes)
{
    /* The queue itself writes its used ring, and nothing else. */
    UNIT_CHECK(gpa >= vq.used && gpa + bytes <= vq.used + 4 + 8 * (uint64_t)vq.size + 2);
    if (!has(context, gpa, bytes)) {
        return false;
    }
    memcpy(ram + gpa, (const void *)(uintptr_t)from, bytes);
    return true;
}

/** A descriptor as the guest wrote it. */
struct descriptor {
    uint64_t gpa;
    uint32_t bytes;
    uint16_t flags;
    uint16_t next;
};

/** Goes through a chain as the specification has it (VirtIO 1.2, 2.7.5), without a thought of
 * speed. What was taken has to be the same, and each descriptor was read once. */
static void compare(const struct mk_vq_chain *chain, uint64_t indices)
{
    uint64_t descriptors = 0;
    uint64_t table = vq.descriptors;
    uint32_t entries = vq.size;
    uint32_t at = chain->head;
    uint32_t buffer = 0;
    struct descriptor d;
    for (bool more = true; more;) {
        UNIT_CHECK(at < entries && has(NULL, table + 16 * (uint64_t)at, 16));
        memcpy(&d, ram + table + 16 * (uint64_t)at, 16);
        descriptors++;
        more = (d.flags & F_NEXT) != 0;
        at = d.next;
        if ((d.flags & F_INDIRECT) != 0) {
            UNIT_CHECK(vq.indirect && !more && table == vq.descriptors && d.bytes % 16 == 0);
            more = true;
            at = 0;
            table = d.gpa;
            entries = d.bytes / 16;
            continue;
        }
        UNIT_CHECK(buffers[buffer].gpa == d.gpa && buffers[buffer].bytes == d.bytes);
        UNIT_CHECK(((d.flags & F_WRITE) != 0) == (buffer >= chain->readable));
        buffer++;
    }
    UNIT_CHECK(buffer == chain->readable + chain->writable);
    UNIT_CHECK(were_read == 16 * descriptors + indices);
}

/** Takes a chain, and checks what came. */
static void take(void)
{
    struct mk_vq_chain chain;
    uint64_t readable = 0;
    uint64_t writable = 0;
    bool looks = vq.seen == vq.taken;
    bool fetches = vq.next == vq.fetched;
    were_read = 0;
    enum mk_vq_status status = mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE);
    UNIT_CHECK((status == MK_VQ_BROKEN) <= !vq.live);
    if (status != MK_VQ_TAKEN) {
        return;
    }
    for (uint32_t i = 0; fetches && i < vq.fetched; i++) {
        uint32_t at = (vq.taken - 1 + i) & (vq.size - 1U);
        memcpy(&heads[i], ram + vq.available + 4 + 2 * (uint64_t)at, 2);
    }
    UNIT_CHECK(chain.head == heads[vq.next - 1]);
    UNIT_CHECK(chain.readable + chain.writable <= MK_VQ_SIZE && chain.head < vq.size);
    for (uint32_t i = 0; i < chain.readable + chain.writable; i++) {
        *(i < chain.readable ? &readable : &writable) += buffers[i].bytes;
    }
    UNIT_CHECK(readable == chain.readable_bytes && writable == chain.writable_bytes);
    UNIT_CHECK(++in_flight <= vq.size);
    compare(&chain, (looks ? 2 : 0) + (fetches ? UINT64_C(2) * vq.fetched : 0));
}

/** Publishes, and checks that the guest is interrupted as it wants (VirtIO 1.2, 2.7.7.2). */
static void publish(void)
{
    uint16_t before = vq.published;
    uint16_t wish = 0;
    bool notify;
    UNIT_CHECK(mk_vq_publish(&vq, &notify) == vq.live);
    UNIT_CHECK(!vq.live || vq.published == vq.put);
    if (!vq.live || before == vq.published) {
        UNIT_CHECK(!notify);
        return;
    }
    memcpy(&wish, ram + vq.available + (vq.event_index ? 4 + 2 * (uint64_t)vq.size : 0), 2);
    bool passed = false;
    for (uint16_t i = before; i != vq.published; i++) {
        passed = passed || i == wish;
    }
    UNIT_CHECK(notify == (vq.event_index ? passed : (wish & 1) == 0));
}

/**
 * The guest writes a long chain into a table, and refers to it.
 * @param table where, a multiple of 16
 * @param op the operation
 */
static void write_chain(uint64_t table, const uint8_t *op)
{
    uint16_t count = (uint16_t)((op[4] | (uint32_t)op[5] << 8) % 300 + 1);
    uint64_t reference = vq.descriptors + 16 * (uint64_t)(op[6] % vq.size);
    for (uint16_t i = 0; i < count && has(NULL, table, 16 * (i + UINT64_C(1))); i++) {
        const struct descriptor d = {op[7], op[7],
                                     (uint16_t)((i + 1 < count ? F_NEXT : 0) | (op[1] & F_WRITE)),
                                     (uint16_t)(i + 1)};
        memcpy(ram + table + 16 * (uint64_t)i, &d, sizeof(d));
    }
    if ((op[1] & F_INDIRECT) != 0 && has(NULL, reference, 16)) {
        const struct descriptor d = {table, 16U * count, F_INDIRECT, 0};
        memcpy(ram + reference, &d, sizeof(d));
    }
}

/**
 * Does an operation.
 * @param op eight bytes
 */
static void operate(const uint8_t *op)
{
    bool flag;
    uint32_t at = (op[2] | (uint32_t)op[3] << 8) % (RAM - 4);
    switch (op[0] % 10) {
    case 0:
    case 1:
        take();
        break;
    case 2:
        if (in_flight > 0 && mk_vq_put(&vq, op[1], op[4])) {
            in_flight--;
        }
        break;
    case 3:
        publish();
        break;
    case 4:
        UNIT_CHECK(mk_vq_ask(&vq, (op[1] & 1) != 0, &flag) == vq.live);
        break;
    case 5:
        if (in_flight > 0) {
            mk_vq_give_back(&vq, 1);
            in_flight--;
        }
        break;
    case 6: /* The guest makes chains available as it should. */
        if (vq.available <= RAM - 4) {
            uint16_t index = (uint16_t)(vq.put + op[1] % (vq.size + 1U));
            memcpy(ram + vq.available + 2, &index, sizeof(index));
        }
        break;
    case 7:
        write_chain(at & ~15U, op);
        break;
    case 8: /* In the queue's own table. */
        write_chain(vq.descriptors, op);
        break;
    default:
        memcpy(ram + at, op + 4, 4);
        break;
    }
    UNIT_CHECK((uint16_t)(vq.taken - vq.put) <= vq.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const struct mk_dma dma = {NULL, read, write, has};
    if (bytes < 8) {
        return 0;
    }
    for (size_t i = 0; i < RAM; i++) {
        ram[i] = data[i % bytes];
    }
    mk_vq_reset(&vq, &dma);
    in_flight = 0;
    vq.size = (uint16_t)(1U << data[0] % 9);
    vq.descriptors = (uint64_t)(data[1] % 64) * 0x100;
    vq.available = (uint64_t)(data[2] % 64) * 0x100;
    vq.used = (uint64_t)(data[3] % 64) * 0x100;
    if (mk_vq_start(&vq, (data[4] & 1) != 0, (data[4] & 2) != 0)) {
        for (size_t i = 8; i + 8 <= bytes; i += 8) {
            operate(data + i);
        }
    }
    return 0;
}

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

/** Bytes of memory. */
#define RAM 0x4000
/** Most bytes that a used ring of 256 elements has. */
#define USED_BYTES (4 + 8 * MK_VQ_SIZE + 2)

/** Memory. */
static uint8_t ram[RAM];
/** The queue. */
static struct mk_vq vq;
/** Buffers of a chain. */
static struct mk_vq_buffer buffers[MK_VQ_SIZE];
/** Chains that were taken and not put. */
static uint32_t in_flight;

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
    return true;
}

static bool write(void *context, uint64_t gpa, const volatile void *from, uint64_t bytes)
{
    /* The queue itself writes its used ring, and nothing else. */
    must(gpa >= vq.used && gpa + bytes <= vq.used + USED_BYTES);
    if (!has(context, gpa, bytes)) {
        return false;
    }
    memcpy(ram + gpa, (const void *)(uintptr_t)from, bytes);
    return true;
}

/** Takes a chain, and checks what came. */
static void take(void)
{
    struct mk_vq_chain chain;
    uint64_t readable = 0;
    uint64_t writable = 0;
    enum mk_vq_status status = mk_vq_take(&vq, &chain, buffers, MK_VQ_SIZE);
    must((status == MK_VQ_BROKEN) <= !vq.live);
    if (status != MK_VQ_TAKEN) {
        return;
    }
    must(chain.readable + chain.writable <= MK_VQ_SIZE && chain.head < vq.size);
    for (uint32_t i = 0; i < chain.readable + chain.writable; i++) {
        *(i < chain.readable ? &readable : &writable) += buffers[i].bytes;
    }
    must(readable == chain.readable_bytes && writable == chain.writable_bytes);
    must(++in_flight <= vq.size);
}

/**
 * Does an operation.
 * @param op eight bytes
 */
static void operate(const uint8_t *op)
{
    bool flag;
    uint32_t at = (op[2] | (uint32_t)op[3] << 8) % (RAM - 4);
    switch (op[0] % 8) {
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
        must(mk_vq_publish(&vq, &flag) == vq.live);
        break;
    case 4:
        must(mk_vq_ask(&vq, (op[1] & 1) != 0, &flag) == vq.live);
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
    default:
        memcpy(ram + at, op + 4, 4);
        break;
    }
    must((uint16_t)(vq.taken - vq.put) <= vq.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
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

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: which memory the machine has, and who gets which part of it.
 */
#include "bench.h"

/** Ranges of free memory, at most. */
#define RANGES 16
/** Smallest piece: a large page. */
#define PIECE (UINT64_C(1) << 21)
/** There is a memory map (Multiboot 0.6.96, 3.3). */
#define HAS_MAP (UINT32_C(1) << 6)
/** Bytes of a row after its size: base, length, type. */
#define ROW_BYTES 20

/** A range of free memory. */
struct range {
    uint64_t at;  /**< First free address. */
    uint64_t end; /**< One past the last. */
};

/** All of them. */
static struct range ranges[RANGES];
/** How many. */
static size_t range_count;

/** End of the image (bench.lds). */
extern uint8_t bench_end[];

/**
 * Adds a range, without what the image takes and what is not mapped.
 * @param at first address
 * @param end one past the last
 */
static void add(uint64_t at, uint64_t end)
{
    at = at < (uint64_t)bench_end ? (uint64_t)bench_end : at;
    at = (at + PIECE - 1) & ~(PIECE - 1);
    end = (end < BENCH_IDENTITY ? end : BENCH_IDENTITY) & ~(PIECE - 1);
    if (at < end && range_count < RANGES) {
        ranges[range_count++] = (struct range){at, end};
    }
}

void bench_memory_init(const uint32_t *multiboot)
{
    const uint8_t *row = (const uint8_t *)(uint64_t)multiboot[12];
    const uint8_t *end = row + multiboot[11];
    while ((multiboot[0] & HAS_MAP) != 0 && row + ROW_BYTES < end) {
        const struct {
            uint32_t size;   /**< Bytes that follow. */
            uint64_t base;   /**< First address. */
            uint64_t length; /**< Size. */
            uint32_t type;   /**< 1: free. */
        } __attribute__((packed)) *entry = (const void *)row;
        if (entry->type == 1) {
            add(entry->base, entry->base + entry->length);
        }
        row += sizeof(entry->size) + entry->size;
    }
}

/**
 * Takes the largest piece, aligned to its size, from the beginning of a range.
 * @param range the range
 * @param most most bytes, at least #PIECE
 * @return log2 of its size
 */
static uint8_t take(struct range *range, uint64_t most)
{
    uint8_t bits = 21;
    uint64_t left = range->end - range->at;
    while (UINT64_C(2) << bits <= (left < most ? left : most) && (range->at >> bits & 1) == 0) {
        bits++;
    }
    range->at += UINT64_C(1) << bits;
    return bits;
}

void *bench_memory_take(uint64_t bytes)
{
    bytes = (bytes + PIECE - 1) & ~(PIECE - 1);
    for (size_t i = 0; i < range_count; i++) {
        if (ranges[i].end - ranges[i].at >= bytes) {
            uint64_t *words = (uint64_t *)ranges[i].at;
            for (uint64_t j = 0; j < bytes / sizeof(*words); j++) {
                words[j] = 0;
            }
            ranges[i].at += bytes;
            return words;
        }
    }
    return NULL;
}

bool bench_memory_give(struct thread *to, uint64_t bytes)
{
    uint64_t left = bytes == UINT64_MAX ? BENCH_IDENTITY : (bytes + PIECE - 1) & ~(PIECE - 1);
    seL4_SlotPos piece = 0;
    for (size_t i = 0; i < range_count; i++) {
        while (left > 0 && ranges[i].at < ranges[i].end && piece < BENCH_UNTYPED) {
            uint64_t at = ranges[i].at;
            uint8_t bits = take(&ranges[i], left);
            left -= UINT64_C(1) << bits;
            to->info.untypedList[piece] = (seL4_UntypedDesc){at, bits, 0};
            to->slots[BENCH_UNTYPED_SLOT + piece] =
                (struct cap){.type = CAP_UNTYPED, .bits = bits, .object = at};
            piece++;
        }
    }
    to->info.untyped = (seL4_SlotRegion){BENCH_UNTYPED_SLOT, BENCH_UNTYPED_SLOT + piece};
    return left == 0 || bytes == UINT64_MAX;
}

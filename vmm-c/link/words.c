/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A few numbers each way. The header's head is the number of the writing: odd while it goes on.
 */
#include "link/words.h"

/** How often a copy is tried that a writing disturbs. The signal after the writing brings us back.
 */
#define TRIES 4

/**
 * Where the numbers of a region begin.
 * @param region the region
 * @return the first one
 */
static const volatile uint64_t *numbers(const volatile uint8_t *region)
{
    return (const volatile uint64_t *)(region + MK_LINK_HEADER_BYTES);
}

/**
 * Writes what this end says into its region.
 * @param words the state
 */
static void publish(struct mk_words *words)
{
    volatile struct mk_link_header *header = (volatile struct mk_link_header *)words->link.port.tx;
    volatile uint64_t *to = (volatile uint64_t *)(words->link.port.tx + MK_LINK_HEADER_BYTES);
    __atomic_store_n(&header->head, words->link.head + 1, __ATOMIC_SEQ_CST);
    /* Who sees one of the numbers below sees that a writing goes on. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        __atomic_store_n(&to[i], words->out[i], __ATOMIC_RELAXED);
    }
    words->link.head += 2;
    __atomic_store_n(&header->head, words->link.head, __ATOMIC_SEQ_CST);
    words->link.port.signal(words->link.port.context);
}

/**
 * Looks at the link; a peer that is new is told what this end says, and has said nothing yet.
 * @param words the state
 * @return whether the peer is another one than before, or none
 */
static bool look(struct mk_words *words)
{
    uint32_t peer = words->link.peer;
    mk_link_update(&words->link);
    if (words->link.peer == peer) {
        return false;
    }
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        words->in[i] = 0;
    }
    if (words->link.peer != 0 && words->said) {
        publish(words);
    }
    return true;
}

void mk_words_start(struct mk_words *words, const struct mk_port *port)
{
    *words = (struct mk_words){.said = false};
    mk_link_start(&words->link, port);
    words->link.tx_room = UINT64_MAX;
    words->link.rx_room = UINT64_MAX;
}

void mk_words_write(struct mk_words *words, const uint64_t *out)
{
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        words->out[i] = out[i];
    }
    words->said = true;
    look(words);
    publish(words);
}

/**
 * Copies what the peer says, of one writing.
 * @param words the state, with the link up
 * @param to receives the numbers
 * @return whether a writing is there and was not disturbed
 */
static bool copy(const struct mk_words *words, uint64_t *to)
{
    const volatile struct mk_link_header *header =
        (const volatile struct mk_link_header *)words->link.port.rx;
    const volatile uint64_t *from = numbers(words->link.port.rx);
    for (int i = 0; i < TRIES; i++) {
        uint64_t before = __atomic_load_n(&header->head, __ATOMIC_ACQUIRE);
        for (uint32_t j = 0; j < MK_WORDS; j++) {
            to[j] = __atomic_load_n(&from[j], __ATOMIC_RELAXED);
        }
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (before == 0) {
            return false;
        }
        if (before % 2 == 0 && __atomic_load_n(&header->head, __ATOMIC_RELAXED) == before &&
            __atomic_load_n(&header->epoch, __ATOMIC_RELAXED) == words->link.peer) {
            return true;
        }
    }
    return false;
}

bool mk_words_update(struct mk_words *words)
{
    uint64_t in[MK_WORDS];
    bool changed = look(words);
    if (!words->link.up || !copy(words, in)) {
        return changed;
    }
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        changed = changed || in[i] != words->in[i];
        words->in[i] = in[i];
    }
    return changed;
}

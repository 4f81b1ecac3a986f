/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A few numbers each way, of which only the newest matter: a deadline, a command and its number, a
 * state, a request and its answer. Writing never waits; a reader sees all numbers of one writing or
 * none of them. When the peer starts anew it is told the newest again.
 */
#ifndef MAKATEA_LINK_WORDS_H
#define MAKATEA_LINK_WORDS_H

#include "link/link.h"

/** Numbers each way. */
#define MK_WORDS 8

/** Bytes of each region. */
#define MK_WORDS_BYTES (MK_LINK_HEADER_BYTES + MK_WORDS * 8)

/** One end. */
struct mk_words {
    struct mk_link link;    /**< The link; `head` counts writings, twice each. */
    uint64_t out[MK_WORDS]; /**< What this end says; to be changed by mk_words_write() only. */
    uint64_t in[MK_WORDS];  /**< What the peer said last, a copy; zeros while it says nothing. */
    bool said;              /**< This end has said something. */
};

/**
 * Starts. What was said before is forgotten.
 * @param words receives the state
 * @param port the channel, with regions of at least #MK_WORDS_BYTES
 */
void mk_words_start(struct mk_words *words, const struct mk_port *port);

/**
 * Says something, and signals the peer.
 * @param words the state
 * @param out #MK_WORDS numbers
 */
void mk_words_write(struct mk_words *words, const uint64_t *out);

/**
 * Looks at what the peer says. To be called after a signal.
 * @param words the state
 * @return whether it is something else than before; it then stands in mk_words::in
 */
bool mk_words_update(struct mk_words *words);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Both ends of a link at the same time, in two threads, each starting anew at any moment.
 */
#include <pthread.h>
#include <sched.h>

#include "cable.h"
#include "link/stream.h"
#include "link/words.h"
#include "unit.h"

/** Messages of a life, and lives of the sender. */
#define MESSAGES 400
#define LIVES 200

/** A message: which life it is of, and its number in it. */
struct message {
    uint32_t life;   /**< Life of the sender. */
    uint32_t number; /**< From 0. */
};

static struct cable cable;
/** The sender has ended. */
static bool done;

/**
 * Sends a message, as much at a time as there is room for.
 * @param link the link
 * @param message the message
 * @param bytes how many of its bytes
 */
static void send_message(struct mk_link *link, const struct message *message, uint64_t bytes)
{
    const uint8_t *from = (const uint8_t *)message;
    for (uint64_t sent = 0; sent < bytes;) {
        uint64_t part = mk_stream_put(link, from + sent, bytes - sent);
        sent += part;
        if (part == 0) {
            sched_yield();
        }
    }
}

/** Sends messages and starts anew in between, in some lives in the middle of a message. */
static void *send(void *argument)
{
    struct mk_link link;
    (void)argument;
    for (uint32_t life = 1; life <= LIVES; life++) {
        mk_link_start(&link, &cable.ports[0]);
        for (uint32_t i = 0; i < MESSAGES / (1 + life % 3); i++) {
            send_message(&link, &(struct message){life, i}, sizeof(struct message));
        }
        send_message(&link, &(struct message){life, MESSAGES}, life % sizeof(struct message));
    }
    __atomic_store_n(&done, true, __ATOMIC_SEQ_CST);
    return NULL;
}

/** What the receiver knows. */
struct received {
    struct message next;                   /**< What has to come. */
    uint8_t bytes[sizeof(struct message)]; /**< A part of a message. */
    uint32_t count;                        /**< Bytes of it. */
    uint32_t peer;                         /**< The sender's epoch. */
    uint32_t messages;                     /**< How many came. */
};

/** Takes a byte; messages of a life follow each other from the first one. */
static void take(struct received *r, uint32_t peer, uint8_t byte)
{
    if (peer != r->peer) {
        r->peer = peer;
        r->count = 0;
        r->next = (struct message){0, 0};
    }
    r->bytes[r->count++] = byte;
    if (r->count < sizeof(r->bytes)) {
        return;
    }
    struct message message;
    __builtin_memcpy(&message, r->bytes, sizeof(message));
    r->count = 0;
    r->messages++;
    UNIT_CHECK(message.number == r->next.number);
    UNIT_CHECK(message.number == 0 || message.life == r->next.life);
    r->next = (struct message){message.life, message.number + 1};
}

/** A sender that starts anew all the time, and a receiver: of each life the messages come in order
 * and from the first one, and nothing of the life before. */
static void lives_are_never_mixed(struct mk_vm *vm)
{
    pthread_t thread;
    struct mk_link link;
    struct received r = {.count = 0};
    uint8_t byte;
    (void)vm;
    cable_lay(&cable);
    done = false;
    mk_link_start(&link, &cable.ports[1]);
    UNIT_CHECK(pthread_create(&thread, NULL, send, NULL) == 0);
    while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST)) {
        if (mk_stream_get(&link, &byte, 1) == 1) {
            take(&r, link.peer, byte);
        } else {
            sched_yield();
        }
    }
    pthread_join(thread, NULL);
    UNIT_CHECK(r.messages > LIVES);
    UNIT_CHECK(cable_sound(&cable));
}

/** Writes numbers without end. */
static void *write_words(void *argument)
{
    struct mk_words words;
    (void)argument;
    mk_words_start(&words, &cable.ports[0]);
    for (uint64_t i = 1; i <= 20000; i++) {
        uint64_t out[MK_WORDS];
        for (uint32_t j = 0; j < MK_WORDS; j++) {
            out[j] = i;
        }
        mk_words_write(&words, out);
    }
    __atomic_store_n(&done, true, __ATOMIC_SEQ_CST);
    mk_words_update(&words);
    return NULL;
}

/** A reader at the same time sees all numbers of one writing, and newer ones each time. */
static void numbers_of_two_writings_are_never_mixed(struct mk_vm *vm)
{
    pthread_t thread;
    struct mk_words words;
    uint64_t last = 0;
    (void)vm;
    cable_lay(&cable);
    done = false;
    mk_words_start(&words, &cable.ports[1]);
    UNIT_CHECK(pthread_create(&thread, NULL, write_words, NULL) == 0);
    while (!__atomic_load_n(&done, __ATOMIC_SEQ_CST)) {
        mk_words_update(&words);
        for (uint32_t i = 1; i < MK_WORDS; i++) {
            UNIT_CHECK(words.in[i] == words.in[0]);
        }
        UNIT_CHECK(words.in[0] >= last);
        last = words.in[0];
    }
    pthread_join(thread, NULL);
    mk_words_update(&words);
    UNIT_CHECK(words.in[0] == 20000);
}

const struct unit_test unit_link_threads[] = {UNIT_TEST(lives_are_never_mixed),
                                              UNIT_TEST(numbers_of_two_writings_are_never_mixed),
                                              {NULL, NULL}};

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
/** Bytes that go through a link whose ends sleep. */
#define BYTES 1000000

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

/** An end that sleeps until it is signalled, as on a notification. */
struct sleeper {
    uint32_t taken; /**< Signals that it has woken for. */
    bool asleep;    /**< It waits for one. */
    bool ended;     /**< It will not wake again. */
};

static struct sleeper sleepers[2];

/** Whether an end sleeps and has not been signalled, or has ended. */
static bool sleeps(uint32_t end)
{
    const struct sleeper *sleeper = &sleepers[end];
    /* First what it has taken: an end that wakes in between has taken more. */
    uint32_t taken = __atomic_load_n(&sleeper->taken, __ATOMIC_SEQ_CST);
    return __atomic_load_n(&sleeper->ended, __ATOMIC_SEQ_CST) ||
           (__atomic_load_n(&sleeper->asleep, __ATOMIC_SEQ_CST) &&
            __atomic_load_n(&cable.signals[end], __ATOMIC_SEQ_CST) == taken);
}

/**
 * Sleeps until a signal comes.
 * @param end which end
 * @return false when the other end sleeps or has ended, so that none will come
 */
static bool await_signal(uint32_t end)
{
    bool lost = false;
    __atomic_store_n(&sleepers[end].asleep, true, __ATOMIC_SEQ_CST);
    while (sleeps(end) && !lost) {
        /* The other one signals before it falls asleep. So what is seen after its sleep is all. */
        lost = sleeps(1 - end) && sleeps(end);
        sched_yield();
    }
    __atomic_store_n(&sleepers[end].asleep, false, __ATOMIC_SEQ_CST);
    __atomic_store_n(&sleepers[end].taken, __atomic_load_n(&cable.signals[end], __ATOMIC_SEQ_CST),
                     __ATOMIC_SEQ_CST);
    return !lost;
}

/** Sends bytes, and sleeps where there is no room. */
static void *send_and_sleep(void *argument)
{
    struct mk_link link;
    uint32_t sent = 0;
    bool *good = argument;
    *good = true;
    mk_link_start(&link, &cable.ports[0]);
    while (*good && sent < BYTES) {
        uint8_t bytes[5];
        uint32_t count = 1 + sent % 5 < BYTES - sent ? 1 + sent % 5 : BYTES - sent;
        for (uint32_t i = 0; i < count; i++) {
            bytes[i] = (uint8_t)(sent + i);
        }
        uint32_t part = (uint32_t)mk_stream_put(&link, bytes, count);
        sent += part;
        *good = part == count || await_signal(0);
    }
    __atomic_store_n(&sleepers[0].ended, true, __ATOMIC_SEQ_CST);
    return NULL;
}

/** Two ends that sleep unless there is room or data, on two processors: none sleeps while the other
 * one has what it waits for. */
static void no_wake_up_is_lost(struct mk_vm *vm)
{
    pthread_t thread;
    struct mk_link link;
    bool sender = false;
    bool receiver = true;
    uint32_t received = 0;
    (void)vm;
    cable_lay(&cable);
    __builtin_memset(sleepers, 0, sizeof(sleepers));
    mk_link_start(&link, &cable.ports[1]);
    UNIT_CHECK(pthread_create(&thread, NULL, send_and_sleep, &sender) == 0);
    while (receiver && received < BYTES) {
        uint8_t bytes[3] = {0};
        uint64_t count = mk_stream_get(&link, bytes, sizeof(bytes));
        for (uint64_t i = 0; i < count; i++, received++) {
            UNIT_CHECK(bytes[i] == (uint8_t)received);
        }
        receiver = count != 0 || await_signal(1);
    }
    pthread_join(thread, NULL);
    UNIT_CHECK(sender && receiver);
    UNIT_CHECK(received == BYTES);
}

const struct unit_test unit_link_threads[] = {UNIT_TEST(lives_are_never_mixed),
                                              UNIT_TEST(numbers_of_two_writings_are_never_mixed),
                                              UNIT_TEST(no_wake_up_is_lost),
                                              {NULL, NULL}};

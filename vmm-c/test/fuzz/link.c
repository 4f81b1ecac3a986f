/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: both ends of a link, and a few words on another one. The ends send, receive, wish
 * and start anew at any moment; and the second end's region is written as its owner likes.
 *
 * As long as nobody lied, all bytes arrive, in order, of this life of both ends, and a signal comes
 * for every wish, at the latest when an end tells what it held back. After the first lie nothing
 * outside of the regions is touched, counters stay in bounds, and once the liar behaves the link
 * works again.
 */
#include <stdlib.h>
#include <string.h>

#include "cable.h"
#include "link/stream.h"
#include "link/words.h"
#include "unit.h"

/** Bytes that a region holds. */
#define ROOM (CABLE_BYTES - MK_LINK_HEADER_BYTES)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What must be true of one direction, between two lives. */
struct direction {
    uint32_t lives[2]; /**< Epochs of sender and receiver. */
    uint64_t sent;     /**< Bytes sent. */
    uint64_t got;      /**< Bytes received. */
};

/** For the link, and for the words. */
static struct cable cables[2];
/** The ends of the link. The region of the second one is lied in. */
static struct mk_link links[2];
/** The directions, by who sends. */
static struct direction directions[2];
/** Whether an end wished for a signal when there is something to read. */
static bool wants_data[2];
/** Whether an end holds back a signal that the other one wished for. */
static bool owes[2];
/** How much room an end wished for and did not get; 0 for none. */
static uint64_t wants_room[2];
/** Signals that it had when it wished for that. */
static uint32_t before_room[2];
/** Whether somebody lied on the link. */
static bool lied;
/** The ends of the words. The region of the second one is lied in. */
static struct mk_words words[2];
/** Whether somebody lied about words. */
static bool words_lied;

/** The second end writes eight bytes anywhere in one of its regions. */
static void lie(const uint8_t *step)
{
    uint8_t *region = cables[step[0] >> 4 & 1].regions[1].bytes;
    uint32_t at = step[1] % (CABLE_BYTES / 8) * 8;
    /* Half of the lies go into the header, most of them near the truth. */
    if ((step[0] & 0x40) != 0) {
        at = step[1] % 6 * 8;
    }
    uint64_t value = 0;
    memcpy(&value, region + at, sizeof(value));
    value = (step[0] & 0x20) != 0 ? value + (uint64_t)(int8_t)step[2] : (uint64_t)step[2] << 56;
    memcpy(region + at, &value, sizeof(value));
    *((step[0] >> 4 & 1) == 0 ? &lied : &words_lied) = true;
}

/** The n-th byte of a direction: another one in each life. */
static uint8_t pattern(const struct direction *d, uint64_t n)
{
    return (uint8_t)(n + 37 * d->lives[0] + 101 * d->lives[1]);
}

/** The direction from or to an end, which has looked at the other one; a new one in a new life. */
static struct direction *between(uint32_t sender, uint32_t end)
{
    struct direction *d = &directions[sender];
    uint32_t from = end == sender ? links[end].epoch : links[end].peer;
    uint32_t to = end == sender ? links[end].peer : links[end].epoch;
    if (d->lives[0] != from || d->lives[1] != to) {
        *d = (struct direction){.lives = {from, to}};
    }
    return d;
}

/** An end starts anew or goes: the other one hears of it, and waits for nothing else any more. */
static void change(uint32_t end, bool start)
{
    uint32_t signals = cables[0].signals[1 - end];
    if (start) {
        mk_link_start(&links[end], &cables[0].ports[end]);
    } else {
        mk_link_stop(&links[end]);
    }
    UNIT_CHECK(cables[0].signals[1 - end] != signals);
    memset(wants_data, 0, sizeof(wants_data));
    memset(owes, 0, sizeof(owes));
    memset(wants_room, 0, sizeof(wants_room));
}

/** Remembers that an end wishes for room, and how often it was signalled until then. */
static void wish_room(uint32_t end, uint64_t room)
{
    wants_room[end] = room;
    before_room[end] = cables[0].signals[end];
}

/** Whoever wished for data was signalled. */
static void heard(uint32_t end, uint32_t signals)
{
    UNIT_CHECK(lied || cables[0].signals[1 - end] != signals);
    wants_data[1 - end] = false;
    owes[end] = false;
}

/** An end tells what it held back, and holds signals back or no longer. */
static void tell(uint32_t end, bool holds)
{
    uint32_t signals = cables[0].signals[1 - end];
    links[end].holds = holds;
    mk_link_tell(&links[end]);
    if (owes[end]) {
        heard(end, signals);
    }
    signals = cables[0].signals[1 - end];
    mk_link_tell(&links[end]);
    UNIT_CHECK(cables[0].signals[1 - end] == signals);
}

/** An end sends. Whoever wished for data is signalled, unless that is held back. */
static void put(uint32_t end, uint8_t count)
{
    uint8_t bytes[UINT8_MAX];
    mk_link_update(&links[end]);
    struct direction *d = between(end, end);
    for (uint32_t i = 0; i < count; i++) {
        bytes[i] = pattern(d, d->sent + i);
    }
    uint32_t signals = cables[0].signals[1 - end];
    uint64_t sent = mk_stream_put(&links[end], bytes, count);
    UNIT_CHECK(sent <= count);
    d->sent += sent;
    UNIT_CHECK(!links[end].holds || cables[0].signals[1 - end] == signals);
    if (sent > 0 && wants_data[1 - end]) {
        owes[end] = true;
        if (!links[end].holds) {
            heard(end, signals);
        }
    }
    if (sent < count && links[end].up) {
        wish_room(end, 1);
    }
}

/** An end receives. Whoever wished for room is signalled when there is as much. */
static void get(uint32_t end, uint8_t count)
{
    uint8_t bytes[UINT8_MAX];
    mk_link_update(&links[end]);
    struct direction *d = between(1 - end, end);
    uint64_t got = mk_stream_get(&links[end], bytes, count);
    UNIT_CHECK(got <= count);
    for (uint32_t i = 0; i < got; i++) {
        UNIT_CHECK(lied || bytes[i] == pattern(d, d->got + i));
    }
    d->got += got;
    UNIT_CHECK(lied || d->got <= d->sent);
    if (!lied && links[end].up && wants_room[1 - end] != 0 &&
        ROOM - (d->sent - d->got) >= wants_room[1 - end]) {
        UNIT_CHECK(cables[0].signals[1 - end] != before_room[1 - end]);
        wants_room[1 - end] = 0;
    }
}

/** An end wishes for a signal. */
static void wish(uint32_t end, bool for_data, uint8_t room)
{
    mk_link_update(&links[end]);
    bool there = for_data ? mk_link_want_data(&links[end]) : mk_link_want_room(&links[end], room);
    if (!for_data) {
        wish_room(end, there || !links[end].up ? 0 : room); /* in place of an earlier wish */
    } else if (!there && links[end].up) {
        wants_data[end] = true;
    }
}

/** The sender starts anew while an end reads: what was read is not good. */
static void interrupt(uint32_t end)
{
    uint8_t byte;
    if (mk_link_update(&links[end]) && mk_link_ready(&links[end]) != 0) {
        mk_link_read(&links[end], 0, &byte, 1);
        change(1 - end, true);
        UNIT_CHECK(lied || !mk_link_consume(&links[end], 1));
    }
}

/** Whether all words are one number. */
static bool are(const uint64_t *in, uint64_t number)
{
    bool same = true;
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        same = same && in[i] == number;
    }
    return same;
}

/** An end says words, and the other one looks: of a writing that goes on it takes nothing. */
static void say(uint32_t end, uint8_t number)
{
    uint64_t out[MK_WORDS];
    for (uint32_t i = 0; i < MK_WORDS; i++) {
        out[i] = number;
    }
    if (end == 1) {
        const struct mk_link_header *header = cable_header(&cables[1], 1);
        struct mk_words before = words[0];
        mk_words_update(&words[0]);
        if (header->head % 2 != 0 && words[0].link.peer == before.link.peer) {
            UNIT_CHECK(memcmp(before.in, words[0].in, sizeof(before.in)) == 0);
        }
    }
    mk_words_update(&words[end]);
    mk_words_write(&words[end], out);
    mk_words_update(&words[1 - end]);
    UNIT_CHECK(words_lied || are(words[1 - end].in, number));
}

/** An end does something. */
static void act(const uint8_t *step)
{
    uint32_t end = step[0] >> 3 & 1;
    switch (step[0] % 8) {
    case 0:
        change(end, true);
        break;
    case 1:
        change(end, false);
        break;
    case 2:
        put(end, step[1]);
        break;
    case 3:
        get(end, step[1]);
        break;
    case 4:
        wish(end, false, step[1] % ROOM + 1);
        break;
    case 5:
        wish(end, true, 0);
        break;
    case 6:
        if ((step[0] & 0x10) != 0) {
            mk_words_start(&words[end], &cables[1].ports[end]);
        }
        say(end, step[1]);
        break;
    default:
        if ((step[0] & 0x10) != 0) {
            interrupt(end);
        }
        if ((step[0] & 0x20) != 0) {
            tell(end, (step[1] & 1) != 0);
        }
        mk_link_update(&links[end]);
        break;
    }
    for (uint32_t i = 0; i < 2; i++) {
        UNIT_CHECK(mk_link_room(&links[i]) <= ROOM && mk_link_ready(&links[i]) <= ROOM);
        UNIT_CHECK(cable_sound(&cables[i]));
        UNIT_CHECK(lied || !links[i].broken);
    }
}

/** Nobody lied: both ends see each other, and all that was sent arrives. */
static void drain(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        mk_link_update(&links[i % 2]);
    }
    UNIT_CHECK(links[0].epoch == 0 || links[1].epoch == 0 || (links[0].up && links[1].up));
    for (uint32_t end = 0; end < 2 && links[0].up && links[1].up; end++) {
        get(end, UINT8_MAX);
        UNIT_CHECK(directions[1 - end].got == directions[1 - end].sent);
    }
}

/** Both start anew and behave: the link works. A liar may have lied about the number of its last
 * life, too, so that it begins with the number of a lie; the life after that one is believed. */
static void recover(void)
{
    uint8_t byte = 7;
    mk_link_start(&links[0], &cables[0].ports[0]);
    mk_link_start(&links[1], &cables[0].ports[1]);
    if (lied && links[1].epoch == links[0].peer) {
        mk_link_start(&links[1], &cables[0].ports[1]);
    }
    mk_link_update(&links[0]);
    UNIT_CHECK(mk_stream_put(&links[0], &byte, 1) == 1);
    UNIT_CHECK(mk_stream_get(&links[1], &byte, 1) == 1 && byte == 7);
}

/**
 * Plays an input: a step is three bytes.
 * @param data the input
 * @param size its size
 * @return 0
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(directions, 0, sizeof(directions));
    lied = false;
    words_lied = false;
    cable_lay(&cables[0]);
    cable_lay(&cables[1]);
    mk_link_start(&links[0], &cables[0].ports[0]);
    mk_words_start(&words[0], &cables[1].ports[0]);
    mk_words_start(&words[1], &cables[1].ports[1]);
    change(1, true);
    for (; size >= 3; data += 3, size -= 3) {
        if ((data[0] & 0x80) != 0) {
            lie(data);
        } else {
            act(data);
        }
    }
    if (!lied) {
        drain();
    }
    recover();
    return 0;
}

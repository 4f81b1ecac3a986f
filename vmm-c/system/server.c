/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Time and console for several monitors. Output is shown line by line, each behind the name of its
 * VM; a line that stays incomplete, such as a prompt, is shown after a moment.
 */
#include "system/server.h"

/** Bytes of a client that are taken before others are looked after: 3 ms at 115200 baud. */
#define ROUND_BYTES 32
/** An incomplete line is shown after 1/50 s. */
#define PATIENCE_HZ 50
/** Typed before a digit it says which VM gets what is typed: control-T. */
#define ESCAPE 0x14
/** Lines of monitors begin like this and name their VM themselves. */
#define OWN_NAME "makatea: "

/**
 * Sends text.
 * @param s the server
 * @param text text
 */
static void send(struct mk_server *s, const char *text)
{
    for (; *text != '\0'; text++) {
        mk_sel4_uart_put(&s->devices, (uint8_t)*text);
    }
}

/**
 * Whether a kept line names its VM itself.
 * @param c client
 * @return whether
 */
static bool names_itself(const struct mk_server_client *c)
{
    const uint32_t bytes = sizeof(OWN_NAME) - 1;
    for (uint32_t i = 0; i < bytes; i++) {
        if (i >= c->length || c->line[i] != OWN_NAME[i]) {
            return false;
        }
    }
    return true;
}

/**
 * Shows what is kept of a client's line.
 * @param s the server
 * @param c client, with a byte at least
 */
static void show(struct mk_server *s, struct mk_server_client *c)
{
    if (s->writing != c) {
        send(s, s->writing == (const struct mk_server_client *)0 ? "" : "\r\n");
        if (!names_itself(c)) {
            send(s, c->name);
            send(s, ": ");
        }
    }
    for (uint32_t i = 0; i < c->length; i++) {
        mk_sel4_uart_put(&s->devices, (uint8_t)c->line[i]);
    }
    s->writing = c->line[c->length - 1] == '\n' ? (const struct mk_server_client *)0 : c;
    c->length = 0;
}

/**
 * Takes output of a client.
 * @param s the server
 * @param c client
 * @return whether there may be more
 */
static bool take_output(struct mk_server *s, struct mk_server_client *c)
{
    for (int i = 0; i < ROUND_BYTES; i++) {
        int32_t byte = mk_ring_get(&c->shared->out);
        if (byte < 0) {
            return false;
        }
        c->line[c->length++] = (char)byte;
        c->last = mk_sel4_tsc();
        if (byte == '\n' || c->length == MK_SERVER_LINE) {
            show(s, c);
        }
    }
    return true;
}

/**
 * Deals with a byte that was typed.
 * @param s the server
 * @param byte the byte
 */
static void typed(struct mk_server *s, uint8_t byte)
{
    bool was_empty;
    if (s->escaped && byte > '0' && (uint32_t)(byte - '1') < s->count) {
        s->selected = (uint32_t)(byte - '1');
    }
    if (s->escaped || byte == ESCAPE) {
        s->escaped = !s->escaped;
        return;
    }
    struct mk_server_client *c = &s->clients[s->selected];
    if (mk_ring_put(&c->shared->in, byte, &was_empty) && was_empty) {
        seL4_Signal(c->typed);
    }
}

/**
 * Gives a client its alarm when it is due.
 * @param c client
 * @param now TSC value
 * @return its deadline when it is still to come, else UINT64_MAX
 */
static uint64_t serve_alarm(struct mk_server_client *c, uint64_t now)
{
    uint64_t deadline = __atomic_load_n(&c->shared->deadline, __ATOMIC_SEQ_CST);
    if (deadline == 0 || deadline > now) {
        return deadline == 0 ? UINT64_MAX : deadline;
    }
    /* A deadline that was changed meanwhile is looked at in the round that its signal starts. */
    if (__atomic_compare_exchange_n(&c->shared->deadline, &deadline, 0, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
        seL4_Signal(c->alarm);
    }
    return UINT64_MAX;
}

/** What a round left to be done. */
struct left {
    bool more;     /**< There may be more output. */
    bool running;  /**< A client has not ended. */
    uint64_t next; /**< When to look again, a TSC value; UINT64_MAX for never. */
};

/**
 * Looks after each client once.
 * @param s the server
 * @return what is left to be done
 */
static struct left round(struct mk_server *s)
{
    struct left left = {.next = UINT64_MAX};
    uint64_t patience = s->devices.tsc_hz / PATIENCE_HZ;
    for (uint32_t i = 0; i < s->count; i++) {
        struct mk_server_client *c = &s->clients[i];
        bool ended = __atomic_load_n(&c->shared->ended, __ATOMIC_SEQ_CST);
        bool more = take_output(s, c);
        uint64_t now = mk_sel4_tsc();
        /* A line whose rest is already there is not incomplete, however long it had to wait. */
        if (c->length > 0 && !more && (ended || now - c->last >= patience)) {
            show(s, c);
        }
        uint64_t next = c->length > 0 ? c->last + patience : UINT64_MAX;
        left.next = next < left.next ? next : left.next;
        next = serve_alarm(c, now);
        left.next = next < left.next ? next : left.next;
        left.running = left.running || !ended;
        left.more = left.more || more;
    }
    return left;
}

void mk_server_run(struct mk_server *s)
{
    struct left left = {.running = true};
    for (uint32_t i = 0; i < s->count; i++) {
        s->clients[i].shared->unix_time = s->devices.unix_time;
        __atomic_store_n(&s->clients[i].shared->tsc_hz, s->devices.tsc_hz, __ATOMIC_SEQ_CST);
        seL4_Signal(s->clients[i].alarm);
    }
    while (left.running || left.more) {
        seL4_Word badge = 0;
        if (left.more) {
            seL4_Poll(s->devices.notification, &badge);
        } else {
            if (left.next != UINT64_MAX) {
                mk_sel4_timer_alarm(&s->devices, left.next);
            }
            seL4_Wait(s->devices.notification, &badge);
        }
        int32_t byte = (badge & MK_BADGE_CONSOLE) != 0 ? mk_sel4_uart_get(&s->devices) : -1;
        for (; byte >= 0; byte = mk_sel4_uart_get(&s->devices)) {
            typed(s, (uint8_t)byte);
        }
        left = round(s);
    }
}

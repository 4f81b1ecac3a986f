/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A line of characters that leaves the VM.
 */
#include "makatea/line.h"

#include "link/stream.h"

void mk_line_start(struct mk_line *line, const struct mk_port *port)
{
    line->connected = port != (const struct mk_port *)0;
    line->look = line->connected;
    line->last = 0;
    if (line->connected) {
        mk_link_start(&line->link, port);
    }
}

void mk_line_stop(struct mk_line *line)
{
    if (line->connected) {
        mk_link_stop(&line->link);
    }
}

void mk_line_hold(struct mk_line *line)
{
    line->link.holds = true;
}

void mk_line_tell(struct mk_line *line)
{
    if (line->connected) {
        mk_link_tell(&line->link);
    }
}

/**
 * Sends bytes, without telling the peer where that is held back.
 * @param line the line
 * @param from the bytes
 * @param bytes how many
 * @return how many are sent, or gone because nobody is there
 */
static uint64_t send(struct mk_line *line, const uint8_t *from, uint64_t bytes)
{
    uint64_t sent = line->connected ? mk_stream_put(&line->link, from, bytes) : 0;
    if (!line->connected || !line->link.up) {
        sent = bytes;
    }
    line->last = sent != 0 ? from[sent - 1] : line->last;
    return sent;
}

bool mk_line_put(struct mk_line *line, uint8_t byte)
{
    bool sent = send(line, &byte, 1) == 1;
    if (!sent || byte == '\n') {
        mk_line_tell(line);
    }
    return sent;
}

int32_t mk_line_get(struct mk_line *line)
{
    uint8_t byte = 0;
    return mk_line_read(line, &byte, 1) == 1 ? byte : -1;
}

uint64_t mk_line_write(struct mk_line *line, const uint8_t *from, uint64_t bytes)
{
    uint64_t sent = send(line, from, bytes);
    mk_line_tell(line);
    return sent;
}

uint64_t mk_line_read(struct mk_line *line, uint8_t *to, uint64_t bytes)
{
    return line->connected ? mk_stream_get(&line->link, to, bytes) : 0;
}

bool mk_line_drained(struct mk_line *line)
{
    return !line->connected || !mk_link_update(&line->link) ||
           mk_link_room(&line->link) == line->link.tx_room;
}

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

bool mk_line_put(struct mk_line *line, uint8_t byte)
{
    return mk_line_write(line, &byte, 1) == 1;
}

int32_t mk_line_get(struct mk_line *line)
{
    uint8_t byte = 0;
    return mk_line_read(line, &byte, 1) == 1 ? byte : -1;
}

uint64_t mk_line_write(struct mk_line *line, const uint8_t *from, uint64_t bytes)
{
    uint64_t sent = line->connected ? mk_stream_put(&line->link, from, bytes) : 0;
    if (!line->connected || !line->link.up) {
        sent = bytes;
    }
    line->last = sent != 0 ? from[sent - 1] : line->last;
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

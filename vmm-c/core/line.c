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
    if (line->connected && mk_stream_put(&line->link, &byte, 1) == 0 && line->link.up) {
        return false;
    }
    line->last = byte;
    return true;
}

int32_t mk_line_get(struct mk_line *line)
{
    uint8_t byte = 0;
    return line->connected && mk_stream_get(&line->link, &byte, 1) == 1 ? byte : -1;
}

bool mk_line_drained(struct mk_line *line)
{
    return !line->connected || !mk_link_update(&line->link) ||
           mk_link_room(&line->link) == line->link.tx_room;
}

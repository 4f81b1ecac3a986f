/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A line of characters that leaves the VM: what is behind a serial port or a console port. Nothing
 * is lost while somebody is at the other end: what does not fit stays with the sender. When nobody
 * is there, what is sent is gone, as on a cable that ends nowhere.
 *
 * A signal for each character of a serial port would cost more than all else that is done for it. A
 * line that is read by people can be held: its peer is then told of single characters at the end of
 * their text line, when the line is full, and when mk_line_tell() says so.
 */
#ifndef MAKATEA_LINE_H
#define MAKATEA_LINE_H

#include "link/link.h"

/** A line. */
struct mk_line {
    struct mk_link link; /**< The channel. */
    bool connected;      /**< There is a channel. */
    bool look;           /**< There may be something to receive, for which no signal comes. */
    uint8_t last;        /**< The last character that was sent; 0 before the first one. */
};

/**
 * Starts a line; what was sent before is gone.
 * @param line receives the state
 * @param port the channel, or a null pointer when there is none
 */
void mk_line_start(struct mk_line *line, const struct mk_port *port);

/**
 * Stops a line: the peer sees that nobody is there any more.
 * @param line the line
 */
void mk_line_stop(struct mk_line *line);

/**
 * Holds a line, until it is started again: what mk_line_put() sends waits for mk_line_tell(), which
 * has to be called soon.
 * @param line a line that was started
 */
void mk_line_hold(struct mk_line *line);

/**
 * Tells the peer of what it was not told yet.
 * @param line the line
 */
void mk_line_tell(struct mk_line *line);

/**
 * Sends a character.
 * @param line the line
 * @param byte the character
 * @return whether it is sent, or gone because nobody is there; if not, a signal comes when there is
 *         room
 */
bool mk_line_put(struct mk_line *line, uint8_t byte);

/**
 * Sends bytes; the peer is told at once.
 * @param line the line
 * @param from the bytes
 * @param bytes how many
 * @return how many are sent, from the first, or gone because nobody is there; a signal comes when
 *         there is room for the rest
 */
uint64_t mk_line_write(struct mk_line *line, const uint8_t *from, uint64_t bytes);

/**
 * Receives bytes.
 * @param line the line
 * @param to room for them
 * @param bytes how many at most
 * @return how many; when there are none, a signal comes once there are
 */
uint64_t mk_line_read(struct mk_line *line, uint8_t *to, uint64_t bytes);

/**
 * Receives a character.
 * @param line the line
 * @return the character, or -1: then a signal comes when there is one
 */
int32_t mk_line_get(struct mk_line *line);

/**
 * Whether the peer has taken all that was sent.
 * @param line the line
 * @return whether; yes, when nobody is there
 */
bool mk_line_drained(struct mk_line *line);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A terminal that shows a console.
 */
#include "screen.h"

#include <stdlib.h>
#include <string.h>

/** The row of the cursor. */
static struct screen_row *current(struct screen *s)
{
    return &s->rows[s->row % SCREEN_ROWS];
}

/** Obeys a control sequence that is complete. */
static void obey(struct screen *s)
{
    char last = s->sequence[s->sequence_count - 1];
    s->sequence[s->sequence_count - 1] = '\0';
    if (last == 'm') {
        const char *number = strrchr(s->sequence, ';');
        s->colour = (uint8_t)atoi(number == NULL ? s->sequence + 2 : number + 1);
    } else if (last == 'K' && s->sequence_count == 3) {
        if (s->column < current(s)->length) {
            current(s)->length = s->column;
            current(s)->text[s->column] = '\0';
        }
    } else {
        s->strange++;
    }
    s->sequence_count = 0;
}

/** Writes a column. */
static void put_column(struct screen *s, uint8_t byte)
{
    struct screen_row *row = current(s);
    if (s->column < SCREEN_COLUMNS - 1) {
        row->text[s->column] = (char)byte;
        row->colour[s->column++] = s->colour;
        row->length = row->length < s->column ? s->column : row->length;
        row->text[row->length] = '\0';
    }
}

/** Writes a character. Outside of ASCII it is a star for each of its columns: marks (U+0300 ff.)
 * have none, characters of three and four bytes two. */
static void put(struct screen *s, uint8_t byte)
{
    bool mark = byte == 0xcc || byte == 0xcd;
    bool following = byte >= 0x80 && byte < 0xc0;
    if (!mark && !following) {
        put_column(s, byte < 0x80 ? byte : '*');
    }
    if (byte >= 0xe0) {
        put_column(s, '*');
    }
}

void screen_take(struct screen *s, uint8_t byte)
{
    s->taken++;
    if (s->sequence_count > 0) {
        s->sequence[s->sequence_count++] = (char)byte;
        if (s->sequence_count == 2 ? byte != '[' : s->sequence_count == sizeof(s->sequence)) {
            s->strange++;
            s->sequence_count = 0;
        } else if (s->sequence_count > 2 && byte >= 0x40) {
            obey(s);
        }
    } else if (byte == 0x1b) {
        s->sequence[s->sequence_count++] = (char)byte;
    } else if (byte == '\r') {
        s->column = 0;
    } else if (byte == '\n') {
        s->row++;
        memset(current(s), 0, sizeof(*current(s)));
    } else if (byte == '\b') {
        s->column -= s->column > 0 ? 1 : 0;
    } else if (byte == '\a') {
        s->bells++;
    } else if (byte < ' ' || byte == 0x7f) {
        s->strange++;
    } else {
        put(s, byte);
    }
}

const char *screen_row(struct screen *s, uint32_t back)
{
    return s->rows[(s->row - back) % SCREEN_ROWS].text;
}

bool screen_has(struct screen *s, const char *text)
{
    for (uint32_t i = 0; i < SCREEN_ROWS && i <= s->row; i++) {
        if (strcmp(screen_row(s, i), text) == 0) {
            return true;
        }
    }
    return false;
}

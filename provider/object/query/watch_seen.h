/*
 * The objects that a watch has told of, in memory and as bytes; for this room.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/buf.h"
#include "provider/base/status.h"
#include "provider/store/row_runs.h"

/* An object that was told of. */
struct seen {
    int64_t row;
    uint32_t version;
    char *key; /* owned; NULL: the row is the key */
};

/* Ascending by row: a million devices take 12 MB. */
struct seen_list {
    int64_t *rows;      /* [n] owned */
    uint32_t *versions; /* [n] owned: they differ after each change */
    char **keys;        /* [n] owned; NULL: the rows are the keys */
    bool has_keys;
    size_t n;
    size_t room;
};

void seen_list_clear(struct seen_list *list);
struct seen seen_list_at(const struct seen_list *list, size_t i);

MUST_CHECK
enum status seen_list_resize(struct seen_list *list, size_t room);

/* Takes the key over, whatever it returns. */
MUST_CHECK
enum status seen_list_add(struct seen_list *list, struct seen seen);

/* ---- As bytes: rows (store/row_runs.h), and a key after the other, each with
 * a zero behind it; without versions ---- */

struct seen_writer {
    struct buf *rows; /* set by the caller */
    struct buf *keys;
    struct row_run open; /* not written yet; last 0: there is none */
    int64_t last;        /* of the run before it */
};
/* Ascending. */
void seen_write(struct seen_writer *writer, struct seen seen);
void seen_write_end(struct seen_writer *writer);

/* Both at once, ascending: what stands in one of them. With version 0,
 * which no object has. STATUS_INVALID: they are not such bytes, or more than
 * max. */
struct seen_bytes {
    struct text rows;
    struct text keys;
};
MUST_CHECK
enum status seen_list_read(struct seen_list *list, struct seen_bytes bytes,
                           struct seen_bytes more, size_t max);

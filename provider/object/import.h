/*
 * Many rows in one act: each becomes a new object, or changes the one that has
 * the same key.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/object/object.h"

enum {
    IMPORT_ROWS_MIN = 16,   /* taken in any case, if there are as many */
    IMPORT_ROWS_MAX = 4000, /* of one call */
};

struct object_import {
    const json_t *rows; /* array of objects */
    struct text by;     /* the property that names an object; empty: the name
                           of the class's objects */
    int64_t until_us;   /* clock_thread_us() from which no row is begun while
                           others wait; 0: at once */
    int64_t latest_us;  /* from which none is in any case */
    const _Atomic size_t *n_waiting; /* callers; NULL: there are always some */
    size_t most_rows;                /* 0: no limit */
    size_t keys_max_bytes; /* of the keys below; no row is begun beyond */
};

/*
 * What became of the rows. Keys are a comma-separated list, numbers in ranges:
 * "16777220-16777319,16777400". SCOPED(object_imported_clear)
 */
struct object_imported {
    size_t n_taken; /* rows looked at, from the first on */
    size_t n_created;
    size_t n_updated;
    size_t n_unchanged;
    size_t n_failed;
    size_t n_denied; /* of those that failed */
    struct buf created;
    struct buf updated;
    struct buf denied; /* objects that the caller may read */
    struct denial first_denial;
};
void object_imported_clear(struct object_imported *imported);

/* Writes "taken", "created", "updated" and "unchanged". */
void object_imported_put_counts(const struct object_imported *imported,
                                struct json_writer *result);

/*
 * Each row is checked like object_create or object_update of its own, and a
 * caller who may not read an object gets the answer for a missing one. A row
 * that fails changes nothing and does not stop the others. A row that may
 * change rights is the last one taken: those after it are decided by the new
 * rights, in another batch.
 *
 * Writes {"taken":..,"created":..,"updated":..,"unchanged":..,"errors":[..]}.
 * A status other than STATUS_OK is about the whole batch, to be undone.
 */
MUST_CHECK
enum status object_import(struct object_call *call,
                          const struct object_import *import,
                          struct object_imported *imported,
                          struct json_writer *result);

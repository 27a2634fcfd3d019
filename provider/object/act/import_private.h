/*
 * An import on its way through its rows, between the files of it.
 */
#pragma once

#include "provider/object/act/pending.h"
#include "provider/object/import.h"
#include "provider/object/import_keys.h"
#include "provider/object/object_private.h"
#include "provider/object/query/row_list.h"

struct import_batch {
    struct object_call *call;
    const struct object_import *import;
    struct object_imported *imported;
    const struct object_property *by; /* names an object */
    bool is_alike;                    /* by what the class itself says */
    struct buf lookup;                /* SQL */
    struct object_batch shared;
    struct row_list created;
    struct pending pending; /* of those, the last ones */
    struct import_keys created_keys;
    struct import_keys updated_keys;
    struct import_keys denied_keys;
    struct json_writer *errors;
};

struct import_found {
    char key[OBJECT_KEY_MAX_BYTES + 1];
    size_t n;
    bool is_new; /* made by this import, and not told to the class yet */
};

/* The class is told of new objects at the end, not of each. */
bool import_is_told(const struct object_class *class);

/* ---- import_find.c ---- */

/* The property that names an object, and the statement that finds it by it. */
MUST_CHECK
enum status import_find_key(struct import_batch *batch);

/* Those that the row is about and the caller may read, two at most. What waits
 * and may be one is stored first. */
MUST_CHECK
enum status import_find_object(struct import_batch *batch, const json_t *row,
                               struct import_found *found);

/* ---- import_row.c ---- */

/* Creates or changes the one object that was found, or none; counts it. */
MUST_CHECK
enum status import_take_row(struct import_batch *batch,
                            const struct import_found *found,
                            const json_t *row);

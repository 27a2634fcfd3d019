/*
 * Classes of inventory, as a site described them.
 *
 * Each has a table inv_N, N being the row of its SMS_InventoryClass, with
 * columns c1, c2, .. in the order of its properties. A class without keys has
 * one row a device, under the device's own number; of others rows are numbered
 * device << 20 | instance, and an index has (device, keys). So the rows of a
 * device stand together, and importing device by device appends.
 *
 * The writer makes and changes tables in its change; classes are published
 * after the commit, and never freed (class.h).
 */
#pragma once

#include "provider/object/inventory/description.h"
#include "provider/object/object_private.h"

/* A class as published, and what only rows need. */
struct inventory_class {
    struct object_class class; /* first: inventory_class_of() */
    struct class_sql sql;
    int64_t row;             /* of SMS_InventoryClass */
    const char *description; /* the JSON that it was made of */
    bool has_keys;
    const char *next_row;          /* SQL: of a device (?1) */
    const char *find;              /* SQL: row of a device (?1) and keys */
    struct arena *arena;           /* owned: all of it is in there */
    struct inventory_class *older; /* every one that was ever made */
};

/* Of a class that is of inventory; NULL: it is none. */
const struct inventory_class *inventory_class_of(
    const struct object_class *class);

/* Makes it; the description has been checked. */
MUST_CHECK
enum status inventory_class_make(int64_t row,
                                 const struct description *description,
                                 struct inventory_class **made_out);
/* next_row and find; a failure is the arena's. */
void inventory_put_statements(struct inventory_class *made,
                              const struct description *description);
void inventory_class_free(struct inventory_class *made);
DEFINE_DROP(inventory_class)

/* Of every class of inventory (inventory_row.c). */
extern const struct object_hooks inventory_row_hooks;

/* ---- Tables (inventory_table_sql.c), within a change ---- */

MUST_CHECK
enum status inventory_table_make(struct store *store, int64_t row,
                                 const struct description *description);
/* Columns and indexes that the table does not have yet. */
MUST_CHECK
enum status inventory_table_extend(struct store *store, int64_t row,
                                   const struct description *description,
                                   const struct description *before);
MUST_CHECK
enum status inventory_table_drop(struct store *store, int64_t row);
/* Deletes at most n rows. */
MUST_CHECK
enum status inventory_table_clear(struct store *store, int64_t row, int64_t n,
                                  int64_t *n_deleted_out);

/* ---- The site's descriptions (inventory_site.c), within a change ---- */

enum inventory_outcome {
    INVENTORY_SAME,
    INVENTORY_CREATED,
    INVENTORY_EXTENDED
};

struct inventory_author {
    const char *user;
    int64_t now_s;
    bool is_built_in;
};

/* Creates the class, or gives it what it does not have yet. STATUS_INVALID
 * with the fault; STATUS_LIMIT: there are too many. */
MUST_CHECK
enum status inventory_describe(struct store *store,
                               const struct description *description,
                               const struct inventory_author *author,
                               enum inventory_outcome *outcome_out,
                               struct description_fault *fault);

/* Is there room for one more? STATUS_LIMIT. */
MUST_CHECK
enum status inventory_check_room(struct store *store);

/* Classes are others now: inventory_follow() publishes them. */
MUST_CHECK
enum status inventory_touch(struct store *store);

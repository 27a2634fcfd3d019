/*
 * Some tables of a sealed store, followed one by one; for this room.
 *
 * Of every row of a table that is followed by row, its keyed hash as this
 * process left it, and when: so that a row can be compared without reading the
 * whole table, and what was built from the rows can follow those that changed.
 * Of other tables, when they changed. Undoing a change changes rows too.
 *
 * A ledger that could not follow (no memory, too many changes) is forgotten:
 * the whole tables are compared then, and it begins anew.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/store/seal.h"
#include "provider/store/seal_sum.h"

enum { LEDGER_TABLES_MAX = 32 };

struct ledger_table {
    uint64_t tick;       /* of its last change */
    struct seal_row *of; /* owned [n], by number; if it is followed by row */
    size_t n;
    size_t n_room;
    int64_t looked_at; /* the walk goes on behind this row */
};

/* What a row was, to be undone. */
struct ledger_past {
    uint8_t table;
    bool was_there;
    struct seal_row was;
};

struct row_ledger {
    const struct seal_followed *followed; /* borrowed [n_tables] */
    size_t n_tables;                      /* 0: nothing is followed */
    struct ledger_table tables[LEDGER_TABLES_MAX];
    struct ledger_past *past; /* owned: of the open change */
    size_t n_past;
    size_t n_past_room;
    size_t step_at;   /* of past, where the statement began */
    uint64_t tick;    /* increases with each change */
    uint64_t began;   /* what was before is not known */
    uint64_t checked; /* rows changed until then were compared */
    bool is_fresh;    /* it began in the open change */
    bool is_bent;     /* a row was not as it had been left */
    bool is_all_read; /* decisions of the change rest on whole tables */
};

/* Forgets everything. */
void ledger_clear(struct row_ledger *ledger);

/* Follows the tables from now on, with no row yet. */
void ledger_start(struct row_ledger *ledger, const struct seal_followed *tables,
                  size_t n_tables);

/* While it is filled. */
MUST_CHECK
enum status ledger_add(struct row_ledger *ledger, size_t table,
                       const struct seal_row *row);

/* The next one behind a number, as it was left; NULL: there is none. */
const struct seal_row *ledger_behind(const struct row_ledger *ledger,
                                     size_t table, int64_t row);

/* A row is changed from one hash to another; NULL: it is not there. */
struct ledger_step {
    int64_t row_before;
    int64_t row_after;
    const unsigned char *before;
    const unsigned char *after;
};
void ledger_follow(struct row_ledger *ledger, const char *table,
                   const struct ledger_step *step);

/* Undoes what the open change has changed, back to n_past; and its end. */
void ledger_undo(struct row_ledger *ledger, size_t to);
void ledger_end(struct row_ledger *ledger);

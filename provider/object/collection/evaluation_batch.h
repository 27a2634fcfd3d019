/*
 * Collections that are due, as slices know them: compared with what their rules
 * want, and the blocks of each that differ. Used by evaluation_slice alone.
 */
#pragma once

#include "provider/object/collection/member_sweep.h"

/* What is known between slices of one store; zeroed: nothing. It must be
 * cleared when a slice is undone. */
struct evaluation {
    struct due_one *of; /* owned: [n], in the order in which they wait */
    size_t n;
    uint64_t due_stamp; /* of what is due, as it is known */
    int64_t kept_ms;    /* when places were stored last */

    /* The part that is next: of a block, of how many of the collections that
     * differ in it, from which device on, and of how many. */
    int64_t block;
    size_t n_together;
    size_t offset;
    size_t width;

    struct member_sweep *sweep; /* owned; NULL: none */
    struct member_work work;    /* of the sweep */
    struct row_list which;      /* of the work */
    uint64_t stamp;             /* of what the sweep was made from */
    uint64_t set_stamp;         /* of the sets that it knows */
};

/* A collection that is due. */
struct due_one {
    int64_t collection;
    bool is_compared;
    int64_t kept;           /* its block as it is stored */
    struct row_list blocks; /* that differ */
    size_t at;
};

/* A slice of the writer's time, until then. */
struct slice {
    struct evaluation *evaluation;
    struct store *store;
    int64_t now_s;
    int64_t until_ms;
    bool is_wary;       /* EVALUATION_WARY */
    int64_t collection; /* that has waited longest; 0: none */
    int64_t failures;
    bool is_of_rules;
};

enum { BATCH_MAX = 1024 }; /* collections that are evaluated together */

void due_drop_all(struct evaluation *evaluation);

MUST_CHECK
enum status due_put_status(const struct slice *slice, int64_t collection,
                           int64_t status);

/* Collections and blocks of what goes on together, so many at most. */
MUST_CHECK
enum status due_select(const struct slice *slice, size_t n_max,
                       struct store_stmt **stmt);

/* Those that are known go on; when all are through, others do. */
MUST_CHECK
enum status due_read(struct slice *slice);

/* One is as its rules say, and due no more. */
MUST_CHECK
enum status due_finish(const struct slice *slice, size_t at);

/* Finds the blocks of one that differ; it may be through then. */
MUST_CHECK
enum status due_compare(const struct slice *slice, size_t at);

/* From time to time: that others can see how far each is. */
MUST_CHECK
enum status due_keep_places(const struct slice *slice);

/*
 * Collections that are due, as slices know them: compared with what their rules
 * want, and the blocks of each that differ. Used by evaluation_slice alone.
 */
#pragma once

#include "provider/object/collection/wide_sweep.h"

/* What a slice does. */
enum slice_step {
    SLICE_LABELS = 0, /* left behind by a sweep that was dropped */
    SLICE_ARRIVALS,
    SLICE_QUERIES,
    SLICE_MEMBERS,
    N_SLICE_STEPS,
};

/* What is known between slices of one store; zeroed: nothing. It must be
 * cleared when a slice is undone. */
struct evaluation {
    struct due_one *of; /* owned: [n], in the order in which they wait */
    size_t n;
    uint64_t due_stamp; /* of what is due, as it is known */
    int64_t kept_ms;    /* when places and numbers were stored last */
    size_t n_kept;      /* of which the places are stored, in this turn */

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

    /* For many of all collections (evaluation_wide.h): */
    struct wide_sweep *wide; /* owned; NULL: none */
    bool is_wide;
    bool is_width_known;     /* is_wide is, of the batch */
    bool is_everywhere;      /* those that begin go through all blocks */
    bool is_begun;           /* some are through with a block */
    struct row_list blocks;  /* all in which there is anything */
    struct row_list counted; /* stamps of their sets when they were counted */
    int64_t put_off_ms;      /* when a slice was last not put off */
    uint64_t shape;          /* of what depends on what */
    uint64_t resource_stamp; /* of what is named */
    struct member_tally tally;
    int64_t longest_us[N_SLICE_STEPS]; /* of each, since it was cleared */
};

/* A collection that is due. */
struct due_one {
    int64_t collection;
    bool is_compared;
    bool is_picked;             /* the block is gone through for it */
    int64_t kept;               /* its block as it is stored */
    struct row_list blocks;     /* that differ */
    const struct row_list *all; /* or all, of the evaluation; NULL: not */
    int64_t n_members;          /* in those before; NOT_COUNTED */
    int64_t begun_us;           /* when it was begun */
    size_t at;
};

enum { NOT_COUNTED = -1 };

/* A slice of the writer's time, until then. */
struct slice {
    struct evaluation *evaluation;
    struct store *store;
    int64_t now_s;
    int64_t until_ms;
    int64_t until_us;   /* the same by clock_mono_us() */
    size_t n_parts;     /* that were gone through */
    bool is_wary;       /* EVALUATION_WARY */
    int64_t collection; /* that has waited longest; 0: none */
    int64_t failures;
    bool is_of_rules;
    bool is_arriving;    /* rules are still asked about new devices */
    bool is_behind;      /* labels are due in the block that is gone through */
    int64_t *longest_us; /* [N_SLICE_STEPS] */
};

enum { BATCH_MAX = 16 * 1024 }; /* collections that are evaluated together */

/* The first block that differs and was not gone through; INT64_MAX: none. */
int64_t due_block(const struct due_one *one);

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

/* Those that are through, as long as there is time. */
MUST_CHECK
enum status due_finish_some(const struct slice *slice, bool *are_all_out);

/* Begins those that are not compared, in all blocks, as long as there is time:
 * of many that takes less than to compare each. */
MUST_CHECK
enum status due_begin_all(const struct slice *slice);

/* One is through with its block, and has so many members there, if they were
 * counted. */
MUST_CHECK
enum status due_next(struct evaluation *evaluation, struct due_one *one,
                     int64_t n_members);

/* Nothing is known of the batch: another begins. */
void due_end(struct evaluation *evaluation);

/* Finds the blocks of one that differ; it may be through then. */
MUST_CHECK
enum status due_compare(const struct slice *slice, size_t at);

/* From time to time: that others can see how far each is. */
MUST_CHECK
enum status due_keep_places(const struct slice *slice);

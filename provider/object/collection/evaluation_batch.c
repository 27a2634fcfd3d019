#include "provider/object/collection/evaluation_batch.h"

#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_batch_sql.h"
#include "provider/object/object_private.h"

enum { KEPT_MAX = 128 /* places at once */ };

void due_drop_all(struct evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->n; i++)
        row_list_clear(&evaluation->of[i].blocks);
    free(evaluation->of);
    evaluation->of = NULL;
    evaluation->n = 0;
}

int64_t due_block(const struct due_one *one)
{
    const struct row_list *blocks = one->all ? one->all : &one->blocks;

    return one->at < blocks->n ? blocks->of[one->at] : INT64_MAX;
}

enum status due_put_status(const struct slice *slice, int64_t collection,
                           int64_t status)
{
    return store_run_with(slice->store, SQL_BATCH_STATUS,
                          STORE_ARGS(STORE_INT(collection), STORE_INT(status)));
}

void due_end(struct evaluation *evaluation)
{
    due_drop_all(evaluation);
    evaluation->blocks.n = evaluation->counted.n = 0;
    evaluation->is_begun = false;
}

static bool knows_any(const struct slice *slice)
{
    return slice->evaluation && slice->evaluation->n > 0;
}

/* What goes on together, so many at most. What failed goes on alone, so that it
 * keeps no other from going on. */
enum status due_select(const struct slice *slice, size_t n_max,
                       struct store_stmt **stmt)
{
    const bool is_alone = slice->is_of_rules || slice->failures != 0;

    return store_prepare_with(
        slice->store, is_alone ? SQL_BATCH_ONE : SQL_BATCH_BATCH,
        STORE_ARGS(STORE_INT(slice->now_s), STORE_INT((int64_t)n_max),
                   STORE_INT(slice->collection),
                   STORE_INT((int64_t)(knows_any(slice) ? 0 : -1))),
        stmt);
}

/* ---- The collections ---- */

/* Both are in the same order: *at is where the next one is known, if it is.
 * NULL: it is not. */
static struct due_one *find_known(const struct evaluation *evaluation,
                                  size_t *at, int64_t collection)
{
    size_t i = *at;

    while (i < evaluation->n && evaluation->of[i].collection != collection)
        i++;
    if (i == evaluation->n)
        return NULL;
    *at = i + 1;
    return &evaluation->of[i];
}

/* What is known of one, unless it was asked for anew. */
static struct due_one take_one(struct due_one *known, int64_t collection,
                               int64_t block)
{
    struct due_one one = {.collection = collection};

    if (!known || !known->is_compared || block == 0 || known->kept != block)
        return one;
    one = *known;
    known->blocks = (struct row_list){0};
    return one;
}

static void due_drop(struct due_one **of)
{
    free(*of);
}

/* Those that are known go on, if there are any; others wait until these are
 * through, so that a block is gone through once for all of them. */
static enum status read_batch(struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    const size_t n_max = evaluation->n ? evaluation->n : BATCH_MAX;
    SCOPED(due_drop) struct due_one *of = calloc(n_max, sizeof(*of));
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found = STATUS_END;
    size_t at = 0, n = 0;

    if (!of)
        return STATUS_NO_MEMORY;
    TRY(due_select(slice, n_max, &stmt));
    while (n < n_max && (found = store_step(stmt)) == STATUS_OK) {
        const int64_t collection = store_int(stmt, 0);
        struct due_one *known = find_known(evaluation, &at, collection);

        if (known || evaluation->n == 0)
            of[n++] = take_one(known, collection, store_int(stmt, 1));
    }
    if (found != STATUS_OK && found != STATUS_END)
        return found; /* what was taken is gone: all is compared again */
    due_drop_all(evaluation);
    evaluation->of = TAKE(of);
    evaluation->n = n;
    return STATUS_OK;
}

enum status due_read(struct slice *slice)
{
    TRY(read_batch(slice));
    return slice->evaluation->n ? STATUS_OK : read_batch(slice);
}

static void remove_one(struct evaluation *evaluation, size_t at)
{
    row_list_clear(&evaluation->of[at].blocks);
    evaluation->n--;
    for (size_t i = at; i < evaluation->n; i++)
        evaluation->of[i] = evaluation->of[i + 1];
}

static enum status put_count(const struct slice *slice, int64_t collection,
                             int64_t n_members)
{
    return store_run_with(
        slice->store, SQL_BATCH_COUNT,
        STORE_ARGS(STORE_INT(collection), STORE_INT(n_members)));
}

/* Did nobody write any set since it was counted? */
static bool are_counted(const struct evaluation *evaluation)
{
    bool are = evaluation->counted.n == evaluation->blocks.n;

    for (size_t i = 0; are && i < evaluation->blocks.n; i++)
        are = (uint64_t)evaluation->counted.of[i] ==
              member_set_stamp(evaluation->blocks.of[i]);
    return are;
}

/* Of one that went through all blocks; others were counted when they were
 * compared. */
static enum status count_all(const struct slice *slice,
                             const struct due_one *one)
{
    const struct member_set own = {SET_OF_COLLECTION, one->collection};
    int64_t n_members = one->n_members;

    if (!one->all)
        return STATUS_OK;
    if ((n_members == NOT_COUNTED || !are_counted(slice->evaluation)) &&
        !MUTANT("m12-counted-stays"))
        TRY(member_set_count(slice->store, own, &n_members));
    return put_count(slice, one->collection, n_members);
}

enum status due_finish(const struct slice *slice, size_t at)
{
    const struct due_one one = slice->evaluation->of[at];
    const int64_t collection = one.collection;

    remove_one(slice->evaluation, at);
    TRY(member_tally_finish(&slice->evaluation->tally, slice->store, collection,
                            slice->now_s));
    TRY(count_all(slice, &one));
    TRY(evaluation_count_go_on(&slice->evaluation->tally.count, collection));
    TRY(store_run_with(slice->store, SQL_BATCH_DONE,
                       STORE_ARGS(STORE_INT(collection))));
    return store_run_with(
        slice->store, SQL_BATCH_READY,
        STORE_ARGS(STORE_INT(collection), STORE_INT(COLLECTION_READY),
                   STORE_INT(evaluation_count_ms(one.begun_us))));
}

/* From the last on: of many that are through together none is moved. */
enum status due_finish_some(const struct slice *slice, bool *are_all_out)
{
    struct evaluation *evaluation = slice->evaluation;

    *are_all_out = true;
    for (size_t i = evaluation->n; i-- > 0;) {
        const struct due_one *one = &evaluation->of[i];

        if (!one->is_compared || due_block(one) != INT64_MAX)
            continue;
        *are_all_out = false;
        TRY(due_finish(slice, i));
        if (clock_mono_us() >= slice->until_us)
            return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status keep_place(const struct slice *slice, struct due_one *one)
{
    if (one->kept == due_block(one) || due_block(one) == INT64_MAX)
        return STATUS_OK;
    one->kept = due_block(one);
    return store_run_with(
        slice->store, SQL_BATCH_MOVE,
        STORE_ARGS(STORE_INT(one->collection), STORE_INT(one->kept)));
}

/* That others can see how far it is: of many in turn. */
enum status due_keep_places(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;

    for (size_t i = 0; i < KEPT_MAX; i++, evaluation->n_kept++) {
        if (evaluation->n_kept >= evaluation->n) {
            evaluation->n_kept = 0;
            break;
        }
        if (evaluation->of[evaluation->n_kept].is_compared)
            TRY(keep_place(slice, &evaluation->of[evaluation->n_kept]));
    }
    return STATUS_OK;
}

/* ---- All blocks ---- */

static enum status begin_one(const struct slice *slice, struct due_one *one)
{
    one->all = &slice->evaluation->blocks;
    one->blocks.n = one->at = 0;
    one->n_members = 0;
    one->begun_us = clock_mono_us();
    one->is_compared = true;
    TRY(keep_place(slice, one));
    return due_put_status(slice, one->collection, COLLECTION_EVALUATES);
}

enum status due_begin_all(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;

    if (evaluation->blocks.n == 0)
        TRY(member_rules_all_blocks(slice->store, &evaluation->blocks));
    for (size_t i = evaluation->n; i-- > 0;) {
        struct due_one *one = &evaluation->of[i];

        if (one->is_compared)
            continue;
        TRY(begin_one(slice, one));
        if (clock_mono_us() >= slice->until_us)
            break;
    }
    return STATUS_OK;
}

/* Of all that go through it together. *is_out: it is the first time, and
 * nobody wrote any of its sets meanwhile. */
static enum status note_counted(struct evaluation *evaluation, size_t at,
                                bool *is_out)
{
    const uint64_t stamp = member_set_stamp(evaluation->blocks.of[at]);
    struct row_list *counted = &evaluation->counted;

    if (counted->n == at)
        TRY(row_list_add(counted, (int64_t)stamp));
    *is_out = counted->n == at + 1 && (uint64_t)counted->of[at] == stamp;
    return STATUS_OK;
}

enum status due_next(struct evaluation *evaluation, struct due_one *one,
                     int64_t n_members)
{
    bool is_counted = n_members != NOT_COUNTED;

    evaluation->is_begun = true;
    if (one->all && is_counted)
        TRY(note_counted(evaluation, one->at, &is_counted));
    if (!is_counted || one->n_members == NOT_COUNTED)
        one->n_members = NOT_COUNTED;
    else
        one->n_members += n_members;
    one->at++;
    return STATUS_OK;
}

/* ---- Comparing ---- */

/* Its members are counted: they may not have been before a stop. */
static enum status find_blocks(const struct slice *slice, struct due_one *one)
{
    const struct member_set own = {SET_OF_COLLECTION, one->collection};
    SCOPED(member_rules_clear) struct member_rules rules = {0};
    int64_t n_members;

    one->all = NULL;
    TRY(member_rules_read(slice->store, one->collection, 0, &rules));
    TRY(member_rules_differ(slice->store, &rules, &one->blocks));
    TRY(member_set_count(slice->store, own, &n_members));
    member_tally_forget(&slice->evaluation->tally, one->collection);
    return put_count(slice, one->collection, n_members);
}

/* The block that is gone through may be its first one: once more, then. */
enum status due_compare(const struct slice *slice, size_t at)
{
    struct due_one *one = &slice->evaluation->of[at];

    one->blocks.n = one->at = 0;
    one->begun_us = clock_mono_us();
    TRY(find_blocks(slice, one));
    if (slice->evaluation->wide)
        wide_sweep_restart(slice->evaluation->wide, one->collection);
    if (one->blocks.n == 0)
        return due_finish(slice, at);
    one->is_compared = true;
    slice->evaluation->offset = 0;
    TRY(keep_place(slice, one));
    return due_put_status(slice, one->collection, COLLECTION_EVALUATES);
}

#include "provider/object/collection/member_tally.h"

#include <stdlib.h>

#include "provider/object/collection/member_tally_sql.h"

enum {
    AT_ONCE = 64,   /* numbers that are stored in turn */
    ENDED_MAX = 512 /* collections that are ended together */
};

struct tally_one {
    int64_t more;
    int64_t n_changed;
    bool is_changed; /* if only when */
    bool is_due;     /* it stands in collection_due */
};

void member_tally_clear(struct member_tally *tally)
{
    row_set_clear(&tally->collections);
    evaluation_count_clear(&tally->count);
    free(tally->of);
    *tally = (struct member_tally){0};
}

static struct tally_one *find(const struct member_tally *tally,
                              int64_t collection)
{
    const size_t place = row_set_find(&tally->collections, collection);

    return place == SIZE_MAX ? NULL : &tally->of[place];
}

static enum status add(struct member_tally *tally, int64_t collection,
                       struct tally_one **one_out)
{
    const size_t n = tally->collections.rows.n;

    if (n == tally->capacity) {
        const size_t capacity = n ? 2 * n : 64;
        struct tally_one *grown =
            reallocarray(tally->of, capacity, sizeof(*grown));

        if (!grown)
            return STATUS_NO_MEMORY;
        tally->of = grown;
        tally->capacity = capacity;
    }
    TRY(row_set_add(&tally->collections, collection));
    tally->of[n] = (struct tally_one){0};
    *one_out = &tally->of[n];
    return STATUS_OK;
}

/* It is there afterwards. */
static enum status one_of(struct member_tally *tally, int64_t collection,
                          struct tally_one **one_out)
{
    *one_out = find(tally, collection);
    return *one_out ? STATUS_OK : add(tally, collection, one_out);
}

enum status member_tally_due(struct member_tally *tally, struct store *store,
                             int64_t collection, int64_t now_s,
                             bool *is_new_out)
{
    struct tally_one *one;

    TRY(one_of(tally, collection, &one));
    *is_new_out = !one->is_due;
    if (one->is_due)
        return STATUS_OK;
    one->is_due = true;
    return store_run_with(store, SQL_TALLY_DUE,
                          STORE_ARGS(STORE_INT(collection), STORE_INT(now_s)));
}

enum status member_tally_add(struct member_tally *tally, struct store *store,
                             const struct member_count_change *change)
{
    struct tally_one *one;
    bool is_new;

    if (!change->is_due)
        TRY(member_tally_due(tally, store, change->members.collection,
                             change->now_s, &is_new));
    TRY(one_of(tally, change->members.collection, &one));
    one->is_changed = true;
    one->more += change->members.more;
    one->n_changed += change->members.n;
    return STATUS_OK;
}

void member_tally_forget(struct member_tally *tally, int64_t collection)
{
    struct tally_one *one = find(tally, collection);

    if (one)
        *one = (struct tally_one){0};
}

static enum status store_one(struct member_tally *tally, struct store *store,
                             size_t place, int64_t now_s)
{
    struct tally_one *one = &tally->of[place];
    const struct members_changed changed = {tally->collections.rows.of[place],
                                            one->more, one->n_changed};

    if (!one->is_changed)
        return STATUS_OK;
    one->more = one->n_changed = 0;
    one->is_changed = false;
    return evaluation_count_add(&tally->count, store, &changed, now_s);
}

enum status member_tally_finish(struct member_tally *tally, struct store *store,
                                int64_t collection, int64_t now_s)
{
    const size_t place = row_set_find(&tally->collections, collection);

    if (place == SIZE_MAX)
        return STATUS_OK;
    tally->of[place].is_due = false;
    return store_one(tally, store, place, now_s);
}

enum status member_tally_store(struct member_tally *tally, struct store *store,
                               int64_t now_s)
{
    const size_t n = tally->collections.rows.n;

    for (size_t i = 0; i < AT_ONCE && i < n; i++) {
        if (tally->at >= n)
            tally->at = 0;
        TRY(store_one(tally, store, tally->at++, now_s));
    }
    return STATUS_OK;
}

bool member_tally_is_empty(const struct member_tally *tally)
{
    return tally->collections.rows.n == 0;
}

static enum status end_one(struct member_tally *tally, struct store *store,
                           size_t place, int64_t now_s)
{
    TRY(store_one(tally, store, place, now_s));
    return tally->of[place].is_due
               ? store_run_with(
                     store, SQL_TALLY_DONE,
                     STORE_ARGS(STORE_INT(tally->collections.rows.of[place])))
               : STATUS_OK;
}

enum status member_tally_end(struct member_tally *tally, struct store *store,
                             int64_t now_s)
{
    const size_t n = tally->collections.rows.n;

    for (size_t i = 0; i < ENDED_MAX && tally->n_ended < n; i++)
        TRY(end_one(tally, store, tally->n_ended++, now_s));
    if (tally->n_ended == n)
        member_tally_clear(tally);
    return STATUS_OK;
}

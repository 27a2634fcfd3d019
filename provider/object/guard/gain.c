#include "provider/object/guard/gain.h"

#include <stdlib.h>

#include "provider/base/mutant.h"
#include "provider/object/guard/gain_sql.h"

enum { SOURCES_MAX = OBJECT_LABELS_MAX + 3 };

static const struct object_need read_resource = {RBAC_TYPE_COLLECTION,
                                                 RBAC_OP_READ_RESOURCE};

/* ---- Its assignees ---- */

static bool check_assigned(const struct gain_asker *asker,
                           const struct gain_taker *taker,
                           const uint32_t *sources, size_t n_sources,
                           struct gain_lack *lack)
{
    const struct rbac_gain gain = {taker->index, sources, n_sources};
    struct rbac_lack missing;

    if (gain.collection == RBAC_NONE || MUTANT("a3-assignments"))
        return true;
    lack->decision = rbac_check_gain(asker->subject, &gain, 1, asker->level,
                                     asker->now_s, &missing);
    lack->need = (struct object_need){missing.type, missing.operation};
    lack->collection = taker->collection;
    return lack->decision.verdict == RBAC_ALLOW;
}

/* ---- Its deployments ---- */

static struct rbac_decision decide(const struct gain_asker *asker,
                                   struct object_need need,
                                   const uint32_t *sources, size_t n_sources)
{
    struct rbac_decision best = {RBAC_DENY, RBAC_OUT_OF_COLLECTION,
                                 AUTH_LEVEL_NONE};

    for (size_t i = 0; i < n_sources && best.verdict != RBAC_ALLOW; i++) {
        const struct rbac_request request = {
            .type = need.type,
            .operation = need.operation,
            .labels = &sources[i],
            .n_labels = 1,
            .level = asker->level,
            .now_s = asker->now_s,
        };
        const struct rbac_decision one = rbac_check(asker->subject, &request);

        if (i == 0 || one.verdict != RBAC_DENY)
            best = one;
    }
    return best;
}

static void check_deployed(const struct gain_asker *asker,
                           const struct gain_taker *taker,
                           const uint32_t *sources, size_t n_sources,
                           struct gain_lack *lack)
{
    const struct object_need needs[] = {class_assignment.create,
                                        class_advertisement.create,
                                        class_settings_assignment.create};

    _Static_assert(ARRAY_SIZE(needs) == ARRAY_SIZE(taker->is_deployed),
                   "a need for each kind of deployment");
    for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
        if (!taker->is_deployed[i] || MUTANT("a3-deployments"))
            continue;
        lack->decision = decide(asker, needs[i], sources, n_sources);
        lack->need = needs[i];
        lack->collection = taker->collection;
        if (lack->decision.verdict != RBAC_ALLOW)
            return;
    }
}

/* ---- One that gains ---- */

static enum status read_taker(struct store *store,
                              const struct gain_asker *asker,
                              int64_t collection, struct gain_taker *taker)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    *taker = (struct gain_taker){
        .collection = collection,
        .index = object_map_index(asker->map, MAP_COLLECTION, collection),
        .limit = RBAC_NONE};
    TRY(store_row_with(store, SQL_GAIN_DEPLOYED,
                       STORE_ARGS(STORE_INT(collection)), &stmt));
    for (size_t i = 0; i < ARRAY_SIZE(taker->is_deployed); i++)
        taker->is_deployed[i] = store_int(stmt, (int)i) != 0;
    return STATUS_OK;
}

static void check_taker(const struct gain_asker *asker,
                        const struct gain_taker *taker, const uint32_t *sources,
                        size_t n_sources, struct gain_lack *lack)
{
    if (check_assigned(asker, taker, sources, n_sources, lack))
        check_deployed(asker, taker, sources, n_sources, lack);
}

enum status gain_check_one(struct store *store, const struct gain_asker *asker,
                           int64_t collection, const uint32_t *sources,
                           size_t n_sources, struct gain_lack *lack_out)
{
    struct gain_taker taker;

    TRY(read_taker(store, asker, collection, &taker));
    *lack_out = (struct gain_lack){.decision.verdict = RBAC_ALLOW};
    check_taker(asker, &taker, sources, n_sources, lack_out);
    return STATUS_OK;
}

/* ---- All that gain by an act ---- */

static enum status find_gainers(struct store *store, const struct gain_act *act,
                                struct row_set *set)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_GAIN_GAINERS, &stmt));
    store_bind_int(stmt, 1, act->collection);
    store_bind_int(stmt, 2, act->comes);
    store_bind_int(stmt, 3, act->goes);
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(row_set_add(set, store_int(stmt, 0)));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status limit_of(struct store *store, int64_t collection,
                            int64_t *limit_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *limit_out = 0;
    TRY(store_prepare(store, SQL_GAIN_LIMIT, &stmt));
    store_bind_int(stmt, 1, collection);
    found = store_step(stmt);
    if (found == STATUS_OK)
        *limit_out = store_int(stmt, 0);
    return found == STATUS_END ? STATUS_OK : found;
}

/* What it gains is in its limit too, and does not come from there if that
 * gains; 0: there is none to ask. */
static enum status limit_outside(struct store *store,
                                 const struct gain_act *act,
                                 const struct row_set *set, int64_t collection,
                                 int64_t *limit_out)
{
    *limit_out = 0;
    if (collection == act->collection && act->moves)
        return STATUS_OK;
    TRY(limit_of(store, collection, limit_out));
    if (row_set_find(set, *limit_out) != SIZE_MAX)
        *limit_out = 0;
    return STATUS_OK;
}

/* Most collections have neither assignees nor deployments. */
static enum status is_used(struct store *store, int64_t collection,
                           bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_GAIN_IS_USED, &stmt));
    store_bind_int(stmt, 1, collection);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}

void gain_takers_clear(struct gain_takers *takers)
{
    free(takers->of);
    *takers = (struct gain_takers){0};
}

static enum status add_taker(struct gain_takers *takers,
                             const struct gain_taker *taker)
{
    if (takers->n == takers->capacity) {
        const size_t capacity = takers->capacity ? 2 * takers->capacity : 8;
        struct gain_taker *of =
            reallocarray(takers->of, capacity, sizeof(*takers->of));

        if (!of)
            return STATUS_NO_MEMORY;
        takers->of = of;
        takers->capacity = capacity;
    }
    takers->of[takers->n++] = *taker;
    return STATUS_OK;
}

/* What comes into it or leaves it is in its limit. */
static enum status read_limit(struct store *store,
                              const struct gain_asker *asker,
                              const struct gain_act *act, uint32_t *index_out)
{
    int64_t limit = 0;

    if (!act->moves)
        TRY(limit_of(store, act->collection, &limit));
    *index_out =
        limit ? object_map_index(asker->map, MAP_COLLECTION, limit) : RBAC_NONE;
    return STATUS_OK;
}

enum status gain_takers_read(struct store *store,
                             const struct gain_asker *asker,
                             const struct gain_act *act,
                             struct gain_takers *takers)
{
    SCOPED(row_set_clear) struct row_set set = {0};

    TRY(find_gainers(store, act, &set));
    TRY(read_limit(store, asker, act, &takers->limit));
    for (size_t i = 0; i < set.rows.n; i++) {
        const int64_t collection = set.rows.of[i];
        struct gain_taker taker;
        int64_t limit;
        bool is_asked;

        TRY(is_used(store, collection, &is_asked));
        if (!is_asked)
            continue;
        TRY(read_taker(store, asker, collection, &taker));
        TRY(limit_outside(store, act, &set, collection, &limit));
        if (limit)
            taker.limit = object_map_index(asker->map, MAP_COLLECTION, limit);
        TRY(add_taker(takers, &taker));
    }
    return STATUS_OK;
}

struct gain_lack gain_takers_check(const struct gain_takers *takers,
                                   const struct gain_asker *asker,
                                   const uint32_t *sources, size_t n_sources)
{
    struct gain_lack lack = {.decision.verdict = RBAC_ALLOW};
    uint32_t known[SOURCES_MAX];
    size_t n_given = 0;

    if (takers->limit != RBAC_NONE)
        known[n_given++] = takers->limit;
    for (size_t i = 0; i < n_sources && n_given < SOURCES_MAX - 1; i++)
        if (sources[i] != RBAC_NONE)
            known[n_given++] = sources[i];
    for (size_t i = 0; i < takers->n && lack.decision.verdict == RBAC_ALLOW;
         i++) {
        size_t n = n_given;

        if (takers->of[i].limit != RBAC_NONE)
            known[n++] = takers->of[i].limit;
        check_taker(asker, &takers->of[i], known, n, &lack);
    }
    return lack;
}

enum status gain_check(struct store *store, const struct gain_asker *asker,
                       const struct gain_act *act, struct gain_lack *lack_out)
{
    SCOPED(gain_takers_clear) struct gain_takers takers = {0};

    TRY(gain_takers_read(store, asker, act, &takers));
    *lack_out = gain_takers_check(&takers, asker, act->sources, act->n_sources);
    return STATUS_OK;
}

/* ---- Another limit ---- */

/* Does it, or one that it limits, find devices by their properties? */
static enum status picks(struct store *store, int64_t collection,
                         bool *picks_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_GAIN_PICKS, &stmt));
    store_bind_int(stmt, 1, collection);
    TRY(store_step(stmt));
    *picks_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}

static enum status is_within(struct store *store, int64_t collection,
                             int64_t above, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_GAIN_IS_WITHIN, &stmt));
    store_bind_int(stmt, 1, collection);
    store_bind_int(stmt, 2, above);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}

static enum status check_reading(struct store *store,
                                 const struct gain_asker *asker,
                                 const struct gain_move *move,
                                 struct gain_lack *lack)
{
    bool is_asked;

    TRY(picks(store, move->row, &is_asked));
    if (!is_asked || MUTANT("a4-move-reads"))
        return STATUS_OK;
    lack->decision = decide(asker, read_resource, &move->to_index, 1);
    lack->need = read_resource;
    return STATUS_OK;
}

/* Devices of the new limit may come, those of the old one may go. */
static enum status check_members(struct store *store,
                                 const struct gain_asker *asker,
                                 const struct gain_move *move,
                                 struct gain_lack *lack)
{
    const struct gain_act come = {move->row,       true, false, true,
                                  &move->to_index, 1};
    const struct gain_act go = {move->row,         false, true, true,
                                &move->from_index, 1};
    bool is_narrower;
    bool is_wider;

    TRY(is_within(store, move->to_row, move->from_row, &is_narrower));
    TRY(is_within(store, move->from_row, move->to_row, &is_wider));
    if (!is_narrower)
        TRY(gain_check(store, asker, &come, lack));
    if (!is_wider && lack->decision.verdict == RBAC_ALLOW)
        TRY(gain_check(store, asker, &go, lack));
    return STATUS_OK;
}

enum status gain_check_move(struct store *store, const struct gain_asker *asker,
                            const struct gain_move *move,
                            struct gain_lack *lack_out)
{
    *lack_out = (struct gain_lack){.decision.verdict = RBAC_ALLOW};
    TRY(check_reading(store, asker, move, lack_out));
    if (lack_out->decision.verdict != RBAC_ALLOW)
        return STATUS_OK;
    lack_out->decision =
        rbac_check_relimit(asker->subject, move->index, move->to_index,
                           asker->level, asker->now_s);
    lack_out->need = class_collection.modify;
    if (lack_out->decision.verdict != RBAC_ALLOW)
        return STATUS_OK;
    return check_members(store, asker, move, lack_out);
}

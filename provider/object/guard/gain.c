#include "provider/object/guard/gain.h"

#include "provider/base/mutant.h"
#include "provider/object/guard/gain_sql.h"

enum { SOURCES_MAX = OBJECT_LABELS_MAX + 2 };

static const struct object_need read_resource = {RBAC_TYPE_COLLECTION,
                                                 RBAC_OP_READ_RESOURCE};

/* ---- Its assignees ---- */

static bool check_assigned(const struct gain_asker *asker, int64_t collection,
                           const uint32_t *sources, size_t n_sources,
                           struct gain_lack *lack)
{
    const struct rbac_gain gain = {
        object_map_index(asker->map, MAP_COLLECTION, collection), sources,
        n_sources};
    struct rbac_lack missing;

    if (gain.collection == RBAC_NONE || MUTANT("a3-assignments"))
        return true; /* too new to be anybody's */
    lack->decision = rbac_check_gain(asker->subject, &gain, 1, asker->level,
                                     asker->now_s, &missing);
    lack->need = (struct object_need){missing.type, missing.operation};
    lack->collection = collection;
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

static enum status check_deployed(struct store *store,
                                  const struct gain_asker *asker,
                                  int64_t collection, const uint32_t *sources,
                                  size_t n_sources, struct gain_lack *lack)
{
    const struct object_need needs[] = {class_assignment.create,
                                        class_advertisement.create};
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_GAIN_DEPLOYED, &stmt));
    store_bind_int(stmt, 1, collection);
    TRY(store_step(stmt));
    for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
        if (!store_int(stmt, (int)i) || MUTANT("a3-deployments"))
            continue;
        lack->decision = decide(asker, needs[i], sources, n_sources);
        lack->need = needs[i];
        lack->collection = collection;
        if (lack->decision.verdict != RBAC_ALLOW)
            return STATUS_OK;
    }
    return STATUS_OK;
}

enum status gain_check_one(struct store *store, const struct gain_asker *asker,
                           int64_t collection, const uint32_t *sources,
                           size_t n_sources, struct gain_lack *lack_out)
{
    *lack_out = (struct gain_lack){.decision.verdict = RBAC_ALLOW};
    if (!check_assigned(asker, collection, sources, n_sources, lack_out))
        return STATUS_OK;
    return check_deployed(store, asker, collection, sources, n_sources,
                          lack_out);
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

enum status gain_check(struct store *store, const struct gain_asker *asker,
                       const struct gain_act *act, struct gain_lack *lack_out)
{
    SCOPED(row_set_clear) struct row_set set = {0};
    uint32_t sources[SOURCES_MAX];
    size_t n_given = 0;

    *lack_out = (struct gain_lack){.decision.verdict = RBAC_ALLOW};
    for (size_t i = 0; i < act->n_sources && n_given < SOURCES_MAX - 1; i++)
        if (act->sources[i] != RBAC_NONE)
            sources[n_given++] = act->sources[i];
    TRY(find_gainers(store, act, &set));
    for (size_t i = 0; i < set.rows.n; i++) {
        const int64_t collection = set.rows.of[i];
        size_t n = n_given;
        uint32_t index;
        int64_t limit;
        bool is_asked;

        TRY(is_used(store, collection, &is_asked));
        if (!is_asked)
            continue;
        TRY(limit_outside(store, act, &set, collection, &limit));
        index = object_map_index(asker->map, MAP_COLLECTION, limit);
        if (limit && index != RBAC_NONE)
            sources[n++] = index;
        TRY(gain_check_one(store, asker, collection, sources, n, lack_out));
        if (lack_out->decision.verdict != RBAC_ALLOW)
            return STATUS_OK;
    }
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

/*
 * Declared collections.
 *
 * They name each other in any order, so all rows are created first; then limits
 * and rules are resolved and compared with what was declared before; then the
 * members of those that differ are evaluated, once, in order of dependence.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/refresh.h"
#include "provider/object/declare/declare_collection.h"
#include "provider/object/declare/declare_collection_sql.h"
#include "provider/object/declare/declare_find.h"
#include "provider/object/declare/declare_refer.h"
#include "provider/object/schedule/schedule_json.h"
#include "provider/object/schedule/schedule_text.h"

enum {
    TYPE_USERS = 1,
    TYPE_DEVICES = 2,
    REFRESH_INCREMENTAL = 4,
    SCHEDULE_MAX_BYTES = 16 * 1024,
};

static int64_t type_of(const struct policy_collection *collection)
{
    return collection->is_user ? TYPE_USERS : TYPE_DEVICES;
}

/* ---- Rows ---- */

static enum status make_row(struct declare *declare,
                            const struct policy_collection *collection,
                            int64_t *row_out)
{
    const struct policy_place_text place = policy_place_text(collection->place);
    char key[SITE_KEY_BYTES];

    TRY(row_next(declare->store, &class_collection, row_out));
    TRY(site_key(declare->store, *row_out, key));
    return store_run_with(declare->store, SQL_DECLARE_COLLECTION,
                          STORE_ARGS(STORE_INT(*row_out),
                                     STORE_TEXT(text_of(key)),
                                     STORE_TEXT(text_of(collection->name)),
                                     STORE_INT(type_of(collection)),
                                     STORE_INT(REFRESH_INCREMENTAL),
                                     STORE_TEXT(text_of(place.text))));
}

/* Is it of the type that another has, or is declared to have? */
static enum status is_of_type(struct declare *declare, int64_t row,
                              const struct policy_collection *collection,
                              bool *is_out)
{
    int64_t type;

    TRY(store_int_with(declare->store, SQL_DECLARED_TYPE,
                       STORE_ARGS(STORE_INT(row)), &type));
    *is_out = type == type_of(collection);
    return STATUS_OK;
}

static enum status check_type(struct declare *declare,
                              const struct policy_collection *collection,
                              int64_t row)
{
    bool is_same;

    TRY(is_of_type(declare, row, collection, &is_same));
    if (is_same)
        return STATUS_OK;
    return declare_fail(declare, PLACE_OF(collection),
                        "the collection %s is there already and holds %s",
                        collection->name,
                        collection->is_user ? "devices" : "users");
}

static enum status make_rows(struct declaring *run)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct policy_collection *collection = &run->all[i];
        const struct policy_place_text place =
            policy_place_text(collection->place);
        const struct declare_name name = {.place = place.text,
                                          .name = collection->name,
                                          .origin = collection->origin};

        TRY(declare_locate(run->declare, DECLARED_COLLECTION, &name,
                           &run->items[i].row));
        if (run->items[i].row)
            TRY(check_type(run->declare, collection, run->items[i].row));
        else
            TRY(make_row(run->declare, collection, &run->items[i].row));
        TRY(declare_saw(run->declare, DECLARED_COLLECTION, run->items[i].row));
    }
    return STATUS_OK;
}

/* ---- What one names ---- */

/* Another collection, of the same kind. */
static enum status refer(struct declaring *run, const char *place,
                         const struct policy_collection *from, const char *name,
                         int64_t *row_out)
{
    bool is_same;

    TRY(declare_refer(run->declare, place, DECLARED_COLLECTION, name, row_out));
    TRY(is_of_type(run->declare, *row_out, from, &is_same));
    if (!is_same)
        return declare_fail(run->declare, place,
                            "\"%s\" is a collection of %s, this one of %s",
                            name, from->is_user ? "devices" : "users",
                            from->is_user ? "users" : "devices");
    return STATUS_OK;
}

static enum status resolve(struct declaring *run,
                           const struct policy_collection *collection,
                           int64_t *others)
{
    TRY(refer(run, PLACE_OF(collection), collection, collection->limiting,
              &others[0]));
    for (size_t i = 0; i < collection->n_rules; i++) {
        const struct policy_rule *rule = &collection->rules[i];

        others[i + 1] = 0;
        if (rule->kind == POLICY_RULE_INCLUDE ||
            rule->kind == POLICY_RULE_EXCLUDE)
            TRY(refer(run, PLACE_OF(rule), collection, rule->value,
                      &others[i + 1]));
    }
    return STATUS_OK;
}

static bool has_schedule(const struct policy_collection *collection)
{
    return collection->schedule && *collection->schedule;
}

static void put_canonical(const struct policy_collection *collection,
                          const int64_t *others, struct buf *canonical)
{
    if (collection->refresh != POLICY_REFRESH_INCREMENTAL)
        buf_append_format(canonical, "refresh %d %s\n",
                          (int)collection->refresh,
                          has_schedule(collection) ? collection->schedule : "");
    buf_append_format(canonical, "%" PRId64 "\n%s", others[0],
                      collection->comment);
    for (size_t i = 0; i < collection->n_rules; i++) {
        const struct policy_rule *rule = &collection->rules[i];

        buf_append_format(canonical, "\n%d %" PRId64 " ", (int)rule->kind,
                          others[i + 1]);
        if (!others[i + 1])
            buf_append_format(canonical, "%s\n%s", rule->name, rule->value);
    }
}

/* ---- Storing ---- */

/* As RefreshType and RefreshSchedule have it. */
struct refreshing {
    int64_t type;
    struct buf schedule; /* JSON; empty: none */
};

static void refreshing_clear(struct refreshing *refreshing)
{
    buf_free(&refreshing->schedule);
}

static int64_t refresh_type(enum policy_refresh refresh)
{
    switch (refresh) {
    case POLICY_REFRESH_INCREMENTAL:
        return REFRESH_INCREMENTAL;
    case POLICY_REFRESH_SCHEDULED:
        return 2;
    case POLICY_REFRESH_BOTH:
        return 6;
    case POLICY_REFRESH_MANUAL:
        return 1;
    }
    return REFRESH_INCREMENTAL;
}

static enum status read_refreshing(struct declaring *run,
                                   const struct policy_collection *collection,
                                   struct refreshing *out)
{
    struct schedule schedule;
    const char *why;

    out->type = refresh_type(collection->refresh);
    out->schedule = buf_make(SCHEDULE_MAX_BYTES);
    if (!has_schedule(collection))
        return STATUS_OK;
    if (schedule_text_read(text_of(collection->schedule), &schedule, &why) !=
        STATUS_OK)
        return declare_fail(run->declare, PLACE_OF(collection), "schedule: %s",
                            why);
    schedule_write(&schedule, &out->schedule);
    return buf_status(&out->schedule);
}

static enum status store_collection(struct declaring *run,
                                    const struct policy_collection *collection,
                                    const struct refreshing *refreshing,
                                    int64_t row, int64_t limit)
{
    const struct text schedule = buf_text(&refreshing->schedule);
    struct store *store = run->declare->store;

    TRY(store_run_with(
        store, SQL_DECLARE_CHANGE_COLLECTION,
        STORE_ARGS(STORE_INT(row), STORE_TEXT(text_of(collection->comment)),
                   STORE_INT(run->declare->now_s), STORE_INT(limit),
                   STORE_INT(refreshing->type),
                   schedule.size ? STORE_TEXT(schedule) : STORE_NULL)));
    TRY(refresh_plan(store, row, run->declare->now_s));
    return store_run_with(store, SQL_DECLARE_DROP_RULES,
                          STORE_ARGS(STORE_INT(row)));
}

/* What is stored: same content, limit, place, times. */
struct before {
    bool is_same;
    bool is_here; /* at the same place */
    bool refreshes_so;
    int64_t limit;
};

static enum status read_before(struct declaring *run, int64_t row,
                               struct text place, struct text canonical,
                               const struct refreshing *refreshing,
                               struct before *out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(run->declare->store, SQL_DECLARED_COLLECTION,
                       STORE_ARGS(STORE_INT(row)), &stmt));
    out->is_same =
        !store_is_null(stmt, 0) && text_equal(store_text(stmt, 0), canonical);
    out->is_here = text_equal(store_text(stmt, 1), place);
    out->limit = store_int(stmt, 2); /* 0: none, it is new */
    out->refreshes_so =
        store_int(stmt, 3) == refreshing->type &&
        text_equal(store_text(stmt, 4), buf_text(&refreshing->schedule));
    return STATUS_OK;
}

static enum status settle(struct declaring *run,
                          const struct policy_collection *collection,
                          struct declared_collection *item)
{
    const struct policy_place_text at = policy_place_text(collection->place);
    const struct text place = text_of(at.text);
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    SCOPED(memory_drop)
    int64_t *others = calloc(collection->n_rules + 1, sizeof(*others));
    SCOPED(refreshing_clear) struct refreshing refreshing = {0};
    struct before before;

    if (!others)
        return STATUS_NO_MEMORY;
    TRY(resolve(run, collection, others));
    TRY(read_refreshing(run, collection, &refreshing));
    put_canonical(collection, others, &canonical);
    TRY(buf_status(&canonical));
    TRY(read_before(run, item->row, place, buf_text(&canonical), &refreshing,
                    &before));
    if (before.is_same && before.is_here)
        return STATUS_OK;
    if (!before.is_same) {
        run->declare->changed = true;
        TRY(declared_rules_read(run->declare, item->row, &item->had));
        TRY(store_collection(run, collection, &refreshing, item->row,
                             others[0]));
        TRY(declared_rules_store(run->declare, collection, item->row, others));
        item->limit = before.limit;
        item->refreshes_otherwise = !before.refreshes_so;
        item->others = TAKE(others);
    }
    return declare_set_place(run->declare, SQL_DECLARE_PLACE_COLLECTION,
                             item->row, at.text, buf_text(&canonical));
}

/* ---- Members ---- */

/* The first of the circle that these files declare, for its place. */
static enum status fail_circle(struct declaring *run,
                               const struct row_list *circle)
{
    for (size_t at = 0; at < circle->n; at++)
        for (size_t i = 0; i < run->n; i++)
            if (run->items[i].row == circle->of[at])
                return declare_fail(run->declare, PLACE_OF(&run->all[i]),
                                    "the collection %s depends, over others,"
                                    " on itself",
                                    run->all[i].name);
    return STATUS_INVALID;
}

static enum status evaluate(struct declaring *run,
                            const struct member_work *work)
{
    SCOPED(row_list_clear) struct row_list circle = {0};
    const enum status evaluated =
        members_evaluate_all(run->declare->store, work, &circle);

    if (evaluated == STATUS_INVALID && circle.n > 0)
        return fail_circle(run, &circle);
    return evaluated;
}

/* Those that are new or differ; and those of them that another one limits now,
 * appended to moves. */
static enum status find_changed(const struct declaring *run,
                                struct row_list *changed,
                                struct member_move *moves, size_t *n_moves)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct declared_collection *item = &run->items[i];

        if (!item->others)
            continue;
        TRY(row_list_add(changed, item->row));
        if (item->limit && item->limit != item->others[0])
            moves[(*n_moves)++] = (struct member_move){item->row, item->limit};
    }
    return STATUS_OK;
}

/* Once all of them exist. */
static enum status finish(struct declaring *run)
{
    SCOPED(row_list_clear) struct row_list changed = {0};
    SCOPED(memory_drop)
    struct member_move *moves = calloc(run->n + 1, sizeof(*moves));
    struct member_work work = {
        .which = &changed, .moves = moves, .now_s = run->declare->now_s};

    if (!moves)
        return STATUS_NO_MEMORY;
    TRY(find_changed(run, &changed, moves, &work.n_moves));
    if (changed.n == 0)
        return STATUS_OK;
    TRY(evaluate(run, &work));
    for (size_t i = 0; run->declare->guard && i < run->n; i++)
        if (run->items[i].others)
            TRY(guard_collection(run, &run->all[i], &run->items[i]));
    return STATUS_OK;
}

static void run_clear(struct declaring *run)
{
    for (size_t i = 0; run->items && i < run->n; i++) {
        free(run->items[i].others);
        declared_rules_clear(&run->items[i].had);
    }
    free(run->items);
}

enum status declare_collections(struct declare *declare,
                                const struct policy_collection *collections,
                                size_t n_collections)
{
    SCOPED(run_clear)
    struct declaring run = {
        .declare = declare, .all = collections, .n = n_collections};

    run.items = calloc(n_collections + 1, sizeof(*run.items));
    if (!run.items)
        return STATUS_NO_MEMORY;
    TRY(make_rows(&run));
    for (size_t i = 0; i < run.n; i++)
        TRY(settle(&run, &run.all[i], &run.items[i]));
    return finish(&run);
}

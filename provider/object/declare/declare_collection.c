/*
 * Declared collections.
 *
 * They name each other in any order, so all rows are created first; then limits
 * and rules are resolved and compared with what was declared before; then the
 * members of those that differ are evaluated, once, in order of dependence.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/object/collection/members.h"
#include "provider/object/declare/declare_find.h"
#include "provider/object/declare/declare_refer.h"

enum {
    CANONICAL_MAX_BYTES = 16 * 1024 * 1024,
    TYPE_USERS = 1,
    TYPE_DEVICES = 2,
    REFRESH_INCREMENTAL = 4,
};

/* Rules as the store has them. */
struct rules_seen {
    struct row_list includes;
    struct row_list excludes;
    struct buf devices; /* queries and names of devices, as one text */
};

/* One of them on the way. */
struct item {
    int64_t row;
    int64_t limit;   /* as it was, 0: none, it is new */
    int64_t *others; /* owned: rows of the limit, then of each rule's other
                        collection or 0: [1 + n_rules]; NULL: unchanged */
    struct rules_seen had; /* rules as they were */
};

/* All collections being declared. */
struct declaring {
    struct declare *declare;
    const struct policy_collection *all;
    size_t n;
    struct item *items; /* [n], owned */
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
    static const char sql[] =
        "INSERT INTO collection (row, CollectionID, Name, CollectionType,"
        " MemberCount, IsBuiltIn, RefreshType, CurrentStatus, place)"
        " VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, 1, ?6)";
    const struct policy_place_text place = policy_place_text(collection->place);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    char key[SITE_KEY_BYTES];

    TRY(row_next(declare->store, "collection", row_out));
    TRY(site_key(declare->store, *row_out, key));
    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_int(stmt, 1, *row_out);
    store_bind_text(stmt, 2, text_of(key));
    store_bind_text(stmt, 3, text_of(collection->name));
    store_bind_int(stmt, 4, type_of(collection));
    store_bind_int(stmt, 5, REFRESH_INCREMENTAL);
    store_bind_text(stmt, 6, text_of(place.text));
    return store_run(stmt);
}

static enum status check_type(struct declare *declare,
                              const struct policy_collection *collection,
                              int64_t row)
{
    static const char sql[] =
        "SELECT CollectionType FROM collection WHERE row = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    TRY(store_step(stmt));
    if (store_int(stmt, 0) == type_of(collection))
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
    static const char sql[] =
        "SELECT CollectionType FROM collection WHERE row = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(declare_refer(run->declare, place, DECLARED_COLLECTION, name, row_out));
    TRY(store_prepare(run->declare->store, sql, &stmt));
    store_bind_int(stmt, 1, *row_out);
    TRY(store_step(stmt));
    if (store_int(stmt, 0) != type_of(from))
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

static void put_canonical(const struct policy_collection *collection,
                          const int64_t *others, struct buf *canonical)
{
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

static enum status store_collection(struct declaring *run,
                                    const struct policy_collection *collection,
                                    int64_t row, int64_t limit)
{
    static const char sql[] =
        "UPDATE collection SET Comment = ?2, LastChangeTime = ?3,"
        " RefreshType = ?5, row_version = row_version + 1, LimitToCollectionID "
        "="
        " (SELECT CollectionID FROM collection WHERE row = ?4) WHERE row = ?1";
    static const char clear[] =
        "DELETE FROM collection_rule WHERE collection = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(store_done) struct store_stmt *cleared = NULL;

    TRY(store_prepare(run->declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_text(stmt, 2, text_of(collection->comment));
    store_bind_int(stmt, 3, run->declare->now_s);
    store_bind_int(stmt, 4, limit);
    store_bind_int(stmt, 5, REFRESH_INCREMENTAL);
    TRY(store_run(stmt));
    TRY(store_prepare(run->declare->store, clear, &cleared));
    store_bind_int(cleared, 1, row);
    return store_run(cleared);
}

static enum status store_rule(struct declaring *run,
                              const struct policy_rule *rule, int64_t row,
                              int64_t other)
{
    static const enum member_rule kinds[] = {
        [POLICY_RULE_QUERY] = MEMBER_QUERY,
        [POLICY_RULE_DIRECT] = MEMBER_DIRECT,
        [POLICY_RULE_INCLUDE] = MEMBER_INCLUDE,
        [POLICY_RULE_EXCLUDE] = MEMBER_EXCLUDE,
    };
    static const char sql[] =
        "INSERT INTO collection_rule (collection, kind, other, device, wql,"
        " name) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const bool is_query = rule->kind == POLICY_RULE_QUERY;

    TRY(store_prepare(run->declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_int(stmt, 2, kinds[rule->kind]);
    if (other)
        store_bind_int(stmt, 3, other);
    if (rule->kind == POLICY_RULE_DIRECT)
        store_bind_text(stmt, 4, text_of(rule->value));
    if (is_query)
        store_bind_text(stmt, 5, text_of(rule->value));
    store_bind_text(stmt, 6, text_of(is_query ? rule->name : rule->value));
    return store_run(stmt);
}

static enum status check_query(struct declaring *run,
                               const struct policy_collection *collection,
                               const struct policy_rule *rule)
{
    struct wql_problem problem;
    const enum status checked = members_query_check(
        text_of(rule->value), collection->is_user, &problem);

    if (checked == STATUS_INVALID)
        return declare_fail(run->declare, PLACE_OF(rule),
                            "column %u of the query: %s", problem.column,
                            problem.why);
    return checked;
}

static enum status store_rules(struct declaring *run,
                               const struct policy_collection *collection,
                               int64_t row, const int64_t *others)
{
    for (size_t i = 0; i < collection->n_rules; i++) {
        const struct policy_rule *rule = &collection->rules[i];

        if (rule->kind == POLICY_RULE_QUERY)
            TRY(check_query(run, collection, rule));
        TRY(store_rule(run, rule, row, others[i + 1]));
    }
    return members_query(run->declare->store, row, run->declare->now_s);
}

/* What is stored: same content, limit, place. */
struct before {
    bool is_same;
    bool is_here; /* at the same place */
    int64_t limit;
};

static enum status read_before(struct declaring *run, int64_t row,
                               struct text place, struct text canonical,
                               struct before *out)
{
    static const char sql[] =
        "SELECT c.declared, c.place, l.row FROM collection c"
        " LEFT JOIN collection l ON l.CollectionID = c.LimitToCollectionID"
        " WHERE c.row = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(run->declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    TRY(store_step(stmt));
    out->is_same =
        !store_is_null(stmt, 0) && text_equal(store_text(stmt, 0), canonical);
    out->is_here = text_equal(store_text(stmt, 1), place);
    out->limit = store_int(stmt, 2); /* 0: none, it is new */
    return STATUS_OK;
}

static enum status mark(struct declaring *run, int64_t row, struct text place,
                        struct text canonical)
{
    static const char sql[] =
        "UPDATE collection SET place = ?2, declared = ?3 WHERE row = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(run->declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    store_bind_text(stmt, 2, place);
    store_bind_text(stmt, 3, canonical);
    return store_run(stmt);
}

static void rules_seen_clear(struct rules_seen *seen)
{
    row_list_clear(&seen->includes);
    row_list_clear(&seen->excludes);
    buf_free(&seen->devices);
}

static enum status see_rules(struct declaring *run, int64_t row,
                             struct rules_seen *seen)
{
    static const char sql[] =
        "SELECT kind, other, ifnull(resource, 0), ifnull(device, ''),"
        " ifnull(wql, '') FROM collection_rule WHERE collection = ?1"
        " ORDER BY kind, other, resource, device, wql";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    seen->devices = buf_make(CANONICAL_MAX_BYTES);
    TRY(store_prepare(run->declare->store, sql, &stmt));
    store_bind_int(stmt, 1, row);
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int64_t kind = store_int(stmt, 0);

        if (kind == MEMBER_INCLUDE)
            TRY(row_list_add(&seen->includes, store_int(stmt, 1)));
        else if (kind == MEMBER_EXCLUDE)
            TRY(row_list_add(&seen->excludes, store_int(stmt, 1)));
        else
            buf_append_format(
                &seen->devices, "%" PRId64 " %.*s\n%.*s\n", store_int(stmt, 2),
                (int)store_text(stmt, 3).size, store_text(stmt, 3).data,
                (int)store_text(stmt, 4).size, store_text(stmt, 4).data);
    }
    return found == STATUS_END ? buf_status(&seen->devices) : found;
}

static enum status settle(struct declaring *run,
                          const struct policy_collection *collection,
                          struct item *item)
{
    const struct policy_place_text at = policy_place_text(collection->place);
    const struct text place = text_of(at.text);
    SCOPED(buf_free) struct buf canonical = buf_make(CANONICAL_MAX_BYTES);
    SCOPED(memory_drop)
    int64_t *others = calloc(collection->n_rules + 1, sizeof(*others));
    struct before before;

    if (!others)
        return STATUS_NO_MEMORY;
    TRY(resolve(run, collection, others));
    put_canonical(collection, others, &canonical);
    TRY(buf_status(&canonical));
    TRY(read_before(run, item->row, place, buf_text(&canonical), &before));
    if (before.is_same && before.is_here)
        return STATUS_OK;
    if (!before.is_same) {
        run->declare->changed = true;
        TRY(see_rules(run, item->row, &item->had));
        TRY(store_collection(run, collection, item->row, others[0]));
        TRY(store_rules(run, collection, item->row, others));
        item->limit = before.limit;
        item->others = TAKE(others);
    }
    return mark(run, item->row, place, buf_text(&canonical));
}

/* ---- Rights of the caller ---- */

/*
 * The nearest collection above, itself included, that the guard knows: one that
 * this step creates is reached by users who reach what limits it.
 */
static enum status known_above(struct declaring *run, int64_t row,
                               uint32_t *index_out)
{
    static const char sql[] =
        "SELECT l.row FROM collection c JOIN collection l"
        " ON l.CollectionID = c.LimitToCollectionID WHERE c.row = ?1";

    for (size_t depth = 0; depth <= run->n; depth++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;
        enum status found;

        *index_out = guard_index(run->declare, MAP_COLLECTION, row);
        if (*index_out != RBAC_NONE)
            return STATUS_OK;
        TRY(store_prepare(run->declare->store, sql, &stmt));
        store_bind_int(stmt, 1, row);
        found = store_step(stmt);
        if (found != STATUS_OK)
            return found == STATUS_END ? STATUS_OK : found;
        row = store_int(stmt, 0);
    }
    return STATUS_OK; /* a circle: refused when it is evaluated */
}

static enum status ask_above(struct declaring *run, int64_t row,
                             struct object_need need, const char *place,
                             const char *name)
{
    uint32_t index;

    TRY(known_above(run, row, &index));
    return guard_ask(run->declare, need, &index, 1, place, name);
}

/* R7.6.2 for a device that is named before it exists, or found by a query. */
static enum status ask_rules(struct declaring *run,
                             const struct policy_collection *collection,
                             const int64_t *others)
{
    const struct object_need read_resource = {RBAC_TYPE_COLLECTION,
                                              RBAC_OP_READ_RESOURCE};

    for (size_t i = 0; i < collection->n_rules; i++)
        TRY(ask_above(run, others[i + 1] ? others[i + 1] : others[0],
                      others[i + 1] ? class_collection.read : read_resource,
                      PLACE_OF(&collection->rules[i]), collection->name));
    return STATUS_OK;
}

static bool has_row(const struct row_list *rows, int64_t row)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->of[i] == row)
            return true;
    return false;
}

/* Devices of another collection, of the limit alone if it is 0, come or go:
 * changing rules needs the right to give them to all gainers. */
static enum status ask_gain(struct declaring *run,
                            const struct policy_collection *collection,
                            const struct item *item, int64_t other, bool comes,
                            bool goes)
{
    uint32_t sources[2];
    const struct gain_act act = {.collection = item->row,
                                 .comes = comes,
                                 .goes = goes,
                                 .sources = sources,
                                 .n_sources = other ? 2 : 1};

    TRY(known_above(run, item->others[0], &sources[0]));
    TRY(known_above(run, other ? other : item->others[0], &sources[1]));
    return guard_gain(run->declare, PLACE_OF(collection), &act,
                      collection->name);
}

/* The rules of one list that are not in the other; removing a rule needs the
 * right to make it: others may have left it (R7.6.2). */
static enum status ask_others(struct declaring *run,
                              const struct policy_collection *collection,
                              const struct item *item,
                              const struct row_list *of,
                              const struct row_list *without, bool comes)
{
    for (size_t i = 0; i < of->n; i++) {
        if (has_row(without, of->of[i]))
            continue;
        TRY(ask_above(run, of->of[i], class_collection.read,
                      PLACE_OF(collection), collection->name));
        TRY(ask_gain(run, collection, item, of->of[i], comes, !comes));
    }
    return STATUS_OK;
}

static enum status ask_difference(struct declaring *run,
                                  const struct policy_collection *collection,
                                  const struct item *item)
{
    SCOPED(rules_seen_clear) struct rules_seen now = {0};
    const struct rules_seen *had = &item->had;

    TRY(see_rules(run, item->row, &now));
    TRY(ask_others(run, collection, item, &now.includes, &had->includes, true));
    TRY(ask_others(run, collection, item, &had->includes, &now.includes,
                   false));
    TRY(ask_others(run, collection, item, &now.excludes, &had->excludes,
                   false));
    TRY(ask_others(run, collection, item, &had->excludes, &now.excludes, true));
    if (text_equal(buf_text(&now.devices), buf_text(&had->devices)))
        return STATUS_OK;
    TRY(ask_above(
        run, item->limit ? item->limit : item->others[0],
        (struct object_need){RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
        PLACE_OF(collection), collection->name));
    return ask_gain(run, collection, item, 0, true, true);
}

static enum status ask_limit(struct declaring *run,
                             const struct policy_collection *collection,
                             const struct item *item, uint32_t own)
{
    struct gain_move move = {.row = item->row,
                             .index = own,
                             .from_row = item->limit,
                             .to_row = item->others[0]};

    if (item->limit == item->others[0])
        return STATUS_OK;
    TRY(known_above(run, move.from_row, &move.from_index));
    TRY(known_above(run, move.to_row, &move.to_index));
    return guard_relimit(run->declare, PLACE_OF(collection), &move,
                         collection->name);
}

/* Checked like the same made or changed over RPC. */
static enum status ask_change(struct declaring *run,
                              const struct policy_collection *collection,
                              const struct item *item)
{
    const uint32_t own = guard_index(run->declare, MAP_COLLECTION, item->row);
    const int64_t *others = item->others;

    if (own == RBAC_NONE) {
        TRY(guard_make(run->declare, &class_collection, PLACE_OF(collection),
                       collection->name));
        TRY(ask_above(run, others[0], class_collection.read,
                      PLACE_OF(collection), collection->name));
        return ask_rules(run, collection, others);
    }
    TRY(guard_ask(run->declare, class_collection.read, &own, 1,
                  PLACE_OF(collection), collection->name));
    TRY(guard_ask(run->declare, class_collection.modify, &own, 1,
                  PLACE_OF(collection), collection->name));
    TRY(ask_limit(run, collection, item, own));
    TRY(ask_difference(run, collection, item));
    return ask_rules(run, collection, others);
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
                            const struct row_list *changed)
{
    SCOPED(row_list_clear) struct row_list circle = {0};
    const enum status evaluated = members_evaluate_all(
        run->declare->store, changed, run->declare->now_s, &circle);

    if (evaluated == STATUS_INVALID && circle.n > 0)
        return fail_circle(run, &circle);
    return evaluated;
}

/* Those that are new or differ, once all of them exist. */
static enum status finish(struct declaring *run)
{
    SCOPED(row_list_clear) struct row_list changed = {0};

    for (size_t i = 0; i < run->n; i++)
        if (run->items[i].others)
            TRY(row_list_add(&changed, run->items[i].row));
    if (changed.n == 0)
        return STATUS_OK;
    TRY(evaluate(run, &changed));
    for (size_t i = 0; i < run->n; i++) {
        const struct item *item = &run->items[i];

        if (!item->others)
            continue;
        if (run->declare->guard)
            TRY(ask_change(run, &run->all[i], item));
        if (item->limit && item->limit != item->others[0])
            TRY(members_label_all(run->declare->store, item->row));
    }
    return STATUS_OK;
}

static void run_clear(struct declaring *run)
{
    for (size_t i = 0; run->items && i < run->n; i++) {
        free(run->items[i].others);
        rules_seen_clear(&run->items[i].had);
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

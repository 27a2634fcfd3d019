#include "provider/object/collection/rules_read.h"

#include <stdlib.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/rules_read_sql.h"

void member_rules_clear(struct member_rules *rules)
{
    row_list_clear(&rules->direct);
    row_list_clear(&rules->queries);
    row_list_clear(&rules->includes);
    row_list_clear(&rules->excludes);
}

/* ---- From the store ---- */

static enum status read_limit(struct store *store, struct member_rules *rules)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_RULES_LIMIT,
                       STORE_ARGS(STORE_INT(rules->collection)), &stmt));
    rules->all = (unsigned)store_int(stmt, 0);
    rules->limit = store_int(stmt, 1);
    rules->has_names = store_int(stmt, 2) != 0;
    rules->has_direct = store_int(stmt, 3) != 0;
    return STATUS_OK;
}

static enum status read_others(struct store *store, struct member_rules *rules)
{
    struct row_list *const into[] = {
        [MEMBER_DIRECT] = &rules->direct,
        [MEMBER_QUERY] = &rules->queries,
        [MEMBER_INCLUDE] = &rules->includes,
        [MEMBER_EXCLUDE] = &rules->excludes,
    };
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(store, SQL_RULES_OTHERS,
                           STORE_ARGS(STORE_INT(rules->collection)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const int64_t kind = store_int(stmt, 0);
        const int column = kind == MEMBER_QUERY ? 1 : 2;

        TRY(row_list_add(into[kind], store_int(stmt, column)));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status read_shape(struct store *store, int64_t collection,
                              struct member_rules *rules)
{
    rules->collection = collection;
    TRY(read_limit(store, rules));
    return read_others(store, rules);
}

static enum status read_direct(struct store *store, int64_t resource,
                               struct member_rules *rules)
{
    return row_list_select(
        store, resource ? SQL_RULES_DIRECT_ONE : SQL_RULES_DIRECT,
        STORE_ARGS(STORE_INT(rules->collection), STORE_INT(resource)),
        &rules->direct);
}

/* ---- Remembered ---- */

/* Of one connection. */
struct shapes {
    uint64_t stamp;          /* of what they were read from */
    struct row_set known;    /* collections */
    struct member_rules *of; /* owned: [known.rows.n], without direct rules */
    size_t n_room;
};

static void forget(struct shapes *shapes)
{
    for (size_t i = 0; i < shapes->known.rows.n; i++)
        member_rules_clear(&shapes->of[i]);
    row_set_clear(&shapes->known);
}

static void shapes_drop(void *thing)
{
    struct shapes *shapes = thing;

    forget(shapes);
    free(shapes->of);
    free(shapes);
}

/* As they are now; NULL: they cannot be remembered. */
static struct shapes *shapes_of(struct store *store)
{
    const uint64_t stamp =
        store_shape_of(store, store_table_bit("collection") |
                                  store_table_bit("collection_rule"));
    struct shapes *shapes = store_kept(store, shapes_drop);

    if (!stamp)
        return NULL;
    if (!shapes) {
        shapes = calloc(1, sizeof(*shapes));
        if (!shapes)
            return NULL;
        store_keep(store, shapes, shapes_drop);
    }
    if (shapes->stamp != stamp && !MUTANT("m11-shapes-stay"))
        forget(shapes);
    shapes->stamp = stamp;
    return shapes;
}

static enum status make_room(struct shapes *shapes)
{
    const size_t n = shapes->n_room ? 2 * shapes->n_room : 64;
    struct member_rules *grown;

    if (shapes->known.rows.n < shapes->n_room)
        return STATUS_OK;
    grown = reallocarray(shapes->of, n, sizeof(*grown));
    if (!grown)
        return STATUS_NO_MEMORY;
    shapes->of = grown;
    shapes->n_room = n;
    return STATUS_OK;
}

static enum status learn(struct store *store, struct shapes *shapes,
                         int64_t collection, size_t *place_out)
{
    SCOPED(member_rules_clear) struct member_rules rules = {0};

    TRY(read_shape(store, collection, &rules));
    TRY(make_room(shapes));
    TRY(row_set_add(&shapes->known, collection));
    *place_out = shapes->known.rows.n - 1;
    shapes->of[*place_out] = rules;
    rules = (struct member_rules){0};
    return STATUS_OK;
}

static enum status append(const struct row_list *from, struct row_list *to)
{
    for (size_t i = 0; i < from->n; i++)
        TRY(row_list_add(to, from->of[i]));
    return STATUS_OK;
}

static enum status copy(const struct member_rules *from,
                        struct member_rules *to)
{
    to->collection = from->collection;
    to->limit = from->limit;
    to->all = from->all;
    to->has_names = from->has_names;
    to->has_direct = from->has_direct;
    TRY(append(&from->queries, &to->queries));
    TRY(append(&from->includes, &to->includes));
    return append(&from->excludes, &to->excludes);
}

/* Lent; read into own where it is not remembered. */
static enum status recall(struct store *store, int64_t collection,
                          struct member_rules *own,
                          const struct member_rules **rules_out)
{
    struct shapes *shapes = shapes_of(store);
    size_t place;

    *rules_out = own;
    if (!shapes)
        return read_shape(store, collection, own);
    place = row_set_find(&shapes->known, collection);
    if (place == SIZE_MAX)
        TRY(learn(store, shapes, collection, &place));
    *rules_out = &shapes->of[place];
    return STATUS_OK;
}

enum status member_rules_read(struct store *store, int64_t collection,
                              int64_t resource, struct member_rules *rules)
{
    const struct member_rules *known = rules;

    if (!resource)
        TRY(read_shape(store, collection, rules));
    else
        TRY(recall(store, collection, rules, &known));
    if (known != rules)
        TRY(copy(known, rules));
    return rules->has_direct ? read_direct(store, resource, rules) : STATUS_OK;
}

static enum status add_all(const struct row_list *rows, struct row_set *into)
{
    for (size_t i = 0; i < rows->n; i++)
        TRY(row_set_add(into, rows->of[i]));
    return STATUS_OK;
}

/* The set grows while it is walked. */
enum status member_rules_sources(struct store *store, struct row_set *sources,
                                 struct row_set *queries)
{
    for (size_t at = 0; at < sources->rows.n; at++) {
        SCOPED(member_rules_clear) struct member_rules own = {0};
        const struct member_rules *rules;

        TRY(recall(store, sources->rows.of[at], &own, &rules));
        if (rules->limit)
            TRY(row_set_add(sources, rules->limit));
        TRY(add_all(&rules->includes, sources));
        TRY(add_all(&rules->excludes, sources));
        TRY(add_all(&rules->queries, queries));
    }
    return STATUS_OK;
}

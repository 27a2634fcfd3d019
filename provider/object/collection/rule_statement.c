#include "provider/object/collection/rule_statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/object/collection/rule_key.h"
#include "provider/object/collection/rule_memo.h"
#include "provider/object/collection/rule_shape.h"
#include "provider/object/collection/rule_statement_sql.h"
#include "provider/object/collection/rule_whole.h"
#include "provider/object/query/wql_sql.h"

enum { DEPTH_SAFE = 3 }; /* which SQLite takes in any case */

/* ---- Compiling ---- */

static void wql_sql_clear(struct wql_sql **q)
{
    if (*q)
        buf_free(&(*q)->sql);
    free(*q);
}

static enum status begin(const struct wql_query *query, bool is_user,
                         int64_t now_s, struct wql_problem *problem,
                         struct wql_sql **q_out)
{
    SCOPED(wql_sql_clear) struct wql_sql *q = calloc(1, sizeof(*q));

    if (!q)
        return STATUS_NO_MEMORY;
    TRY(wql_check_rule(query, is_user, problem));
    *q = (struct wql_sql){.sql = buf_make(WQL_SQL_MAX_BYTES),
                          .now_s = now_s,
                          .is_rule = true,
                          .is_of_users = is_user,
                          .problem = problem};
    TRY(wql_resolve(q, query));
    *q_out = TAKE(q);
    return STATUS_OK;
}

static enum status fail_depth(struct wql_problem *problem)
{
    problem->column = 1;
    snprintf(problem->why, sizeof(problem->why),
             "the query is nested too deeply");
    return STATUS_INVALID;
}

static enum status prepare(struct store *store, const struct wql_sql *q,
                           struct wql_problem *problem,
                           struct store_stmt **stmt_out)
{
    const enum status prepared =
        store_prepare_own(store, buf_text(&q->sql), stmt_out);

    return prepared == STATUS_INVALID ? fail_depth(problem) : prepared;
}

/* Those of one device, as any may be, are the deepest. */
static enum status check_depth(struct store *store, struct wql_sql *q,
                               const struct wql_query *query)
{
    struct store_stmt *stmt = NULL;
    enum status prepared;

    if (query->depth < DEPTH_SAFE)
        return STATUS_OK;
    wql_begin(q);
    TRY(wql_put_found(q, query, WQL_FOUND_RANGE));
    prepared = prepare(store, q, q->problem, &stmt);
    store_stmt_drop(&stmt);
    return prepared;
}

enum status rule_check(struct store *store, struct text text, bool is_user,
                       struct wql_problem *problem_out)
{
    OWNED(wql) wql = NULL;
    SCOPED(wql_sql_clear) struct wql_sql *q = NULL;

    TRY(wql_read(text, &wql, problem_out));
    TRY(begin(wql_query(wql), is_user, 0, problem_out, &q));
    TRY(wql_put_found(q, wql_query(wql), WQL_FOUND_ALL));
    return check_depth(store, q, wql_query(wql));
}

/* ---- Statements that are kept ---- */

enum {
    KEPT_MAX = 32768,
    SLOTS = 2 * KEPT_MAX,
    HEAVY_US = 250, /* of a block of devices */
    WHOLE_US = 50,  /* of all devices: more than it takes to remember */
};

struct kept {
    int64_t rule;
    bool is_user;
    bool uses_now;
    enum wql_found found;
    bool is_own;              /* the statement: no other has it */
    struct text text;         /* owned, of the rule */
    struct wql_value *values; /* owned: [n_values]; the range is last */
    size_t n_values;
    char *texts;             /* owned: of the values */
    struct store_stmt *stmt; /* a shape's, if it is not its own */
};

/* Of one connection. */
struct cache {
    struct kept *slots[SLOTS]; /* open addressing, at most half full */
    size_t n;
    struct rule_shapes shapes;
    struct rule_memos memos;
    struct rule_wholes wholes;
};

static void kept_free(struct kept *kept)
{
    if (!kept)
        return;
    if (kept->is_own)
        store_stmt_drop(&kept->stmt);
    free(kept->texts);
    free(kept->values);
    free((char *)(uintptr_t)kept->text.data);
    free(kept);
}
DEFINE_DROP(kept)

static void cache_clear(struct cache *cache)
{
    for (size_t i = 0; i < SLOTS; i++) {
        kept_free(cache->slots[i]);
        cache->slots[i] = NULL;
    }
    cache->n = 0;
    rule_shapes_clear(&cache->shapes);
}

static void cache_drop(void *thing)
{
    struct cache *cache = thing;

    cache_clear(cache);
    rule_memos_clear(&cache->memos);
    rule_wholes_clear(&cache->wholes);
    free(cache);
}

static struct cache *cache_of(struct store *store)
{
    struct cache *cache = store_kept(store, cache_drop);

    if (cache)
        return cache;
    cache = calloc(1, sizeof(*cache));
    if (cache)
        store_keep(store, cache, cache_drop);
    return cache;
}

/* Where it is, or would be. */
static struct kept **slot_of(struct cache *cache, int64_t rule,
                             enum wql_found found)
{
    size_t at = ((size_t)rule * 2 + (found == WQL_FOUND_ONE)) *
                    (size_t)0x9E3779B97F4A7C15u >>
                40;

    for (;; at++) {
        struct kept *kept = cache->slots[at % SLOTS];

        if (!kept || (kept->rule == rule && kept->found == found))
            return &cache->slots[at % SLOTS];
    }
}

/* As the query is gone when they are bound. */
static enum status copy_texts(struct kept *kept)
{
    size_t size = 1;
    char *at;

    for (size_t i = 0; i < kept->n_values; i++)
        size += kept->values[i].is_text ? kept->values[i].text.size : 0;
    at = kept->texts = malloc(size);
    if (!at)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < kept->n_values; i++) {
        struct text *text = &kept->values[i].text;

        if (!kept->values[i].is_text)
            continue;
        memcpy(at, text->data, text->size);
        text->data = at;
        at += text->size;
    }
    return STATUS_OK;
}

static enum status copy_values(const struct wql_sql *q, struct kept *kept)
{
    kept->values = calloc(q->n_values + 1, sizeof(*kept->values));
    if (!kept->values)
        return STATUS_NO_MEMORY;
    memcpy(kept->values, q->values, q->n_values * sizeof(*kept->values));
    kept->n_values = q->n_values;
    return copy_texts(kept);
}

/* Time goes on: a rule that asks for it has another statement each time. */
static enum status find_statement(struct store *store, struct cache *cache,
                                  const struct wql_sql *q, struct kept *kept)
{
    enum status lent;

    kept->is_own = q->uses_now;
    if (kept->is_own)
        return prepare(store, q, q->problem, &kept->stmt);
    if (rule_shapes_are_full(&cache->shapes) || cache->n == KEPT_MAX)
        cache_clear(cache); /* before it is lent one */
    lent =
        rule_shape_lend(&cache->shapes, store, buf_text(&q->sql), &kept->stmt);
    return lent == STATUS_INVALID ? fail_depth(q->problem) : lent;
}

/* STATUS_INVALID with the problem. */
static enum status compile(struct store *store, struct rule_text rule,
                           int64_t now_s, struct wql_problem *problem,
                           struct kept *kept)
{
    OWNED(wql) wql = NULL;
    SCOPED(wql_sql_clear) struct wql_sql *q = NULL;

    TRY(wql_read(rule.wql, &wql, problem));
    TRY(begin(wql_query(wql), rule.is_user, now_s, problem, &q));
    TRY(wql_put_found(q, wql_query(wql), kept->found));
    TRY(copy_values(q, kept));
    kept->rule = rule.rule;
    kept->is_user = rule.is_user;
    kept->uses_now = q->uses_now;
    kept->text = (struct text){text_dup(rule.wql), rule.wql.size};
    if (!kept->text.data)
        return STATUS_NO_MEMORY;
    return find_statement(store, cache_of(store), q, kept);
}

/* ---- Running ---- */

static void bind(const struct kept *kept, struct rule_range range)
{
    struct wql_value *values = kept->values;
    const size_t n = kept->n_values;

    if (kept->found != WQL_FOUND_ALL)
        values[n - 1].integer = range.last;
    if (kept->found == WQL_FOUND_RANGE)
        values[n - 2].integer = range.first;
    for (size_t i = 0; i < n; i++) {
        if (values[i].is_text)
            store_bind_text(kept->stmt, (int)i + 1, values[i].text);
        else
            store_bind_int(kept->stmt, (int)i + 1, values[i].integer);
    }
}

static enum status gather(const struct kept *kept, struct rule_range range,
                          struct row_list *found)
{
    enum status status;

    bind(kept, range);
    while ((status = store_step(kept->stmt)) == STATUS_OK)
        TRY(row_list_add(found, store_int(kept->stmt, 0)));
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status run_bounded(struct store *store, const struct kept *kept,
                               struct rule_range range, struct row_list *found)
{
    enum status gathered;

    if (range.max_ms)
        store_try(store, range.max_ms);
    gathered = gather(kept, range, found);
    store_bound(store, 0);
    store_again(kept->stmt);
    return gathered;
}

static struct memo_key key_of(const struct kept *kept)
{
    const uint64_t stamp = kept->uses_now ? 0 : store_stamp(kept->stmt);

    return (struct memo_key){kept->text, kept->is_user, stamp};
}

/* A query that is run, of some resources or of all. */
struct asked {
    enum wql_found found;
    struct memo_key key;
    struct memo_range part;
};

static enum status find_known(struct cache *cache, const struct asked *asked,
                              struct row_list *found, bool *is_known_out)
{
    *is_known_out = false;
    if (asked->found == WQL_FOUND_ALL)
        return rule_whole_find(&cache->wholes, &asked->key, found,
                               is_known_out);
    return asked->found == WQL_FOUND_RANGE
               ? rule_memo_find(&cache->memos, &asked->key, &asked->part, found,
                                is_known_out)
               : STATUS_OK;
}

static void keep_known(struct cache *cache, const struct asked *asked,
                       const struct row_list *found, size_t first)
{
    if (asked->found == WQL_FOUND_ALL)
        rule_whole_keep(&cache->wholes, &asked->key, found, first);
    if (asked->found == WQL_FOUND_RANGE)
        rule_memo_keep(&cache->memos, &asked->key, &asked->part, found, first);
}

/* Over all devices, what is known to be heavy is not even tried: its parts may
 * be known. */
static enum status run(struct store *store, struct cache *cache,
                       const struct kept *kept, struct rule_range range,
                       struct row_list *found)
{
    const struct asked asked = {
        kept->found, key_of(kept), {range.first, range.last}};
    const int64_t begun_us = clock_thread_us();
    const size_t n_before = found->n;
    bool is_known;

    if (kept->found == WQL_FOUND_ALL && range.max_ms &&
        rule_memo_has(&cache->memos, &asked.key))
        return STATUS_LIMIT;
    TRY(find_known(cache, &asked, found, &is_known));
    if (is_known)
        return STATUS_OK;
    TRY(run_bounded(store, kept, range, found));
    if (clock_thread_us() - begun_us >=
        (kept->found == WQL_FOUND_ALL ? WHOLE_US : HEAVY_US))
        keep_known(cache, &asked, found, n_before);
    return STATUS_OK;
}

static enum wql_found found_of(struct rule_range range)
{
    if (range.last == 0)
        return WQL_FOUND_ALL;
    return range.first == range.last ? WQL_FOUND_ONE : WQL_FOUND_RANGE;
}

/* Those that run over all devices are compiled each time, as that is seldom. */
static bool may_keep(const struct kept *kept)
{
    return !kept->uses_now && kept->found != WQL_FOUND_ALL;
}

static void keep(struct cache *cache, struct kept *kept)
{
    *slot_of(cache, kept->rule, kept->found) = kept;
    cache->n++;
}

static enum status find_anew(struct store *store, struct rule_text rule,
                             struct rule_range range, int64_t now_s,
                             struct row_list *found)
{
    struct cache *cache = cache_of(store);
    OWNED(kept) kept = calloc(1, sizeof(*kept));
    struct wql_problem problem;
    enum status compiled;

    if (!cache || !kept)
        return STATUS_NO_MEMORY;
    kept->found = found_of(range);
    compiled = compile(store, rule, now_s, &problem, kept);
    if (compiled == STATUS_INVALID) {
        log_warn("collection.query rule=%lld why=\"%s\"", (long long)rule.rule,
                 problem.why);
        return STATUS_OK;
    }
    TRY(compiled);
    TRY(run(store, cache, kept, range, found));
    if (may_keep(kept))
        keep(cache, TAKE(kept));
    return STATUS_OK;
}

enum status rule_find(struct store *store, struct rule_text rule,
                      struct rule_range range, int64_t now_s,
                      struct row_list *found)
{
    struct cache *cache = cache_of(store);
    struct kept **slot;

    if (!cache)
        return STATUS_NO_MEMORY;
    slot = slot_of(cache, rule.rule, found_of(range));
    if (*slot && text_equal((*slot)->text, rule.wql))
        return run(store, cache, *slot, range, found);
    if (*slot) /* the row was used again: all of them start anew */
        cache_clear(cache);
    return find_anew(store, rule, range, now_s, found);
}

/* ---- What a rule names ---- */

static enum status note(struct store *store, int64_t rule, const char *class,
                        const char *property)
{
    return store_run_with(store, SQL_RULE_NOTE_PROPERTY,
                          STORE_ARGS(STORE_TEXT(text_of(class)),
                                     STORE_TEXT(text_of(property)),
                                     STORE_INT(rule)));
}

static enum status note_table(struct store *store, int64_t rule,
                              const struct wql_table *table)
{
    for (size_t i = 0; i < table->class->n_properties; i++) {
        const struct object_property *property = &table->class->properties[i];

        if (table->used >> i & 1)
            TRY(note(store, rule, table->class->name,
                     property->column ? property->name : "*"));
    }
    return STATUS_OK;
}

/* Of no class: that it asks what time it is. */
static enum status note_time(struct store *store, int64_t rule,
                             struct wql_sql *q, const struct wql_query *query)
{
    const enum status put = wql_put_found(q, query, WQL_FOUND_ALL);

    if (put == STATUS_INVALID)
        return STATUS_OK; /* it finds nothing, whenever it is asked */
    TRY(put);
    return q->uses_now ? note(store, rule, "", "now") : STATUS_OK;
}

enum status rule_note_properties(struct store *store, struct rule_text rule)
{
    OWNED(wql) wql = NULL;
    SCOPED(wql_sql_clear) struct wql_sql *q = NULL;
    struct wql_problem problem;
    enum status read = wql_read(rule.wql, &wql, &problem);

    TRY(store_run_with(store, SQL_RULE_FORGET_PROPERTIES,
                       STORE_ARGS(STORE_INT(rule.rule))));
    if (read == STATUS_OK)
        read = begin(wql_query(wql), rule.is_user, 0, &problem, &q);
    if (read == STATUS_INVALID) /* it finds nothing, whatever changes */
        return rule_keys_note(store, rule.rule, NULL, NULL);
    TRY(read);
    for (size_t i = 0; i < q->n_tables; i++)
        TRY(note_table(store, rule.rule, &q->tables[i]));
    TRY(rule_keys_note(store, rule.rule, q, wql_query(wql)));
    return note_time(store, rule.rule, q, wql_query(wql));
}

#include "provider/object/query/sought_sql.h"

#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"

static enum sought_rank rank_of(const struct object_property *p)
{
    if (p->computed || !p->column)
        return SOUGHT_NOT;
    if (p->flags & OBJECT_HALF)
        return p->type == OBJECT_INTEGER ? SOUGHT_KEY : SOUGHT_TEXT;
    if ((p->flags & OBJECT_KEY) && p->type == OBJECT_INTEGER)
        return SOUGHT_KEY;
    if (!(p->flags & OBJECT_SOUGHT))
        return SOUGHT_NOT;
    if (p->type == OBJECT_STRINGS)
        return SOUGHT_ENTRY;
    return p->type == OBJECT_STRING ? SOUGHT_TEXT : SOUGHT_UNUSUAL;
}

bool sought_is_number(const struct object_property *property)
{
    return rank_of(property) == SOUGHT_UNUSUAL;
}

static struct sought one(enum sought_rank rank, struct sought_test test)
{
    return (struct sought){.rank = rank, .n = 1, .of = {test}};
}

struct sought sought_equal(const struct object_property *property, bool is_any,
                           const void *of)
{
    const enum sought_rank rank = rank_of(property);

    if (rank == SOUGHT_NOT || rank == SOUGHT_UNUSUAL)
        return (struct sought){0};
    return one(rank, (struct sought_test){
                         .property = property, .is_any = is_any, .of = of});
}

struct sought sought_number(const struct object_property *property,
                            bool is_null, int64_t number)
{
    if (rank_of(property) != SOUGHT_UNUSUAL ||
        (!is_null && number == property->usual))
        return (struct sought){0};
    return one(SOUGHT_UNUSUAL, (struct sought_test){.property = property,
                                                    .is_null = is_null,
                                                    .number = number});
}

struct sought sought_like(const struct object_property *property,
                          struct text pattern, bool has_sets, const void *of)
{
    const enum sought_rank rank = rank_of(property);
    struct text prefix = {pattern.data, 0};

    while (prefix.size < pattern.size && pattern.data[prefix.size] != '%' &&
           pattern.data[prefix.size] != '_' &&
           !(pattern.data[prefix.size] == '[' && has_sets))
        prefix.size++;
    if ((rank != SOUGHT_TEXT && rank != SOUGHT_ENTRY) || prefix.size == 0)
        return (struct sought){0};
    return one(SOUGHT_PREFIX, (struct sought_test){.property = property,
                                                   .is_prefix = true,
                                                   .prefix = prefix,
                                                   .of = of});
}

struct sought sought_both(const struct sought *a, const struct sought *b)
{
    return b->rank > a->rank ? *b : *a;
}

struct sought sought_either(const struct sought *a, const struct sought *b)
{
    struct sought all = *a;

    if (a->n == 0 || b->n == 0 || a->n + b->n > SOUGHT_TESTS_MAX)
        return (struct sought){0};
    if (b->rank < a->rank)
        all.rank = b->rank;
    for (size_t i = 0; i < b->n; i++)
        all.of[all.n++] = b->of[i];
    return all;
}

/* ---- As SQL ---- */

static void put_parameters(const struct sought_test *test, const char *after,
                           struct buf *sql)
{
    if (test->first == test->last) {
        buf_append_format(sql, " = ?%d%s", test->first, after);
        return;
    }
    buf_append_string(sql, after);
    for (int i = test->first; i <= test->last; i++)
        buf_append_format(sql, "%s?%d", i > test->first ? ", " : " IN (", i);
    buf_append_char(sql, ')');
}

/* No text that begins with the prefix sorts after it and the byte FF. */
static void put_values(const struct sought_test *test, const char *value,
                       struct buf *sql)
{
    buf_append_string(sql, value);
    if (!test->is_prefix) {
        put_parameters(test, " COLLATE NOCASE", sql);
        return;
    }
    buf_append_format(sql,
                      " >= ?%d COLLATE NOCASE AND %s < (?%d ||"
                      " CAST(x'ff' AS TEXT)) COLLATE NOCASE",
                      test->first, value, test->first);
}

static void put_number(const struct sought_test *test, struct buf *sql)
{
    const char *column = test->property->column;

    buf_append_format(sql, "t.%s IS NOT %" PRId64 " AND t.%s IS ", column,
                      test->property->usual, column);
    if (test->is_null)
        buf_append_string(sql, "NULL");
    else
        buf_append_format(sql, "%" PRId64, test->number);
}

static void put_test(const struct object_class *class,
                     const struct sought_test *test, struct buf *sql)
{
    const struct object_property *p = test->property;
    char value[128];

    switch (rank_of(p)) {
    case SOUGHT_KEY:
        buf_append_format(sql, "t.%s", p->column);
        put_parameters(test, "", sql);
        return;
    case SOUGHT_TEXT:
        snprintf(value, sizeof(value), "t.%s", p->column);
        put_values(test, value, sql);
        return;
    case SOUGHT_ENTRY:
        buf_append_format(sql, "t.row IN (SELECT e.row FROM %s_by_%s e WHERE ",
                          class->table, p->column);
        put_values(test, "e.value", sql);
        buf_append_char(sql, ')');
        return;
    case SOUGHT_UNUSUAL:
        put_number(test, sql);
        return;
    case SOUGHT_PREFIX:
    case SOUGHT_NOT:
        break;
    }
    buf_append_char(sql, '1');
}

void sought_put(const struct object_class *class, const struct sought *sought,
                struct buf *sql)
{
    buf_append_string(sql, "((");
    for (size_t i = 0; i < sought->n; i++) {
        if (i > 0)
            buf_append_string(sql, ") OR (");
        put_test(class, &sought->of[i], sql);
    }
    buf_append_string(sql, "))");
}

bool sought_is_entry(const struct sought *sought)
{
    return sought->n == 1 && sought->rank == SOUGHT_ENTRY &&
           !sought->of[0].is_any && !sought->of[0].is_prefix;
}

/*
 * Members are read collection by collection, of those that may be read: what
 * others hold, and how many there are, costs nothing.
 */
static void put_table(const struct object_class *class, bool is_seen,
                      struct buf *sql)
{
    if (class->is_held && is_seen && !MUTANT("g7-members-of-all"))
        buf_append_format(sql,
                          " FROM sms_visible h CROSS JOIN %s t"
                          " WHERE h.operation = %d"
                          " AND t.collection = h.resource AND ",
                          class->table, RBAC_OP_READ);
    else
        buf_append_format(sql, " FROM %s t WHERE ", class->table);
}

const char *sought_put_from(const struct object_class *class,
                            const struct sought *sought, bool is_seen,
                            struct buf *sql)
{
    if (sought_is_entry(sought)) {
        buf_append_format(sql,
                          " FROM %s_by_%s e CROSS JOIN %s t ON t.row = e.row"
                          " WHERE e.value = ?%d AND ",
                          class->table, sought->of[0].property->column,
                          class->table, sought->of[0].first);
        return "e.row";
    }
    put_table(class, is_seen, sql);
    if (sought->n > 0) {
        sought_put(class, sought, sql);
        buf_append_string(sql, " AND ");
    }
    return NULL;
}

/* ---- How many there are ---- */

bool sought_is_ordered(const struct sought *sought)
{
    const struct sought_test *test = &sought->of[0];

    return sought->n == 1 && !test->is_prefix && !test->is_any;
}

static void put_probed(const struct object_class *class,
                       const struct sought_test *test, struct buf *sql)
{
    const struct object_property *p = test->property;

    if (rank_of(p) == SOUGHT_ENTRY) {
        buf_append_format(sql, "SELECT 1 FROM %s_by_%s e WHERE ", class->table,
                          p->column);
        put_values(test, "e.value", sql);
        return;
    }
    buf_append_format(sql, "SELECT 1 FROM %s t WHERE ", class->table);
    put_test(class, test, sql);
}

int sought_put_probe(const struct object_class *class,
                     const struct sought *sought, struct buf *sql)
{
    int last = 0;

    buf_append_string(sql, "SELECT count(*) FROM (");
    for (size_t i = 0; i < sought->n; i++) {
        if (i > 0)
            buf_append_string(sql, " UNION ALL ");
        put_probed(class, &sought->of[i], sql);
        if (sought->of[i].last > last)
            last = sought->of[i].last;
    }
    buf_append_format(sql, " LIMIT %d)", SOUGHT_COMMON);
    return last;
}

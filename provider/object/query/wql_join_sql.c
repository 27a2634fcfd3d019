/*
 * FROM and WHERE of a query of several classes.
 *
 * Each is a table of its own. One that is merged has all rows, for SQLite to
 * reach by what its ON ties it to, and m says which may be read. One that is
 * kept whole by its LIMIT has those that may be read and no others: where it
 * may be missing on the left (RIGHT, FULL), and where what is hidden would be
 * reached by its values (T60):
 *
 * A device that is tied by its number to one that may be read may be read too,
 * and so may its inventory. All else is kept whole, and so is what comes first,
 * and members of collections of which WHERE seeks nothing, if the caller sees
 * few devices. If they see more, what WHERE seeks is sought as a list does it;
 * what ON ties by a value is kept whole. Callers who see all devices, and
 * rules, reach everything by everything.
 */
#include <string.h>

#include "provider/object/query/start_sql.h"
#include "provider/object/query/wql_sql.h"

struct join {
    struct wql_sql *q;
    const struct wql_query *query;
    size_t first;
    size_t n;
    enum start_extent extent;
};

static enum status find_extent(struct join *join)
{
    join->extent = START_SEES_ALL;
    if (join->q->is_rule || !join->q->visible || MUTANT("g4-joins-seek-hidden"))
        return STATUS_OK;
    return start_extent(join->q->visible, &join->extent);
}

/* ---- Ties ---- */

static const struct object_class *class_of(const struct join *join,
                                           size_t table)
{
    return join->q->tables[table].class;
}

/* The number of the device: "t" and the column. */
static bool is_device_number(const struct join *join, struct wql_side side)
{
    const struct object_class *class = class_of(join, side.table);
    const char *column = class->properties[side.property].column;

    return class->device && column &&
           strcmp(class->device + strlen("t."), column) == 0;
}

static bool is_by_number(const struct join *join, const struct wql_tie *tie)
{
    return is_device_number(join, tie->of[0]) &&
           is_device_number(join, tie->of[1]);
}

/* The side of a table, and the other; false: it has none. */
static bool split_tie(const struct wql_tie *tie, size_t table,
                      struct wql_side *own_out, struct wql_side *other_out)
{
    const size_t own = tie->of[0].table == table ? 0 : 1;

    *own_out = tie->of[own];
    *other_out = tie->of[1 - own];
    return own_out->table == table && other_out->table != table;
}

/* To an earlier table whose rows are all of devices that may be read. */
static bool is_tied_by_number(const struct join *join, size_t table,
                              const struct wql_ties *ties)
{
    struct wql_side own;
    struct wql_side other;

    for (size_t i = 0; i < ties->n; i++)
        if (is_by_number(join, &ties->of[i]) &&
            split_tie(&ties->of[i], table, &own, &other) &&
            other.table < table &&
            start_is_of_devices(class_of(join, other.table)))
            return true;
    return false;
}

/* Members of a collection are reached by it, not by what devices have. */
static bool is_value_of_device(const struct join *join, struct wql_side side)
{
    const struct object_class *class = class_of(join, side.table);
    const char *column = class->properties[side.property].column;

    return class->device && !is_device_number(join, side) &&
           !(column && strcmp(column, "CollectionID") == 0);
}

static bool is_tied_by_value(const struct join *join, size_t table,
                             const struct wql_ties *ties)
{
    struct wql_side own;
    struct wql_side other;

    for (size_t i = 0; i < ties->n; i++)
        if (split_tie(&ties->of[i], table, &own, &other) &&
            is_value_of_device(join, own))
            return true;
    return false;
}

/* Members of collections are reached by a device through hidden ones too. */
static enum status is_held_whole(const struct join *join, size_t table,
                                 bool *is_out)
{
    struct wql_sql *q = join->q;
    const size_t n_values = q->n_values;
    struct sought sought = {0};

    *is_out = class_of(join, table)->is_held && join->extent == START_SEES_FEW;
    if (!*is_out || q->tables[table].from->join != WQL_INNER)
        return STATUS_OK;
    TRY(wql_find_sought(q, join->query, table, &sought));
    q->n_values = n_values; /* they are taken where they are put */
    *is_out = sought.n == 0;
    return STATUS_OK;
}

static bool is_whole(const struct join *join, size_t table,
                     const struct wql_ties *ties)
{
    const bool is_of_devices = start_is_of_devices(class_of(join, table));

    if (join->extent == START_SEES_ALL || !class_of(join, table)->device ||
        is_tied_by_number(join, table, ties))
        return false;
    return (is_of_devices && join->extent == START_SEES_FEW) ||
           is_tied_by_value(join, table, ties);
}

/* Of what is not whole, no index is to be asked for a value: a sign keeps it
 * from that. */
static void put_side(const struct join *join, struct wql_side side,
                     bool is_sought)
{
    if (!is_sought && is_value_of_device(join, side))
        buf_append_char(&join->q->sql, '+');
    wql_put_property(join->q, side.table, side.property);
}

static void put_tie(const struct join *join, size_t table,
                    const struct wql_tie *tie, bool is_sought)
{
    struct wql_side own;
    struct wql_side other;

    if (join->extent == START_SEES_ALL || is_by_number(join, tie)) {
        own = tie->of[0];
        other = tie->of[1];
        is_sought = true;
    } else if (!split_tie(tie, table, &own, &other)) {
        return;
    }
    put_side(join, own, is_sought);
    buf_append_string(&join->q->sql, " = ");
    put_side(join, other, join->extent == START_SEES_ALL);
    buf_append_string(&join->q->sql,
                      tie->is_text ? " COLLATE NOCASE AND " : " AND ");
}

static void put_ties(const struct join *join, size_t table,
                     const struct wql_ties *ties, bool is_sought)
{
    for (size_t i = 0; i < ties->n; i++)
        put_tie(join, table, &ties->of[i], is_sought);
}

/* ---- Tables ---- */

/* The columns that are asked for, and m: it may be read. */
static void put_columns(struct wql_sql *q, const struct wql_table *of)
{
    buf_append_format(&q->sql, "(SELECT t.%s AS k, ", wql_key_column(of));
    wql_put_may(q, of);
    buf_append_string(&q->sql, " AS m");
    for (size_t i = 0; i < of->class->n_properties; i++) {
        if (!(of->used & UINT64_C(1) << i))
            continue;
        buf_append_string(&q->sql, ", ");
        object_property_put(&of->class->properties[i], &q->sql);
        buf_append_format(&q->sql, " AS p%zu", i);
    }
}

/* An entry of a list is found in a table that knows hidden ones too. */
static bool is_of_entries(const struct sought *sought)
{
    for (size_t i = 0; i < sought->n; i++)
        if (object_property_has_entries(sought->of[i].property))
            return true;
    return false;
}

/* Those that may be read; is_merged: and of them what WHERE seeks, as it may be
 * true of no others, so that less is joined. */
static enum status put_visible(const struct join *join, size_t table,
                               bool is_merged)
{
    struct wql_sql *q = join->q;
    const size_t n_values = q->n_values;
    struct sought sought = {0};

    start_put_visible(class_of(join, table), &q->sql);
    if (is_merged && q->tables[table].from->join == WQL_INNER)
        TRY(wql_find_sought(q, join->query, table, &sought));
    if (sought.n == 0 || is_of_entries(&sought)) {
        q->n_values = n_values; /* its own, taken last */
        return STATUS_OK;
    }
    buf_append_string(&q->sql, " AND ");
    sought_put(class_of(join, table), &sought, &q->sql);
    return STATUS_OK;
}

/* A table of what may be read, kept whole. */
static enum status put_whole(const struct join *join, size_t table,
                             bool is_merged)
{
    struct wql_sql *q = join->q;
    const struct object_class *class = class_of(join, table);

    put_columns(q, &q->tables[table]);
    if (join->extent != START_SEES_ALL && start_is_of_devices(class)) {
        TRY(put_visible(join, table, is_merged));
    } else {
        TRY(wql_put_rows(q, table, &(struct sought){0}, true));
        wql_put_may(q, &q->tables[table]);
    }
    buf_append_format(&q->sql, " LIMIT -1) a%zu", table);
    return STATUS_OK;
}

/*
 * A table of all, for SQLite to merge; m is asked where it is used. Members of
 * collections are reached by the device that may be read, if that is all that
 * is said of them.
 */
static enum status put_merged(const struct join *join, size_t table,
                              const struct wql_ties *ties)
{
    struct wql_sql *q = join->q;
    const size_t n_values = q->n_values;
    struct sought sought = {0};
    enum start start;

    if (q->tables[table].from->join == WQL_INNER)
        TRY(wql_find_sought(q, join->query, table, &sought));
    TRY(wql_choose_start(q, join->query, table, &sought, &start));
    if (start != START_SOUGHT) {
        sought = (struct sought){0};
        q->n_values = n_values; /* its own, taken last */
    }
    put_columns(q, &q->tables[table]);
    TRY(wql_put_rows(q, table, &sought,
                     sought.n > 0 || !is_tied_by_number(join, table, ties)));
    buf_append_format(&q->sql, "1) a%zu", table);
    return STATUS_OK;
}

/*
 * CASE WHEN .. THEN condition: the tables from first to last may be read, as
 * far as their rows must be there. Of others ON has asked, or they are null.
 */
static enum status put_guarded(struct wql_sql *q, const struct wql_query *query,
                               size_t first, size_t last,
                               const struct wql_expr *condition)
{
    if (!q->is_rule) {
        buf_append_format(&q->sql, "CASE WHEN a%zu.m", last);
        for (size_t i = first; i < last; i++)
            if (q->tables[i].from->join == WQL_INNER)
                buf_append_format(&q->sql, " AND a%zu.m", i);
        buf_append_string(&q->sql, " THEN ");
    }
    TRY(wql_put_condition(q, query, condition));
    if (!q->is_rule)
        buf_append_string(&q->sql, " ELSE 0 END");
    return STATUS_OK;
}

/* The last table whose row must be there. */
static size_t last_inner(const struct wql_sql *q, size_t first, size_t n)
{
    size_t last = first + n - 1;

    while (last > first && q->tables[last].from->join != WQL_INNER)
        last--;
    return last;
}

/* One table, and how it is joined with those before. */
static enum status put_next(const struct join *join, size_t table)
{
    struct wql_sql *q = join->q;
    const struct wql_source *from = q->tables[table].from;
    struct wql_ties ties = {0};
    bool whole;
    bool held_whole;

    if (from->on)
        wql_find_ties(q, join->query, from->on, &ties);
    TRY(is_held_whole(join, table, &held_whole));
    whole = held_whole || is_whole(join, table, &ties);
    if (from->on)
        buf_append_string(&q->sql,
                          from->join == WQL_LEFT ? " LEFT JOIN " : " JOIN ");
    TRY(whole ? put_whole(join, table, true) : put_merged(join, table, &ties));
    if (!from->on)
        return STATUS_OK;
    buf_append_string(&q->sql, " ON ");
    put_ties(join, table, &ties, whole);
    return put_guarded(q, join->query, join->first, table, from->on);
}

static enum status put_merged_from(const struct join *join)
{
    struct wql_sql *q = join->q;

    buf_append_string(&q->sql, " FROM ");
    for (size_t i = join->first; i < join->first + join->n; i++)
        TRY(put_next(join, i));
    buf_append_format(&q->sql, " WHERE a%zu.m", join->first);
    if (!join->query->where)
        return STATUS_OK;
    buf_append_string(&q->sql, " AND ");
    return put_guarded(q, join->query, join->first,
                       last_inner(q, join->first, join->n), join->query->where);
}

static enum status put_whole_from(const struct join *join)
{
    static const char *const joins[] = {
        [WQL_INNER] = " INNER JOIN ",
        [WQL_LEFT] = " LEFT JOIN ",
        [WQL_RIGHT] = " RIGHT JOIN ",
        [WQL_FULL] = " FULL JOIN ",
    };
    struct wql_sql *q = join->q;

    buf_append_string(&q->sql, " FROM ");
    for (size_t i = join->first; i < join->first + join->n; i++) {
        const struct wql_source *from = q->tables[i].from;

        if (from->on)
            buf_append_string(&q->sql, joins[from->join]);
        TRY(put_whole(join, i, false));
        if (!from->on)
            continue;
        buf_append_string(&q->sql, " ON ");
        TRY(wql_put_condition(q, join->query, from->on));
    }
    if (!join->query->where)
        return STATUS_OK;
    buf_append_string(&q->sql, " WHERE ");
    return wql_put_condition(q, join->query, join->query->where);
}

enum status wql_put_joined(struct wql_sql *q, const struct wql_query *query)
{
    struct join join = {.q = q, .query = query};

    join.first = wql_tables_of(q, query, &join.n);
    TRY(find_extent(&join));
    for (const struct wql_source *s = query->sources; s; s = s->next)
        if (s->join == WQL_RIGHT || s->join == WQL_FULL)
            return put_whole_from(&join);
    return put_merged_from(&join);
}

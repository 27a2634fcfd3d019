/*
 * Classes, properties and sources of a query.
 */
#include "provider/object/query/wql_sql.h"

#include <stdarg.h>
#include <stdio.h>

enum { NAME_SHOWN = 60 };

enum status wql_sql_fail(struct wql_sql *q, uint32_t column, const char *format,
                         ...)
{
    va_list args;

    q->problem->column = column;
    va_start(args, format);
    vsnprintf(q->problem->why, sizeof(q->problem->why), format, args);
    va_end(args);
    return STATUS_INVALID;
}

static int shown(struct text text)
{
    return (int)(text.size < NAME_SHOWN ? text.size : NAME_SHOWN);
}

/* ---- Classes ---- */

static bool begins_with(struct text name, struct text head)
{
    return name.size > head.size &&
           text_equal_nocase((struct text){name.data, head.size}, head);
}

/* "did you mean"; NULL: none is near. */
static const char *nearest_class(struct text name)
{
    const char *names[2 * CLASSES_MAX];
    size_t n, n_added;
    const struct object_class *const *classes = object_classes(&n);
    const struct object_class *const *added = object_classes_added(&n_added);

    for (size_t i = 0; i < n; i++)
        names[i] = classes[i]->name;
    for (size_t i = 0; i < n_added && n < ARRAY_SIZE(names); i++)
        names[n++] = added[i]->name;
    return text_nearest(name, names, n);
}

static enum status fail_class(struct wql_sql *q, const struct wql_source *from)
{
    const struct text name = from->class_name;
    const char *nearest = nearest_class(name);

    if (nearest)
        return wql_sql_fail(q, from->column,
                            "there is no class \"%.*s\" at this site; did you"
                            " mean %s?",
                            shown(name), name.data, nearest);
    if (begins_with(name, TEXT("SMS_G_System_")))
        return wql_sql_fail(q, from->column,
                            "the inventory of this site has no class \"%.*s\"",
                            shown(name), name.data);
    return wql_sql_fail(q, from->column,
                        "there is no class \"%.*s\" at this site", shown(name),
                        name.data);
}

/* A rule is about devices and what belongs to one, or about users. */
static enum status check_rule_class(struct wql_sql *q,
                                    const struct object_class *class,
                                    const struct wql_source *from)
{
    if (q->is_of_users ? class == &class_user || class == &class_user_group
                       : class == &class_device || class->is_of_device)
        return STATUS_OK;
    if (class == &class_collection_member)
        return wql_sql_fail(q, from->column,
                            "a rule cannot ask about \"%.*s\": members of other"
                            " collections are included and excluded by rules"
                            " of their own",
                            shown(from->class_name), from->class_name.data);
    return wql_sql_fail(q, from->column,
                        "a rule can ask about %s, not about \"%.*s\"",
                        q->is_of_users ? "SMS_R_User and SMS_R_UserGroup"
                                       : "SMS_R_System and its inventory",
                        shown(from->class_name), from->class_name.data);
}

static enum status add_table(struct wql_sql *q, const struct wql_query *query,
                             const struct wql_source *from)
{
    struct wql_table *table = &q->tables[q->n_tables];

    if (q->n_tables == WQL_SOURCES_MAX)
        return wql_sql_fail(q, from->column, "at most %d classes in a query",
                            WQL_SOURCES_MAX);
    *table = (struct wql_table){.query = query, .from = from};
    table->class = object_class_find(from->class_name);
    table->collection = object_class_collection(from->class_name);
    if (!table->class)
        return fail_class(q, from);
    if (q->is_rule)
        TRY(check_rule_class(q, table->class, from));
    q->n_tables++;
    return STATUS_OK;
}

size_t wql_tables_of(const struct wql_sql *q, const struct wql_query *query,
                     size_t *n_out)
{
    size_t first = q->n_tables;

    *n_out = 0;
    for (size_t i = 0; i < q->n_tables; i++)
        if (q->tables[i].query == query) {
            if (*n_out == 0)
                first = i;
            ++*n_out;
        }
    return first;
}

/* ---- Properties ---- */

static bool is_qualifier(const struct wql_table *table, struct text qualifier)
{
    return text_equal_nocase(qualifier, table->from->alias) ||
           text_equal_nocase(qualifier, table->from->class_name);
}

static enum status fail_property(struct wql_sql *q,
                                 const struct wql_table *table,
                                 struct text name, uint32_t column)
{
    const char *names[PROPERTIES_MAX];
    const char *nearest;

    for (size_t i = 0; i < table->class->n_properties; i++)
        names[i] = table->class->properties[i].name;
    nearest = text_nearest(name, names, table->class->n_properties);
    return wql_sql_fail(q, column, "%s has no property \"%.*s\"%s%s%s",
                        table->class->name, shown(name), name.data,
                        nearest ? "; did you mean " : "",
                        nearest ? nearest : "", nearest ? "?" : "");
}

/* An alias goes before a class of the same name. */
static enum status find_table(struct wql_sql *q, const struct wql_query *query,
                              struct text qualifier, uint32_t column,
                              size_t *table_out)
{
    size_t n;
    const size_t first = wql_tables_of(q, query, &n);
    size_t n_found = 0;

    for (size_t i = first; i < first + n; i++)
        if (text_equal_nocase(qualifier, q->tables[i].from->alias)) {
            *table_out = i;
            n_found++;
        }
    for (size_t i = first; n_found == 0 && i < first + n; i++)
        if (is_qualifier(&q->tables[i], qualifier)) {
            *table_out = i;
            return STATUS_OK;
        }
    if (n_found == 1)
        return STATUS_OK;
    return wql_sql_fail(q, column,
                        n_found ? "\"%.*s\" is given to two classes"
                                : "the query selects from no \"%.*s\"",
                        shown(qualifier), qualifier.data);
}

enum status wql_find_property(struct wql_sql *q, const struct wql_query *query,
                              struct wql_name name, size_t *table_out,
                              size_t *property_out)
{
    size_t n;
    size_t first = wql_tables_of(q, query, &n);
    size_t n_found = 0;

    if (name.qualifier.size) {
        TRY(find_table(q, query, name.qualifier, name.column, &first));
        n = 1;
    }
    for (size_t i = first; i < first + n; i++) {
        const int index = object_property_index(q->tables[i].class, name.name);

        if (index < 0)
            continue;
        *table_out = i;
        *property_out = (size_t)index;
        n_found++;
    }
    if (n_found == 0)
        return fail_property(q, &q->tables[first], name.name, name.column);
    if (n_found > 1)
        return wql_sql_fail(q, name.column,
                            "more than one class has \"%.*s\": say which",
                            shown(name.name), name.name.data);
    q->tables[*table_out].used |= UINT64_C(1) << *property_out;
    return STATUS_OK;
}

/* ---- Finding all of it ---- */

static enum status resolve_items(struct wql_sql *q,
                                 const struct wql_query *query,
                                 const struct wql_item *items)
{
    size_t table;
    size_t property;

    for (const struct wql_item *item = items; item; item = item->next) {
        if (item->name.size)
            TRY(wql_find_property(
                q, query,
                (struct wql_name){item->qualifier, item->name, item->column},
                &table, &property));
        else if (item->qualifier.size)
            TRY(find_table(q, query, item->qualifier, item->column, &table));
    }
    return STATUS_OK;
}

/* Those of a query stand next to each other, before those within it. */
enum status wql_resolve(struct wql_sql *q, const struct wql_query *query)
{
    size_t first;
    size_t n;

    for (const struct wql_source *s = query->sources; s; s = s->next)
        TRY(add_table(q, query, s));
    first = wql_tables_of(q, query, &n);
    q->tables[first].is_flat = n == 1;
    for (const struct wql_source *s = query->sources; s; s = s->next)
        if (s->on)
            TRY(wql_mark_condition(q, query, s->on));
    if (query->where)
        TRY(wql_mark_condition(q, query, query->where));
    TRY(resolve_items(q, query, query->items));
    return resolve_items(q, query, query->order);
}

/* ---- Writing ---- */

void wql_put_property(struct wql_sql *q, size_t table, size_t property)
{
    const struct wql_table *of = &q->tables[table];

    if (of->is_flat)
        object_property_put(&of->class->properties[property], &q->sql);
    else
        buf_append_format(&q->sql, "a%zu.p%zu", table, property);
}

void wql_put_order(struct wql_sql *q, size_t table, size_t property)
{
    wql_put_property(q, table, property);
    if (q->tables[table].class->properties[property].type == OBJECT_STRING)
        buf_append_string(&q->sql, " COLLATE NOCASE");
}

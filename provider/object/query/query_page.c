#include "provider/object/query/query_page.h"

#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/query/asked_sql.h"
#include "provider/object/query/held_walk.h"

/* ---- Rows ---- */

static void write_columns(const struct query_run *run, struct store_stmt *stmt,
                          size_t table, bool is_any, struct json_writer *result)
{
    for (size_t i = 0; i < run->n_columns; i++) {
        const struct query_column *column = &run->columns[i];
        const struct object_property *property =
            &run->sql.tables[column->table].class->properties[column->property];

        if (!is_any && column->table != table)
            continue;
        writer_key(result, property->name);
        object_value_write(result, property, stmt,
                           (int)i + query_head_columns(run));
    }
}

/* Is everything that is asked for of one class? Then it is such objects. */
static bool is_of_one(const struct query_run *run)
{
    for (size_t i = 1; i < run->n_columns; i++)
        if (run->columns[i].table != run->columns[0].table)
            return false;
    return true;
}

static void write_row(const struct query_run *run, struct store_stmt *stmt,
                      struct json_writer *result)
{
    writer_object_begin(result);
    if (is_of_one(run)) {
        write_columns(run, stmt, 0, true, result);
        writer_object_end(result);
        return;
    }
    for (size_t i = run->first; i < run->first + run->n_tables; i++) {
        char name[OBJECT_KEY_MAX_BYTES];
        const struct text alias = run->sql.tables[i].from->alias;

        snprintf(name, sizeof(name), "%.*s", (int)alias.size, alias.data);
        writer_key(result, name);
        writer_object_begin(result);
        write_columns(run, stmt, i, false, result);
        writer_object_end(result);
    }
    writer_object_end(result);
}

static void note_place(const struct query_run *run, struct store_stmt *stmt,
                       int64_t n, struct buf *place)
{
    buf_clear(place);
    if (!run->is_keyed) {
        buf_append_format(place, "n%" PRId64, run->skip + n);
    } else if (run->order.property) {
        buf_append_char(place, 'o');
        place_write(store_is_null(stmt, 1), store_text(stmt, 1),
                    store_text(stmt, 0), place);
    } else {
        buf_append_char(place, 'k');
        buf_append_text(place, store_text(stmt, 0));
    }
}

static enum status write_part(struct query_run *run,
                              const struct order_part *part, struct buf *place,
                              int64_t *n, struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    wql_begin(&run->sql);
    TRY(query_put_page(run, part, run->limit + 1 - *n));
    TRY(buf_status(&run->sql.sql));
    TRY(asked_sql_prepare(run->call, &run->sql.sql, "wql", &stmt));
    wql_bind(&run->sql, run->sql.n_values, stmt);
    while ((found = store_step(stmt)) == STATUS_OK) {
        if ((*n)++ == run->limit)
            return STATUS_OK;
        write_row(run, stmt, result);
        if (*n == run->limit)
            note_place(run, stmt, *n, place);
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status write_parts(struct query_run *run, struct buf *place,
                               int64_t *n, struct json_writer *result)
{
    const struct order_parts parts =
        order_parts(&run->order, &run->place,
                    run->is_keyed && run->order.property &&
                        run->sql.has_start && run->sql.start == START_WALKED);

    for (size_t i = 0; i < parts.n && *n <= run->limit; i++)
        TRY(write_part(run, &parts.of[i], place, n, result));
    return STATUS_OK;
}

/* ---- Members of all collections ---- */

static bool is_of_members(const struct query_run *run)
{
    const struct wql_table *of = &run->sql.tables[run->first];

    return run->n_tables == 1 && of->class->is_held && !of->collection.size &&
           !MUTANT("p1-members-sorted");
}

static bool is_walked(const struct query_run *run)
{
    return run->is_keyed && !run->order.property && run->sql.has_start &&
           run->sql.start == START_ROWS && is_of_members(run);
}

static enum status begin_walk(struct query_run *run, struct held_walk *walk)
{
    struct held_place from = {TEXT(""), 0};

    if (run->place.is_set && !held_place_read(run->place.key, &from))
        return fail_invalid(run->call, "after",
                            "It is not the end of a page of this query.");
    return held_walk_begin(run->sql.store, from, run->order.is_descending,
                           walk);
}

static enum status write_walked(struct query_run *run, struct buf *place,
                                int64_t *n, struct json_writer *result)
{
    const struct order_part all = {.range = ORDER_ALL};
    SCOPED(held_walk_clear) struct held_walk walk = {0};
    enum status found = STATUS_END;

    TRY(begin_walk(run, &walk));
    run->sql.is_walked = true;
    while (*n <= run->limit && (found = held_walk_next(&walk)) == STATUS_OK) {
        run->walk = &walk;
        found = write_part(run, &all, place, n, result);
        run->walk = NULL;
        TRY(found);
    }
    return *n > run->limit || found == STATUS_END ? STATUS_OK : found;
}

enum status query_write_page(struct query_run *run, struct json_writer *result)
{
    SCOPED(buf_free) struct buf place = buf_make(PLACE_BYTES);
    int64_t n = 0;

    if (is_walked(run))
        TRY(write_walked(run, &place, &n, result));
    else
        TRY(write_parts(run, &place, &n, result));
    writer_array_end(result);
    if (n <= run->limit)
        return STATUS_OK;
    TRY(buf_status(&place));
    writer_put_text(result, "next", buf_text(&place));
    return STATUS_OK;
}

/* ---- How many ---- */

static enum status count_found(const struct query_run *run, int64_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(asked_sql_prepare(run->call, &run->sql.sql, "wql", &stmt));
    wql_bind(&run->sql, run->sql.n_values, stmt);
    TRY(store_step(stmt));
    *n_out = store_int(stmt, 0);
    return STATUS_OK;
}

static enum status count(const struct query_run *run, int64_t *n_out)
{
    if (is_of_members(run) && !run->query->where &&
        !run->query->items->name.size)
        return visible_count_held(run->sql.visible, n_out);
    return count_found(run, n_out);
}

enum status query_write_count(struct query_run *run, struct json_writer *result)
{
    int64_t n;

    TRY(count(run, &n));
    writer_object_begin(result);
    writer_put_int(result, "Count", n);
    writer_object_end(result);
    writer_array_end(result);
    return STATUS_OK;
}

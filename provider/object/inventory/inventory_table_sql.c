/*
 * The tables of classes of inventory, and what reads their rows. Numbers make
 * the names of tables and columns: nothing that a description says stands in
 * SQL.
 */
#include <inttypes.h>

#include "provider/object/inventory/inventory.h"

enum { TABLE_MAX_BYTES = 8 * 1024 };

#define OF_DEVICE " REFERENCES device (row) ON DELETE CASCADE"

static enum status run(struct store *store, struct buf *sql)
{
    buf_append_char(sql, '\0');
    TRY(buf_status(sql));
    return store_run_script(store, buf_text(sql).data);
}

/* Keys are compared as names are, so that "c:" is "C:". */
static void put_column(const struct description *description, size_t i,
                       struct buf *sql)
{
    const struct description_property *p = &description->properties[i];
    const bool is_text = p->type == OBJECT_STRING || p->type == OBJECT_STRINGS;

    buf_append_format(sql, "c%zu %s", i + 1, is_text ? "TEXT" : "INTEGER");
    if (p->is_key)
        buf_append_string(sql,
                          is_text ? " NOT NULL COLLATE NOCASE" : " NOT NULL");
}

static void put_key_index(int64_t row, const struct description *description,
                          struct buf *sql)
{
    buf_append_format(sql,
                      "CREATE UNIQUE INDEX inv_%" PRId64
                      "_by_key ON inv_%" PRId64 " (device",
                      row, row);
    for (size_t i = 0; i < description->n_properties; i++)
        if (description->properties[i].is_key)
            buf_append_format(sql, ", c%zu", i + 1);
    buf_append_string(sql, ");\n");
}

/* As it is compared: without regard to case. Nulls are in it, for orders. */
static void put_index(int64_t row, size_t i, struct buf *sql)
{
    buf_append_format(sql,
                      "CREATE INDEX inv_%" PRId64 "_by_c%zu ON inv_%" PRId64
                      " (c%zu COLLATE NOCASE);\n",
                      row, i + 1, row, i + 1);
}

enum status inventory_table_make(struct store *store, int64_t row,
                                 const struct description *description)
{
    SCOPED(buf_free) struct buf sql = buf_make(TABLE_MAX_BYTES);
    const bool has_keys = description_has_keys(description);

    buf_append_format(&sql,
                      "CREATE TABLE inv_%" PRId64 " (row INTEGER"
                      " PRIMARY KEY%s, row_version INTEGER NOT NULL"
                      " DEFAULT 1, place TEXT, %sseen INTEGER",
                      row, has_keys ? "" : OF_DEVICE,
                      has_keys ? "device INTEGER NOT NULL" OF_DEVICE ", " : "");
    for (size_t i = 0; i < description->n_properties; i++) {
        buf_append_string(&sql, ", ");
        put_column(description, i, &sql);
    }
    buf_append_string(&sql, ") STRICT;\n");
    if (has_keys)
        put_key_index(row, description, &sql);
    for (size_t i = 0; i < description->n_properties; i++)
        if (description->properties[i].is_indexed)
            put_index(row, i, &sql);
    return run(store, &sql);
}

enum status inventory_table_extend(struct store *store, int64_t row,
                                   const struct description *description,
                                   const struct description *before)
{
    SCOPED(buf_free) struct buf sql = buf_make(TABLE_MAX_BYTES);

    for (size_t i = before->n_properties; i < description->n_properties; i++) {
        buf_append_format(&sql, "ALTER TABLE inv_%" PRId64 " ADD COLUMN ", row);
        put_column(description, i, &sql);
        buf_append_string(&sql, ";\n");
    }
    for (size_t i = 0; i < description->n_properties; i++)
        if (description->properties[i].is_indexed &&
            (i >= before->n_properties || !before->properties[i].is_indexed))
            put_index(row, i, &sql);
    return run(store, &sql);
}

enum status inventory_table_drop(struct store *store, int64_t row)
{
    SCOPED(buf_free) struct buf sql = buf_make(TABLE_MAX_BYTES);

    buf_append_format(&sql, "DROP TABLE inv_%" PRId64 ";\n", row);
    return run(store, &sql);
}

enum status inventory_table_clear(struct store *store, int64_t row, int64_t n,
                                  int64_t *n_deleted_out)
{
    SCOPED(buf_free) struct buf sql = buf_make(TABLE_MAX_BYTES);
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    buf_append_format(&sql,
                      "DELETE FROM inv_%" PRId64 " WHERE row IN"
                      " (SELECT row FROM inv_%" PRId64 " LIMIT ?1)",
                      row, row);
    TRY(buf_status(&sql));
    TRY(store_prepare_text(store, buf_text(&sql), &stmt));
    store_bind_int(stmt, 1, n);
    TRY(store_run(stmt));
    *n_deleted_out = store_n_changed(store);
    return STATUS_OK;
}

/* ---- Statements of rows ---- */

static const char *taken(struct arena *arena, struct buf *sql)
{
    const char *text =
        buf_status(sql) == STATUS_OK ? arena_text(arena, buf_text(sql)) : NULL;

    buf_clear(sql);
    return text;
}

void inventory_put_statements(struct inventory_class *made,
                              const struct description *description)
{
    SCOPED(buf_free) struct buf sql = buf_make(TABLE_MAX_BYTES);
    const char *table = made->class.table;
    int n = 1;

    if (!made->has_keys)
        return;
    buf_append_format(&sql,
                      "SELECT ifnull(max(row), ?1 << %d) + 1 FROM %s"
                      " WHERE row BETWEEN ?1 << %d AND (?1 << %d) + %d",
                      INSTANCE_BITS, table, INSTANCE_BITS, INSTANCE_BITS,
                      INSTANCES_MAX);
    made->next_row = taken(made->arena, &sql);
    buf_append_format(&sql, "SELECT row FROM %s WHERE device = ?1", table);
    for (size_t i = 0; i < description->n_properties; i++)
        if (description->properties[i].is_key)
            buf_append_format(&sql, " AND c%zu = ?%d", i + 1, ++n);
    made->find = taken(made->arena, &sql);
}

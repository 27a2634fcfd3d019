#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "provider/store/proof/tree.h"

/* ---- The condition of an index ---- */

/* Behind a name or a text in quotes that begins there. */
static size_t skip_quoted(struct text sql, size_t at)
{
    const char quote = sql.data[at] == '[' ? ']' : sql.data[at];

    for (at++; at < sql.size && sql.data[at] != quote;)
        at++;
    return at + 1;
}

/* Behind the columns in parentheses; the end: there are none. */
static size_t skip_columns(struct text sql)
{
    int depth = 0;

    for (size_t at = 0; at < sql.size;) {
        const char c = sql.data[at];

        if (c && strchr("'\"`[", c)) {
            at = skip_quoted(sql, at);
            continue;
        }
        at++;
        depth += (c == '(') - (c == ')');
        if (c == ')' && depth == 0)
            return at;
    }
    return sql.size;
}

struct text tree_condition(struct text schema)
{
    static const char word[] = "WHERE";
    size_t at = skip_columns(schema);

    while (at < schema.size && strchr(" \t\r\n", schema.data[at]))
        at++;
    if (schema.size - at < sizeof(word) ||
        strncasecmp(schema.data + at, word, sizeof(word) - 1) != 0)
        return (struct text){0};
    at += sizeof(word) - 1;
    return (struct text){schema.data + at, schema.size - at};
}

/* ---- Statements ---- */

void tree_put_column(struct buf *sql, struct text column)
{
    if (sql->size > 0)
        buf_append_string(sql, ", ");
    if (!column.size) {
        buf_append_string(sql, "rowid");
        return;
    }
    buf_append_char(sql, '"');
    buf_append_text(sql, column);
    buf_append_char(sql, '"');
}

void tree_put_rows(struct buf *conditions, const struct tree_table *table,
                   struct buf *sql)
{
    buf_append_format(sql, "SELECT *%s", table->has_number ? ", rowid" : "");
    buf_append_text(sql, buf_text(conditions));
    buf_append_format(sql, " FROM main.\"%s\"", table->name);
    if (table->has_number)
        buf_append_string(sql,
                          " NOT INDEXED WHERE rowid >= ?1 AND rowid <= ?2");
    else
        buf_append_format(sql, " INDEXED BY \"%s\"", table->own_name);
}

void tree_put_entries(struct buf *columns, const struct tree_table *table,
                      const char *tree, struct text condition, struct buf *sql)
{
    buf_append_string(sql, "SELECT ");
    buf_append_text(sql, buf_text(columns));
    buf_append_format(sql, " FROM main.\"%s\" INDEXED BY \"%s\"", table->name,
                      tree);
    if (!condition.size)
        return;
    buf_append_string(sql, " WHERE ");
    buf_append_text(sql, condition);
}

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

/* "SCAN device USING COVERING INDEX device_by_Name" ends with the way. */
static bool is_way_of(const char *plan, const char *way)
{
    static const char mark[] = " USING ";
    const char *found = plan ? strstr(plan, mark) : NULL;

    if (!found || !way)
        return plan && !found && !way;
    return strcmp(found + sizeof(mark) - 1, way) == 0;
}

enum status tree_has_way(sqlite3 *db, const char *select, const char *way,
                         bool *has_out)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    SCOPED(memory_drop) char *sql = NULL;
    enum { DETAIL = 3 };

    *has_out = false;
    if (asprintf(&sql, "EXPLAIN QUERY PLAN %s", select) < 0)
        return STATUS_NO_MEMORY;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return STATUS_OK;
    *has_out =
        sqlite3_step(stmt) == SQLITE_ROW &&
        is_way_of((const char *)sqlite3_column_text(stmt, DETAIL), way) &&
        sqlite3_step(stmt) == SQLITE_DONE;
    return STATUS_OK;
}

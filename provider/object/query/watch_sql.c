#include "provider/object/query/watch_sql.h"

#include "provider/object/query/start_sql.h"

static void put_visible(const struct object_class *class,
                        const struct filter *filter, struct buf *sql)
{
    start_put_visible(class, sql);
    if (!filter->sql.size)
        return;
    buf_append_string(sql, " AND (");
    buf_append_text(sql, buf_text(&filter->sql));
    buf_append_char(sql, ')');
}

/* CASE keeps its order: the filter is not even tried on a row that may not be
 * read. */
static void put_rows(const struct object_class *class,
                     const struct filter *filter, enum start start,
                     struct buf *sql)
{
    const struct text condition = buf_text(&filter->sql);

    if (start == START_SOUGHT)
        buf_append_text(sql, buf_text(&filter->sought));
    else
        buf_append_format(sql, " FROM %s t WHERE ", class->table);
    if (condition.size)
        buf_append_string(sql, "CASE WHEN ");
    class_put_sees(class, sql);
    if (condition.size) {
        buf_append_string(sql, " THEN (");
        buf_append_text(sql, condition);
        buf_append_string(sql, ") ELSE 0 END");
    }
}

void watch_put_rows(const struct object_class *class,
                    const struct filter *filter, enum start start,
                    struct buf *sql)
{
    const char *row = "t.row";

    if (start == START_SOUGHT && filter->row)
        row = filter->row;
    else if (start == START_VISIBLE)
        row = start_visible_order(class, false);
    buf_append_format(sql, "SELECT t.row, t.row_version, t.%s",
                      class->key_column);
    if (start == START_VISIBLE)
        put_visible(class, filter, sql);
    else
        put_rows(class, filter, start, sql);
    buf_append_format(sql, " ORDER BY %s", row);
}

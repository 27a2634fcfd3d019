#include "provider/object/query/watch_sql.h"

static void put_visible(const struct object_class *class,
                        const struct filter *filter, struct buf *sql)
{
    buf_append_format(sql,
                      " FROM sms_visible v CROSS JOIN %s t ON t.row ="
                      " v.resource WHERE v.operation = %d",
                      class->table, RBAC_OP_READ_RESOURCE);
    if (filter->sql.size) {
        buf_append_string(sql, " AND (");
        buf_append_text(sql, buf_text(&filter->sql));
        buf_append_char(sql, ')');
    }
    buf_append_string(sql, " ORDER BY v.resource");
}

/* CASE keeps its order: the filter is not even tried on a row that may not be
 * read. */
static void put_all(const struct object_class *class,
                    const struct filter *filter, struct buf *sql)
{
    const struct text condition = buf_text(&filter->sql);
    const struct text sought = buf_text(&filter->sought);

    if (sought.size)
        buf_append_text(sql, sought);
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
    buf_append_format(sql, " ORDER BY %s", filter->row ? filter->row : "t.row");
}

void watch_put_rows(const struct object_class *class,
                    const struct filter *filter, bool of_visible,
                    struct buf *sql)
{
    buf_append_format(sql, "SELECT t.row, t.row_version, t.%s",
                      class->key_column);
    if (of_visible)
        put_visible(class, filter, sql);
    else
        put_all(class, filter, sql);
}

#include "provider/object/act/import_sql.h"

void import_put_lookup(const struct object_class *class,
                       const struct object_property *by, struct buf *sql)
{
    const char *is_new = class->is_view ? "?2 IS NULL" : "t.row >= ?2";

    buf_append_format(sql, "SELECT t.%s, %s FROM %s t WHERE t.%s = ?1%s",
                      class->key_column, is_new, class->table, by->column,
                      by->type == OBJECT_STRING ? " COLLATE NOCASE" : "");
    buf_append_format(sql, " AND (%s OR (", is_new);
    class_put_may(class, sql);
    buf_append_string(sql, ")) LIMIT 2");
}

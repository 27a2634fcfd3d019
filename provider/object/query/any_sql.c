#include "provider/object/query/any_sql.h"

void any_put_begin(struct buf *sql)
{
    buf_append_string(sql, "EXISTS (SELECT 1 FROM json_each(");
}

void any_put_entry(struct buf *sql)
{
    buf_append_string(sql, ") j WHERE ");
}

void any_put_end(struct buf *sql)
{
    buf_append_char(sql, ')');
}

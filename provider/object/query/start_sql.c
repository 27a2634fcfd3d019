#include "provider/object/query/start_sql.h"

#include <string.h>

/* Has a device several rows? */
static bool is_of_many(const struct object_class *class)
{
    return strcmp(class->device, "t.row") != 0;
}

void start_put_visible(const struct object_class *class, struct buf *sql)
{
    buf_append_format(sql, " FROM sms_visible v CROSS JOIN %s t", class->table);
    if (is_of_many(class))
        buf_append_format(sql,
                          " NOT INDEXED ON t.row BETWEEN v.resource << %d AND"
                          " (v.resource << %d) + %d",
                          INSTANCE_BITS, INSTANCE_BITS, INSTANCES_MAX);
    else
        buf_append_string(sql, " ON t.row = v.resource");
    buf_append_format(sql, " WHERE v.operation = %d", RBAC_OP_READ_RESOURCE);
}

const char *start_visible_row(const struct object_class *class)
{
    return is_of_many(class) ? "t.row" : "v.resource";
}

const char *start_visible_order(const struct object_class *class,
                                bool is_descending)
{
    return is_descending ? start_visible_row(class) : "v.resource";
}

void start_put_after(const struct object_class *class, bool is_descending,
                     int key_at, struct buf *sql)
{
    buf_append_format(sql, "%s %c ?%d", start_visible_row(class),
                      is_descending ? '<' : '>', key_at);
    if (is_of_many(class) && !is_descending)
        buf_append_format(sql, " AND v.resource > (?%d >> %d) - 1", key_at,
                          INSTANCE_BITS);
}

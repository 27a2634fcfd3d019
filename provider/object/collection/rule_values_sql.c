#include "provider/object/collection/rule_values_sql.h"

void rule_values_put(const struct object_class *class, uint64_t properties,
                     struct buf *sql)
{
    const char *before = "SELECT ";

    for (size_t i = 0; i < class->n_properties; i++) {
        if (!(properties >> i & 1))
            continue;
        buf_append_string(sql, before);
        object_property_put(&class->properties[i], sql);
        before = ", ";
    }
    buf_append_format(sql, " FROM %s t WHERE %s = ?1", class->table,
                      class->device);
}

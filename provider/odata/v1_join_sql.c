#include "provider/odata/v1_join_sql.h"

#include "provider/odata/v1_set.h"

void v1_put_join(struct text device, struct buf *wql)
{
    const struct v1_set *set = v1_set_find(TEXT("Collection"));

    buf_append_string(wql, "SELECT ");
    for (size_t i = 0; i < set->n; i++)
        buf_append_format(wql, "%sc.%s", i > 0 ? ", " : "",
                          set->properties[i].of);
    buf_append_string(wql,
                      " FROM SMS_FullCollectionMembership AS m "
                      "INNER JOIN SMS_Collection AS c ON "
                      "m.CollectionID = c.CollectionID WHERE m.ResourceID = ");
    buf_append_text(wql, device);
}

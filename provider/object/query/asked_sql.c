#include "provider/object/query/asked_sql.h"

enum status asked_sql_prepare(struct object_call *call, const struct buf *sql,
                              const char *property,
                              struct store_stmt **stmt_out)
{
    const enum status prepared =
        store_prepare_text(call->store, buf_text(sql), stmt_out);

    return prepared == STATUS_INVALID
               ? fail_invalid(call, property, "It is nested too deeply.")
               : prepared;
}

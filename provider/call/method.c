#include "provider/call/method.h"

const struct method *method_find(const struct method_table *table,
                                 struct text name)
{
    for (size_t i = 0; i < table->n_rows; i++)
        if (text_equal(name, text_of(table->rows[i].name)))
            return &table->rows[i];
    return NULL;
}

enum rpc_error method_error(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return RPC_DONE;
    case STATUS_INVALID:
        return RPC_INVALID;
    case STATUS_NOT_FOUND:
        return RPC_NOT_FOUND;
    case STATUS_DENIED:
        return RPC_DENIED;
    case STATUS_CONFLICT:
        return RPC_CONFLICT;
    case STATUS_LIMIT:
        return RPC_LIMIT;
    case STATUS_NO_MEMORY:
    case STATUS_UNAVAILABLE:
    case STATUS_END:
        break;
    }
    return RPC_UNAVAILABLE;
}

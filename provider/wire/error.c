#include "provider/wire/error.h"

#include <stddef.h>

struct error_row {
    int code;
    const char *reason;
    const char *text;
};

static const struct error_row rows[RPC_N_ERRORS] = {
    [RPC_DONE] = {0, "done", "Done."},
    [RPC_PARSE] = {-32700, "parse", "The line is not one JSON value."},
    [RPC_INVALID_REQUEST] = {-32600, "invalid_request",
                             "The value is not a JSON-RPC 2.0 request."},
    [RPC_UNKNOWN_METHOD] = {-32601, "unknown_method",
                            "There is no such method."},
    [RPC_INVALID_PARAMS] = {-32602, "invalid_params",
                            "The parameters do not fit the method."},
    [RPC_NOT_AUTHENTICATED] = {1, "not_authenticated", "Sign in first."},
    [RPC_LEVEL_TOO_LOW] = {2, "level_too_low",
                           "This needs a stronger sign-in."},
    [RPC_DENIED] = {3, "denied", "You may not do this."},
    [RPC_NOT_FOUND] = {4, "not_found",
                       "There is no such object, or you may not see it."},
    [RPC_CONFLICT] = {5, "conflict",
                      "The change conflicts with what exists already."},
    [RPC_INVALID] = {6, "invalid", "A value is not valid."},
    [RPC_LIMIT] = {7, "limit", "A limit has been reached."},
    [RPC_UNAVAILABLE] = {8, "unavailable",
                         "The provider cannot do this now. Try again later."},
};

int rpc_error_code(enum rpc_error error)
{
    return rows[error].code;
}

const char *rpc_error_reason(enum rpc_error error)
{
    return rows[error].reason;
}

const char *rpc_error_text(enum rpc_error error)
{
    return rows[error].text;
}

enum rpc_error rpc_error_read(int code)
{
    for (size_t i = RPC_PARSE; i < RPC_N_ERRORS; i++)
        if (rows[i].code == code)
            return (enum rpc_error)i;
    return RPC_UNAVAILABLE;
}

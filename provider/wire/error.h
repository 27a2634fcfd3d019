/*
 * The outcomes of a call besides its result: one table for server and client.
 */
#pragma once

#include <stdbool.h>

enum rpc_error {
    RPC_DONE = 0,
    RPC_PARSE,
    RPC_INVALID_REQUEST,
    RPC_UNKNOWN_METHOD,
    RPC_INVALID_PARAMS,
    RPC_NOT_AUTHENTICATED,
    RPC_LEVEL_TOO_LOW,
    RPC_DENIED,
    RPC_NOT_FOUND,
    RPC_CONFLICT,
    RPC_INVALID,
    RPC_LIMIT,
    RPC_UNAVAILABLE,
    RPC_N_ERRORS,
};

/* The number on the wire: -32700 .., 1 .. 8. Zero for RPC_DONE. */
int rpc_error_code(enum rpc_error error);

/* data.reason: "parse", "level_too_low", .. */
const char *rpc_error_reason(enum rpc_error error);

/* A plain sentence, used if the caller has none that says more. */
const char *rpc_error_text(enum rpc_error error);

/* The error with this number; RPC_UNAVAILABLE for an unknown one. */
enum rpc_error rpc_error_read(int code);

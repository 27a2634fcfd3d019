/*
 * A request in its usual form, read without making a tree of its envelope.
 *
 * Parsing is most of what a short request costs, and nearly all requests look
 * alike: one object on a line, texts of plain ASCII, whole numbers. Such a line
 * is recognized here in one pass, and only its parameters become values of the
 * JSON library. Every other line, whether it is right or wrong, is left to that
 * library: what is read here means the same to it (fuzz_rpc compares).
 */
#pragma once

#include <stddef.h>

#include <jansson.h>

#include "provider/base/own.h"
#include "provider/base/text.h"
#include "provider/wire/trace.h"

enum {
    RPC_DEPTH_MAX = 32,
    RPC_ID_MAX_BYTES = 128,
    RPC_METHOD_MAX_BYTES = 64,
};

struct rpc_envelope {
    json_t *params; /* an object; NULL: none was sent */
    json_t *id;     /* NULL: none */
    size_t method_size;
    char method[RPC_METHOD_MAX_BYTES];
    bool has_trace;
    char trace[TRACE_BYTES]; /* if it has one */
};

/* NULL: the line is not in the usual form, or there is no memory. */
struct rpc_envelope *rpc_envelope_read(struct text line);
void rpc_envelope_free(struct rpc_envelope *envelope);

DEFINE_DROP(rpc_envelope)

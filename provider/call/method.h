/*
 * The methods of the wire: one row each, with what it needs.
 *
 * A row is written with METHOD(), which has no default for the need; a row with
 * NEEDS_UNSET is refused by the gate and by a test.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/call/params.h"

enum method_flag {
    METHOD_READS = 0,         /* runs in an event loop */
    METHOD_WRITES = 1 << 0,   /* runs in the writer and leaves a record */
    METHOD_RECORDED = 1 << 1, /* changes nothing and leaves a record */
    METHOD_LONG = 1 << 2,     /* reads, in the pool; not with METHOD_WRITES */
    METHOD_TRIES = 1 << 3,    /* as METHOD_LONG, if "act" names an act */
    METHOD_ONCE = 1 << 4, /* changes nothing and leaves one record a session */
};

/* RPC_DONE with one JSON value written, or the error. */
typedef enum rpc_error method_run(struct call *call,
                                  struct json_writer *result);

/*
 * What a method does when its call comes again, instead of run: a sign-in may
 * wait for a worker outside, and its outcome is taken in the writer.
 */
struct method_again {
    method_run *resume; /* in its loop, with call->peer->resumed */
    method_run *finish; /* in the writer, with call->peer->outcome */
};

struct method {
    const char *name;
    struct gate_need needs;
    uint32_t flags;
    const struct param *params; /* [n_params] */
    size_t n_params;
    method_run *run;
    const struct method_again *again; /* NULL: done in one pass */
};

/* All methods: provider/method/table.h. */
struct method_table {
    const struct method *rows; /* [n_rows] */
    size_t n_rows;
};

/* NULL: there is none of that name. */
const struct method *method_find(const struct method_table *table,
                                 struct text name);

/* A status of lower rooms as an error; call->act.failure says more. */
enum rpc_error method_error(enum status status);

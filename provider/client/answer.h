/*
 * JSON from a server that may be hostile: limited in depth, without duplicate
 * members, and a proper answer.
 */
#pragma once

#include <jansson.h>

#include "provider/base/status.h"
#include "provider/base/text.h"
#include "provider/client/failure.h"

enum {
    ANSWER_DEPTH_MAX = 64,
    ANSWER_MAX_BYTES = 16 * 1024 * 1024, /* one line from the server */
};

/* Do brackets, outside of strings, nest deeper than depth_max? Checked before
 * parsing. */
bool answer_is_deep(struct text json, unsigned depth_max);

/*
 * The result of the answer to call id. A JSON-RPC error becomes the failure.
 * result_out is given (json_decref).
 */
MUST_CHECK
enum status answer_read(struct text line, json_int_t id,
                        struct failure *failure, json_t **result_out);

/* For SCOPED(answer_drop) json_t *value. */
static inline void answer_drop(json_t **value)
{
    json_decref(*value);
}

/* A text member; "" if there is none. Borrowed from the object. */
const char *answer_text(const json_t *object, const char *name);

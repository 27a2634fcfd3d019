/*
 * JSON as it comes from a server that may be hostile: bounded in depth, no
 * member twice, and an answer that is one.
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

/* Brackets deeper than depth_max, strings left out; decides before parsing. */
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

/* A member that is text; "" when there is none. Borrowed from the object. */
const char *answer_text(const json_t *object, const char *name);

/*
 * The parameters of a method, as a table beside its row; checked before
 * anything else uses them, so that handlers read values that are present and of
 * the right kind. Unknown parameters are refused.
 */
#pragma once

#include <jansson.h>

#include "provider/base/own.h"
#include "provider/base/text.h"
#include "provider/wire/request.h"

enum param_kind {
    PARAM_TEXT = 0,
    PARAM_INTEGER,
    PARAM_BOOLEAN,
    PARAM_OBJECT,
    PARAM_OBJECTS, /* an array of objects */
    PARAM_TEXTS,   /* an array of strings */
    PARAM_LEVEL,   /* a name, an alias or a number */
};

enum { PARAM_ITEMS_MAX = 1000 }; /* unless the row says more */

struct param {
    const char *name;
    enum param_kind kind;
    bool is_required;
    int64_t max; /* bytes, items, or the number itself; 0: no limit here */
};

/* params NULL: none were sent. False: the problem is set. */
bool params_check(const json_t *params, const struct param *table,
                  size_t n_params, struct rpc_problem *problem_out);

/* Read checked values; if absent, empty, NULL or the default. */
struct text params_text(const json_t *params, const char *name);
const json_t *params_value(const json_t *params, const char *name);
int64_t params_integer(const json_t *params, const char *name,
                       int64_t when_absent);
bool params_boolean(const json_t *params, const char *name);

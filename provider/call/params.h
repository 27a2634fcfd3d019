/*
 * What a method takes, as a table beside its row; checked before anything else
 * looks at the parameters, so that handlers read values that are there and of
 * the right kind. Parameters that no row names are refused.
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

enum { PARAM_ITEMS_MAX = 1000 };

struct param {
    const char *name;
    enum param_kind kind;
    bool is_required;
    int64_t max; /* bytes, or the number itself; 0: not bounded here */
};

/* params NULL: none were sent. False: the problem is filled. */
bool params_check(const json_t *params, const struct param *table,
                  size_t n_params, struct rpc_problem *problem_out);

/* Readers for what was checked; absent gives empty, NULL or the default. */
struct text params_text(const json_t *params, const char *name);
const json_t *params_value(const json_t *params, const char *name);
int64_t params_integer(const json_t *params, const char *name,
                       int64_t when_absent);
bool params_boolean(const json_t *params, const char *name);

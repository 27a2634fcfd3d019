#include "provider/call/params.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/level.h"

static bool fail(struct rpc_problem *problem, const char *at, const char *why)
{
    snprintf(problem->at, sizeof(problem->at), "%s", at);
    problem->why = why;
    return false;
}

static bool are_all(const struct param *row, const json_t *array,
                    bool (*fits)(const json_t *))
{
    const size_t max = row->max ? (size_t)row->max : PARAM_ITEMS_MAX;
    size_t i;
    const json_t *item;

    if (!json_is_array(array) || json_array_size(array) > max)
        return false;
    for (i = 0; i < json_array_size(array); i++) {
        item = json_array_get(array, i);
        if (!fits(item))
            return false;
    }
    return true;
}

static bool is_text(const json_t *value)
{
    return json_is_string(value);
}

static bool is_object(const json_t *value)
{
    return json_is_object(value);
}

static bool is_level(const json_t *value)
{
    char number[24];

    if (json_is_string(value))
        return auth_level_read(text_of(json_string_value(value))) !=
               AUTH_LEVEL_NONE;
    if (!json_is_integer(value))
        return false;
    snprintf(number, sizeof(number), "%lld",
             (long long)json_integer_value(value));
    return auth_level_read(text_of(number)) != AUTH_LEVEL_NONE;
}

static bool fits_text(const struct param *row, const json_t *value)
{
    return json_is_string(value) &&
           (row->max == 0 || json_string_length(value) <= (size_t)row->max);
}

static bool fits_integer(const struct param *row, const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           (row->max == 0 || json_integer_value(value) <= row->max);
}

/* NULL when the value fits the row, else what was expected. */
static const char *misfit(const struct param *row, const json_t *value)
{
    switch (row->kind) {
    case PARAM_TEXT:
        return fits_text(row, value) ? NULL : "A string is expected here.";
    case PARAM_INTEGER:
        return fits_integer(row, value)
                   ? NULL
                   : "A whole number within its bounds is expected here.";
    case PARAM_BOOLEAN:
        return json_is_boolean(value) ? NULL : "true or false is expected.";
    case PARAM_OBJECT:
        return json_is_object(value) ? NULL : "An object is expected here.";
    case PARAM_OBJECTS:
        if (are_all(row, value, is_object))
            return NULL;
        return row->max ? "An array of objects, not too many, is expected."
                        : "An array of at most 1000 objects is expected here.";
    case PARAM_TEXTS:
        return are_all(row, value, is_text)
                   ? NULL
                   : "An array of at most 1000 strings is expected here.";
    case PARAM_LEVEL:
        return is_level(value) ? NULL
                               : "domain, certificate or mfa is expected.";
    }
    return "Nothing is expected here.";
}

static const struct param *find_row(const struct param *table, size_t n,
                                    const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

bool params_check(const json_t *params, const struct param *table,
                  size_t n_params, struct rpc_problem *problem_out)
{
    void *at = json_object_iter((json_t *)(uintptr_t)params);

    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)params, at)) {
        const char *name = json_object_iter_key(at);
        const struct param *row = find_row(table, n_params, name);
        const char *why = row ? misfit(row, json_object_iter_value(at))
                              : "The method has no such parameter.";

        if (why)
            return fail(problem_out, name, why);
    }
    for (size_t i = 0; i < n_params; i++)
        if (table[i].is_required && !json_object_get(params, table[i].name))
            return fail(problem_out, table[i].name,
                        "The method needs this parameter.");
    return true;
}

struct text params_text(const json_t *params, const char *name)
{
    const json_t *value = json_object_get(params, name);

    return (struct text){json_string_value(value), json_string_length(value)};
}

const json_t *params_value(const json_t *params, const char *name)
{
    return json_object_get(params, name);
}

int64_t params_integer(const json_t *params, const char *name,
                       int64_t when_absent)
{
    const json_t *value = json_object_get(params, name);

    return value ? json_integer_value(value) : when_absent;
}

bool params_boolean(const json_t *params, const char *name)
{
    return json_is_true(json_object_get(params, name));
}

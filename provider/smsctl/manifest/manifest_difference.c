#include "provider/smsctl/manifest/manifest_difference.h"

#include <stdint.h>
#include <string.h>

static bool is_same(const json_t *wanted, const json_t *current);

static bool is_nothing(const json_t *value)
{
    return !value || json_is_null(value);
}

static bool is_within(const json_t *wanted, const json_t *current)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)wanted, name, value)
        if (!is_same(value, json_object_get(current, name)))
            return false;
    return true;
}

/* Each has one of its own. left: what is not taken yet. */
static bool take(const json_t *wanted, json_t *left)
{
    for (size_t i = 0; i < json_array_size(left); i++)
        if (is_same(wanted, json_array_get(left, i)))
            return json_array_remove(left, i) == 0;
    return false;
}

static bool is_same_list(const json_t *wanted, const json_t *current)
{
    json_t *left = json_copy((json_t *)(uintptr_t)current);
    bool is_found = json_array_size(wanted) == json_array_size(current);

    for (size_t i = 0; is_found && i < json_array_size(wanted); i++)
        is_found = take(json_array_get(wanted, i), left);
    json_decref(left);
    return is_found;
}

static bool is_same(const json_t *wanted, const json_t *current)
{
    if (is_nothing(wanted) || is_nothing(current))
        return is_nothing(wanted) && is_nothing(current);
    if (json_is_array(wanted) && json_is_array(current))
        return is_same_list(wanted, current);
    if (json_is_object(wanted) && json_is_object(current))
        return is_within(wanted, current);
    return json_equal(wanted, current);
}

static json_t *or_null(json_t *value)
{
    return value ? json_incref(value) : json_null();
}

enum status manifest_difference(const json_t *wanted, const json_t *current,
                                json_t **changes_out)
{
    json_t *changes = json_array();
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)wanted, name, value) {
        json_t *now = json_object_get(current, name);

        if (current ? is_same(value, now) : is_nothing(value))
            continue;
        json_array_append_new(changes,
                              json_pack("{s:s, s:o, s:O}", "property", name,
                                        "from", or_null(now), "to", value));
    }
    *changes_out = changes;
    return changes ? STATUS_OK : STATUS_NO_MEMORY;
}

bool manifest_has_flag(const json_t *described, const char *flag)
{
    const json_t *flags = json_object_get(described, "flags");

    for (size_t i = 0; i < json_array_size(flags); i++) {
        const char *one = json_string_value(json_array_get(flags, i));

        if (one && strcmp(one, flag) == 0)
            return true;
    }
    return false;
}

static bool is_of(const json_t *properties, const char *name, const char *flag)
{
    for (size_t i = 0; i < json_array_size(properties); i++) {
        const json_t *one = json_array_get(properties, i);
        const char *described = json_string_value(json_object_get(one, "name"));

        if (described && strcmp(described, name) == 0)
            return manifest_has_flag(one, flag);
    }
    return false;
}

const char *manifest_change_of(const json_t *changes, const json_t *properties,
                               const char *flag)
{
    for (size_t i = 0; i < json_array_size(changes); i++) {
        const char *name = json_string_value(
            json_object_get(json_array_get(changes, i), "property"));

        if (name && is_of(properties, name, flag))
            return name;
    }
    return NULL;
}

/*
 * The properties of an object as they are sent: named as documented, and of the
 * types that the class describes.
 */
#include <strings.h>

#include "provider/smsctl/manifest/manifest_private.h"

static const json_t *describe(const json_t *properties, const char *name)
{
    for (size_t i = 0; i < json_array_size(properties); i++) {
        const json_t *one = json_array_get(properties, i);
        const char *documented =
            json_string_value(json_object_get(one, "name"));

        if (documented && strcasecmp(documented, name) == 0)
            return one;
    }
    return NULL;
}

/* Takes the value over. */
static enum status put(const json_t *described, const char *name, json_t *value,
                       json_t *into)
{
    const char *documented =
        json_string_value(json_object_get(described, "name"));

    if (documented)
        name = documented;
    if (json_object_get(into, name)) {
        json_decref(value);
        return STATUS_CONFLICT;
    }
    return json_object_set_new(into, name, value) == 0 ? STATUS_OK
                                                       : STATUS_INVALID;
}

static enum status put_yaml(const struct yaml_node *map,
                            const json_t *properties, json_t *into)
{
    for (const struct yaml_node *item = map->first; item; item = item->next) {
        const char *name = item->key.data ? item->key.data : ""; /* empty */
        const json_t *described = describe(properties, name);

        TRY(put(described, name,
                manifest_value(item, json_string_value(
                                         json_object_get(described, "type"))),
                into));
    }
    return STATUS_OK;
}

static enum status put_json(const json_t *from, const json_t *properties,
                            json_t *into)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)from, name, value)
        TRY(put(describe(properties, name), name, json_deep_copy(value), into));
    return STATUS_OK;
}

enum status manifest_properties(const struct manifest_object *object,
                                const json_t *properties, json_t **json_out)
{
    json_t *into = json_object();
    enum status status;

    if (!into)
        return STATUS_NO_MEMORY;
    status = object->yaml ? put_yaml(object->yaml, properties, into)
                          : put_json(object->json, properties, into);
    if (status == STATUS_OK)
        *json_out = into;
    else
        json_decref(into);
    return status;
}

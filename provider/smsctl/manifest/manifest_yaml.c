#include <string.h>

#include "policy/schema.h"
#include "provider/smsctl/manifest/manifest_private.h"

static const char *const keys[] = {"class", "key", "version", "properties"};
static const char *const policy_keys[] = {
    "authentication", "scopes",         "roles", "groups",
    "collections",    "administrators", "tests"};

static enum status read_item(struct manifest *manifest,
                             const struct yaml_node *item);

/* ---- The object ---- */

static bool is_policy_key(struct text key)
{
    for (size_t i = 0; i < ARRAY_SIZE(policy_keys); i++)
        if (text_equal(key, text_of(policy_keys[i])))
            return true;
    return false;
}

/* One message says it for the whole file. */
static bool is_policy(const struct yaml_node *map)
{
    if (yaml_get(map, TEXT("class")))
        return false;
    for (const struct yaml_node *item = map->first; item; item = item->next)
        if (item->key.data && is_policy_key(item->key))
            return true;
    return false;
}

static void check_keys(struct manifest *manifest, const struct yaml_node *map)
{
    for (const struct yaml_node *item = map->first; item; item = item->next) {
        bool is_known = !item->key.data;

        for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
            is_known |= text_equal(item->key, text_of(keys[i]));
        if (!is_known)
            messages_error(
                &manifest->messages, item->key_place,
                "unknown key %s; an object has class, key, version and "
                "properties%s",
                message_quote(manifest->arena, item->key),
                message_hint(manifest->arena, item->key, keys,
                             ARRAY_SIZE(keys)));
    }
}

/* A word; NULL with a message, or without where it is not given. */
static const char *read_word(struct manifest *manifest,
                             const struct yaml_node *map, const char *name,
                             bool is_required)
{
    const struct yaml_node *node = yaml_get(map, text_of(name));

    if (!node && is_required)
        messages_error(&manifest->messages, map->place, "%s is missing", name);
    if (!node)
        return NULL;
    if (node->kind == YAML_TEXT && node->text.size > 0)
        return node->text.data;
    messages_error(&manifest->messages, node->place, "%s is a text, not %s",
                   name, yaml_describe(node, manifest->arena));
    return NULL;
}

static int64_t read_version(struct manifest *manifest,
                            const struct yaml_node *map)
{
    const struct yaml_node *node = yaml_get(map, TEXT("version"));
    int64_t version = -1;

    if (node && (node->kind != YAML_TEXT ||
                 !schema_read_integer(node->text, &version) || version < 0))
        messages_error(&manifest->messages, node->place,
                       "version is a whole number, not %s",
                       yaml_describe(node, manifest->arena));
    return version;
}

static enum status read_object(struct manifest *manifest,
                               const struct yaml_node *map)
{
    const size_t before = manifest->messages.n_errors;
    const struct yaml_node *properties = yaml_get(map, TEXT("properties"));
    struct manifest_object object = {.place = map->place, .yaml = properties};

    if (is_policy(map)) {
        messages_error(&manifest->messages, map->place,
                       "this is a policy file: use smsctl policy apply");
        return STATUS_OK;
    }
    check_keys(manifest, map);
    object.class_name = read_word(manifest, map, "class", true);
    object.key = read_word(manifest, map, "key", false);
    object.version = read_version(manifest, map);
    if (!properties)
        messages_error(&manifest->messages, map->place,
                       "properties is missing");
    else if (properties->kind != YAML_MAP)
        messages_error(&manifest->messages, properties->place,
                       "properties is a map, not %s",
                       yaml_describe(properties, manifest->arena));
    if (manifest->messages.n_errors > before)
        return STATUS_OK;
    return manifest_keep(manifest, &object);
}

static enum status read_list(struct manifest *manifest,
                             const struct yaml_node *list)
{
    for (const struct yaml_node *item = list->first; item; item = item->next) {
        if (item->kind == YAML_LIST)
            messages_error(&manifest->messages, item->place,
                           "an object is a map, not a list");
        else
            TRY(read_item(manifest, item));
    }
    return STATUS_OK;
}

static enum status read_item(struct manifest *manifest,
                             const struct yaml_node *item)
{
    switch (item->kind) {
    case YAML_MAP:
        return read_object(manifest, item);
    case YAML_LIST:
        return read_list(manifest, item);
    case YAML_TEXT:
        if (item->text.size == 0 && !item->is_quoted)
            return STATUS_OK; /* nothing between two "---" */
        messages_error(&manifest->messages, item->place,
                       "an object is a map, not %s",
                       yaml_describe(item, manifest->arena));
        return STATUS_OK;
    case YAML_BROKEN:
        break;
    }
    return STATUS_OK;
}

enum status manifest_read_yaml(struct manifest *manifest, const char *file,
                               struct text text)
{
    const struct yaml_node *documents;

    TRY(yaml_read_documents(file, text, manifest->arena, &manifest->messages,
                            &documents));
    for (const struct yaml_node *one = documents->first; one; one = one->next)
        TRY(read_item(manifest, one));
    return STATUS_OK;
}

/* ---- Values ---- */

static bool is_type(const char *type, const char *name)
{
    return type && strcmp(type, name) == 0;
}

static json_t *text_value(struct text text)
{
    return json_stringn(text.data ? text.data : "", text.size);
}

static json_t *plain_value(struct text text, const char *type)
{
    int64_t integer;

    if (text.size == 0 || text_equal(text, TEXT("null")) ||
        text_equal(text, TEXT("~")))
        return json_null();
    if (is_type(type, "string") || is_type(type, "datetime") ||
        is_type(type, "strings"))
        return text_value(text);
    if (!is_type(type, "boolean") && schema_read_integer(text, &integer))
        return json_integer(integer);
    if (!is_type(type, "integer") && text_equal(text, TEXT("true")))
        return json_true();
    if (!is_type(type, "integer") && text_equal(text, TEXT("false")))
        return json_false();
    return text_value(text);
}

static json_t *list_value(const struct yaml_node *node, const char *type)
{
    json_t *list = json_array();

    for (const struct yaml_node *item = node->first; item; item = item->next)
        json_array_append_new(list, manifest_value(item, type));
    return list;
}

/* Its members have types of their own, which nothing describes. */
static json_t *map_value(const struct yaml_node *node)
{
    json_t *map = json_object();

    for (const struct yaml_node *item = node->first; item; item = item->next)
        if (item->key.data)
            json_object_setn_new(map, item->key.data, item->key.size,
                                 manifest_value(item, NULL));
    return map;
}

json_t *manifest_value(const struct yaml_node *node, const char *type)
{
    switch (node->kind) {
    case YAML_TEXT:
        return node->is_quoted ? text_value(node->text)
                               : plain_value(node->text, type);
    case YAML_LIST:
        return list_value(node, type);
    case YAML_MAP:
        return map_value(node);
    case YAML_BROKEN:
        break;
    }
    return json_null();
}

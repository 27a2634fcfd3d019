/*
 * Descriptions as a file:
 *
 *     version: 1
 *     classes:
 *       - name: SMS_G_System_LOGICAL_DISK
 *         description: A volume
 *         key: [DeviceID]
 *         properties:
 *           DeviceID: string
 *           FreeSpace: { type: integer, description: Free megabytes }
 *           VolumeName: { type: string, index: true }
 */
#include <string.h>

#include "policy/yaml.h"
#include "provider/object/inventory/description.h"

struct reader {
    struct arena *arena;
    struct policy_messages *messages;
};

static const char *quoted(struct reader *reader, struct text text)
{
    return message_quote(reader->arena, text);
}

/* A value that is not what is expected there; said once. */
static bool fail_value(struct reader *reader, const struct yaml_node *node,
                       const char *expected)
{
    if (node->kind != YAML_BROKEN)
        messages_error(reader->messages, node->place, "expected %s, found %s",
                       expected, yaml_describe(node, reader->arena));
    return false;
}

/* Each key of a map is one of those; NULL ends them. */
static bool check_keys(struct reader *reader, const struct yaml_node *map,
                       const char *const *keys)
{
    bool is_right = true;

    for (const struct yaml_node *at = map->first; at; at = at->next) {
        size_t i = 0;

        while (keys[i] && !text_equal(at->key, text_of(keys[i])))
            i++;
        if (keys[i])
            continue;
        if (reader->messages->n_errors >= MESSAGES_MAX)
            return false; /* nobody would read of more */
        messages_error(reader->messages, at->key_place, "unknown key %s%s",
                       quoted(reader, at->key),
                       message_hint(reader->arena, at->key, keys, i));
        is_right = false;
    }
    return is_right;
}

static bool read_text(struct reader *reader, const struct yaml_node *map,
                      const char *key, struct text *text_out)
{
    const struct yaml_node *node = yaml_get(map, text_of(key));

    if (!node)
        return true;
    if (node->kind != YAML_TEXT)
        return fail_value(reader, node, "a text");
    *text_out = node->text;
    return true;
}

/* ---- Properties ---- */

static bool read_type(struct reader *reader, const struct yaml_node *node,
                      struct description_property *p)
{
    static const char expected[] =
        "string, integer, boolean, datetime or strings";
    const int type =
        node->kind == YAML_TEXT ? description_type_of(node->text) : -1;

    if (type < 0)
        return fail_value(reader, node, expected);
    p->type = (enum object_property_type)type;
    return true;
}

/* At most four digits: more is too much in any case. */
static bool read_width(struct reader *reader, const struct yaml_node *map,
                       struct description_property *p)
{
    const struct yaml_node *node = yaml_get(map, TEXT("max"));
    int64_t width = 0;

    if (!node)
        return true;
    if (node->kind != YAML_TEXT || node->text.size == 0 || node->text.size > 4)
        return fail_value(reader, node, "a number from 1 to 4000");
    for (size_t i = 0; i < node->text.size; i++) {
        if (node->text.data[i] < '0' || node->text.data[i] > '9')
            return fail_value(reader, node, "a number from 1 to 4000");
        width = 10 * width + (node->text.data[i] - '0');
    }
    p->width = width;
    return true;
}

static bool read_index(struct reader *reader, const struct yaml_node *map,
                       struct description_property *p)
{
    const struct yaml_node *node = yaml_get(map, TEXT("index"));

    if (!node)
        return true;
    p->is_indexed =
        node->kind == YAML_TEXT && text_equal(node->text, TEXT("true"));
    return p->is_indexed || (node->kind == YAML_TEXT &&
                             text_equal(node->text, TEXT("false")))
               ? true
               : fail_value(reader, node, "true or false");
}

static bool read_long(struct reader *reader, const struct yaml_node *map,
                      struct description_property *p)
{
    static const char *const keys[] = {"type", "max", "index", "description",
                                       NULL};
    const struct yaml_node *type = yaml_get(map, TEXT("type"));

    if (!check_keys(reader, map, keys))
        return false;
    return (!type || read_type(reader, type, p)) &&
           read_width(reader, map, p) && read_index(reader, map, p) &&
           read_text(reader, map, "description", &p->describe);
}

/* "Name: string" or "Name: {type: string, ..}". */
static bool read_property(struct reader *reader, const struct yaml_node *node,
                          struct description_property *p)
{
    *p = (struct description_property){.name = node->key,
                                       .width = DESCRIPTION_WIDTH};
    return node->kind == YAML_MAP ? read_long(reader, node, p)
                                  : read_type(reader, node, p);
}

static bool read_properties(struct reader *reader, const struct yaml_node *map,
                            struct description *d)
{
    const struct yaml_node *list = yaml_get(map, TEXT("properties"));
    bool is_right = true;

    if (!list)
        return true; /* description_check says what is missing */
    if (list->kind != YAML_MAP)
        return fail_value(reader, list, "a map of properties");
    if (list->n_children > DESCRIPTION_PROPERTIES_MAX) {
        messages_error(reader->messages, list->place,
                       "a class has at most %d properties",
                       DESCRIPTION_PROPERTIES_MAX);
        return false;
    }
    for (const struct yaml_node *at = list->first; at; at = at->next)
        if (!read_property(reader, at, &d->properties[d->n_properties++]))
            is_right = false;
    return is_right;
}

static bool mark_key(struct reader *reader, const struct yaml_node *node,
                     struct description *d)
{
    const int at =
        node->kind == YAML_TEXT ? description_find(d, node->text) : -1;

    if (node->kind != YAML_TEXT)
        return fail_value(reader, node, "the name of a property");
    if (at < 0 || d->properties[at].is_key) {
        messages_error(reader->messages, node->place,
                       at < 0 ? "the class has no property %s"
                              : "%s is there twice",
                       quoted(reader, node->text));
        return false;
    }
    d->properties[at].is_key = true;
    return true;
}

static bool read_keys(struct reader *reader, const struct yaml_node *map,
                      struct description *d)
{
    const struct yaml_node *list = yaml_get(map, TEXT("key"));

    if (!list)
        return true;
    if (list->kind != YAML_LIST)
        return fail_value(reader, list, "a list of properties");
    for (const struct yaml_node *at = list->first; at; at = at->next)
        if (!mark_key(reader, at, d))
            return false;
    return true;
}

/* ---- Classes ---- */

/* Where a property of a class stands; -1: the class. */
static struct policy_place place_of(const struct yaml_node *map, int property)
{
    const struct yaml_node *list = yaml_get(map, TEXT("properties"));
    const struct yaml_node *at = list ? list->first : NULL;

    if (property < 0)
        return map->place;
    for (; at && property > 0; property--)
        at = at->next;
    return at ? at->key_place : map->place;
}

static bool read_class(struct reader *reader, const struct yaml_node *map,
                       struct description *d)
{
    static const char *const keys[] = {"name", "description", "key",
                                       "properties", NULL};
    struct description_fault fault;

    if (map->kind != YAML_MAP)
        return fail_value(reader, map, "a class");
    if (!check_keys(reader, map, keys) ||
        !read_text(reader, map, "name", &d->name) ||
        !read_text(reader, map, "description", &d->describe) ||
        !read_properties(reader, map, d) || !read_keys(reader, map, d))
        return false;
    if (description_check(d, &fault) == STATUS_OK)
        return true;
    messages_error(reader->messages, place_of(map, fault.property), "%s",
                   fault.why);
    return false;
}

static bool is_there(const struct descriptions *all, struct text name)
{
    for (size_t i = 0; i < all->n; i++)
        if (text_equal_nocase(all->of[i].name, name))
            return true;
    return false;
}

static void read_classes(struct reader *reader, const struct yaml_node *list,
                         struct descriptions *all)
{
    for (const struct yaml_node *at = list->first; at; at = at->next) {
        struct description *d = &all->of[all->n];

        *d = (struct description){0};

        if (!read_class(reader, at, d))
            continue;
        if (is_there(all, d->name))
            messages_error(reader->messages, at->place,
                           "the class %s is there twice",
                           quoted(reader, d->name));
        else
            all->n++;
        if (all->n == DESCRIPTION_CLASSES_MAX && at->next) {
            messages_error(reader->messages, at->next->place,
                           "a file has at most %d classes",
                           DESCRIPTION_CLASSES_MAX);
            return;
        }
    }
}

static void read_file(struct reader *reader, const struct yaml_node *root,
                      struct descriptions *all)
{
    static const char *const keys[] = {"version", "classes", NULL};
    const struct yaml_node *version = yaml_get(root, TEXT("version"));
    const struct yaml_node *list = yaml_get(root, TEXT("classes"));

    if (!check_keys(reader, root, keys))
        return;
    if (!version || version->kind != YAML_TEXT ||
        !text_equal(version->text, TEXT("1")))
        messages_error(reader->messages, version ? version->place : root->place,
                       "the file begins with \"version: 1\"");
    else if (!list || list->kind != YAML_LIST)
        fail_value(reader, list ? list : root, "a list of classes");
    else
        read_classes(reader, list, all);
}

enum status descriptions_read(const char *file, struct text text,
                              struct policy_messages *messages,
                              struct descriptions *descriptions_out)
{
    struct reader reader = {messages->arena, messages};
    struct descriptions all = {0};
    const struct yaml_node *root;

    if (text.size > DESCRIPTION_TEXT_MAX_BYTES)
        return STATUS_LIMIT;
    all.of =
        arena_alloc(messages->arena, DESCRIPTION_CLASSES_MAX, sizeof(*all.of));
    if (!all.of)
        return arena_status(messages->arena);
    TRY(yaml_read(file, text, messages->arena, messages, &root));
    if (root->kind == YAML_MAP)
        read_file(&reader, root, &all);
    else
        fail_value(&reader, root, "a map with classes");
    TRY(arena_status(messages->arena));
    if (messages->n_errors > 0)
        return STATUS_INVALID;
    *descriptions_out = all;
    return STATUS_OK;
}

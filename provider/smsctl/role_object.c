#include "provider/smsctl/role_object.h"

#include <string.h>

#include "provider/client/answer.h"

/* Characters that XML 1.0 cannot represent, not even as references. */
static bool is_writable(const char *text)
{
    for (const char *at = text; *at; at++) {
        const unsigned char byte = (unsigned char)*at;

        if (byte < ' ' && !strchr("\t\r\n", *at))
            return false;
    }
    return strstr(text, "\xEF\xBF\xBE") == NULL && /* U+FFFE, U+FFFF */
           strstr(text, "\xEF\xBF\xBF") == NULL;
}

/* A text, allocated in the arena; absent or null is empty. NULL: not
 * representable in XML. */
static const char *read_text(const json_t *object, const char *name,
                             struct arena *arena)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_string_value(value);

    if (!value || json_is_null(value))
        return "";
    if (!text || strlen(text) != json_string_length(value) ||
        !is_writable(text))
        return NULL;
    return arena_text(arena, text_of(text));
}

static bool is_within(const json_t *value, json_int_t least, json_int_t most)
{
    return json_is_integer(value) && json_integer_value(value) >= least &&
           json_integer_value(value) <= most;
}

/* Merges entries of one type at several levels. */
static enum status read_masks(const json_t *operations,
                              struct rbac_builtin_mask *masks, size_t *n_out)
{
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(operations); i++) {
        const json_t *entry = json_array_get(operations, i);
        const json_t *type = json_object_get(entry, "ObjectTypeID");
        const json_t *granted = json_object_get(entry, "GrantedOperations");
        size_t at = 0;

        if (!is_within(type, 1, UINT16_MAX) ||
            !is_within(granted, 0, UINT32_MAX))
            return STATUS_INVALID;
        while (at < n && masks[at].type != json_integer_value(type))
            at++;
        n += at == n;
        masks[at].type = (uint16_t)json_integer_value(type);
        masks[at].operations |= (uint32_t)json_integer_value(granted);
    }
    *n_out = n;
    return STATUS_OK;
}

enum status role_object_read(const json_t *object, struct arena *arena,
                             struct role_xml *role_out)
{
    const json_t *operations = json_object_get(object, "Operations");
    struct rbac_builtin_mask *masks =
        arena_alloc(arena, json_array_size(operations) + 1, sizeof(*masks));
    struct role_xml role = {
        .copied_from = read_text(object, "CopiedFromID", arena),
        .name = read_text(object, "RoleName", arena),
        .description = read_text(object, "RoleDescription", arena),
        .masks = masks,
    };

    TRY(arena_status(arena));
    if (!role.copied_from || !role.name || !role.description || !*role.name ||
        !json_is_array(operations))
        return STATUS_INVALID;
    if (json_is_true(json_object_get(object, "IsBuiltIn")))
        return STATUS_DENIED;
    TRY(read_masks(operations, masks, &role.n_masks));
    *role_out = role;
    return STATUS_OK;
}

static json_int_t level_of(const json_t *object)
{
    return json_integer_value(json_object_get(object, "RequiredLevel"));
}

bool role_object_has_levels(const json_t *object)
{
    const json_t *operations = json_object_get(object, "Operations");

    for (size_t i = 0; i < json_array_size(operations); i++)
        if (level_of(json_array_get(operations, i)) != 0)
            return true;
    return level_of(object) != 0;
}

static void add_entry(json_t *operations, unsigned type, json_int_t granted,
                      json_int_t level)
{
    if (granted != 0)
        json_array_append_new(operations,
                              json_pack("{s:i, s:I, s:I}", "ObjectTypeID",
                                        (int)type, "GrantedOperations", granted,
                                        "RequiredLevel", level));
}

json_t *role_object_operations(const struct role_xml *role,
                               const json_t *before)
{
    json_t *operations = json_array();

    for (size_t i = 0; i < role->n_masks; i++) {
        const unsigned type = role->masks[i].type;
        json_int_t left = role->masks[i].operations;

        for (size_t j = 0; j < json_array_size(before); j++) {
            const json_t *old = json_array_get(before, j);
            const json_int_t same =
                left &
                json_integer_value(json_object_get(old, "GrantedOperations"));

            if (level_of(old) == 0 ||
                json_integer_value(json_object_get(old, "ObjectTypeID")) !=
                    (json_int_t)type)
                continue;
            add_entry(operations, type, same, level_of(old));
            left &= ~same;
        }
        add_entry(operations, type, left, 0);
    }
    return operations;
}

#include "auth/token/json_strict.h"

#include "provider/base/own.h"

/* Do brackets outside strings nest deeper than the maximum? The parser
 * recurses, so this is checked before. */
static bool is_shallow(struct text text)
{
    size_t depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];

        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_STRICT_MAX_DEPTH)
                return false;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

enum status json_read_object(struct text text, json_t **object_out)
{
    SCOPED(json_drop) json_t *json = NULL;

    /* The library takes a NUL after a number for the end of the text. */
    if (text.size == 0 || memchr(text.data, '\0', text.size) ||
        !is_shallow(text))
        return STATUS_INVALID;
    json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json))
        return STATUS_INVALID;
    *object_out = TAKE(json);
    return STATUS_OK;
}

struct text json_member_text(const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);

    return (struct text){json_string_value(member), json_string_length(member)};
}

#include "provider/object/bag.h"

#include <string.h>

#include "provider/object/object_private.h"

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_name(const char *name)
{
    const size_t size = strlen(name);

    if (size > BAG_NAME_MAX_BYTES || !is_letter(name[0]))
        return false;
    for (size_t i = 1; i < size; i++)
        if (!is_letter(name[i]) && name[i] != '_' &&
            !(name[i] >= '0' && name[i] <= '9'))
            return false;
    return true;
}

static bool is_text(const json_t *value)
{
    const size_t size = json_string_length(value);

    return json_is_string(value) && size <= BAG_TEXT_MAX_BYTES &&
           !memchr(json_string_value(value), '\0', size);
}

static bool is_list(const json_t *value)
{
    if (!json_is_array(value) || json_array_size(value) > BAG_LIST_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!is_text(json_array_get(value, i)))
            return false;
    return true;
}

/* Does a name before this one differ in case alone? */
static bool is_again(const json_t *json, const char *name)
{
    const char *before;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)json, before, value) {
        if (strcmp(before, name) == 0)
            return false;
        if (text_equal_nocase(text_of(before), text_of(name)))
            return true;
    }
    return false;
}

static const char *part_fault(const struct object_class *class,
                              const json_t *json, const char *name,
                              const json_t *value)
{
    if (!is_name(name))
        return "A name is up to 64 letters, digits and underscores, and begins"
               " with a letter.";
    if (class && object_property_index(class, text_of(name)) >= 0)
        return "The class itself has a property of this name.";
    if (is_again(json, name))
        return "A name is there twice.";
    if (!is_text(value) && !json_is_integer(value) && !json_is_boolean(value) &&
        !is_list(value))
        return "A value is a text of up to 4096 bytes, a whole number, true or"
               " false, or a list of up to 256 texts.";
    return NULL;
}

const char *bag_fault(const struct object_class *class, const json_t *json,
                      const char **part_out)
{
    const char *name;
    json_t *value;

    *part_out = "";
    if (!json_is_object(json))
        return "It must be an object.";
    if (json_object_size(json) > BAG_MAX_PARTS)
        return "It has at most 64 properties.";
    json_object_foreach ((json_t *)(uintptr_t)json, name, value) {
        const char *fault = part_fault(class, json, name, value);

        if (fault) {
            *part_out = name;
            return fault;
        }
    }
    return NULL;
}

#include "provider/object/class/object_path.h"

#include <string.h>

/* Without the server and namespace before it. */
static struct text local_part(struct text path)
{
    const char *colon = path.size ? memchr(path.data, ':', path.size) : NULL;

    if (path.size < 2 || memcmp(path.data, "\\\\", 2) != 0 || !colon)
        return path;
    return (struct text){colon + 1,
                         path.size - (size_t)(colon + 1 - path.data)};
}

static struct text unquoted(struct text value)
{
    const char quote = value.size ? value.data[0] : '\0';

    if (value.size >= 2 && (quote == '"' || quote == '\'') &&
        value.data[value.size - 1] == quote)
        return (struct text){value.data + 1, value.size - 2};
    return value;
}

struct object_path object_path_read(struct text whole)
{
    const struct text text = local_part(whole);
    const char *equals = text.size ? memchr(text.data, '=', text.size) : NULL;
    const size_t left = equals ? (size_t)(equals - text.data) : text.size;
    const char *dot = left ? memchr(text.data, '.', left) : NULL;
    struct object_path path = {.class_name = {text.data, left}};

    if (dot)
        path.class_name.size = (size_t)(dot - text.data);
    if (equals) {
        path.key = unquoted((struct text){equals + 1, text.size - left - 1});
        path.has_key = true;
    }
    return path;
}

#include "provider/smsctl/terminal/value.h"

#include "provider/base/own.h"
#include "provider/client/answer.h"

enum { VALUE_DEPTH_MAX = 32 };

json_t *value_read(struct text text)
{
    json_t *value = NULL;

    if (text.size && !answer_is_deep(text, VALUE_DEPTH_MAX))
        value = json_loadb(text.data, text.size,
                           JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    return value ? value : json_stringn(text.data ? text.data : "", text.size);
}

enum status value_assign(json_t *object, struct text assignment)
{
    const char *equals =
        assignment.size ? memchr(assignment.data, '=', assignment.size) : NULL;
    SCOPED(memory_drop) char *name = NULL;
    struct text value;
    json_t *read;

    if (!equals || equals == assignment.data ||
        equals - assignment.data > VALUE_NAME_MAX_BYTES)
        return STATUS_INVALID;
    name = text_dup(
        (struct text){assignment.data, (size_t)(equals - assignment.data)});
    value.data = equals + 1;
    value.size = assignment.size - (size_t)(value.data - assignment.data);
    read = value_read(value);
    if (!name || !read) {
        json_decref(read);
        return name ? STATUS_INVALID : STATUS_NO_MEMORY;
    }
    if (json_object_get(object, name)) {
        json_decref(read);
        return STATUS_CONFLICT;
    }
    return json_object_set_new(object, name, read) == 0 ? STATUS_OK
                                                        : STATUS_INVALID;
}

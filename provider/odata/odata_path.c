#include "provider/odata/odata_path.h"

#include "provider/base/own.h"
#include "provider/odata/url.h"

enum {
    BAD_REQUEST = 400,
    NOT_FOUND = 404,
    SEGMENTS_MAX = 4
}; /* route, class, key, method */

static const char no_route[] = "There are wmi, v1.0 and openapi.json.";

static bool is_word(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        const char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return name.size > 0;
}

/* ---- Keys ---- */

/* The size of the text in quotes that rest begins with, quotes and all; 0: it
 * does not end. A quote in it is doubled. */
static size_t quoted_size(struct text rest)
{
    for (size_t i = 1; i < rest.size; i++) {
        if (rest.data[i] != '\'')
            continue;
        if (i + 1 == rest.size || rest.data[i + 1] != '\'')
            return i + 1;
        i++;
    }
    return 0;
}

static bool put_quoted(struct text quoted, struct buf *out)
{
    for (size_t i = 1; i + 1 < quoted.size; i++) {
        buf_append_char(out, quoted.data[i]);
        if (quoted.data[i] == '\'')
            i++;
    }
    return out->size > 0;
}

/* A value as it stands, or in quotes; rest is what follows it. */
static bool read_value(struct text *rest, struct buf *out)
{
    const bool is_quoted = rest->size > 0 && rest->data[0] == '\'';
    const char *comma;
    struct text value = *rest;

    if (is_quoted) {
        value.size = quoted_size(*rest);
        if (value.size == 0 || !put_quoted(value, out))
            return false;
    } else {
        comma = rest->size ? memchr(rest->data, ',', rest->size) : NULL;
        value.size = comma ? (size_t)(comma - rest->data) : rest->size;
        buf_append_text(out, value);
        if (value.size == 0 || memchr(value.data, '\'', value.size))
            return false;
    }
    rest->data += value.size;
    rest->size -= value.size;
    return true;
}

/* "NAME=": taken off, where it is there. */
static struct text cut_name(struct text *rest)
{
    const char *equals = rest->size && rest->data[0] != '\''
                             ? memchr(rest->data, '=', rest->size)
                             : NULL;
    struct text name = *rest;

    if (!equals)
        return TEXT("");
    name.size = (size_t)(equals - rest->data);
    if (!is_word(name))
        return TEXT("");
    rest->data += name.size + 1;
    rest->size -= name.size + 1;
    return name;
}

/* "KEY", "NAME=KEY{,NAME=KEY}" */
static bool read_keys(struct odata_target *target, struct text keys)
{
    do {
        struct odata_key *key = &target->keys[target->n_keys];

        if (target->n_keys == ODATA_KEY_NAMES_MAX)
            return false;
        *key = (struct odata_key){.name = buf_make(ODATA_TEXT_MAX_BYTES),
                                  .value = buf_make(ODATA_TEXT_MAX_BYTES)};
        target->n_keys++;
        buf_append_text(&key->name, cut_name(&keys));
        if (!read_value(&keys, &key->value) ||
            (target->n_keys > 1 && key->name.size == 0))
            return false;
        if (keys.size == 0)
            return target->n_keys == 1 || target->keys[0].name.size > 0;
        if (keys.data[0] != ',')
            return false;
        keys = (struct text){keys.data + 1, keys.size - 1};
    } while (true);
}

/* As a part of the path: all of it is the key. */
static bool read_plain_key(struct odata_target *target, struct text segment)
{
    struct odata_key *key = &target->keys[0];

    if (segment.size > 0 && segment.data[0] == '\'')
        return read_keys(target, segment);
    *key = (struct odata_key){.name = buf_make(ODATA_TEXT_MAX_BYTES),
                              .value = buf_make(ODATA_TEXT_MAX_BYTES)};
    target->n_keys = 1;
    buf_append_text(&key->value, segment);
    return !memchr(segment.data, '\'', segment.size);
}

/* ---- Segments ---- */

/* "CLASS", "CLASS(KEY)", "CLASS.METHOD" */
static bool read_class(struct odata_target *target, struct text segment)
{
    const char *open = memchr(segment.data, '(', segment.size);
    struct text name = segment;
    const char *dot;

    if (open)
        name.size = (size_t)(open - segment.data);
    dot = memchr(name.data, '.', name.size);
    if (dot && !open) {
        buf_append(&target->method, dot + 1,
                   (size_t)(name.data + name.size - dot) - 1);
        name.size = (size_t)(dot - name.data);
        target->kind = ODATA_KIND_METHOD;
    } else {
        target->kind = open ? ODATA_KIND_ONE : ODATA_KIND_LIST;
    }
    if (!is_word(name) ||
        (dot && (open || !is_word(buf_text(&target->method)))))
        return odata_fail(target, NOT_FOUND, "There is no such class.");
    buf_append_text(&target->class_name, name);
    if (!open ||
        (segment.data[segment.size - 1] == ')' &&
         read_keys(target,
                   (struct text){open + 1, segment.size - name.size - 2})))
        return true;
    return odata_fail(target, BAD_REQUEST, "The key cannot be read.");
}

/* "AdminService.METHOD" */
static bool read_method(struct odata_target *target, struct text segment)
{
    const struct text space = TEXT("AdminService.");
    const char *open = memchr(segment.data, '(', segment.size);

    if (open && target->is_v1) /* "CMPivotResult(OperationId=1)" */
        segment.size = (size_t)(open - segment.data);

    if (segment.size <= space.size ||
        !text_equal_nocase((struct text){segment.data, space.size}, space) ||
        !is_word((struct text){segment.data + space.size,
                               segment.size - space.size}))
        return odata_fail(target, NOT_FOUND, "There is nothing here.");
    buf_append(&target->method, segment.data + space.size,
               segment.size - space.size);
    target->kind = ODATA_KIND_METHOD;
    return true;
}

/* What stands behind a class: its count, or a key; and behind an object. */
static bool read_behind(struct odata_target *target, struct text segment)
{
    if (target->kind == ODATA_KIND_ONE && target->is_v1 &&
        text_equal_nocase(segment, TEXT("ResourceCollectionMembership"))) {
        target->kind = ODATA_KIND_MEMBERSHIPS;
        return true;
    }
    if (target->kind == ODATA_KIND_ONE)
        return read_method(target, segment);
    if (target->kind != ODATA_KIND_LIST)
        return odata_fail(target, NOT_FOUND, "There is nothing here.");
    if (text_equal_nocase(segment, TEXT("$count"))) {
        target->kind = ODATA_KIND_COUNT;
        return true;
    }
    target->kind = ODATA_KIND_ONE;
    return read_plain_key(target, segment) ||
           odata_fail(target, BAD_REQUEST, "The key cannot be read.");
}

/* What is about all classes. */
static bool read_own(struct odata_target *target, size_t number,
                     struct text segment)
{
    if (number != 1 || target->kind != ODATA_KIND_CLASSES)
        return false;
    if (text_equal_nocase(segment, TEXT("$metadata")))
        target->kind = ODATA_KIND_METADATA;
    else if (text_equal_nocase(segment, TEXT("$query")))
        target->kind = ODATA_KIND_QUERY;
    else
        return false;
    if (target->kind == ODATA_KIND_QUERY) /* it stands for a class */
        buf_append_text(&target->class_name, segment);
    return true;
}

static bool read_route(struct odata_target *target, struct text segment)
{
    target->kind = ODATA_KIND_CLASSES;
    if (text_equal_nocase(segment, TEXT("openapi.json")))
        target->kind = ODATA_KIND_OPENAPI;
    else if (text_equal_nocase(segment, TEXT("v1.0")))
        target->is_v1 = true;
    else if (!text_equal_nocase(segment, TEXT("wmi")))
        return odata_fail(target, NOT_FOUND, no_route);
    return true;
}

static bool read_segment(struct odata_target *target, size_t number,
                         struct text segment)
{
    if (read_own(target, number, segment))
        return true;
    if (number == 1 && target->kind == ODATA_KIND_CLASSES)
        return read_class(target, segment);
    if (number > 0)
        return read_behind(target, segment);
    return read_route(target, segment);
}

bool odata_read_path(struct odata_target *target, struct text path)
{
    size_t number = 0;

    while (path.size > 0) {
        SCOPED(buf_free) struct buf segment = buf_make(ODATA_TEXT_MAX_BYTES);
        const char *slash = memchr(path.data, '/', path.size);
        const size_t n = slash ? (size_t)(slash - path.data) : path.size;

        if (!url_decode((struct text){path.data, n}, false, &segment))
            return odata_fail(target, BAD_REQUEST,
                              "The path is not encoded well.");
        path.data += slash ? n + 1 : n;
        path.size -= slash ? n + 1 : n;
        if (segment.size == 0) /* a slash more, or the last one */
            continue;
        if (number == SEGMENTS_MAX)
            return odata_fail(target, NOT_FOUND, "There is nothing here.");
        if (!read_segment(target, number++, buf_text(&segment)))
            return false;
    }
    return number > 0 || odata_fail(target, NOT_FOUND, no_route);
}

#include "provider/web/odata_target.h"

#include <stddef.h>
#include <stdlib.h>

#include "provider/base/json_writer.h"
#include "provider/base/own.h"
#include "provider/wire/reply.h"

enum {
    BAD_REQUEST = 400,
    NOT_FOUND = 404,
    DIGITS_MAX = 9,
    SEGMENTS_MAX = 3, /* route, class, key */
};

static bool fail(struct odata_target *target, unsigned status, const char *why)
{
    target->kind = ODATA_KIND_NONE;
    target->status = status;
    target->why = why;
    return false;
}

/* ---- URL encoding (RFC 3986, and + for a space in a query) ---- */

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* False: it is not encoded well, or is no text. */
static bool decode(struct text from, bool is_query, struct buf *out)
{
    for (size_t i = 0; i < from.size; i++) {
        const bool is_code = from.data[i] == '%';
        int high, low;

        if (!is_code) {
            buf_append_char(
                out, is_query && from.data[i] == '+' ? ' ' : from.data[i]);
            continue;
        }
        if (from.size - i < 3)
            return false;
        high = hex_of(from.data[i + 1]);
        low = hex_of(from.data[i + 2]);
        if (high < 0 || low < 0 || high * 16 + low < ' ' ||
            high * 16 + low == 0x7f)
            return false;
        buf_append_char(out, (char)(high * 16 + low));
        i += 2;
    }
    return buf_status(out) == STATUS_OK && text_is_utf8(buf_text(out));
}

static void encode(struct text from, struct buf *out)
{
    static const char plain[] = "-._~";

    for (size_t i = 0; i < from.size; i++) {
        const char c = from.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') || memchr(plain, c, sizeof(plain) - 1))
            buf_append_char(out, c);
        else
            buf_append_format(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

/* ---- The path ---- */

static bool is_class_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        const char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return name.size > 0;
}

/* A key as it stands, or in quotes, where a quote is doubled. */
static bool read_key(struct text key, struct buf *out)
{
    if (key.size == 0 || key.data[0] != '\'') {
        buf_append_text(out, key);
        return key.size > 0 && !memchr(key.data, '\'', key.size) &&
               !memchr(key.data, ',', key.size);
    }
    if (key.size < 2 || key.data[key.size - 1] != '\'')
        return false;
    for (size_t i = 1; i < key.size - 1; i++) {
        if (key.data[i] == '\'' && key.data[++i] != '\'')
            return false;
        if (i == key.size - 1) /* the last quote was half of a pair */
            return false;
        buf_append_char(out, key.data[i]);
    }
    return out->size > 0;
}

/* "CLASS", "CLASS(KEY)" */
static bool read_class(struct odata_target *target, struct text segment)
{
    const char *open = memchr(segment.data, '(', segment.size);
    struct text name = segment;

    if (open)
        name.size = (size_t)(open - segment.data);
    if (!is_class_name(name))
        return fail(target, NOT_FOUND, "There is no such class.");
    buf_append_text(&target->class_name, name);
    target->kind = ODATA_KIND_LIST;
    if (!open)
        return true;
    target->kind = ODATA_KIND_ONE;
    if (segment.data[segment.size - 1] == ')' &&
        read_key((struct text){open + 1, segment.size - name.size - 2},
                 &target->key))
        return true;
    return fail(target, BAD_REQUEST, "The key cannot be read.");
}

/* What stands behind a class: its count, or a key. */
static bool read_behind(struct odata_target *target, struct text segment)
{
    if (target->kind != ODATA_KIND_LIST)
        return fail(target, NOT_FOUND, "There is nothing here.");
    if (text_equal_nocase(segment, TEXT("$count"))) {
        target->kind = ODATA_KIND_COUNT;
        return true;
    }
    target->kind = ODATA_KIND_ONE;
    return read_key(segment, &target->key) ||
           fail(target, BAD_REQUEST, "The key cannot be read.");
}

static bool read_segment(struct odata_target *target, size_t number,
                         struct text segment)
{
    if (number == 1)
        return read_class(target, segment);
    if (number == 2)
        return read_behind(target, segment);
    target->kind = ODATA_KIND_CLASSES;
    return text_equal_nocase(segment, TEXT("wmi")) ||
           fail(target, NOT_FOUND, "There is wmi.");
}

static bool read_path(struct odata_target *target, struct text path)
{
    size_t number = 0;

    while (path.size > 0) {
        SCOPED(buf_free) struct buf segment = buf_make(ODATA_TEXT_MAX_BYTES);
        const char *slash = memchr(path.data, '/', path.size);
        const size_t n = slash ? (size_t)(slash - path.data) : path.size;

        if (!decode((struct text){path.data, n}, false, &segment))
            return fail(target, BAD_REQUEST, "The path is not encoded well.");
        path.data += slash ? n + 1 : n;
        path.size -= slash ? n + 1 : n;
        if (segment.size == 0) /* a slash more, or the last one */
            continue;
        if (number == SEGMENTS_MAX)
            return fail(target, NOT_FOUND, "There is nothing here.");
        if (!read_segment(target, number++, buf_text(&segment)))
            return false;
    }
    return number > 0 || fail(target, NOT_FOUND, "There is wmi.");
}

/* ---- The options ---- */

static bool read_number(struct text digits, int64_t *number_out)
{
    int64_t number = 0;

    if (digits.size == 0 || digits.size > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        number = number * 10 + (digits.data[i] - '0');
    }
    *number_out = number;
    return true;
}

/* Where the text of an option goes; NULL: it has none. */
static struct buf *place_of(struct odata_target *target, struct text name)
{
    const struct {
        const char *name;
        struct buf *place;
    } places[] = {
        {"filter", &target->filter},
        {"orderby", &target->order},
        {"select", &target->select},
        {"skiptoken", &target->after},
    };

    for (size_t i = 0; i < ARRAY_SIZE(places); i++)
        if (text_equal_nocase(name, text_of(places[i].name)))
            return places[i].place;
    return NULL;
}

static bool fail_option(struct odata_target *target)
{
    return fail(target, BAD_REQUEST,
                "An option is not known here, is there twice, or has no value: "
                "$filter, $select, $orderby, $top, $skip and $skiptoken are.");
}

static bool take_option(struct odata_target *target, struct text name,
                        struct text value)
{
    struct buf *place = place_of(target, name);

    if (place) {
        if (place->size > 0 || value.size == 0)
            return fail_option(target);
        buf_append_text(place, value);
        return buf_status(place) == STATUS_OK || fail_option(target);
    }
    if (text_equal_nocase(name, TEXT("top")))
        return (target->top < 0 && read_number(value, &target->top)) ||
               fail_option(target);
    if (text_equal_nocase(name, TEXT("skip")))
        return (target->skip == 0 && read_number(value, &target->skip)) ||
               fail_option(target);
    return (text_equal_nocase(name, TEXT("count")) &&
            text_equal_nocase(value, TEXT("false"))) ||
           fail_option(target);
}

static bool read_option(struct odata_target *target, struct text option)
{
    SCOPED(buf_free) struct buf name = buf_make(ODATA_TEXT_MAX_BYTES);
    SCOPED(buf_free) struct buf value = buf_make(ODATA_TEXT_MAX_BYTES);
    const char *equals = memchr(option.data, '=', option.size);
    const size_t n = equals ? (size_t)(equals - option.data) : option.size;
    struct text said;

    if (!decode((struct text){option.data, n}, true, &name) ||
        (equals &&
         !decode((struct text){equals + 1, option.size - n - 1}, true, &value)))
        return fail(target, BAD_REQUEST, "The query is not encoded well.");
    said = buf_text(&name);
    if (said.size > 0 && said.data[0] == '$')
        said = (struct text){said.data + 1, said.size - 1};
    return take_option(target, said, buf_text(&value));
}

static bool read_query(struct odata_target *target, struct text query)
{
    while (query.size > 0) {
        const char *end = memchr(query.data, '&', query.size);
        const size_t n = end ? (size_t)(end - query.data) : query.size;

        if (n > 0 && !read_option(target, (struct text){query.data, n}))
            return false;
        query.data += end ? n + 1 : n;
        query.size -= end ? n + 1 : n;
    }
    return true;
}

struct odata_target odata_target_read(struct text path, struct text query)
{
    struct odata_target target = {
        .class_name = buf_make(ODATA_TEXT_MAX_BYTES),
        .key = buf_make(ODATA_TEXT_MAX_BYTES),
        .filter = buf_make(ODATA_TEXT_MAX_BYTES),
        .order = buf_make(ODATA_TEXT_MAX_BYTES),
        .select = buf_make(ODATA_TEXT_MAX_BYTES),
        .after = buf_make(ODATA_TEXT_MAX_BYTES),
        .top = -1,
    };

    if (read_path(&target, path))
        (void)read_query(&target, query);
    return target;
}

void odata_target_clear(struct odata_target *target)
{
    buf_free(&target->class_name);
    buf_free(&target->key);
    buf_free(&target->filter);
    buf_free(&target->order);
    buf_free(&target->select);
    buf_free(&target->after);
    *target = (struct odata_target){0};
}

/* ---- What asks for it ---- */

static void put_given(struct json_writer *w, const char *key,
                      const struct buf *text)
{
    if (text->size > 0)
        writer_put_text(w, key, buf_text(text));
}

static void put_options(const struct odata_target *target,
                        struct json_writer *w)
{
    writer_key(w, "odata");
    writer_object_begin(w);
    put_given(w, "class", &target->class_name);
    put_given(w, "filter", &target->filter);
    if (target->kind == ODATA_KIND_COUNT) {
        writer_put_bool(w, "count", true);
    } else {
        put_given(w, "orderby", &target->order);
        put_given(w, "select", &target->select);
    }
    writer_object_end(w);
}

static int64_t page_rows(const struct odata_target *target)
{
    if (target->top < 0 || target->top > ODATA_PAGE_ROWS)
        return ODATA_PAGE_ROWS;
    return target->top > 0 ? target->top : 1;
}

static void put_params(const struct odata_target *target, struct json_writer *w)
{
    if (target->kind == ODATA_KIND_ONE) {
        put_given(w, "class", &target->class_name);
        put_given(w, "key", &target->key);
        return;
    }
    if (target->kind == ODATA_KIND_CLASSES)
        return;
    put_options(target, w);
    if (target->kind == ODATA_KIND_COUNT)
        return;
    writer_put_int(w, "limit", page_rows(target));
    if (target->skip > 0)
        writer_put_int(w, "skip", target->skip);
    put_given(w, "after", &target->after);
}

void odata_target_ask(const struct odata_target *target, struct buf *line)
{
    static const char *const methods[] = {
        [ODATA_KIND_NONE] = "",
        [ODATA_KIND_CLASSES] = "object.classes",
        [ODATA_KIND_LIST] = "query.run",
        [ODATA_KIND_COUNT] = "query.run",
        [ODATA_KIND_ONE] = "object.get",
    };
    struct json_writer w = json_writer_make(line);

    request_begin(&w, 0, methods[target->kind]);
    writer_object_begin(&w);
    put_params(target, &w);
    writer_object_end(&w);
    request_end(&w);
}

static void put_option(struct buf *out, const char *name,
                       const struct buf *value)
{
    if (value->size == 0)
        return;
    buf_append_format(out, "$%s=", name);
    encode(buf_text(value), out);
    buf_append_char(out, '&');
}

void odata_target_put_next(const struct odata_target *target, const char *after,
                           struct buf *out)
{
    buf_append_text(out, buf_text(&target->class_name));
    buf_append_char(out, '?');
    put_option(out, "filter", &target->filter);
    put_option(out, "orderby", &target->order);
    put_option(out, "select", &target->select);
    if (target->top >= 0)
        buf_append_format(out, "$top=%lld&",
                          (long long)(target->top - ODATA_PAGE_ROWS));
    if (target->skip > 0)
        buf_append_format(out, "$skip=%lld&", (long long)target->skip);
    buf_append_string(out, "$skiptoken=");
    encode(text_of(after), out);
}

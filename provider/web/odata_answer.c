#include "provider/web/odata_answer.h"

#include <stdlib.h>

#include "provider/base/json_writer.h"
#include "provider/base/own.h"

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static int append(const char *bytes, size_t size, void *context)
{
    buf_append(context, bytes, size);
    return buf_status(context) == STATUS_OK ? 0 : -1;
}

static void put_value(struct json_writer *w, const json_t *value)
{
    SCOPED(buf_free) struct buf text = buf_make(w->out->max_bytes);

    if (json_dump_callback(value, append, &text,
                           JSON_COMPACT | JSON_ENCODE_ANY) == 0)
        writer_raw(w, buf_text(&text));
    else
        writer_null(w);
}

static void put_context(struct json_writer *w, struct text base,
                        const struct buf *class_name)
{
    SCOPED(buf_free) struct buf context = buf_make(2 * ODATA_TEXT_MAX_BYTES);

    buf_append_text(&context, base);
    buf_append_string(&context, "$metadata");
    if (class_name->size > 0) {
        buf_append_char(&context, '#');
        buf_append_text(&context, buf_text(class_name));
    }
    writer_put_text(w, "@odata.context", buf_text(&context));
}

/* Only where whoever asked wants more than is there. */
static void put_next(struct json_writer *w, const struct odata_target *target,
                     struct text base, const json_t *next)
{
    SCOPED(buf_free) struct buf link = buf_make(16 * ODATA_TEXT_MAX_BYTES);

    if (!json_is_string(next) ||
        (target->top >= 0 && target->top <= ODATA_PAGE_ROWS))
        return;
    buf_append_text(&link, base);
    odata_target_put_next(target, json_string_value(next), &link);
    writer_put_text(w, "@odata.nextLink", buf_text(&link));
}

/* ---- A page of objects ---- */

/* The wire's own answer, up to its rows. */
static const struct text before_rows = {
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":",
    sizeof("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":") - 1};

/* Where the array ends that text begins with; 0: it is none. */
static size_t array_size(struct text text)
{
    bool is_string = false;
    size_t depth = 0;

    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];

        if (is_string && c == '\\')
            i++;
        else if (c == '"')
            is_string = !is_string;
        else if (!is_string && (c == '[' || c == '{'))
            depth++;
        else if (!is_string && (c == ']' || c == '}'))
            depth--;
        if (depth == 0)
            return c == ']' ? i + 1 : 0;
    }
    return 0;
}

/* ',"next":"..."}}' and the end of the line, as an object. */
static json_t *read_rest(struct text rest)
{
    static const char end[] = "}\n";
    SCOPED(buf_free) struct buf text = buf_make(ODATA_TEXT_MAX_BYTES);
    const size_t n = sizeof(end) - 1;

    if (rest.size < n + 1 || memcmp(rest.data + rest.size - n, end, n) != 0)
        return NULL;
    rest.size -= n;
    if (rest.data[0] == ',')
        rest = (struct text){rest.data + 1, rest.size - 1};
    buf_append_char(&text, '{');
    buf_append_text(&text, rest);
    return json_loadb(text.data, text.size, 0, NULL);
}

/* A page may be a megabyte: to read it into a tree and write that again would
 * keep the loop from others, and its rows are what they are. */
static bool put_list(const struct odata_target *target, struct text base,
                     struct text reply, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    SCOPED(json_drop) json_t *rest = NULL;
    struct text rows = reply;

    if (reply.size < before_rows.size ||
        memcmp(reply.data, before_rows.data, before_rows.size) != 0)
        return false;
    rows.data += before_rows.size;
    rows.size -= before_rows.size;
    reply = rows;
    rows.size = array_size(rows);
    if (rows.size == 0)
        return false;
    rest = read_rest(
        (struct text){reply.data + rows.size, reply.size - rows.size});
    if (!rest)
        return false;
    writer_object_begin(&w);
    put_context(&w, base, &target->class_name);
    writer_key(&w, "value");
    writer_raw(&w, target->top == 0 ? TEXT("[]") : rows);
    put_next(&w, target, base, json_object_get(rest, "next"));
    writer_object_end(&w);
    return true;
}

/* ---- What is short ---- */

/* The service document. */
static void put_classes(struct json_writer *w, const json_t *items)
{
    writer_key(w, "value");
    writer_array_begin(w);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const char *name = json_string_value(
            json_object_get(json_array_get(items, i), "name"));

        writer_object_begin(w);
        writer_put_string(w, "name", name);
        writer_put_string(w, "kind", "EntitySet");
        writer_put_string(w, "url", name);
        writer_object_end(w);
    }
    writer_array_end(w);
}

/* The one number of the one row. */
static bool put_count(const json_t *result, struct buf *out)
{
    const json_t *row = json_array_get(json_object_get(result, "items"), 0);
    void *first = json_object_iter((json_t *)(uintptr_t)row);
    const json_t *count = first ? json_object_iter_value(first) : NULL;

    if (!json_is_integer(count))
        return false;
    buf_append_format(out, "%lld", (long long)json_integer_value(count));
    return true;
}

static void put_one(struct json_writer *w, const json_t *result)
{
    writer_key(w, "value");
    writer_array_begin(w);
    put_value(w, result);
    writer_array_end(w);
}

bool odata_answer_put(const struct odata_target *target, struct text base,
                      struct text reply, struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};
    struct json_writer w = json_writer_make(out);
    const json_t *items;

    if (target->kind == ODATA_KIND_LIST)
        return put_list(target, base, reply, out);
    if (rpc_reply_read(reply, &read) != STATUS_OK ||
        !json_is_object(read.result))
        return false;
    items = json_object_get(read.result, "items");
    if (target->kind == ODATA_KIND_COUNT)
        return put_count(read.result, out);
    if (target->kind == ODATA_KIND_CLASSES && !json_is_array(items))
        return false;
    writer_object_begin(&w);
    put_context(&w, base, &target->class_name);
    if (target->kind == ODATA_KIND_CLASSES)
        put_classes(&w, items);
    else
        put_one(&w, read.result);
    writer_object_end(&w);
    return true;
}

void odata_answer_put_error(unsigned status, const char *message,
                            const json_t *data, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    char code[16];

    (void)snprintf(code, sizeof(code), "%u", status);
    writer_object_begin(&w);
    writer_key(&w, "error");
    writer_object_begin(&w);
    writer_put_string(&w, "code", code);
    writer_put_string(&w, "message", message);
    if (data) {
        writer_key(&w, "innererror");
        put_value(&w, data);
    }
    writer_object_end(&w);
    writer_object_end(&w);
}

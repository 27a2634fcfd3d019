#include "provider/odata/odata_answer.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/json_writer.h"
#include "provider/base/own.h"
#include "provider/object/class.h"
#include "provider/odata/csdl.h"
#include "provider/odata/odata_body.h"
#include "provider/odata/odata_rows.h"
#include "provider/odata/openapi.h"

enum {
    STATUS_OF_READING = 200,
    STATUS_OF_MAKING = 201,
    STATUS_OF_NOTHING = 204,
    STATUS_OF_NO_SUCH = 404,
    STATUS_OF_OLD_VERSION = 412,
};

static void json_drop(json_t **json)
{
    json_decref(*json);
}

void odata_answer_clear(struct odata_answer *answer)
{
    buf_free(&answer->location);
    *answer = (struct odata_answer){0};
}

/* As it is documented; of one collection's class as it was asked for. */
static struct text class_name(const struct odata_target *target)
{
    const struct text asked = buf_text(&target->class_name);

    return target->class && object_class_collection(asked).size == 0
               ? text_of(target->class->name)
               : asked;
}

static void put_context(struct json_writer *w, struct text base,
                        struct text what, const char *suffix)
{
    SCOPED(buf_free) struct buf context = buf_make(2 * ODATA_TEXT_MAX_BYTES);

    buf_append_text(&context, base);
    buf_append_string(&context, "$metadata");
    if (what.size > 0) {
        buf_append_char(&context, '#');
        buf_append_text(&context, what);
    }
    buf_append_string(&context, suffix);
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

/* What is said about objects is not where parts of them were asked for. */
static const struct object_class *class_of_rows(
    const struct odata_target *target)
{
    return target->select.size == 0 ? target->class : NULL;
}

/* ---- A page of objects ---- */

/* The wire's own answer, up to its rows. */
static const struct text before_rows = {
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":",
    sizeof("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"items\":") - 1};

/* ',"next":"..."}}' and what else follows the rows, as an array: of the page
 * without them, and of the answer that says how many there are. */
static json_t *read_rest(struct text rest, bool is_batch)
{
    SCOPED(buf_free) struct buf text = buf_make(2 * ODATA_TEXT_MAX_BYTES);

    buf_append_string(&text, "[{\"result\":{\"items\":0");
    if (rest.size > 0)
        buf_append_text(&text, rest);
    if (!is_batch)
        buf_append_char(&text, ']');
    return buf_status(&text) == STATUS_OK
               ? json_loadb(text.data, text.size, 0, NULL)
               : NULL;
}

/* The one number of the one row. */
static const json_t *count_in(const json_t *result)
{
    const json_t *row = json_array_get(json_object_get(result, "items"), 0);
    void *first = json_object_iter((json_t *)(uintptr_t)row);
    const json_t *count = first ? json_object_iter_value(first) : NULL;

    return json_is_integer(count) ? count : NULL;
}

static const json_t *result_at(const json_t *answers, size_t index)
{
    return json_object_get(json_array_get(answers, index), "result");
}

static bool put_page(const struct odata_target *target, struct text base,
                     struct text rows, const json_t *rest, struct buf *out)
{
    struct json_writer w = json_writer_make(out);
    const json_t *count = count_in(result_at(rest, 1));

    if (!result_at(rest, 0) || (target->is_counted && !count))
        return false;
    writer_object_begin(&w);
    put_context(&w, base, class_name(target), "");
    if (target->is_counted)
        writer_put_int(&w, "@odata.count", json_integer_value(count));
    writer_key(&w, "value");
    if (!odata_rows_put(target->top == 0 ? TEXT("[]") : rows,
                        class_of_rows(target), &w))
        return false;
    put_next(&w, target, base, json_object_get(result_at(rest, 0), "next"));
    writer_object_end(&w);
    return true;
}

static bool put_list(const struct odata_target *target, struct text base,
                     struct text reply, struct buf *out)
{
    SCOPED(json_drop) json_t *rest = NULL;
    struct text rows = reply;

    if (target->is_counted && rows.size > 0 && rows.data[0] == '[')
        rows = (struct text){rows.data + 1, rows.size - 1};
    if (rows.size < before_rows.size ||
        memcmp(rows.data, before_rows.data, before_rows.size) != 0)
        return false;
    rows.data += before_rows.size;
    rows.size = odata_rows_size((struct text){
        rows.data, (size_t)(reply.data + reply.size - rows.data)});
    if (rows.size == 0)
        return false;
    rest =
        read_rest((struct text){rows.data + rows.size,
                                (size_t)(reply.data + reply.size - rows.data) -
                                    rows.size},
                  target->is_counted);
    return put_page(target, base, rows, rest, out);
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

static void put_members(struct json_writer *w, const json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)object, name, value) {
        writer_key(w, name);
        odata_put_json(w, value);
    }
}

/* By its key one object is a list too. */
static bool put_one(const struct odata_target *target, struct text base,
                    const json_t *object, struct json_writer *w)
{
    SCOPED(buf_free) struct buf rows = buf_make(w->out->max_bytes);
    struct json_writer row = json_writer_make(&rows);

    writer_array_begin(&row);
    odata_put_json(&row, object);
    writer_array_end(&row);
    put_context(w, base, class_name(target), "");
    writer_key(w, "value");
    return buf_status(&rows) == STATUS_OK &&
           odata_rows_put(buf_text(&rows), class_of_rows(target), w);
}

/* ---- Changes ---- */

static void note_version(const json_t *object, struct odata_answer *answer)
{
    const json_t *version = json_object_get(object, "RowVersion");

    answer->version =
        json_is_integer(version) ? json_integer_value(version) : -1;
}

/* Where an object is that was made. */
static void note_place(const struct odata_target *target, struct text base,
                       const json_t *object, struct odata_answer *answer)
{
    const json_t *key = NULL;
    char number[32];
    struct text text;

    for (size_t i = 0; target->class && i < target->class->n_properties; i++)
        if (target->class->properties[i].flags & OBJECT_KEY)
            key = json_object_get(object, target->class->properties[i].name);
    if (!key)
        return;
    (void)snprintf(number, sizeof(number), "%lld",
                   (long long)json_integer_value(key));
    text = json_is_string(key)
               ? (struct text){json_string_value(key), json_string_length(key)}
               : text_of(number);
    answer->location = buf_make(2 * ODATA_TEXT_MAX_BYTES);
    buf_append_text(&answer->location, base);
    odata_target_put_address(target, text, &answer->location);
}

static bool is_made(const struct odata_target *target)
{
    return target->is_making || target->kind == ODATA_KIND_LIST;
}

static void put_changed(const struct odata_target *target, struct text base,
                        const json_t *object, struct odata_answer *answer,
                        struct json_writer *w)
{
    note_version(object, answer);
    if (is_made(target)) {
        answer->status = STATUS_OF_MAKING;
        note_place(target, base, object, answer);
    }
    put_context(w, base, class_name(target), "/$entity");
    put_members(w, object);
}

/* What a method answers besides a number is the result itself. */
static void put_called(const struct odata_target *target, struct text base,
                       const json_t *result, struct odata_answer *answer,
                       struct json_writer *w)
{
    if (target->verb == ODATA_POST)
        answer->status = STATUS_OF_MAKING;
    put_context(w, base, TEXT("__PARAMETERS"), "");
    if (!json_object_get(result, "ReturnValue"))
        writer_put_int(w, "ReturnValue", 0);
    if (json_is_object(result)) {
        put_members(w, result);
    } else if (!json_is_null(result)) {
        writer_key(w, "value");
        odata_put_json(w, result);
    }
}

/* ---- The answer ---- */

bool odata_answer_put_count(const json_t *result, struct odata_answer *answer,
                            struct buf *out)
{
    const json_t *count = count_in(result);

    answer->type = "text/plain";
    buf_append_format(out, "%lld", (long long)json_integer_value(count));
    return count != NULL;
}

/* The classes, described otherwise than in JSON's service document. False: that
 * is what was asked for. */
static bool put_description(const struct odata_target *target, struct text base,
                            struct odata_answer *answer, struct buf *out)
{
    if (target->kind == ODATA_KIND_METADATA) {
        answer->type = "application/xml";
        csdl_put(out);
    } else if (target->kind == ODATA_KIND_OPENAPI) {
        answer->type = "application/json";
        openapi_put(base, out);
    } else {
        return false;
    }
    return true;
}

static bool put_whole(const struct odata_target *target, struct text base,
                      const json_t *result, struct odata_answer *answer,
                      struct json_writer *w)
{
    if (target->kind == ODATA_KIND_CLASSES) {
        const json_t *items = json_object_get(result, "items");

        put_context(w, base, TEXT(""), "");
        put_classes(w, items);
        return json_is_array(items);
    }
    if (target->kind == ODATA_KIND_METHOD) {
        put_called(target, base, result, answer, w);
        return true;
    }
    if (!json_is_object(result))
        return false;
    if (target->verb != ODATA_GET) {
        put_changed(target, base, result, answer, w);
        return true;
    }
    note_version(result, answer);
    return put_one(target, base, result, w);
}

bool odata_answer_put(const struct odata_target *target, struct text base,
                      struct text reply, struct odata_answer *answer,
                      struct buf *out)
{
    SCOPED(rpc_reply_drop) struct rpc_reply read = {0};
    struct json_writer w = json_writer_make(out);
    bool is_whole;

    *answer = (struct odata_answer){.status = STATUS_OF_READING, .version = -1};
    if (target->verb == ODATA_GET &&
        (target->kind == ODATA_KIND_LIST || target->kind == ODATA_KIND_QUERY))
        return put_list(target, base, reply, out);
    if (rpc_reply_read(reply, &read) != STATUS_OK || !read.result)
        return false;
    if (target->verb == ODATA_DELETE) {
        answer->status = STATUS_OF_NOTHING;
        return true;
    }
    if (target->kind == ODATA_KIND_COUNT)
        return odata_answer_put_count(read.result, answer, out);
    if (put_description(target, base, answer, out))
        return true;
    writer_object_begin(&w);
    is_whole = put_whole(target, base, read.result, answer, &w);
    writer_object_end(&w);
    return is_whole;
}

/* ---- Errors ---- */

static bool is_at(const json_t *data, const char *key, const char *what)
{
    const char *at = json_string_value(json_object_get(data, key));

    return at && strcmp(at, what) == 0;
}

/* A class and a method are what the address names: where there is none, nothing
 * is there. */
unsigned odata_status_of(const struct odata_target *target,
                         const struct rpc_reply *read, unsigned otherwise)
{
    if (read->error == RPC_INVALID && is_at(read->data, "property", "class"))
        return STATUS_OF_NO_SUCH;
    if ((read->error == RPC_INVALID &&
         is_at(read->data, "property", "method")) ||
        (read->error == RPC_INVALID_PARAMS &&
         is_at(read->data, "at", "method")))
        return STATUS_OF_NO_SUCH;
    if (read->error == RPC_CONFLICT && target->if_version >= 0 &&
        json_object_get(read->data, "version"))
        return STATUS_OF_OLD_VERSION;
    return otherwise;
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
        odata_put_json(&w, data);
    }
    writer_object_end(&w);
    writer_object_end(&w);
}

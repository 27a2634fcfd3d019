#include "provider/odata/v1_ask.h"

#include "provider/base/own.h"
#include "provider/object/class.h"
#include "provider/odata/v1_join_sql.h"
#include "provider/odata/v1_set.h"
#include "provider/wire/reply.h"

enum { BAD_REQUEST = 400 };

/* ---- The key, as a test ---- */

static bool is_number(const struct odata_target *target)
{
    for (size_t i = 0; target->class && i < target->class->n_properties; i++)
        if (text_equal(text_of(target->class->properties[i].name),
                       text_of(target->set->properties[0].of)))
            return target->class->properties[i].type == OBJECT_INTEGER;
    return false;
}

static bool put_number(struct text key, struct buf *out)
{
    for (size_t i = 0; i < key.size; i++)
        if (key.data[i] < '0' || key.data[i] > '9')
            return false;
    buf_append_text(out, key);
    return key.size > 0;
}

static void put_quoted(struct text key, struct buf *out)
{
    buf_append_char(out, '\'');
    for (size_t i = 0; i < key.size; i++) {
        if (key.data[i] == '\'')
            buf_append_char(out, '\'');
        buf_append_char(out, key.data[i]);
    }
    buf_append_char(out, '\'');
}

static bool put_key(const struct odata_target *target, struct buf *out)
{
    const struct text key = buf_text(&target->keys[0].value);

    if (is_number(target))
        return put_number(key, out);
    put_quoted(key, out);
    return true;
}

static bool put_test(const struct odata_target *target, struct buf *out)
{
    buf_append_format(out, "%s eq ", target->set->properties[0].of);
    return put_key(target, out);
}

/* ---- Queries ---- */

/* A part of it would be another question: the line fails with it. */
static void put_whole(struct json_writer *w, const char *key,
                      const struct buf *text)
{
    if (buf_status(text) == STATUS_OK)
        writer_put_text(w, key, buf_text(text));
    else
        w->out->failed = buf_status(text);
}

static void put_option(const struct odata_target *target, const char *key,
                       const struct buf *option, struct json_writer *w)
{
    SCOPED(buf_free) struct buf text = buf_make(2 * ODATA_TEXT_MAX_BYTES);

    if (option->size == 0)
        return;
    v1_put_option(target->set, buf_text(option), &text);
    put_whole(w, key, &text);
}

static void put_select(const struct odata_target *target, struct json_writer *w)
{
    SCOPED(buf_free) struct buf names = buf_make(ODATA_TEXT_MAX_BYTES);

    if (target->select.size > 0) {
        put_option(target, "select", &target->select, w);
        return;
    }
    v1_put_names(target->set, &names);
    put_whole(w, "select", &names);
}

static void begin_query(const struct odata_target *target,
                        struct json_writer *w)
{
    request_begin(w, 0, "query.run");
    writer_object_begin(w);
    writer_key(w, "odata");
    writer_object_begin(w);
    writer_put_string(w, "class", target->set->class_name);
}

static int64_t page_rows(const struct odata_target *target)
{
    return target->top > 0 && target->top < ODATA_PAGE_ROWS ? target->top
                                                            : ODATA_PAGE_ROWS;
}

static void end_page(const struct odata_target *target, struct json_writer *w)
{
    writer_put_int(w, "limit", page_rows(target));
    if (target->skip > 0)
        writer_put_int(w, "skip", target->skip);
    if (target->after.size > 0)
        writer_put_text(w, "after", buf_text(&target->after));
    writer_object_end(w);
    request_end(w);
}

static void ask_list(const struct odata_target *target, struct json_writer *w)
{
    begin_query(target, w);
    put_option(target, "filter", &target->filter, w);
    put_option(target, "orderby", &target->order, w);
    put_select(target, w);
    writer_object_end(w);
    end_page(target, w);
}

static void ask_count(const struct odata_target *target, struct json_writer *w)
{
    begin_query(target, w);
    put_option(target, "filter", &target->filter, w);
    writer_put_bool(w, "count", true);
    writer_object_end(w);
    writer_object_end(w);
    request_end(w);
}

static bool ask_one(const struct odata_target *target, struct json_writer *w)
{
    SCOPED(buf_free) struct buf test = buf_make(2 * ODATA_TEXT_MAX_BYTES);

    if (!put_test(target, &test))
        return false;
    begin_query(target, w);
    put_whole(w, "filter", &test);
    put_select(target, w);
    writer_object_end(w);
    writer_put_int(w, "limit", 1);
    writer_object_end(w);
    request_end(w);
    return true;
}

/* ---- The collections of a device ---- */

static bool ask_memberships(const struct odata_target *target,
                            struct json_writer *w)
{
    SCOPED(buf_free) struct buf key = buf_make(ODATA_TEXT_MAX_BYTES);
    SCOPED(buf_free) struct buf wql = buf_make(2 * ODATA_TEXT_MAX_BYTES);

    if (!put_number(buf_text(&target->keys[0].value), &key))
        return false;
    v1_put_join(buf_text(&key), &wql);
    request_begin(w, 0, "query.run");
    writer_object_begin(w);
    put_whole(w, "wql", &wql);
    end_page(target, w);
    return true;
}

/* ---- Whatever it is ---- */

static void ask_about_itself(const char *method, struct json_writer *w)
{
    request_begin(w, 0, method);
    writer_object_begin(w);
    writer_object_end(w);
    request_end(w);
}

bool v1_ask(struct odata_target *target, struct json_writer *w)
{
    bool is_asked = true;

    if (!target->set || target->kind == ODATA_KIND_METADATA)
        ask_about_itself("object.classes", w);
    else if (!target->set->class_name)
        ask_about_itself("server.info", w);
    else if (target->kind == ODATA_KIND_LIST)
        ask_list(target, w);
    else if (target->kind == ODATA_KIND_COUNT)
        ask_count(target, w);
    else if (target->kind == ODATA_KIND_MEMBERSHIPS)
        is_asked = ask_memberships(target, w);
    else
        is_asked = ask_one(target, w);
    return is_asked ||
           odata_fail(target, BAD_REQUEST, "The key must be a number.");
}

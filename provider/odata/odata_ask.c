#include "provider/odata/odata_ask.h"

#include "provider/base/own.h"
#include "provider/object/class.h"
#include "provider/odata/odata_body.h"
#include "provider/odata/v1_ask.h"
#include "provider/wire/reply.h"

enum { BAD_REQUEST = 400, UNAVAILABLE = 503 };

static void put_given(struct json_writer *w, const char *key,
                      const struct buf *text)
{
    if (text->size > 0)
        writer_put_text(w, key, buf_text(text));
}

/* ---- The key ---- */

static const struct odata_key *key_called(const struct odata_target *target,
                                          const char *name)
{
    for (size_t i = 0; i < target->n_keys; i++)
        if (text_equal_nocase(buf_text(&target->keys[i].name), text_of(name)))
            return &target->keys[i];
    return NULL;
}

static const struct object_property *key_of(const struct object_class *class)
{
    for (size_t i = 0; i < class->n_properties; i++)
        if (class->properties[i].flags & OBJECT_KEY)
            return &class->properties[i];
    return NULL;
}

/* The parts of a key, joined by dots in the order of the class. */
static bool join_parts(const struct odata_target *target, struct buf *key)
{
    size_t n = 0;

    for (size_t i = 0; i < target->class->n_properties; i++) {
        const struct object_property *p = &target->class->properties[i];
        const struct odata_key *part =
            p->flags & OBJECT_KEY_PART ? key_called(target, p->name) : NULL;

        if (!part)
            continue;
        if (n++ > 0)
            buf_append_char(key, '.');
        buf_append_text(key, buf_text(&part->value));
    }
    return n == target->n_keys && n > 0;
}

static bool read_key(struct odata_target *target, struct buf *key)
{
    const struct object_property *own =
        target->class ? key_of(target->class) : NULL;

    if (target->n_keys == 0)
        return true;
    if (target->keys[0].name.size == 0 || !own ||
        (target->n_keys == 1 && key_called(target, own->name))) {
        buf_append_text(key, buf_text(&target->keys[0].value));
        return true;
    }
    return join_parts(target, key) ||
           odata_fail(target, BAD_REQUEST, "The class's key has another name.");
}

/* ---- Reading ---- */

static void put_options(const struct odata_target *target, bool is_count,
                        struct json_writer *w)
{
    writer_key(w, "odata");
    writer_object_begin(w);
    put_given(w, "class", &target->class_name);
    put_given(w, "filter", &target->filter);
    if (is_count) {
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

static void ask_count(const struct odata_target *target, int64_t id,
                      struct json_writer *w)
{
    request_begin(w, id, "query.run");
    writer_object_begin(w);
    put_options(target, true, w);
    writer_object_end(w);
    request_end(w);
}

static void ask_page(const struct odata_target *target, struct json_writer *w)
{
    request_begin(w, 0, "query.run");
    writer_object_begin(w);
    if (target->kind == ODATA_KIND_QUERY)
        put_given(w, "wql", &target->wql);
    else
        put_options(target, false, w);
    writer_put_int(w, "limit", page_rows(target));
    if (target->skip > 0)
        writer_put_int(w, "skip", target->skip);
    put_given(w, "after", &target->after);
    writer_object_end(w);
    request_end(w);
}

/* How many there are is a question of its own, in a batch with the page. */
static void ask_list(const struct odata_target *target, struct json_writer *w)
{
    if (!target->is_counted) {
        ask_page(target, w);
        return;
    }
    writer_array_begin(w);
    ask_page(target, w);
    w->comma = true;
    ask_count(target, 1, w);
    writer_array_end(w);
}

/* "a, b": names of properties. */
static void put_names(struct text names, struct json_writer *w)
{
    writer_key(w, "properties");
    writer_array_begin(w);
    while (names.size > 0) {
        const char *comma = memchr(names.data, ',', names.size);
        const size_t n = comma ? (size_t)(comma - names.data) : names.size;
        struct text name = {names.data, n};

        while (name.size > 0 && name.data[0] == ' ')
            name = (struct text){name.data + 1, name.size - 1};
        while (name.size > 0 && name.data[name.size - 1] == ' ')
            name.size--;
        writer_text(w, name);
        names.data += comma ? n + 1 : n;
        names.size -= comma ? n + 1 : n;
    }
    writer_array_end(w);
}

static void ask_one(const struct odata_target *target, const struct buf *key,
                    struct json_writer *w)
{
    request_begin(w, 0, "object.get");
    writer_object_begin(w);
    put_given(w, "class", &target->class_name);
    put_given(w, "key", key);
    if (target->select.size > 0 &&
        !text_equal(buf_text(&target->select), TEXT("*")))
        put_names(buf_text(&target->select), w);
    writer_object_end(w);
    request_end(w);
}

static void ask_classes(struct json_writer *w)
{
    request_begin(w, 0, "object.classes");
    writer_object_begin(w);
    writer_object_end(w);
    request_end(w);
}

/* ---- Changing ---- */

static const char *change_of(const struct odata_target *target)
{
    if (target->kind == ODATA_KIND_METHOD)
        return "object.invoke";
    if (target->kind == ODATA_KIND_LIST || target->is_making)
        return "object.create";
    return target->verb == ODATA_DELETE ? "object.delete" : "object.update";
}

static void ask_change(const struct odata_target *target, const struct buf *key,
                       const json_t *body, struct json_writer *w)
{
    const char *method = change_of(target);

    request_begin(w, 0, method);
    writer_object_begin(w);
    put_given(w, "class", &target->class_name);
    if (!target->is_making)
        put_given(w, "key", key);
    put_given(w, "method", &target->method);
    if (target->kind == ODATA_KIND_METHOD) {
        writer_key(w, "args");
        odata_put_arguments(body, w);
    } else if (target->verb != ODATA_DELETE) {
        writer_key(w, "properties");
        odata_put_properties(target, buf_text(key), body, w);
    }
    if (target->if_version >= 0 && target->kind == ODATA_KIND_ONE)
        writer_put_int(w, "if_version", target->if_version);
    writer_object_end(w);
    request_end(w);
}

bool odata_may_make(const struct odata_target *target)
{
    const struct object_property *key =
        target->class ? key_of(target->class) : NULL;

    return target->verb == ODATA_PUT && !target->is_making &&
           target->if_version < 0 && key && target->class->can_create &&
           !(key->flags & OBJECT_READ_ONLY);
}

/* ---- The line ---- */

/* Of what lacked memory a part would go out, or nothing: another key, no key,
 * or no filter. */
static bool is_whole(const struct odata_target *target, const struct buf *key)
{
    const struct buf *const parts[] = {key,
                                       &target->class_name,
                                       &target->method,
                                       &target->filter,
                                       &target->order,
                                       &target->select,
                                       &target->after};
    bool is_ok = true;

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        is_ok = is_ok && buf_status(parts[i]) == STATUS_OK;
    for (size_t i = 0; i < target->n_keys; i++)
        is_ok = is_ok && buf_status(&target->keys[i].name) == STATUS_OK &&
                buf_status(&target->keys[i].value) == STATUS_OK;
    return is_ok;
}

static void ask_reading(const struct odata_target *target,
                        const struct buf *key, struct json_writer *w)
{
    if (target->kind == ODATA_KIND_ONE)
        ask_one(target, key, w);
    else if (target->kind == ODATA_KIND_LIST ||
             target->kind == ODATA_KIND_QUERY)
        ask_list(target, w);
    else if (target->kind == ODATA_KIND_COUNT)
        ask_count(target, 0, w);
    else
        ask_classes(w);
}

static bool fail_body(struct odata_target *target, enum rpc_error error)
{
    return error == RPC_UNAVAILABLE
               ? odata_fail(target, UNAVAILABLE, "Unavailable.")
               : odata_fail(target, BAD_REQUEST,
                            "The body must be one JSON object, each name of "
                            "it once.");
}

bool odata_ask(struct odata_target *target, struct text body, struct buf *line)
{
    SCOPED(buf_free) struct buf key = buf_make(ODATA_TEXT_MAX_BYTES);
    SCOPED(rpc_message_drop) struct rpc_message given = {0};
    struct json_writer w = json_writer_make(line);
    enum rpc_error error;

    if (target->kind == ODATA_KIND_NONE || !read_key(target, &key))
        return false;
    if (!is_whole(target, &key))
        return odata_fail(target, UNAVAILABLE, "Unavailable.");
    if (target->is_v1)
        return v1_ask(target, &w);
    if (target->verb == ODATA_GET && target->kind != ODATA_KIND_METHOD) {
        ask_reading(target, &key, &w);
        return true;
    }
    error = odata_read_body(body, &given);
    if (error != RPC_DONE)
        return fail_body(target, error);
    ask_change(target, &key, given.root, &w);
    return true;
}

#include "provider/odata/odata_body.h"

#include "provider/base/own.h"
#include "provider/object/class.h"

enum rpc_error odata_read_body(struct text body,
                               struct rpc_message *message_out)
{
    struct rpc_problem problem;
    enum rpc_error error;

    *message_out = (struct rpc_message){0};
    if (body.size == 0)
        return RPC_DONE;
    error = rpc_message_read(body, message_out, &problem);
    if (error == RPC_DONE && !json_is_object(message_out->root))
        error = RPC_INVALID_REQUEST;
    return error;
}

static int append(const char *bytes, size_t size, void *context)
{
    buf_append(context, bytes, size);
    return buf_status(context) == STATUS_OK ? 0 : -1;
}

/* A value may be a secret. */
void odata_put_json(struct json_writer *w, const json_t *value)
{
    SCOPED(buf_wipe) struct buf text = buf_make(w->out->max_bytes);

    if (json_dump_callback(value, append, &text,
                           JSON_COMPACT | JSON_ENCODE_ANY) == 0)
        writer_raw(w, buf_text(&text));
    else
        writer_null(w);
}

/* "@odata.etag", "Name@odata.type", "__LAZYPROPERTIES" */
static bool is_about_it(const char *name)
{
    return strchr(name, '@') || strncmp(name, "__", 2) == 0;
}

static const struct object_property *property_called(
    const struct odata_target *target, const char *name)
{
    for (size_t i = 0; target->class && i < target->class->n_properties; i++)
        if (text_equal_nocase(text_of(target->class->properties[i].name),
                              text_of(name)))
            return &target->class->properties[i];
    return NULL;
}

/* What cannot be changed came back with the object: in a PATCH it was said on
 * purpose, and is refused. */
static bool is_passed_over(const struct odata_target *target,
                           const struct object_property *p, const json_t *value)
{
    const bool is_whole = target->verb == ODATA_PUT && !target->is_making;

    if (!p)
        return false;
    if (p->flags & OBJECT_READ_ONLY)
        return target->verb != ODATA_PATCH;
    return is_whole &&
           (p->flags & OBJECT_FIXED || (!p->column && json_is_null(value)));
}

static const char *key_name(const struct odata_target *target)
{
    for (size_t i = 0; i < target->class->n_properties; i++)
        if (target->class->properties[i].flags & OBJECT_KEY)
            return target->class->properties[i].name;
    return NULL;
}

void odata_put_properties(const struct odata_target *target, struct text key,
                          const json_t *body, struct json_writer *w)
{
    const char *own = target->is_making ? key_name(target) : NULL;
    const char *name;
    json_t *value;

    writer_object_begin(w);
    if (own)
        writer_put_text(w, own, key);
    json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
        if (is_about_it(name) ||
            is_passed_over(target, property_called(target, name), value) ||
            (own && text_equal_nocase(text_of(own), text_of(name))))
            continue;
        writer_key(w, name);
        odata_put_json(w, value);
    }
    writer_object_end(w);
}

void odata_put_arguments(const json_t *body, struct json_writer *w)
{
    const char *name;
    json_t *value;

    writer_object_begin(w);
    json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
        if (is_about_it(name))
            continue;
        writer_key(w, name);
        odata_put_json(w, value);
    }
    writer_object_end(w);
}

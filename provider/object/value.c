/*
 * Property values between JSON, memory and the store.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/key.h"
#include "provider/base/memory.h"
#include "provider/base/mutant.h"
#include "provider/base/name.h"
#include "provider/object/bag.h"
#include "provider/object/object_private.h"

enum { ARRAY_MAX = 10000, ARRAY_MAX_BYTES = 1024 * 1024 };

/* Any of it may be secret: a variable that is masked, or what a script says. */
static void value_clear(struct object_value *value)
{
    memory_wipe(value->owned);
    *value = (struct object_value){0};
}

void object_values_clear(struct object_values *values)
{
    for (size_t i = 0; i < PROPERTIES_MAX; i++)
        value_clear(&values->of[i]);
}

enum status object_value_set_text(struct object_value *value, struct text text)
{
    char *copy = text_dup(text);

    if (!copy)
        return STATUS_NO_MEMORY;
    value_clear(value);
    value->owned = copy;
    value->text = (struct text){copy, text.size};
    value->is_given = true;
    return STATUS_OK;
}

void object_value_set_int(struct object_value *value, int64_t integer)
{
    value_clear(value);
    value->integer = integer;
    value->is_given = true;
}

/* ---- From JSON ---- */

/* Objects that rights concern are chosen by name. */
static bool is_picked_by_name(const struct object_class *class)
{
    return class == &class_admin || class == &class_role ||
           class == &class_scope || class == &class_collection;
}

static enum status check_name(struct object_call *call,
                              const struct object_property *p, struct text text)
{
    const char *fault = is_picked_by_name(call->class)
                            ? name_fault(text, (size_t)p->max)
                            : NULL;

    if (!text_is_name(text, (size_t)p->max))
        fault = "has control or invisible characters, or blanks at an end";
    return fault ? fail_invalid(call, p->name, "A name that %s is refused.",
                                fault)
                 : STATUS_OK;
}

static enum status read_string(struct object_call *call,
                               const struct object_property *p,
                               struct text text)
{
    if (p->max > 0 && text.size > (uint64_t)p->max)
        return fail_invalid(call, p->name, "At most %" PRId64 " bytes.",
                            p->max);
    if (text.size < (uint64_t)p->min)
        return fail_invalid(call, p->name,
                            p->min == 1 ? "It must not be empty."
                                        : "It is too short.");
    if (p->flags & OBJECT_NAME)
        TRY(check_name(call, p, text));
    if ((p->flags & OBJECT_NO_KEY) && key_is_like(text) &&
        !MUTANT("c9-named-like-a-key"))
        return fail_invalid(call, p->name,
                            "A name that looks like a key is refused.");
    if (text.size && memchr(text.data, '\0', text.size))
        return fail_invalid(call, p->name, "It contains a zero byte.");
    return STATUS_OK;
}

static struct text text_of_json(const json_t *json)
{
    return (struct text){json_string_value(json), json_string_length(json)};
}

static enum status check_time(struct object_call *call,
                              const struct object_property *p, struct text text)
{
    int64_t seconds;

    if (datetime_read(text, &seconds) == STATUS_OK)
        return STATUS_OK;
    return fail_invalid(call, p->name,
                        "It must be a list of times like"
                        " 2026-01-31T12:00:00Z.");
}

/* The bytes of the list as the library writes it, if none of its texts has a
 * character to escape; else 0. */
static size_t plain_bytes(const json_t *list)
{
    size_t size = 2;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct text text = text_of_json(json_array_get(list, i));

        for (size_t at = 0; at < text.size; at++)
            if ((unsigned char)text.data[at] < ' ' || text.data[at] == '"' ||
                text.data[at] == '\\')
                return 0;
        size += text.size + 2 + (i > 0);
    }
    return size;
}

static void put_plain(const json_t *list, char *out)
{
    *out++ = '[';
    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct text text = text_of_json(json_array_get(list, i));

        if (i > 0)
            *out++ = ',';
        *out++ = '"';
        memcpy(out, text.data, text.size);
        out += text.size;
        *out++ = '"';
    }
    *out++ = ']';
    *out = '\0';
}

/* Its JSON text, given. The library takes ten times as long for a short list of
 * texts, of which an import has many. */
static enum status write_list(const struct object_property *p,
                              const json_t *list, struct object_value *value)
{
    const size_t size = p->type == OBJECT_EMBEDDED ? 0 : plain_bytes(list);

    value->owned = size ? malloc(size + 1) : json_dumps(list, JSON_COMPACT);
    if (!value->owned)
        return STATUS_NO_MEMORY;
    if (size)
        put_plain(list, value->owned);
    value->text = text_of(value->owned);
    return STATUS_OK;
}

/* An array kept as its JSON text. */
static enum status read_array(struct object_call *call,
                              const struct object_property *p,
                              const json_t *json, struct object_value *value)
{
    if (json_array_size(json) > ARRAY_MAX)
        return fail_invalid(call, p->name, "At most %d entries.", ARRAY_MAX);
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *entry = json_array_get(json, i);

        if (p->type == OBJECT_EMBEDDED)
            continue; /* read by code that knows its parts */
        if (!json_is_string(entry))
            return fail_invalid(call, p->name, "It must be a list of texts.");
        if (p->type == OBJECT_DATETIMES) {
            TRY(check_time(call, p, text_of_json(entry)));
            continue;
        }
        TRY(read_string(call, p, text_of_json(entry)));
    }
    if (!p->column)
        return STATUS_OK;
    TRY(write_list(p, json, value));
    if (value->text.size > ARRAY_MAX_BYTES)
        return fail_invalid(call, p->name, "It is too long.");
    return STATUS_OK;
}

/* One, or a list of them, whose parts may be called as the class's own are. */
static const char *bags_fault(const struct object_call *call,
                              const struct object_property *p,
                              const json_t *json, const char **part_out)
{
    const char *fault = NULL;

    *part_out = "";
    if (p->max == 1)
        return bag_fault(call->class, json, part_out);
    if (!json_is_array(json) || json_array_size(json) > (size_t)p->max)
        return "It must be a list of objects, and not so long.";
    for (size_t i = 0; i < json_array_size(json) && !fault; i++)
        fault = bag_fault(NULL, json_array_get(json, i), part_out);
    return fault;
}

static enum status read_bag(struct object_call *call,
                            const struct object_property *p, const json_t *json,
                            struct object_value *value)
{
    const char *part;
    const char *fault = bags_fault(call, p, json, &part);

    if (fault)
        return fail_invalid(call, p->name, "%s%s%.*s", fault,
                            part[0] ? " See " : "", BAG_NAME_MAX_BYTES, part);
    value->owned = json_dumps(json, JSON_COMPACT);
    if (!value->owned)
        return STATUS_NO_MEMORY;
    value->text = text_of(value->owned);
    if (value->text.size > BAG_MAX_BYTES)
        return fail_invalid(call, p->name, "It is longer than %d bytes.",
                            BAG_MAX_BYTES);
    return STATUS_OK;
}

static enum status read_integer(struct object_call *call,
                                const struct object_property *p,
                                const json_t *json, struct object_value *value)
{
    if (!json_is_integer(json))
        return fail_invalid(call, p->name, "It must be a whole number.");
    value->integer = json_integer_value(json);
    if (value->integer < p->min || value->integer > p->max)
        return fail_invalid(call, p->name, "It is %" PRId64 " to %" PRId64 ".",
                            p->min, p->max);
    return STATUS_OK;
}

enum status object_value_read(struct object_call *call,
                              const struct object_property *p,
                              const json_t *json, struct object_value *value)
{
    value->is_given = true;
    value->json = json;
    if (p->flags & OBJECT_BAG)
        return read_bag(call, p, json, value);
    switch (p->type) {
    case OBJECT_STRING:
        if (!json_is_string(json))
            return fail_invalid(call, p->name, "It must be a text.");
        value->text = text_of_json(json);
        return read_string(call, p, value->text);
    case OBJECT_INTEGER:
        return read_integer(call, p, json, value);
    case OBJECT_BOOLEAN:
        if (!json_is_boolean(json))
            return fail_invalid(call, p->name, "It must be true or false.");
        value->integer = json_is_true(json);
        return STATUS_OK;
    case OBJECT_DATETIME:
        if (!json_is_string(json) ||
            datetime_read(text_of_json(json), &value->integer) != STATUS_OK)
            return fail_invalid(call, p->name,
                                "It must be a time like 2026-01-31T12:00:00Z.");
        return STATUS_OK;
    case OBJECT_STRINGS:
    case OBJECT_EMBEDDED:
    case OBJECT_DATETIMES:
        break;
    }
    if (!json_is_array(json) &&
        !(p->type == OBJECT_EMBEDDED && p->max == 1 && json_is_object(json)))
        return fail_invalid(call, p->name, "It must be a list.");
    return read_array(call, p, json, value);
}

/* Null is "not set", where a property need not be. */
static enum status read_one(struct object_call *call,
                            const struct object_property *p, const json_t *json,
                            struct object_value *value)
{
    if (value->is_given)
        return fail_invalid(call, p->name, "It is given twice.");
    if (json_is_null(json)) {
        if ((p->flags & (OBJECT_REQUIRED | OBJECT_NAME)) || !p->column)
            return fail_invalid(call, p->name, "It cannot be null.");
        value->is_given = true;
        value->is_null = true;
        return STATUS_OK;
    }
    return object_value_read(call, p, json, value);
}

static enum status check_writable(struct object_call *call,
                                  const struct object_property *p,
                                  bool is_create)
{
    if (p->flags & OBJECT_READ_ONLY)
        return fail_invalid(call, p->name, "It is set by the provider.");
    if (!is_create && (p->flags & OBJECT_FIXED))
        return fail_invalid(call, p->name,
                            "It cannot be changed after creation.");
    return STATUS_OK;
}

enum status object_values_read(struct object_call *call,
                               const json_t *properties, bool is_create,
                               struct object_values *values)
{
    const struct object_class *class = call->class;
    const char *name;
    json_t *json;

    if (!json_is_object(properties))
        return fail_invalid(call, "", "The properties must be an object.");
    json_object_foreach ((json_t *)(uintptr_t)properties, name, json) {
        size_t i;

        TRY(object_property_find(call, text_of(name), &i));
        TRY(check_writable(call, &class->properties[i], is_create));
        TRY(read_one(call, &class->properties[i], json, &values->of[i]));
    }
    for (size_t i = 0; is_create && i < class->n_properties; i++)
        if ((class->properties[i].flags & OBJECT_REQUIRED) &&
            !values->of[i].is_given)
            return fail_invalid(call, class->properties[i].name, "%s needs it.",
                                class->name);
    return STATUS_OK;
}

/* ---- To and from the store ---- */

static bool is_number(const struct object_property *p)
{
    return p->type == OBJECT_INTEGER || p->type == OBJECT_BOOLEAN ||
           p->type == OBJECT_DATETIME;
}

void object_value_bind(struct store_stmt *stmt, int index,
                       const struct object_property *p,
                       const struct object_value *value)
{
    const bool is_missing = !value->is_given || value->is_null;

    /* A boolean is true or false in the store, so that a filter finds it. */
    if (is_missing && p->type == OBJECT_BOOLEAN)
        store_bind_int(stmt, index, 0);
    else if (is_missing)
        store_bind_null(stmt, index);
    else if (is_number(p))
        store_bind_int(stmt, index, value->integer);
    else
        store_bind_text(stmt, index, value->text);
}

enum status object_values_load(struct object_call *call,
                               struct object_values *values)
{
    const struct object_class *class = call->class;
    const struct class_sql *sql = object_class_sql(class);
    struct store_stmt *stmt = call->target->stmt;

    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];
        const int column = sql->column_of[i];

        if (column < 0 || !p->column)
            continue;
        if (store_is_null(stmt, column)) {
            values->of[i].is_given = true;
            values->of[i].is_null = true;
        } else if (is_number(p)) {
            object_value_set_int(&values->of[i], store_int(stmt, column));
        } else {
            TRY(object_value_set_text(&values->of[i],
                                      store_text(stmt, column)));
        }
    }
    return STATUS_OK;
}

static void write_value(struct json_writer *result,
                        const struct object_property *p,
                        struct store_stmt *stmt, int column)
{
    char time[DATETIME_BYTES];

    switch (p->type) {
    case OBJECT_STRING:
        writer_text(result, store_text(stmt, column));
        return;
    case OBJECT_INTEGER:
        writer_int(result, store_int(stmt, column));
        return;
    case OBJECT_BOOLEAN:
        writer_bool(result, store_int(stmt, column) != 0);
        return;
    case OBJECT_DATETIME:
        datetime_write(store_int(stmt, column), time);
        writer_string(result, time);
        return;
    case OBJECT_STRINGS:
    case OBJECT_EMBEDDED:
    case OBJECT_DATETIMES:
        writer_raw(result, store_text(stmt, column));
        return;
    }
}

void object_value_write(struct json_writer *result,
                        const struct object_property *p,
                        struct store_stmt *stmt, int column)
{
    if (store_is_null(stmt, column))
        writer_null(result);
    else
        write_value(result, p, stmt, column);
}

void object_member_write(struct json_writer *result,
                         const struct object_class *class,
                         const struct class_sql *sql, size_t i,
                         struct store_stmt *stmt, int column)
{
    const struct text member = sql->null_member[i];

    if (store_is_null(stmt, column)) {
        writer_raw(result, member);
        return;
    }
    writer_raw_key(result,
                   (struct text){member.data, member.size - strlen("null")});
    write_value(result, &class->properties[i], stmt, column);
}

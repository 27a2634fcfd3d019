#include "provider/object/inventory/description.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "provider/wql/wql.h"

/* ---- Types ---- */

static const struct {
    enum object_property_type type;
    const char *name;
} types[] = {
    {OBJECT_STRING, "string"},   {OBJECT_INTEGER, "integer"},
    {OBJECT_BOOLEAN, "boolean"}, {OBJECT_DATETIME, "datetime"},
    {OBJECT_STRINGS, "strings"},
};

const char *description_type_name(enum object_property_type type)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (types[i].type == type)
            return types[i].name;
    return "";
}

int description_type_of(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (text_equal(name, text_of(types[i].name)))
            return (int)types[i].type;
    return -1;
}

/* ---- Faults ---- */

static enum status fail(struct description_fault *fault, int property,
                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum status fail(struct description_fault *fault, int property,
                        const char *format, ...)
{
    va_list args;

    fault->property = property;
    va_start(args, format);
    vsnprintf(fault->why, sizeof(fault->why), format, args);
    va_end(args);
    return STATUS_INVALID;
}

/* ---- Names ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters, digits and underscores behind a letter. */
static bool is_word(struct text name)
{
    if (name.size == 0 || name.size > DESCRIPTION_NAME_MAX_BYTES ||
        !is_letter(name.data[0]))
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (!is_letter(name.data[i]) && name.data[i] != '_' &&
            !(name.data[i] >= '0' && name.data[i] <= '9'))
            return false;
    return true;
}

/* Classes of devices only: no name of the provider's own begins like that. The
 * last is one that published queries name. */
static bool is_class_name(struct text name)
{
    static const char *const heads[] = {"SMS_G_System_", "SMS_Client_",
                                        "SMS_CollectionMemberClientBaseline"};

    for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
        const size_t size = strlen(heads[i]);

        if (name.size > size &&
            text_equal_nocase((struct text){name.data, size},
                              text_of(heads[i])))
            return is_word(name);
    }
    return false;
}

/* Every class has these, or queries mean something else by them. */
static bool is_reserved(struct text name)
{
    static const char *const own[] = {
        "ResourceID", "GroupID",    "InstanceKey", "TimeStamp",
        "RevisionID", "RowVersion", "Count",
    };

    for (size_t i = 0; i < ARRAY_SIZE(own); i++)
        if (text_equal_nocase(name, text_of(own[i])))
            return true;
    return name.size >= 2 && name.data[0] == '_' && name.data[1] == '_';
}

static bool is_line(struct text text)
{
    return text.size == 0 || text_is_name(text, DESCRIPTION_LINE_MAX_BYTES);
}

/* ---- Checking ---- */

static enum status check_property(const struct description *d, size_t i,
                                  struct description_fault *fault)
{
    const struct description_property *p = &d->properties[i];

    if (!is_word(p->name))
        return fail(fault, (int)i,
                    "a property's name has letters, digits and underscores "
                    "behind a letter, at most %d",
                    DESCRIPTION_NAME_MAX_BYTES);
    if (!wql_is_name(p->name))
        return fail(fault, (int)i,
                    "no query can name %.*s, which is a word of WQL: call it "
                    "something else",
                    (int)p->name.size, p->name.data);
    if (is_reserved(p->name))
        return fail(fault, (int)i, "every class has %.*s: leave it out",
                    (int)p->name.size, p->name.data);
    if (description_find(d, p->name) != (int)i)
        return fail(fault, (int)i, "%.*s is there twice", (int)p->name.size,
                    p->name.data);
    if (!is_line(p->describe))
        return fail(fault, (int)i,
                    "a description is one line of at most %d bytes",
                    DESCRIPTION_LINE_MAX_BYTES);
    if (p->width < 1 || p->width > DESCRIPTION_WIDTH_MAX)
        return fail(fault, (int)i, "max is 1 to %d", DESCRIPTION_WIDTH_MAX);
    if (p->is_key && p->type == OBJECT_STRINGS)
        return fail(fault, (int)i, "a list is no key");
    if (p->is_key && p->type == OBJECT_STRING &&
        p->width > DESCRIPTION_KEY_WIDTH_MAX)
        return fail(fault, (int)i, "a key has at most %d bytes",
                    DESCRIPTION_KEY_WIDTH_MAX);
    return STATUS_OK;
}

/* A wider one is checked again: it may be too wide by now. */
static enum status check_indexes(const struct description *d,
                                 struct description_fault *fault)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_properties; i++) {
        const struct description_property *p = &d->properties[i];

        n += p->is_indexed;
        if (p->is_indexed &&
            (p->type != OBJECT_STRING || p->width > DESCRIPTION_KEY_WIDTH_MAX))
            return fail(fault, (int)i,
                        "an index is of a string of at most %d bytes",
                        DESCRIPTION_KEY_WIDTH_MAX);
    }
    return n <= DESCRIPTION_INDEXES_MAX
               ? STATUS_OK
               : fail(fault, -1, "at most %d properties have an index",
                      DESCRIPTION_INDEXES_MAX);
}

enum status description_check(const struct description *d,
                              struct description_fault *fault)
{
    size_t n_keys = 0;

    if (!is_class_name(d->name))
        return fail(fault, -1,
                    "a class is called SMS_G_System_NAME or SMS_Client_NAME, "
                    "in letters, digits and underscores, at most %d",
                    DESCRIPTION_NAME_MAX_BYTES);
    if (!is_line(d->describe))
        return fail(fault, -1, "a description is one line of at most %d bytes",
                    DESCRIPTION_LINE_MAX_BYTES);
    if (d->n_properties == 0)
        return fail(fault, -1, "a class has a property at least");
    for (size_t i = 0; i < d->n_properties; i++) {
        TRY(check_property(d, i, fault));
        n_keys += d->properties[i].is_key;
    }
    TRY(check_indexes(d, fault));
    if (n_keys > DESCRIPTION_KEYS_MAX)
        return fail(fault, -1, "at most %d properties are keys",
                    DESCRIPTION_KEYS_MAX);
    return STATUS_OK;
}

bool description_has_keys(const struct description *d)
{
    for (size_t i = 0; i < d->n_properties; i++)
        if (d->properties[i].is_key)
            return true;
    return false;
}

int description_find(const struct description *d, struct text name)
{
    for (size_t i = 0; i < d->n_properties; i++)
        if (text_equal_nocase(d->properties[i].name, name))
            return (int)i;
    return -1;
}

/* ---- Extending ---- */

/* One that the class has: it may become wider and be described anew. */
static enum status widen(struct description_property *has,
                         const struct description *wanted, size_t i,
                         struct description_fault *fault)
{
    const struct description_property *p = &wanted->properties[i];

    if (p->type != has->type)
        return fail(fault, (int)i, "%.*s is a %s already, which cannot change",
                    (int)has->name.size, has->name.data,
                    description_type_name(has->type));
    if (p->is_key != has->is_key)
        return fail(
            fault, (int)i, "%.*s is %s key already, which cannot change",
            (int)has->name.size, has->name.data, has->is_key ? "a" : "no");
    if (p->width > has->width)
        has->width = p->width;
    has->is_indexed |= p->is_indexed;
    if (p->describe.size)
        has->describe = p->describe;
    return STATUS_OK;
}

static enum status append(struct description *extended,
                          const struct description *wanted, size_t i,
                          struct description_fault *fault)
{
    if (wanted->properties[i].is_key)
        return fail(fault, (int)i,
                    "%.*s is new: the keys of a class cannot change",
                    (int)wanted->properties[i].name.size,
                    wanted->properties[i].name.data);
    if (extended->n_properties == DESCRIPTION_PROPERTIES_MAX)
        return fail(fault, (int)i, "a class has at most %d properties",
                    DESCRIPTION_PROPERTIES_MAX);
    extended->properties[extended->n_properties++] = wanted->properties[i];
    return STATUS_OK;
}

enum status description_extend(const struct description *before,
                               const struct description *wanted,
                               struct description *extended_out,
                               struct description_fault *fault)
{
    *extended_out = *before;
    if (wanted->describe.size)
        extended_out->describe = wanted->describe;
    for (size_t i = 0; i < wanted->n_properties; i++) {
        const int at = description_find(before, wanted->properties[i].name);

        if (at < 0)
            TRY(append(extended_out, wanted, i, fault));
        else
            TRY(widen(&extended_out->properties[at], wanted, i, fault));
    }
    return check_indexes(extended_out, fault);
}

bool description_is_equal(const struct description *a,
                          const struct description *b)
{
    if (!text_equal(a->name, b->name) ||
        !text_equal(a->describe, b->describe) ||
        a->n_properties != b->n_properties)
        return false;
    for (size_t i = 0; i < a->n_properties; i++) {
        const struct description_property *p = &a->properties[i];
        const struct description_property *q = &b->properties[i];

        if (!text_equal(p->name, q->name) ||
            !text_equal(p->describe, q->describe) || p->type != q->type ||
            p->width != q->width || p->is_key != q->is_key ||
            p->is_indexed != q->is_indexed)
            return false;
    }
    return true;
}

/* ---- As JSON ---- */

static struct text text_in(const json_t *json)
{
    return (struct text){json_string_value(json), json_string_length(json)};
}

static enum status read_part(const char *key, const json_t *value, int at,
                             struct description_property *p,
                             struct description_fault *fault)
{
    const struct text name = text_of(key);

    if (text_equal_nocase(name, TEXT("PropertyName")) && json_is_string(value))
        p->name = text_in(value);
    else if (text_equal_nocase(name, TEXT("Description")) &&
             json_is_string(value))
        p->describe = text_in(value);
    else if (text_equal_nocase(name, TEXT("Type")) && json_is_string(value) &&
             description_type_of(text_in(value)) >= 0)
        p->type =
            (enum object_property_type)description_type_of(text_in(value));
    else if (text_equal_nocase(name, TEXT("Width")) && json_is_integer(value))
        p->width = json_integer_value(value);
    else if (text_equal_nocase(name, TEXT("IsKey")) && json_is_boolean(value))
        p->is_key = json_is_true(value);
    else if (text_equal_nocase(name, TEXT("IsIndexed")) &&
             json_is_boolean(value))
        p->is_indexed = json_is_true(value);
    else
        return fail(fault, at,
                    "entry %d: it has PropertyName, Type (string, integer, "
                    "boolean, datetime or strings), Width (a number), IsKey "
                    "and IsIndexed (true or false) and Description",
                    at + 1);
    return STATUS_OK;
}

static enum status read_entry(const json_t *entry, int at,
                              struct description_property *p,
                              struct description_fault *fault)
{
    const char *key;
    json_t *value;

    *p = (struct description_property){.width = DESCRIPTION_WIDTH};
    if (!json_is_object(entry))
        return fail(fault, at, "entry %d is no object", at + 1);
    json_object_foreach ((json_t *)(uintptr_t)entry, key, value)
        TRY(read_part(key, value, at, p, fault));
    return STATUS_OK;
}

enum status description_read_json(const json_t *json, struct description *d,
                                  struct description_fault *fault)
{
    d->n_properties = 0;
    if (!json_is_array(json))
        return fail(fault, -1, "the properties are a list");
    if (json_array_size(json) > DESCRIPTION_PROPERTIES_MAX)
        return fail(fault, -1, "a class has at most %d properties",
                    DESCRIPTION_PROPERTIES_MAX);
    for (size_t i = 0; i < json_array_size(json); i++)
        TRY(read_entry(json_array_get(json, i), (int)i,
                       &d->properties[d->n_properties++], fault));
    return STATUS_OK;
}

static json_t *write_entry(const struct description_property *p)
{
    return json_pack(
        "{s:s%, s:s, s:I, s:b, s:b, s:s%}", "PropertyName", p->name.data,
        p->name.size, "Type", description_type_name(p->type), "Width",
        (json_int_t)p->width, "IsKey", (int)p->is_key, "IsIndexed",
        (int)p->is_indexed, "Description",
        p->describe.data ? p->describe.data : "", p->describe.size);
}

json_t *description_write_json(const struct description *d)
{
    json_t *json = json_array();

    for (size_t i = 0; json && i < d->n_properties; i++)
        if (json_array_append_new(json, write_entry(&d->properties[i])) != 0) {
            json_decref(json);
            json = NULL;
        }
    return json;
}

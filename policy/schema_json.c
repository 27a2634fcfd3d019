#include "policy/schema_json.h"

#include <string.h>

#include "policy/builtin.h"
#include "policy/draft.h"
#include "policy/schema_vocabulary.h"
#include "provider/base/json_writer.h"
#include "rbac/catalog.h"

enum { DEPTH_MAX = 16 };

static void write_type(struct json_writer *w, const struct schema_type *type,
                       const char *describe, unsigned depth);

static void write_pattern(struct json_writer *w, const char *pattern)
{
    writer_put_string(w, "type", "string");
    writer_put_string(w, "pattern", pattern);
}

static void write_text(struct json_writer *w, const struct schema_type *type)
{
    writer_key(w, "type");
    writer_array_begin(w); /* 007 and 1.20 are texts in these files */
    writer_string(w, "string");
    writer_string(w, "number");
    writer_string(w, "boolean");
    writer_array_end(w);
    if (type->min)
        writer_put_int(w, "minLength", type->min);
    if (type->max)
        writer_put_int(w, "maxLength", type->max);
}

static void write_inside(struct json_writer *w, const struct schema_type *type)
{
    writer_put_string(w, "type", "object");
    writer_key(w, "properties");
    writer_object_begin(w);
    writer_key(w, type->inside);
    writer_object_begin(w);
    write_text(w, type);
    writer_object_end(w);
    if (type->beside) {
        writer_key(w, type->beside);
        writer_object_begin(w);
        write_text(w, type);
        writer_object_end(w);
    }
    writer_object_end(w);
    writer_key(w, "required");
    writer_array_begin(w);
    writer_string(w, type->inside);
    writer_array_end(w);
    writer_put_bool(w, "additionalProperties", false);
}

/* A name, or what else may stand there: a map with it, a word to offer. */
static void write_either(struct json_writer *w, const struct schema_type *type)
{
    writer_key(w, "anyOf");
    writer_array_begin(w);
    writer_object_begin(w);
    if (type->inside)
        write_inside(w, type);
    else
        schema_vocabulary_write(w, type->vocabulary);
    writer_object_end(w);
    writer_object_begin(w);
    write_text(w, type);
    writer_object_end(w);
    writer_array_end(w);
}

static void write_name(struct json_writer *w, const struct schema_type *type)
{
    if (type->inside || type->vocabulary == SCHEMA_ROLES)
        write_either(w, type);
    else if (type->vocabulary)
        schema_vocabulary_write(w, type->vocabulary);
    else
        write_text(w, type);
}

static void write_integer(struct json_writer *w, const struct schema_type *type)
{
    writer_put_string(w, "type", "integer");
    if (type->min || type->max)
        writer_put_int(w, "minimum", type->min);
    if (type->max && type->max != INT64_MAX)
        writer_put_int(w, "maximum", type->max);
}

static void write_words(struct json_writer *w, const char *const *words,
                        size_t n)
{
    writer_key(w, "enum");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++)
        writer_string(w, words[i]);
    writer_array_end(w);
}

static void write_level(struct json_writer *w)
{
    writer_key(w, "enum");
    writer_array_begin(w);
    for (enum auth_level level = AUTH_LEVEL_DOMAIN; level <= AUTH_LEVEL_MFA;
         level++) {
        writer_string(w, auth_level_name(level));
        writer_int(w, auth_level_number(level));
    }
    writer_string(w, "windows");
    writer_string(w, "hello");
    writer_array_end(w);
}

static void write_list(struct json_writer *w, const struct schema_type *type,
                       unsigned depth)
{
    writer_put_string(w, "type", "array");
    if (type->min)
        writer_put_int(w, "minItems", type->min);
    if (type->max)
        writer_put_int(w, "maxItems", type->max);
    writer_key(w, "items");
    write_type(w, type->item, NULL, depth + 1);
}

/* A map of operations knows its classes and theirs: the catalog's. */
static void write_classes(struct json_writer *w, const struct schema_type *type)
{
    writer_key(w, "properties");
    writer_object_begin(w);
    for (size_t i = 0; i < rbac_catalog.n_types; i++) {
        const struct rbac_type *class = &rbac_catalog.types[i];

        writer_key(w, rbac_type_name(class));
        writer_object_begin(w);
        writer_put_string(w, "description", class->display_name);
        writer_put_string(w, "type", "array");
        writer_put_int(w, "minItems", type->item->min);
        writer_key(w, "items");
        writer_object_begin(w);
        schema_operations_write(w, class);
        writer_object_end(w);
        writer_object_end(w);
    }
    writer_object_end(w);
    writer_put_bool(w, "additionalProperties", false);
}

static bool is_of_classes(const struct schema_type *type)
{
    return type->value == SCHEMA_AT(struct draft_operations, names) &&
           type->size == sizeof(struct draft_operations) &&
           type->item->kind == SCHEMA_LIST;
}

static void write_dictionary(struct json_writer *w,
                             const struct schema_type *type, unsigned depth)
{
    writer_put_string(w, "type", "object");
    if (is_of_classes(type)) {
        write_classes(w, type);
        return;
    }
    if (type->key && type->key->what) {
        writer_key(w, "propertyNames");
        writer_object_begin(w);
        writer_put_string(w, "description", type->key->what);
        writer_object_end(w);
    }
    writer_key(w, "additionalProperties");
    write_type(w, type->item, NULL, depth + 1);
}

static void write_required(struct json_writer *w,
                           const struct schema_type *type)
{
    writer_key(w, "required");
    writer_array_begin(w);
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].is_required)
            writer_string(w, type->fields[i].key);
    writer_array_end(w);
}

/* {"oneOf":[{"required":["user"]},{"required":["group"]}]} */
static void write_choice(struct json_writer *w, const struct schema_type *type,
                         unsigned choice)
{
    writer_object_begin(w);
    writer_key(w, "oneOf");
    writer_array_begin(w);
    for (size_t i = 0; i < type->n_fields; i++) {
        if (type->fields[i].choice != choice)
            continue;
        writer_object_begin(w);
        writer_key(w, "required");
        writer_array_begin(w);
        writer_string(w, type->fields[i].key);
        writer_array_end(w);
        writer_object_end(w);
    }
    writer_array_end(w);
    writer_object_end(w);
}

static void write_choices(struct json_writer *w, const struct schema_type *type)
{
    unsigned most = 0;

    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].choice > most)
            most = type->fields[i].choice;
    if (most == 0)
        return;
    writer_key(w, "allOf");
    writer_array_begin(w);
    for (unsigned choice = 1; choice <= most; choice++)
        write_choice(w, type, choice);
    writer_array_end(w);
}

static void write_needs(struct json_writer *w, const struct schema_type *type)
{
    writer_key(w, "dependentRequired");
    writer_object_begin(w);
    for (size_t i = 0; i < type->n_fields; i++) {
        if (!type->fields[i].needs)
            continue;
        writer_key(w, type->fields[i].key);
        writer_array_begin(w);
        writer_string(w, type->fields[i].needs);
        writer_array_end(w);
    }
    writer_object_end(w);
}

static void write_map(struct json_writer *w, const struct schema_type *type,
                      unsigned depth)
{
    writer_put_string(w, "type", "object");
    writer_key(w, "properties");
    writer_object_begin(w);
    for (size_t i = 0; i < type->n_fields; i++) {
        writer_key(w, type->fields[i].key);
        write_type(w, type->fields[i].type, type->fields[i].describe,
                   depth + 1);
    }
    writer_object_end(w);
    writer_put_bool(w, "additionalProperties", false);
    write_required(w, type);
    write_choices(w, type);
    write_needs(w, type);
}

static void write_kind(struct json_writer *w, const struct schema_type *type,
                       unsigned depth)
{
    switch (type->kind) {
    case SCHEMA_TEXT:
        write_text(w, type);
        break;
    case SCHEMA_NAME:
        write_name(w, type);
        break;
    case SCHEMA_INTEGER:
        write_integer(w, type);
        break;
    case SCHEMA_DURATION:
        write_pattern(w, "^[0-9]+(ms|s|m|h|d)$");
        break;
    case SCHEMA_SIZE:
        writer_key(w, "type");
        writer_raw(w, TEXT("[\"string\",\"integer\"]"));
        writer_put_string(w, "pattern", "^[0-9]+(B|KiB|MiB|GiB)?$");
        break;
    case SCHEMA_DATE:
        write_pattern(w, "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
                         "(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$");
        break;
    case SCHEMA_BOOLEAN:
        writer_put_string(w, "type", "boolean");
        break;
    case SCHEMA_LEVEL:
        write_level(w);
        break;
    case SCHEMA_WORD:
        write_words(w, type->words, type->n_words);
        break;
    case SCHEMA_MAP:
        write_map(w, type, depth);
        break;
    case SCHEMA_LIST:
        write_list(w, type, depth);
        break;
    case SCHEMA_DICTIONARY:
        write_dictionary(w, type, depth);
        break;
    }
}

static void write_type(struct json_writer *w, const struct schema_type *type,
                       const char *describe, unsigned depth)
{
    writer_object_begin(w);
    if (describe)
        writer_put_string(w, "description", describe);
    else if (type->what)
        writer_put_string(w, "description", type->what);
    if (depth < DEPTH_MAX)
        write_kind(w, type, depth);
    writer_object_end(w);
}

enum status schema_write(const struct schema_type *type, const char *title,
                         struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    writer_object_begin(&w);
    writer_put_string(&w, "$schema",
                      "https://json-schema.org/draft/2020-12/schema");
    writer_put_string(&w, "title", title);
    write_kind(&w, type, 0);
    writer_object_end(&w);
    return buf_status(out);
}

enum status policy_schema_write(struct buf *out)
{
    return schema_write(&policy_language, "Policy file of the SMS Provider",
                        out);
}

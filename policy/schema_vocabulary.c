#include "policy/schema_vocabulary.h"

#include <string.h>

static void write_classes(struct json_writer *w)
{
    for (size_t i = 0; i < rbac_catalog.n_types; i++)
        writer_string(w, rbac_type_name(&rbac_catalog.types[i]));
}

static void write_operations(struct json_writer *w,
                             const struct rbac_type *type)
{
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (rbac_operation_name(type, bit))
            writer_string(w, rbac_operation_name(type, bit));
}

/* Whether a type before this one has an operation of that name. */
static bool is_repeated(size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++)
        if (rbac_operation_bit(&rbac_catalog.types[i], text_of(name)) >= 0)
            return true;
    return false;
}

/* Of every type, each once. */
static void write_all_operations(struct json_writer *w)
{
    for (size_t i = 0; i < rbac_catalog.n_types; i++) {
        const struct rbac_type *type = &rbac_catalog.types[i];

        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
            const char *name = rbac_operation_name(type, bit);

            if (name && !is_repeated(i, name))
                writer_string(w, name);
        }
    }
}

static void write_roles(struct json_writer *w)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        writer_string(w, rbac_builtin_roles[i].name);
}

void schema_operations_write(struct json_writer *w,
                             const struct rbac_type *type)
{
    writer_key(w, "enum");
    writer_array_begin(w);
    write_operations(w, type);
    writer_array_end(w);
}

void schema_vocabulary_write(struct json_writer *w,
                             enum schema_vocabulary vocabulary)
{
    writer_key(w, "enum");
    writer_array_begin(w);
    switch (vocabulary) {
    case SCHEMA_CLASSES:
        write_classes(w);
        break;
    case SCHEMA_OPERATIONS:
        write_all_operations(w);
        break;
    case SCHEMA_ROLES:
        write_roles(w);
        break;
    case SCHEMA_ANY_WORD:
        break;
    }
    writer_array_end(w);
}

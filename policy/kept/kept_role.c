/* What a role was copied from and what it grants. */
#include "policy/builtin.h"
#include "policy/kept/kept.h"
#include "policy/record.h"
#include "policy/scalar.h"
#include "rbac/catalog.h"

static void write_copied_from(const struct schema_field *field,
                              const void *record, struct kept_file *file)
{
    const struct policy_role *role = record;
    const struct rbac_builtin_role *from =
        rbac_builtin_role(text_of(role->copied_from));

    if (from)
        kept_put_text(file, field->key, from->name);
}

static void show_copied_from(const struct schema_field *field,
                             const void *record, struct kept_lines *lines)
{
    kept_text.show(field, record, lines);
}
const struct kept_kind kept_copied_from = {write_copied_from, show_copied_from};

/* ---- Rights ---- */

static void put_operations(struct kept_file *file, uint16_t type_id,
                           uint32_t operations)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, type_id);
    const char *names[RBAC_OPERATIONS_MAX];
    size_t n = 0;

    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (operations & (UINT32_C(1) << bit))
            names[n++] = rbac_operation_name(type, bit);
    kept_put_key(file, rbac_type_name(type));
    kept_put_names(file, names, n);
}

/* All rows of a type in one: rights are sorted by type. */
static void write_rights(const struct schema_field *field, const void *record,
                         struct kept_file *file)
{
    const struct policy_role *role = record;
    struct kept_file below = kept_below(file, 2);

    if (role->n_rights) {
        kept_put_block(file, field->key);
    } else {
        kept_put_key(file, field->key);
        buf_append_string(file->out, "{}\n");
    }
    for (size_t i = 0; i < role->n_rights;) {
        const uint16_t type = role->rights[i].type;
        uint32_t operations = 0;

        for (; i < role->n_rights && role->rights[i].type == type; i++)
            operations |= role->rights[i].operations;
        put_operations(&below, type, operations);
    }
}

static void show_right(const struct rbac_right *right, struct kept_lines *lines)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, right->type);

    for (int bit = 0; type && bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *name = rbac_operation_name(type, bit);

        if (!(right->operations & (UINT32_C(1) << bit)) || !name)
            continue;
        if (right->level == AUTH_LEVEL_NONE)
            kept_line(lines, "%s: %s", rbac_type_name(type), name);
        else
            kept_line(lines, "%s: %s at %s", rbac_type_name(type), name,
                      auth_level_name(right->level));
    }
}

static void show_rights(const struct schema_field *field, const void *record,
                        struct kept_lines *lines)
{
    const struct policy_role *role = record;

    (void)field;
    for (size_t i = 0; i < role->n_rights; i++)
        show_right(&role->rights[i], lines);
}
const struct kept_kind kept_rights = {write_rights, show_rights};

/* ---- Their levels ---- */

static bool has_level(const struct policy_role *role, enum auth_level level)
{
    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].level == level)
            return true;
    return false;
}

static void write_right_levels(const struct schema_field *field,
                               const void *record, struct kept_file *file)
{
    const struct policy_role *role = record;
    struct kept_file levels = kept_below(file, 2);
    struct kept_file rights = kept_below(file, 4);
    bool is_begun = false;

    for (enum auth_level level = AUTH_LEVEL_DOMAIN; level <= AUTH_LEVEL_MFA;
         level++) {
        if (!has_level(role, level))
            continue;
        if (!is_begun)
            kept_put_block(file, field->key);
        is_begun = true;
        kept_put_block(&levels, auth_level_name(level));
        for (size_t i = 0; i < role->n_rights; i++)
            if (role->rights[i].level == level)
                put_operations(&rights, role->rights[i].type,
                               role->rights[i].operations);
    }
}
const struct kept_kind kept_right_levels = {write_right_levels, NULL};

#include "rbac/catalog.h"

const struct rbac_type *rbac_catalog_type(const struct rbac_catalog *catalog,
                                          uint16_t id)
{
    size_t low = 0, high = catalog->n_types;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (catalog->types[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == catalog->n_types || catalog->types[low].id != id)
        return NULL;
    return &catalog->types[low];
}

const struct rbac_type *rbac_catalog_class(const struct rbac_catalog *catalog,
                                           struct text class_name)
{
    for (size_t i = 0; i < catalog->n_types; i++) {
        const struct rbac_type *type = &catalog->types[i];

        if (type->class_name &&
            text_equal_nocase(text_of(type->class_name), class_name))
            return type;
    }
    return NULL;
}

int rbac_operation_bit(const struct rbac_type *type, struct text name)
{
    if (!type->operation_names || name.size == 0)
        return -1;
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *known = type->operation_names[bit];

        if (type->operations >> bit & 1 && known &&
            text_equal_nocase(text_of(known), name))
            return bit;
    }
    return -1;
}

const char *rbac_type_name(const struct rbac_type *type)
{
    return type->class_name ? type->class_name : type->display_name;
}

const char *rbac_operation_name(const struct rbac_type *type, int bit)
{
    if (!type->operation_names || bit < 0 || bit >= RBAC_OPERATIONS_MAX)
        return NULL;
    return type->operation_names[bit];
}

uint32_t rbac_with_implied(const struct rbac_type *type, uint32_t operations)
{
    uint32_t before;

    if (!type->implies)
        return operations;
    do {
        before = operations;
        for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
            if (operations >> bit & 1)
                operations |= type->implies[bit];
    } while (operations != before);
    return operations;
}

const struct rbac_builtin_role *rbac_builtin_role(struct text id)
{
    for (size_t i = 0; i < rbac_n_builtin_roles; i++)
        if (text_equal(text_of(rbac_builtin_roles[i].id), id))
            return &rbac_builtin_roles[i];
    return NULL;
}

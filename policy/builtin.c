#include "policy/builtin.h"

#include "provider/base/own.h"

const struct builtin builtin_scopes[] = {
    {BUILTIN_SCOPE_ALL, "All", false, false},
    {BUILTIN_SCOPE_DEFAULT, "Default", false, false},
};
const size_t n_builtin_scopes = ARRAY_SIZE(builtin_scopes);

const struct builtin builtin_collections[] = {
    {BUILTIN_ALL_SYSTEMS, "All Systems", false, true},
    {"SMS00002", "All Users", true, false},
    {"SMS00003", "All User Groups", true, false},
    {BUILTIN_ALL_USERS, "All Users and User Groups", true, true},
    {"SMSDM001", "All Mobile Devices", false, false},
    {"SMSDM003", "All Desktop and Server Clients", false, false},
    {"SMS000US", "All Unknown Computers", false, false},
};
const size_t n_builtin_collections = ARRAY_SIZE(builtin_collections);

const char *builtin_type_word(const struct rbac_type *type)
{
    return type->class_name ? type->class_name : type->display_name;
}

const struct rbac_type *builtin_type_find(struct text word)
{
    const struct rbac_type *type = rbac_catalog_class(&rbac_catalog, word);

    for (size_t i = 0; !type && i < rbac_catalog.n_types; i++)
        if (!rbac_catalog.types[i].class_name &&
            text_equal_nocase(word,
                              text_of(rbac_catalog.types[i].display_name)))
            type = &rbac_catalog.types[i];
    return type;
}

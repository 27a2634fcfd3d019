/*
 * SMS_Role: security roles, lists of operations for each type of object.
 */
#include <inttypes.h>

#include "provider/object/class/class_role_sql.h"
#include "provider/object/class/class_rows.h"
#include "provider/object/role.h"

enum { OPERATIONS_MAX = 1024 };

static const int64_t level_numbers[] = {0, 10, 20};
static const struct object_choices levels = {
    level_numbers, ARRAY_SIZE(level_numbers), "The levels are 0, 10 and 20."};

static const struct object_property properties[] = {
    SITE_KEY("RoleID"),
    {"RoleName", OBJECT_STRING,
     OBJECT_REQUIRED | OBJECT_UNIQUE | OBJECT_NAME | OBJECT_NO_KEY, 1, 256,
     "RoleName", NULL, "Name, unique without regard to case"},
    {"RoleDescription", OBJECT_STRING, 0, 0, 512, "RoleDescription", NULL,
     "What it is for"},
    {"CopiedFromID", OBJECT_STRING, OBJECT_FIXED, 0, 8, "CopiedFromID", NULL,
     "Role it was copied from; its operations are taken if none are given"},
    {"IsBuiltIn", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, "IsBuiltIn", NULL,
     "Came with the product: neither changed nor deleted"},
    {"IsSecAdminRole", OBJECT_BOOLEAN, OBJECT_READ_ONLY, 0, 1, NULL,
     SQL_ROLE_IS_SECURITY, "Can add or modify administrators"},
    {"NumberOfAdmins", OBJECT_INTEGER, OBJECT_READ_ONLY, 0, INT64_MAX, NULL,
     SQL_ROLE_HOLDERS, "Administrators who hold it"},
    {"Operations", OBJECT_EMBEDDED, OBJECT_LAZY, 0, OPERATIONS_MAX, NULL,
     SQL_ROLE_OPERATIONS,
     "{ObjectTypeID, GrantedOperations[, RequiredLevel]} each"},
    {"RequiredLevel", OBJECT_INTEGER, OBJECT_DEFAULT, 0, 20, "RequiredLevel",
     NULL, "Lowest level at which the role acts: 0, 10 or 20",
     .choices = &levels},
    MADE_AT_SITE,
    MADE_BY("CreatedBy"),
    MADE_ON("CreatedDate", "CreatedDate"),
    CHANGED_BY("LastModifiedBy"),
    CHANGED_ON("LastModifiedDate", "LastModifiedDate"),
    DECLARED_IN,
    ROW_VERSION,
};

static size_t at(const char *name)
{
    return object_property_at(&class_role, name);
}

/* ---- Operations ---- */

struct rights {
    struct rbac_right of[OPERATIONS_MAX];
    size_t n;
};

bool role_level_read(int64_t number, enum auth_level *level_out)
{
    switch (number) {
    case 0:
        *level_out = AUTH_LEVEL_NONE;
        return true;
    case 10:
        *level_out = AUTH_LEVEL_CERTIFICATE;
        return true;
    case 20:
        *level_out = AUTH_LEVEL_MFA;
        return true;
    default:
        return false;
    }
}

int64_t role_level_number(enum auth_level level)
{
    return level > AUTH_LEVEL_DOMAIN ? auth_level_number(level) : 0;
}

/* A bit is in one entry of a type, and the type defines it. */
static enum status add_right(struct object_call *call, struct rights *rights,
                             int64_t type, int64_t operations, int64_t level)
{
    const struct rbac_type *known =
        type > 0 && type <= UINT16_MAX
            ? rbac_catalog_type(&rbac_catalog, (uint16_t)type)
            : NULL;
    struct rbac_right *right = &rights->of[rights->n];

    if (!known)
        return fail_invalid(call, "Operations",
                            "There is no object type %" PRId64 ".", type);
    if (operations < 0 || operations > UINT32_MAX ||
        ((uint32_t)operations & ~known->operations) != 0)
        return fail_invalid(call, "Operations",
                            "Object type %" PRId64
                            " does not have all bits of %" PRId64 ".",
                            type, operations);
    if (!role_level_read(level, &right->level))
        return fail_invalid(call, "Operations", "The levels are 0, 10 and 20.");
    for (size_t i = 0; i < rights->n; i++)
        if (rights->of[i].type == type &&
            (rights->of[i].operations & (uint32_t)operations) != 0)
            return fail_invalid(
                call, "Operations",
                "Object type %" PRId64 " names an operation twice.", type);
    right->type = (uint16_t)type;
    right->operations = (uint32_t)operations;
    if (operations != 0)
        rights->n++;
    return STATUS_OK;
}

static enum status read_operation(struct object_call *call, const json_t *entry,
                                  struct rights *rights)
{
    int64_t type = -1;
    int64_t operations = -1;
    int64_t level = 0;
    const char *key;
    json_t *value;

    if (rights->n == OPERATIONS_MAX)
        return fail_invalid(call, "Operations", "There are too many.");
    json_object_foreach ((json_t *)(uintptr_t)entry, key, value) {
        const struct text name = text_of(key);
        int64_t *into =
            text_equal_nocase(name, TEXT("ObjectTypeID"))        ? &type
            : text_equal_nocase(name, TEXT("GrantedOperations")) ? &operations
            : text_equal_nocase(name, TEXT("RequiredLevel"))     ? &level
                                                                 : NULL;

        if (!into || !json_is_integer(value))
            return fail_invalid(call, "Operations",
                                "An entry has ObjectTypeID,"
                                " GrantedOperations and RequiredLevel, all"
                                " numbers.");
        *into = json_integer_value(value);
    }
    return add_right(call, rights, type, operations, level);
}

static enum status read_operations(struct object_call *call,
                                   const json_t *entries, struct rights *rights)
{
    for (size_t i = 0; i < json_array_size(entries); i++)
        TRY(read_operation(call, json_array_get(entries, i), rights));
    return STATUS_OK;
}

static enum status load_rights(struct object_call *call, struct text role_id,
                               struct rights *rights, bool *found_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *found_out = false;
    TRY(store_prepare_with(call->store, SQL_ROLE_RIGHTS,
                           STORE_ARGS(STORE_TEXT(role_id)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        *found_out = true;
        if (rights->n == OPERATIONS_MAX)
            return STATUS_LIMIT;
        TRY(add_right(call, rights, store_int(stmt, 0), store_int(stmt, 1),
                      store_int(stmt, 2)));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status role_add_right(struct store *store, int64_t role,
                           const struct rbac_right *right)
{
    return store_run_with(store, SQL_ROLE_ADD_RIGHT,
                          STORE_ARGS(STORE_INT(role), STORE_INT(right->type),
                                     STORE_INT(role_level_number(right->level)),
                                     STORE_INT(right->operations)));
}

enum status role_store_rights(struct store *store, int64_t role,
                              const struct rbac_right *rights, size_t n_rights)
{
    TRY(store_run_with(store, SQL_ROLE_CLEAR_RIGHTS,
                       STORE_ARGS(STORE_INT(role))));
    for (size_t i = 0; i < n_rights; i++)
        TRY(role_add_right(store, role, &rights[i]));
    return STATUS_OK;
}

/* ---- Hooks ---- */

/* What the new or changed role will hold. */
static enum status gather_rights(struct object_call *call,
                                 const struct object_values *values,
                                 struct text otherwise, struct rights *rights)
{
    const struct object_value *given = &values->of[at("Operations")];
    bool found;

    if (given->json)
        return read_operations(call, given->json, rights);
    if (otherwise.size == 0)
        return STATUS_OK;
    return load_rights(call, otherwise, rights, &found);
}

/* For a change, with what is missing and where: a new role has no holders. */
static enum status deny(struct object_call *call, struct rbac_decision decision,
                        const struct rbac_role *role, uint32_t index)
{
    const enum status denied = fail_denied(
        call, decision, call->target ? class_role.modify : class_role.create);
    struct rbac_missing missing;

    if (decision.reason == RBAC_GUARD_MORE_THAN_HELD &&
        rbac_missing_for_role(call->actor.subject, role, index,
                              call->actor.now_s, &missing))
        fail_missing(call, &missing);
    return denied;
}

static enum status check_holders(struct object_call *call,
                                 const struct object_values *values,
                                 const struct rights *rights, uint32_t index)
{
    struct rbac_role role = {
        .id = call->target ? call->target->key : "",
        .name = "",
        .rights = rights->of,
        .n_rights = rights->n,
    };
    struct rbac_decision decision;
    enum status level =
        role_level_read(values->of[at("RequiredLevel")].integer, &role.level)
            ? STATUS_OK
            : STATUS_INVALID;

    TRY(level);
    decision = rbac_check_role_change(call->actor.subject, &role, index,
                                      call->actor.level, call->actor.now_s);
    if (decision.verdict != RBAC_ALLOW)
        return deny(call, decision, &role, index);
    return STATUS_OK;
}

static enum status with_rights(struct object_call *call,
                               const struct object_values *values,
                               struct text otherwise, int64_t row,
                               uint32_t index, bool is_storing)
{
    SCOPED(memory_drop) struct rights *rights = calloc(1, sizeof(*rights));

    if (!rights)
        return STATUS_NO_MEMORY;
    TRY(gather_rights(call, values, otherwise, rights));
    if (!is_storing)
        return check_holders(call, values, rights, index);
    return role_store_rights(call->store, row, rights->of, rights->n);
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    return with_rights(call, values, values->of[at("CopiedFromID")].text, 0,
                       RBAC_NONE, false);
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    return with_rights(call, values, values->of[at("CopiedFromID")].text, row,
                       RBAC_NONE, true);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    const uint32_t index =
        object_map_index(call->actor.map, MAP_ROLE, call->target->row);

    (void)old;
    if (index == RBAC_NONE)
        return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    return with_rights(call, values, text_of(call->target->key), 0, index,
                       false);
}

static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    (void)old;
    if (!values->of[at("Operations")].json)
        return STATUS_OK;
    return with_rights(call, values, (struct text){0}, call->target->row,
                       RBAC_NONE, true);
}

/* Not while anybody holds it (R10.6). */
static const char *const uses[] = {SQL_ROLE_USES};

static const struct object_reference references[] = {
    {"CopiedFromID", NULL, &class_role, .kind = OBJECT_LOOSE},
};

static const struct object_hooks hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
};

const struct object_class class_role = {
    .name = "SMS_Role",
    .describe = "A security role: operations on types of objects",
    RIGHTS_OF(RBAC_TYPE_ROLE),
    .messages = {31200, 31201, 31202, 31203, 31204, 31205},
    FOR_ALL_VERBS,
    PROPERTIES(properties),
    .table = "role",
    .key_column = "RoleID",
    .name_column = "RoleName",
    .extra = "declared TEXT",
    .first_row = 0x64,
    .is_estate = true,
    USES(uses),
    REFERENCES(references),
    .hooks = &hooks,
};

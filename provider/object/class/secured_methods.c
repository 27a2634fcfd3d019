#include "provider/object/class/secured_methods.h"

#include <stdlib.h>

#include "provider/object/class/class_secured_sql.h"
#include "rbac/catalog.h"
#include "rbac/query.h"

/* ---- GetAvailableScopes ---- */

enum { ROLES_MAX = 64, SCOPE_CATEGORY = 29, COLLECTION_CATEGORY = 1 };

const struct object_property secured_scopes_args[N_SECURED_SCOPES_ARGS] = {
    {"RoleIDs", OBJECT_STRINGS, OBJECT_REQUIRED, 8, 8, NULL, NULL,
     "Keys of the roles"},
    {"ScopeTypeID", OBJECT_INTEGER, 0, 1, SCOPE_CATEGORY, NULL, NULL,
     "29 scopes, the default; 1 collections"},
};

struct roles {
    uint32_t of[ROLES_MAX];
    size_t n;
};

static enum status read_roles(struct object_call *call, const json_t *ids,
                              struct roles *roles)
{
    if (json_array_size(ids) == 0 || json_array_size(ids) > ROLES_MAX)
        return fail_invalid(call, "RoleIDs", "1 to %d roles.", ROLES_MAX);
    for (size_t i = 0; i < json_array_size(ids); i++) {
        SCOPED(object_target_clear) struct object_target role = {0};

        TRY(actor_refer(call, "RoleIDs", &class_role,
                        text_of(json_string_value(json_array_get(ids, i))),
                        &role));
        roles->of[roles->n++] =
            object_map_index(call->actor.map, MAP_ROLE, role.row);
        if (roles->of[roles->n - 1] == RBAC_NONE)
            return STATUS_UNAVAILABLE; /* made a moment ago: not loaded yet */
    }
    return STATUS_OK;
}

/* May the caller give somebody the roles in the category? */
static bool is_available(struct object_call *call, const struct roles *roles,
                         bool is_scope, uint32_t category)
{
    const struct rbac_assignment assignment = {
        .roles = roles->of,
        .n_roles = roles->n,
        .scopes = is_scope ? &category : NULL,
        .n_scopes = is_scope,
        .collections = is_scope ? NULL : &category,
        .n_collections = !is_scope,
        .from_s = INT64_MIN,
        .until_s = INT64_MAX,
    };

    return rbac_check_hand_out(call->actor.subject, &assignment,
                               call->actor.level, call->actor.now_s)
               .verdict == RBAC_ALLOW;
}

struct categories {
    bool is_scope;
    bool are_names;
};

static void put_categories(struct object_call *call, const struct roles *roles,
                           struct categories what, struct json_writer *result)
{
    const struct rbac_estate *estate = rbac_engine_estate(call->actor.engine);
    const size_t n = what.is_scope ? estate->n_scopes : estate->n_collections;

    writer_array_begin(result);
    for (uint32_t i = 0; i < n; i++) {
        const char *id =
            what.is_scope ? estate->scopes[i].id : estate->collections[i].id;
        const char *name = what.is_scope ? estate->scopes[i].name
                                         : estate->collections[i].name;

        if (is_available(call, roles, what.is_scope, i))
            writer_string(result, what.are_names ? name : id);
    }
    writer_array_end(result);
}

enum status secured_available_scopes(struct object_call *call,
                                     const json_t *args,
                                     struct json_writer *result)
{
    const json_t *kind = object_argument(args, "ScopeTypeID");
    const int64_t type =
        json_is_integer(kind) ? json_integer_value(kind) : SCOPE_CATEGORY;
    const bool is_scope = type == SCOPE_CATEGORY;
    struct roles roles = {.n = 0};

    if (!is_scope && type != COLLECTION_CATEGORY)
        return fail_invalid(call, "ScopeTypeID",
                            "It is 29 scopes or 1 collections.");
    TRY(read_roles(call, object_argument(args, "RoleIDs"), &roles));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "ScopeIDs");
    put_categories(call, &roles, (struct categories){is_scope, false}, result);
    writer_key(result, "ScopeNames");
    put_categories(call, &roles, (struct categories){is_scope, true}, result);
    writer_object_end(result);
    return STATUS_OK;
}

/*
 * ---- GetCollectionsWithResourcePermissions ----
 *
 * Only collections that the caller may read are named, so that a hidden device
 * is in none, as a missing one.
 */

const struct object_property secured_resource_args[N_SECURED_RESOURCE_ARGS] = {
    {"ResourceID", OBJECT_INTEGER, OBJECT_REQUIRED, 1, INT64_MAX, NULL, NULL,
     "The device"},
    {"Permissions", OBJECT_INTEGER, OBJECT_REQUIRED, 1, UINT32_MAX, NULL, NULL,
     "Bits of operations on collections"},
};

static bool holds_all(struct object_call *call, uint32_t operations,
                      uint32_t collection)
{
    for (uint32_t left = operations | 1u << RBAC_OP_READ; left;
         left &= left - 1) {
        const struct object_need need = {RBAC_TYPE_COLLECTION,
                                         (uint8_t)__builtin_ctz(left)};

        if (actor_check(call, need, false, &collection, 1).verdict !=
            RBAC_ALLOW)
            return false;
    }
    return true;
}

static enum status put_collections(struct object_call *call, int64_t device,
                                   uint32_t operations,
                                   struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(call->store, SQL_SECURED_COLLECTIONS,
                           STORE_ARGS(STORE_INT(device)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const uint32_t collection = object_map_index(
            call->actor.map, MAP_COLLECTION, store_int(stmt, 0));

        if (collection != RBAC_NONE && holds_all(call, operations, collection))
            writer_text(result, store_text(stmt, 1));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status secured_resource_collections(struct object_call *call,
                                         const json_t *args,
                                         struct json_writer *result)
{
    const uint32_t operations =
        (uint32_t)json_integer_value(object_argument(args, "Permissions"));
    const int64_t device =
        json_integer_value(object_argument(args, "ResourceID"));

    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "CollectionIDs");
    writer_array_begin(result);
    TRY(put_collections(call, device, operations, result));
    writer_array_end(result);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- GetUserList ---- */

struct holders {
    uint32_t *operations; /* [n_admins] */
    int bit;
};

static void note_holder(void *context, const struct rbac_holder *holder)
{
    struct holders *holders = context;

    holders->operations[holder->admin] |= UINT32_C(1) << holders->bit;
}

static enum status find_holders(struct object_call *call,
                                const struct object_class *class,
                                const struct object_target *target,
                                uint32_t *operations)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, class->type);
    struct holders holders = {operations, 0};

    for (; holders.bit < RBAC_OPERATIONS_MAX; holders.bit++) {
        const struct rbac_request request = {
            .type = class->type,
            .operation = (uint8_t)holders.bit,
            .labels = target->labels,
            .n_labels = target->n_labels,
            .level = call->actor.level,
            .now_s = call->actor.now_s,
        };

        if (type->operations >> holders.bit & 1)
            TRY(rbac_who_can(call->actor.engine, &request, note_holder,
                             &holders));
    }
    return STATUS_OK;
}

static void put_users(const struct rbac_estate *estate,
                      const uint32_t *operations, struct json_writer *result)
{
    writer_key(result, "UserNames");
    writer_array_begin(result);
    for (size_t i = 0; i < estate->n_admins; i++)
        if (operations[i])
            writer_string(result, estate->admins[i].name);
    writer_array_end(result);
    writer_key(result, "PermittedOperations");
    writer_array_begin(result);
    for (size_t i = 0; i < estate->n_admins; i++)
        if (operations[i])
            writer_int(result, operations[i]);
    writer_array_end(result);
}

enum status secured_write_users(struct object_call *call,
                                const struct object_class *class,
                                const struct object_target *target,
                                struct json_writer *result)
{
    const struct rbac_estate *estate = rbac_engine_estate(call->actor.engine);
    SCOPED(memory_drop)
    uint32_t *operations = calloc(estate->n_admins + 1, sizeof(*operations));

    if (!operations)
        return STATUS_NO_MEMORY;
    if (target)
        TRY(find_holders(call, class, target, operations));
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    put_users(estate, operations, result);
    writer_object_end(result);
    return STATUS_OK;
}

#include "policy/write.h"

#include <stdlib.h>
#include <string.h>

#include "policy/builtin.h"

static void write_string(const char *string, struct buf *out)
{
    policy_write_text(text_of(string), out);
}

static void write_field(const char *before, const char *string, struct buf *out)
{
    buf_append_string(out, before);
    write_string(string, out);
    buf_append_char(out, '\n');
}

/* "[a, b]" */
static void write_names(const char *const *names, size_t n, struct buf *out)
{
    buf_append_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        buf_append_string(out, i ? ", " : "");
        write_string(names[i], out);
    }
    buf_append_string(out, "]\n");
}

static void write_origin(const struct policy_origin *origin, struct buf *out)
{
    if (origin->adopt)
        write_field("    adopt: ", origin->adopt, out);
    if (origin->was)
        write_field("    was: ", origin->was, out);
}

/* Numbers of things in the order of their names; the caller frees them. */
struct order {
    const char *name;
    size_t index;
};

static int order_compare(const void *left, const void *right)
{
    const struct order *a = left;
    const struct order *b = right;
    const int by_name = strcmp(a->name, b->name);

    if (by_name != 0)
        return by_name;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* names of n things of size bytes whose name stands at the offset. */
static struct order *order_by_name(const void *things, size_t n, size_t size,
                                   size_t offset)
{
    struct order *order = calloc(n + 1, sizeof(*order));

    for (size_t i = 0; order && i < n; i++) {
        memcpy(&order[i].name, (const char *)things + i * size + offset,
               sizeof(order[i].name));
        order[i].index = i;
    }
    if (order)
        qsort(order, n, sizeof(*order), order_compare);
    return order;
}

#define ORDER(array, n, type)                                                  \
    order_by_name(array, n, sizeof(type), offsetof(type, name))

/* ---- Authentication and scopes ---- */

static void write_exclusion(const struct policy_exclusion *exclusion,
                            struct buf *out)
{
    write_field(exclusion->is_group ? "    - group: " : "    - user: ",
                exclusion->user, out);
    if (exclusion->source)
        write_field("      source: ", exclusion->source, out);
    write_field("      reason: ", exclusion->reason, out);
    write_field("      owner: ", exclusion->owner, out);
    if (exclusion->until_s == INT64_MAX)
        return;
    buf_append_string(out, "      until: ");
    policy_write_date(exclusion->until_s, out);
    buf_append_char(out, '\n');
}

static enum status write_authentication(const struct policy *policy,
                                        struct buf *out)
{
    if (policy->minimum_level == AUTH_LEVEL_NONE && policy->n_exclusions == 0)
        return STATUS_OK;
    buf_append_string(out, "authentication:\n");
    if (policy->minimum_level != AUTH_LEVEL_NONE)
        write_field("  minimum_level: ", auth_level_name(policy->minimum_level),
                    out);
    if (policy->n_exclusions)
        buf_append_string(out, "  exclusions:\n");
    for (size_t i = 0; i < policy->n_exclusions; i++)
        write_exclusion(&policy->exclusions[i], out);
    return STATUS_OK;
}

static enum status write_scopes(const struct policy *policy, struct buf *out)
{
    SCOPED(memory_drop)
    struct order *order =
        ORDER(policy->scopes, policy->n_scopes, struct policy_scope);

    if (!order)
        return STATUS_NO_MEMORY;
    if (policy->n_scopes)
        buf_append_string(out, "scopes:\n");
    for (size_t i = 0; i < policy->n_scopes; i++) {
        const struct policy_scope *scope = &policy->scopes[order[i].index];

        write_field("  - name: ", scope->name, out);
        if (*scope->description)
            write_field("    description: ", scope->description, out);
        write_origin(&scope->origin, out);
    }
    return STATUS_OK;
}

/* ---- Roles ---- */

static void write_operations(const struct rbac_type *type, uint32_t operations,
                             struct buf *out)
{
    const char *names[RBAC_OPERATIONS_MAX];
    size_t n = 0;

    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (operations & (UINT32_C(1) << bit))
            names[n++] = rbac_operation_name(type, bit);
    write_string(builtin_type_word(type), out);
    buf_append_string(out, ": ");
    write_names(names, n, out);
}

/* All rows of a type in one: rights are sorted by type. */
static void write_all_rights(const struct policy_role *role, struct buf *out)
{
    buf_append_string(out, role->n_rights ? "    operations:\n"
                                          : "    operations: {}\n");
    for (size_t i = 0; i < role->n_rights;) {
        const struct rbac_type *type =
            rbac_catalog_type(&rbac_catalog, role->rights[i].type);
        uint32_t operations = 0;

        for (; i < role->n_rights && role->rights[i].type == type->id; i++)
            operations |= role->rights[i].operations;
        buf_append_string(out, "      ");
        write_operations(type, operations, out);
    }
}

static void write_levels(const struct policy_role *role, struct buf *out)
{
    bool is_begun = false;

    for (enum auth_level level = AUTH_LEVEL_DOMAIN; level <= AUTH_LEVEL_MFA;
         level++) {
        bool is_here = false;

        for (size_t i = 0; i < role->n_rights; i++) {
            if (role->rights[i].level != level)
                continue;
            if (!is_begun)
                buf_append_string(out, "    require_level:\n");
            if (!is_here)
                buf_append_format(out, "      %s:\n", auth_level_name(level));
            is_begun = true;
            is_here = true;
            buf_append_string(out, "        ");
            write_operations(
                rbac_catalog_type(&rbac_catalog, role->rights[i].type),
                role->rights[i].operations, out);
        }
    }
}

static void write_role(const struct policy_role *role, struct buf *out)
{
    const struct rbac_builtin_role *from =
        rbac_builtin_role(text_of(role->copied_from));

    write_field("  - name: ", role->name, out);
    if (*role->description)
        write_field("    description: ", role->description, out);
    if (from)
        write_field("    copied_from: ", from->name, out);
    if (role->level != AUTH_LEVEL_NONE)
        write_field("    level: ", auth_level_name(role->level), out);
    write_origin(&role->origin, out);
    write_all_rights(role, out);
    write_levels(role, out);
}

static enum status write_roles(const struct policy *policy, struct buf *out)
{
    SCOPED(memory_drop)
    struct order *order =
        ORDER(policy->roles, policy->n_roles, struct policy_role);

    if (!order)
        return STATUS_NO_MEMORY;
    if (policy->n_roles)
        buf_append_string(out, "roles:\n");
    for (size_t i = 0; i < policy->n_roles; i++)
        write_role(&policy->roles[order[i].index], out);
    return STATUS_OK;
}

/* ---- Collections and groups ---- */

static void write_rules(const struct policy_collection *collection,
                        enum policy_rule_kind kind, const char *key,
                        struct buf *out)
{
    bool is_begun = false;

    for (size_t i = 0; i < collection->n_rules; i++) {
        const struct policy_rule *rule = &collection->rules[i];

        if (rule->kind != kind)
            continue;
        if (!is_begun)
            buf_append_format(out, "    %s:\n", key);
        is_begun = true;
        if (kind == POLICY_RULE_QUERY) {
            write_field("      - name: ", rule->name, out);
            write_field("        wql: ", rule->value, out);
        } else {
            write_field("      - ", rule->value, out);
        }
    }
}

static void write_collection(const struct policy_collection *collection,
                             struct buf *out)
{
    write_field("  - name: ", collection->name, out);
    if (collection->is_user)
        buf_append_string(out, "    kind: user\n");
    if (*collection->comment)
        write_field("    comment: ", collection->comment, out);
    write_origin(&collection->origin, out);
    write_field("    limiting: ", collection->limiting, out);
    write_rules(collection, POLICY_RULE_QUERY, "query", out);
    write_rules(collection, POLICY_RULE_DIRECT, "direct", out);
    write_rules(collection, POLICY_RULE_INCLUDE, "include", out);
    write_rules(collection, POLICY_RULE_EXCLUDE, "exclude", out);
}

static enum status write_collections(const struct policy *policy,
                                     struct buf *out)
{
    SCOPED(memory_drop)
    struct order *order = ORDER(policy->collections, policy->n_collections,
                                struct policy_collection);

    if (!order)
        return STATUS_NO_MEMORY;
    if (policy->n_collections)
        buf_append_string(out, "collections:\n");
    for (size_t i = 0; i < policy->n_collections; i++)
        write_collection(&policy->collections[order[i].index], out);
    return STATUS_OK;
}

static enum status write_groups(const struct policy *policy, struct buf *out)
{
    SCOPED(memory_drop)
    struct order *order =
        ORDER(policy->groups, policy->n_groups, struct policy_group);

    if (!order)
        return STATUS_NO_MEMORY;
    if (policy->n_groups)
        buf_append_string(out, "groups:\n");
    for (size_t i = 0; i < policy->n_groups; i++) {
        const struct policy_group *group = &policy->groups[order[i].index];

        write_field("  - name: ", group->name, out);
        buf_append_string(out, "    members: ");
        write_names(group->members, group->n_members, out);
    }
    return STATUS_OK;
}

/* ---- Administrators ---- */

/* "a: X, b: Y" from a value of two parts. */
static void write_pair(const char *first_key, struct text first,
                       const char *second_key, struct text second,
                       struct buf *out)
{
    buf_append_string(out, "{ ");
    buf_append_string(out, first_key);
    buf_append_string(out, ": ");
    policy_write_text(first, out);
    buf_append_string(out, ", ");
    buf_append_string(out, second_key);
    buf_append_string(out, ": ");
    policy_write_text(second, out);
    buf_append_string(out, " }\n");
}

/* Canonical values are taken apart where identity.h put them together. */
static void write_identity(const struct policy_identity *identity,
                           struct buf *out)
{
    const struct text value = text_of(identity->value);
    const char *cut = NULL;

    buf_append_string(out, "      - ");
    switch (identity->kind) {
    case IDENTITY_NONE:
        break;
    case IDENTITY_KERBEROS:
        write_field("kerberos: ", identity->value, out);
        break;
    case IDENTITY_LOCAL:
        write_field("local: ", identity->value, out);
        break;
    case IDENTITY_CERTIFICATE_KEY:
        write_field("spki_sha256: ", identity->value, out);
        break;
    case IDENTITY_CERTIFICATE_SERIAL:
        cut = memrchr(value.data, ';', value.size);
        buf_append_string(out, "certificate: ");
        if (cut)
            write_pair("issuer",
                       (struct text){value.data, (size_t)(cut - value.data)},
                       "serial", text_of(cut + 1), out);
        break;
    case IDENTITY_TOKEN:
        cut = memchr(value.data, ' ', value.size);
        buf_append_string(out, "token: ");
        if (cut)
            write_pair("issuer",
                       (struct text){value.data, (size_t)(cut - value.data)},
                       "subject", text_of(cut + 1), out);
        break;
    }
}

static void write_bound(const char *key, int64_t seconds, struct buf *out)
{
    if (seconds == INT64_MIN || seconds == INT64_MAX)
        return;
    buf_append_format(out, "        %s: ", key);
    policy_write_date(seconds, out);
    buf_append_char(out, '\n');
}

static void write_assignment(const struct policy_assignment *assignment,
                             struct buf *out)
{
    buf_append_string(out, "      - roles: ");
    write_names(assignment->roles, assignment->n_roles, out);
    buf_append_string(out, "        scopes: ");
    write_names(assignment->scopes, assignment->n_scopes, out);
    if (assignment->n_collections) {
        buf_append_string(out, "        collections: ");
        write_names(assignment->collections, assignment->n_collections, out);
    }
    write_bound("from", assignment->from_s, out);
    write_bound("until", assignment->until_s, out);
}

static void write_admin(const struct policy_admin *admin, struct buf *out)
{
    write_field(admin->is_group ? "  - group: " : "  - user: ", admin->name,
                out);
    if (admin->source)
        write_field("    source: ", admin->source, out);
    write_origin(&admin->origin, out);
    if (admin->n_identities)
        buf_append_string(out, "    identities:\n");
    for (size_t i = 0; i < admin->n_identities; i++)
        write_identity(&admin->identities[i], out);
    if (admin->n_assignments)
        buf_append_string(out, "    assignments:\n");
    for (size_t i = 0; i < admin->n_assignments; i++)
        write_assignment(&admin->assignments[i], out);
}

static enum status write_admins(const struct policy *policy, struct buf *out)
{
    SCOPED(memory_drop)
    struct order *order =
        ORDER(policy->admins, policy->n_admins, struct policy_admin);

    if (!order)
        return STATUS_NO_MEMORY;
    if (policy->n_admins)
        buf_append_string(out, "administrators:\n");
    for (size_t i = 0; i < policy->n_admins; i++)
        write_admin(&policy->admins[order[i].index], out);
    return STATUS_OK;
}

/* ---- Tests ---- */

static void write_test(const struct policy_test *test, struct buf *out)
{
    write_field("  - user: ", test->user, out);
    if (test->level != AUTH_LEVEL_NONE)
        write_field("    level: ", auth_level_name(test->level), out);
    if (test->at_s != INT64_MIN) {
        buf_append_string(out, "    at: ");
        policy_write_date(test->at_s, out);
        buf_append_char(out, '\n');
    }
    write_field(test->can ? "    can: " : "    cannot: ", test->operation, out);
    write_field("    class: ", test->class_name, out);
    if (test->key)
        write_field("    key: ", test->key, out);
    if (test->n_scopes) {
        buf_append_string(out, "    scopes: ");
        write_names(test->scopes, test->n_scopes, out);
    }
}

enum status policy_write(const struct policy *policy, struct buf *out)
{
    buf_append_string(out, "version: 1\n");
    TRY(write_authentication(policy, out));
    TRY(write_scopes(policy, out));
    TRY(write_roles(policy, out));
    TRY(write_collections(policy, out));
    TRY(write_groups(policy, out));
    TRY(write_admins(policy, out));
    if (policy->n_tests)
        buf_append_string(out, "tests:\n");
    for (size_t i = 0; i < policy->n_tests; i++)
        write_test(&policy->tests[i], out);
    return buf_status(out);
}

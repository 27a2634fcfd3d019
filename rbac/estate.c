#include "rbac/estate.h"

#include <stdarg.h>
#include <stdio.h>

#include "rbac/cover.h"

enum { ENTRIES_MAX = 1000 * 1000 }; /* roles, rights, records, assignments */

enum status problem_tell(struct rbac_problem *problem, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(problem->text, sizeof(problem->text), format, arguments);
    va_end(arguments);
    return STATUS_INVALID;
}

static bool is_level(enum auth_level level)
{
    return level >= AUTH_LEVEL_NONE && level <= AUTH_LEVEL_MFA;
}

/* Bits of the type that earlier rows have already. */
static uint32_t bits_before(const struct rbac_role *role, size_t row)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < row; i++)
        if (role->rights[i].type == role->rights[row].type)
            bits |= role->rights[i].operations;
    return bits;
}

static enum status check_right(const struct rbac_catalog *catalog,
                               const struct rbac_role *role, size_t row,
                               struct rbac_problem *problem)
{
    const struct rbac_right *right = &role->rights[row];
    const struct rbac_type *type = rbac_catalog_type(catalog, right->type);

    if (!type)
        return problem_tell(problem,
                            "role \"%s\" names type %u, which there "
                            "is not",
                            role->name, right->type);
    if (right->operations & ~type->operations)
        return problem_tell(problem,
                            "role \"%s\" names operations 0x%x that "
                            "type %u does not have",
                            role->name, right->operations & ~type->operations,
                            right->type);
    if (!is_level(right->level))
        return problem_tell(problem,
                            "role \"%s\" asks for a level that there "
                            "is not",
                            role->name);
    if (right->operations & bits_before(role, row))
        return problem_tell(problem,
                            "role \"%s\" grants an operation of type "
                            "%u twice",
                            role->name, right->type);
    return STATUS_OK;
}

static enum status check_roles(const struct rbac_estate *estate,
                               struct rbac_problem *problem)
{
    for (size_t r = 0; r < estate->n_roles; r++) {
        const struct rbac_role *role = &estate->roles[r];

        if (!role->id || !role->name)
            return problem_tell(problem, "role %zu has no id or name", r);
        if (!is_level(role->level))
            return problem_tell(problem,
                                "role \"%s\" asks for a level that "
                                "there is not",
                                role->name);
        for (size_t row = 0; row < role->n_rights; row++)
            TRY(check_right(estate->catalog, role, row, problem));
    }
    return STATUS_OK;
}

static enum status check_scopes(const struct rbac_estate *estate,
                                struct rbac_problem *problem)
{
    size_t n_all = 0, n_default = 0;

    for (size_t s = 0; s < estate->n_scopes; s++) {
        const struct rbac_scope *scope = &estate->scopes[s];

        if (!scope->id || !scope->name)
            return problem_tell(problem, "scope %zu has no id or name", s);
        if (scope->is_all && scope->is_default)
            return problem_tell(problem,
                                "scope \"%s\" cannot be All and "
                                "Default",
                                scope->name);
        n_all += scope->is_all;
        n_default += scope->is_default;
    }
    if (estate->n_scopes && n_all != 1)
        return problem_tell(problem, "%zu scopes are All, not one", n_all);
    if (n_default > 1)
        return problem_tell(problem, "%zu scopes are Default", n_default);
    return STATUS_OK;
}

static enum status check_collections(const struct rbac_estate *estate,
                                     struct rbac_problem *problem)
{
    for (size_t c = 0; c < estate->n_collections; c++) {
        const struct rbac_collection *collection = &estate->collections[c];

        if (!collection->id || !collection->name)
            return problem_tell(problem, "collection %zu has no id or name", c);
        if (collection->limiting != RBAC_NONE &&
            collection->limiting >= estate->n_collections)
            return problem_tell(problem,
                                "collection \"%s\" is limited by one "
                                "that there is not",
                                collection->name);
    }
    return STATUS_OK;
}

static bool are_below(const uint32_t *indexes, size_t n, size_t limit)
{
    for (size_t i = 0; i < n; i++)
        if (indexes[i] >= limit)
            return false;
    return true;
}

static enum status check_assignment(const struct rbac_estate *estate,
                                    const struct rbac_admin *admin,
                                    const struct rbac_assignment *assignment,
                                    struct rbac_problem *problem)
{
    const char *what = NULL;

    if (!are_below(assignment->roles, assignment->n_roles, estate->n_roles))
        what = "role";
    else if (!are_below(assignment->scopes, assignment->n_scopes,
                        estate->n_scopes))
        what = "scope";
    else if (!are_below(assignment->collections, assignment->n_collections,
                        estate->n_collections))
        what = "collection";
    if (!what)
        return STATUS_OK;
    return problem_tell(problem,
                        "administrator \"%s\" is assigned a %s that "
                        "there is not",
                        admin->name, what);
}

static enum status check_admins(const struct rbac_estate *estate,
                                struct rbac_problem *problem)
{
    for (size_t a = 0; a < estate->n_admins; a++) {
        const struct rbac_admin *admin = &estate->admins[a];

        if (!admin->name)
            return problem_tell(problem, "administrator %zu has no name", a);
        for (size_t i = 0; i < admin->n_assignments; i++)
            TRY(check_assignment(estate, admin, &admin->assignments[i],
                                 problem));
    }
    return STATUS_OK;
}

enum status estate_check(const struct rbac_estate *estate,
                         struct rbac_problem *problem)
{
    if (!estate->catalog)
        return problem_tell(problem, "there is no catalog");
    if (estate->n_scopes > LABELS_MAX || estate->n_collections > LABELS_MAX ||
        estate->n_roles > ENTRIES_MAX || estate->n_admins > ENTRIES_MAX) {
        snprintf(problem->text, sizeof(problem->text),
                 "more than %d scopes or collections, or %d roles or "
                 "administrators",
                 LABELS_MAX, ENTRIES_MAX);
        return STATUS_LIMIT;
    }
    TRY(check_roles(estate, problem));
    TRY(check_scopes(estate, problem));
    TRY(check_collections(estate, problem));
    return check_admins(estate, problem);
}

/* ---- Copying ---- */

static enum status copy_string(struct arena *arena, const char **string)
{
    *string = arena_copy_text(arena, text_of(*string));
    return *string ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status copy_array(struct arena *arena, const void *from, size_t n,
                              size_t size, void *copy_out)
{
    void *copy = arena_take(arena, n, size);

    if (!copy)
        return STATUS_NO_MEMORY;
    if (n)
        memcpy(copy, from, n * size);
    memcpy(copy_out, &copy, sizeof(copy));
    return STATUS_OK;
}

/* Copies the array that a pointer refers to, and redirects it to the copy. */
#define COPY(arena, array, n)                                                  \
    TRY(copy_array(arena, array, n, sizeof(*(array)), &(array)))

static enum status copy_role(struct arena *arena, struct rbac_role *role)
{
    TRY(copy_string(arena, &role->id));
    TRY(copy_string(arena, &role->name));
    COPY(arena, role->rights, role->n_rights);
    return STATUS_OK;
}

static enum status copy_assignments(struct arena *arena,
                                    struct rbac_admin *admin)
{
    struct rbac_assignment *assignments;

    TRY(copy_array(arena, admin->assignments, admin->n_assignments,
                   sizeof(*assignments), &assignments));
    for (size_t i = 0; i < admin->n_assignments; i++) {
        COPY(arena, assignments[i].roles, assignments[i].n_roles);
        COPY(arena, assignments[i].scopes, assignments[i].n_scopes);
        COPY(arena, assignments[i].collections, assignments[i].n_collections);
    }
    admin->assignments = assignments;
    return STATUS_OK;
}

enum status estate_copy_scopes(const struct rbac_estate *estate,
                               struct arena *arena,
                               const struct rbac_scope **scopes_out)
{
    struct rbac_scope *scopes;

    TRY(copy_array(arena, estate->scopes, estate->n_scopes, sizeof(*scopes),
                   &scopes));
    for (size_t i = 0; i < estate->n_scopes; i++) {
        TRY(copy_string(arena, &scopes[i].id));
        TRY(copy_string(arena, &scopes[i].name));
    }
    *scopes_out = scopes;
    return STATUS_OK;
}

enum status estate_copy_roles(const struct rbac_estate *estate,
                              struct arena *arena,
                              const struct rbac_role **roles_out)
{
    struct rbac_role *roles;

    TRY(copy_array(arena, estate->roles, estate->n_roles, sizeof(*roles),
                   &roles));
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(copy_role(arena, &roles[i]));
    *roles_out = roles;
    return STATUS_OK;
}

enum status estate_copy_admins(const struct rbac_estate *estate,
                               struct arena *arena,
                               const struct rbac_admin **admins_out)
{
    struct rbac_admin *admins;

    TRY(copy_array(arena, estate->admins, estate->n_admins, sizeof(*admins),
                   &admins));
    for (size_t i = 0; i < estate->n_admins; i++) {
        TRY(copy_string(arena, &admins[i].name));
        TRY(copy_assignments(arena, &admins[i]));
    }
    *admins_out = admins;
    return STATUS_OK;
}

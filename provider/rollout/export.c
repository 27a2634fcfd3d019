#include "provider/rollout/export.h"

#include <stdlib.h>
#include <string.h>

#include "policy/write.h"
#include "rbac/catalog.h"

enum { ARENA_MAX_BYTES = 256 * 1024 * 1024 };

void export_free(struct export *export)
{
    if (!export)
        return;
    arena_free(export->arena);
    declarable_free(export->declarable);
    free(export);
}

/* ---- What files can express ---- */

static bool leave_out(struct export *export, const char *format,
                      const char *name)
{
    SCOPED(buf_free) struct buf seen = buf_make(8192);
    const char *sentence;

    policy_write_seen(text_of(name), &seen);
    buf_append_char(&seen, '\0');
    if (buf_status(&seen) == STATUS_OK)
        name = buf_text(&seen).data;
    sentence = arena_format(export->arena, "%s %s", format, name);
    if (sentence)
        export->left_out[export->n_left_out++] = sentence;
    return false;
}

static bool may_name(struct export *export, const char *name, bool is_group)
{
    if (is_group ? policy_may_name_group(text_of(name))
                 : policy_may_name_user(text_of(name)))
        return true;
    return leave_out(export,
                     is_group ? "no group's name in policy files:"
                              : "no user's name in policy files:",
                     name);
}

/* ---- Each kind ---- */

static bool put_exclusions(struct export *export)
{
    const struct declarable *from = export->declarable;
    struct policy_exclusion *exclusions =
        arena_alloc(export->arena, from->n_exclusions, sizeof(*exclusions));
    size_t n = 0;

    for (size_t i = 0; exclusions && i < from->n_exclusions; i++) {
        const struct policy_exclusion *exclusion = &from->exclusions[i];

        if (!may_name(export, exclusion->user, exclusion->is_group) ||
            !may_name(export, exclusion->owner, false))
            continue;
        exclusions[n] = *exclusion;
        if (!*exclusion->reason)
            exclusions[n].reason = "not given";
        n++;
    }
    export->policy.exclusions = exclusions;
    export->policy.n_exclusions = n;
    export->n_of_exclusions = export->n_left_out; /* they come first */
    return exclusions != NULL;
}

/* Files only record the built-in role that a role was copied from. */
static bool put_roles(struct export *export)
{
    const struct declarable *from = export->declarable;
    struct policy_role *roles =
        arena_alloc(export->arena, from->n_roles, sizeof(*roles));

    for (size_t i = 0; roles && i < from->n_roles; i++) {
        roles[i] = from->roles[i];
        if (!rbac_builtin_role(text_of(roles[i].copied_from)))
            roles[i].copied_from = "";
    }
    export->policy.roles = roles;
    export->policy.n_roles = from->n_roles;
    return roles != NULL;
}

static bool put_collection(struct export *export,
                           const struct policy_collection *from,
                           struct policy_collection *into)
{
    struct policy_rule *rules =
        arena_alloc(export->arena, from->n_rules, sizeof(*rules));

    *into = *from;
    into->rules = rules;
    into->n_rules = 0;
    for (size_t i = 0; rules && i < from->n_rules; i++)
        if (from->rules[i].value)
            rules[into->n_rules++] = from->rules[i];
        else
            leave_out(export,
                      "a direct member that shares its name with another "
                      "device:",
                      from->rules[i].name);
    return rules != NULL;
}

static bool put_collections(struct export *export)
{
    const struct declarable *from = export->declarable;
    struct policy_collection *collections =
        arena_alloc(export->arena, from->n_collections, sizeof(*collections));
    size_t n = 0;

    for (size_t i = 0; collections && i < from->n_collections; i++) {
        const struct declarable_collection *collection = &from->collections[i];

        if (!collection->has_own_name)
            leave_out(export, "a collection that shares its name:",
                      collection->collection.name);
        else if (!collection->collection.limiting)
            leave_out(export, "a collection that nothing limits:",
                      collection->collection.name);
        else if (!put_collection(export, &collection->collection,
                                 &collections[n++]))
            return false;
    }
    export->policy.collections = collections;
    export->policy.n_collections = n;
    return collections != NULL;
}

/* Files list the scope All alone: it covers every other. */
static bool has_all(const struct policy_assignment *assignment)
{
    for (size_t i = 0; i < assignment->n_scopes; i++)
        if (strcmp(assignment->scopes[i], "All") == 0)
            return true;
    return false;
}

static struct policy_assignment assignment_of(
    const struct policy_assignment *from)
{
    static const char *const all[] = {"All"};
    struct policy_assignment assignment = *from;

    if (has_all(from)) {
        assignment.scopes = all;
        assignment.n_scopes = ARRAY_SIZE(all);
    }
    return assignment;
}

static bool put_admin(struct export *export, const struct policy_admin *from,
                      struct policy_admin *into)
{
    struct policy_assignment *assignments =
        arena_alloc(export->arena, from->n_assignments, sizeof(*assignments));

    *into = *from;
    into->assignments = assignments;
    for (size_t i = 0; assignments && i < from->n_assignments; i++)
        assignments[i] = assignment_of(&from->assignments[i]);
    return assignments != NULL;
}

/* A disabled record would be enabled by a file, so it is left out. */
static bool put_admins(struct export *export)
{
    const struct declarable *from = export->declarable;
    struct policy_admin *admins =
        arena_alloc(export->arena, from->n_admins, sizeof(*admins));
    size_t n = 0;

    for (size_t i = 0; admins && i < from->n_admins; i++) {
        const struct declarable_admin *admin = &from->admins[i];

        if (admin->is_disabled)
            leave_out(export, "a record that is disabled:", admin->admin.name);
        else if (!admin->admin.host && /* whose name files have written */
                 !may_name(export, admin->admin.name, admin->admin.is_group))
            continue;
        else if (!put_admin(export, &admin->admin, &admins[n++]))
            return false;
    }
    export->policy.admins = admins;
    export->policy.n_admins = n;
    return admins != NULL;
}

/* ---- All of it ---- */

static size_t most_left_out(const struct declarable *from)
{
    size_t n = 2 * from->n_exclusions + from->n_admins + from->n_collections;

    for (size_t i = 0; i < from->n_collections; i++)
        n += from->collections[i].collection.n_rules;
    return n;
}

static enum status put_all(struct export *export)
{
    const struct declarable *from = export->declarable;

    export->left_out = arena_alloc(export->arena, most_left_out(from),
                                   sizeof(*export->left_out));
    export->policy.minimum_level = from->minimum_level;
    export->policy.minimum_level_place = from->level_place;
    export->policy.scopes = from->scopes;
    export->policy.n_scopes = from->n_scopes;
    export->policy.groups = from->groups;
    export->policy.n_groups = from->n_groups;
    if (!export->left_out || !put_exclusions(export) || !put_roles(export) ||
        !put_collections(export) || !put_admins(export))
        return STATUS_NO_MEMORY;
    return arena_status(export->arena);
}

enum status export_read(struct store *store, struct export **export_out)
{
    OWNED(export) export = calloc(1, sizeof(*export));

    if (!export)
        return STATUS_NO_MEMORY;
    TRY(arena_new(ARENA_MAX_BYTES, &export->arena));
    TRY(declarable_read(store, &export->declarable));
    TRY(put_all(export));
    *export_out = TAKE(export);
    return STATUS_OK;
}

enum status export_write(const struct export *export, struct buf *out)
{
    if (export->has_no_exclusions)
        buf_append_string(out, EXPORT_NO_EXCLUSIONS);
    for (size_t i = 0; i < export->n_left_out; i++)
        buf_append_format(out, "# left out: %s\n", export->left_out[i]);
    return policy_write(&export->policy, out);
}

void export_drop_exclusions(struct export *export)
{
    export->policy.n_exclusions = 0;
    export->left_out += export->n_of_exclusions;
    export->n_left_out -= export->n_of_exclusions;
    export->n_of_exclusions = 0;
    export->has_no_exclusions = true;
}

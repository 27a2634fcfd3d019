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
    inventory_free(export->inventory);
    free(export);
}

/* ---- What can be said ---- */

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

/* "site.yaml:12" */
static struct policy_place place_of(struct export *export, const char *place)
{
    const char *colon = place ? strrchr(place, ':') : NULL;
    struct policy_place read = {.file = NULL};

    if (!colon)
        return read;
    read.file = arena_text(export->arena,
                           (struct text){place, (size_t)(colon - place)});
    read.line = (unsigned)strtoul(colon + 1, NULL, 10);
    read.column = 1;
    return read;
}

/* What the console made is taken over by its key. */
static struct policy_origin origin_of(const char *place, const char *key)
{
    return (struct policy_origin){.adopt = place ? NULL : key};
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
    const struct inventory *from = export->inventory;
    struct policy_exclusion *exclusions =
        arena_alloc(export->arena, from->n_exclusions, sizeof(*exclusions));
    size_t n = 0;

    for (size_t i = 0; exclusions && i < from->n_exclusions; i++) {
        const struct site_exclusion *exclusion = &from->exclusions[i].exclusion;

        if (!may_name(export, exclusion->user, exclusion->is_group) ||
            !may_name(export, exclusion->owner, false))
            continue;
        exclusions[n++] = (struct policy_exclusion){
            .place = place_of(export, from->exclusions[i].place),
            .user = exclusion->user,
            .is_group = exclusion->is_group,
            .source = exclusion->source,
            .reason = *exclusion->reason ? exclusion->reason : "not given",
            .owner = exclusion->owner,
            .until_s = exclusion->until_s,
        };
    }
    export->policy.exclusions = exclusions;
    export->policy.n_exclusions = n;
    export->n_of_exclusions = export->n_left_out; /* they come first */
    return exclusions != NULL;
}

static bool put_scopes(struct export *export)
{
    const struct inventory *from = export->inventory;
    struct policy_scope *scopes =
        arena_alloc(export->arena, from->n_scopes, sizeof(*scopes));

    for (size_t i = 0; scopes && i < from->n_scopes; i++)
        scopes[i] = (struct policy_scope){
            place_of(export, from->scopes[i].place), from->scopes[i].name,
            from->scopes[i].description,
            origin_of(from->scopes[i].place, from->scopes[i].key)};
    export->policy.scopes = scopes;
    export->policy.n_scopes = from->n_scopes;
    return scopes != NULL;
}

/* Files know only which built-in role one was copied from. */
static bool put_role(struct export *export, const struct inventory_role *from,
                     struct policy_role *into)
{
    const struct declare_role *role = &from->role;
    struct policy_right *rights =
        arena_alloc(export->arena, role->n_rights, sizeof(*rights));

    *into = (struct policy_role){
        .place = place_of(export, from->place),
        .name = role->name,
        .description = role->description,
        .copied_from = rbac_builtin_role(text_of(role->copied_from))
                           ? role->copied_from
                           : "",
        .rights = rights,
        .n_rights = role->n_rights,
        .level = role->level,
        .origin = origin_of(from->place, from->key),
    };
    for (size_t i = 0; rights && i < role->n_rights; i++)
        rights[i] = (struct policy_right){into->place, role->rights[i].type,
                                          role->rights[i].operations,
                                          role->rights[i].level};
    return rights != NULL;
}

static bool put_roles(struct export *export)
{
    const struct inventory *from = export->inventory;
    struct policy_role *roles =
        arena_alloc(export->arena, from->n_roles, sizeof(*roles));

    for (size_t i = 0; roles && i < from->n_roles; i++)
        if (!put_role(export, &from->roles[i], &roles[i]))
            return false;
    export->policy.roles = roles;
    export->policy.n_roles = from->n_roles;
    return roles != NULL;
}

static void put_rules(struct export *export,
                      const struct declare_collection *from,
                      struct policy_collection *into, struct policy_rule *rules)
{
    static const enum policy_rule_kind kinds[] = {
        [DECLARE_RULE_QUERY] = POLICY_RULE_QUERY,
        [DECLARE_RULE_DIRECT] = POLICY_RULE_DIRECT,
        [DECLARE_RULE_INCLUDE] = POLICY_RULE_INCLUDE,
        [DECLARE_RULE_EXCLUDE] = POLICY_RULE_EXCLUDE,
    };

    for (size_t i = 0; i < from->n_rules; i++) {
        const struct declare_rule *rule = &from->rules[i];
        const bool is_query = rule->kind == DECLARE_RULE_QUERY;

        if (!rule->value)
            leave_out(export,
                      "a direct member that shares its name with another "
                      "device:",
                      rule->name);
        else
            rules[into->n_rules++] =
                (struct policy_rule){into->place, kinds[rule->kind],
                                     is_query ? rule->name : "", rule->value};
    }
    into->rules = rules;
}

static bool put_collection(struct export *export,
                           const struct inventory_collection *inventory,
                           struct policy_collection *into)
{
    const struct declare_collection *from = &inventory->collection;
    struct policy_rule *rules =
        arena_alloc(export->arena, from->n_rules, sizeof(*rules));

    *into = (struct policy_collection){
        .place = place_of(export, from->place),
        .name = from->name,
        .comment = from->comment,
        .is_user = from->is_user,
        .limiting = from->limiting,
        .origin = origin_of(from->place, inventory->key),
    };
    if (rules)
        put_rules(export, from, into, rules);
    return rules != NULL;
}

static bool put_collections(struct export *export)
{
    const struct inventory *from = export->inventory;
    struct policy_collection *collections =
        arena_alloc(export->arena, from->n_collections, sizeof(*collections));
    size_t n = 0;

    for (size_t i = 0; collections && i < from->n_collections; i++) {
        const struct inventory_collection *collection = &from->collections[i];

        if (!collection->has_own_name)
            leave_out(export, "a collection that shares its name:",
                      collection->collection.name);
        else if (!collection->collection.limiting)
            leave_out(export, "a collection that nothing limits:",
                      collection->collection.name);
        else if (!put_collection(export, collection, &collections[n++]))
            return false;
    }
    export->policy.collections = collections;
    export->policy.n_collections = n;
    return collections != NULL;
}

static bool put_groups(struct export *export)
{
    const struct inventory *from = export->inventory;
    struct policy_group *groups =
        arena_alloc(export->arena, from->n_groups, sizeof(*groups));

    for (size_t i = 0; groups && i < from->n_groups; i++)
        groups[i] = (struct policy_group){
            place_of(export, from->groups[i].place), from->groups[i].name,
            from->groups[i].members, from->groups[i].n_members};
    export->policy.groups = groups;
    export->policy.n_groups = from->n_groups;
    return groups != NULL;
}

/* Files give the scope All alone: it covers every other. */
static bool has_all(const struct declare_assignment *assignment)
{
    for (size_t i = 0; i < assignment->n_scopes; i++)
        if (strcmp(assignment->scopes[i], "All") == 0)
            return true;
    return false;
}

static struct policy_assignment assignment_of(
    const struct declare_assignment *from, struct policy_place place)
{
    static const char *const all[] = {"All"};
    const bool is_all = has_all(from);

    return (struct policy_assignment){
        .place = place,
        .roles = from->roles,
        .n_roles = from->n_roles,
        .scopes = is_all ? all : from->scopes,
        .n_scopes = is_all ? ARRAY_SIZE(all) : from->n_scopes,
        .collections = from->collections,
        .n_collections = from->n_collections,
        .from_s = from->from_s,
        .until_s = from->until_s,
    };
}

static bool put_admin(struct export *export, const struct inventory_admin *from,
                      struct policy_admin *into)
{
    const struct declare_admin *admin = &from->admin;
    struct policy_identity *identities =
        arena_alloc(export->arena, admin->n_identities, sizeof(*identities));
    struct policy_assignment *assignments =
        arena_alloc(export->arena, admin->n_assignments, sizeof(*assignments));

    *into = (struct policy_admin){
        .place = place_of(export, from->place),
        .name = admin->name,
        .is_group = admin->is_group,
        .source = admin->source,
        .identities = identities,
        .n_identities = admin->n_identities,
        .assignments = assignments,
        .n_assignments = admin->n_assignments,
        .origin = origin_of(from->place, from->key),
    };
    if (!identities || !assignments)
        return false;
    for (size_t i = 0; i < admin->n_identities; i++)
        identities[i] = (struct policy_identity){
            into->place, admin->identities[i].kind, admin->identities[i].value};
    for (size_t i = 0; i < admin->n_assignments; i++)
        assignments[i] = assignment_of(&admin->assignments[i], into->place);
    return true;
}

/* A disabled record would come to life in a file, so it stays behind. */
static bool put_admins(struct export *export)
{
    const struct inventory *from = export->inventory;
    struct policy_admin *admins =
        arena_alloc(export->arena, from->n_admins, sizeof(*admins));
    size_t n = 0;

    for (size_t i = 0; admins && i < from->n_admins; i++) {
        const struct inventory_admin *admin = &from->admins[i];

        if (admin->is_disabled)
            leave_out(export, "a record that is disabled:", admin->admin.name);
        else if (!may_name(export, admin->admin.name, admin->admin.is_group))
            continue;
        else if (!put_admin(export, admin, &admins[n++]))
            return false;
    }
    export->policy.admins = admins;
    export->policy.n_admins = n;
    return admins != NULL;
}

/* ---- All of it ---- */

static size_t most_left_out(const struct inventory *from)
{
    size_t n = 2 * from->n_exclusions + from->n_admins + from->n_collections;

    for (size_t i = 0; i < from->n_collections; i++)
        n += from->collections[i].collection.n_rules;
    return n;
}

static enum status put_all(struct export *export)
{
    const struct inventory *from = export->inventory;

    export->left_out = arena_alloc(export->arena, most_left_out(from),
                                   sizeof(*export->left_out));
    export->policy.minimum_level = from->minimum_level;
    export->policy.minimum_level_place = place_of(export, from->level_place);
    if (!export->left_out || !put_exclusions(export) || !put_scopes(export) ||
        !put_roles(export) || !put_collections(export) || !put_groups(export) ||
        !put_admins(export))
        return STATUS_NO_MEMORY;
    return arena_status(export->arena);
}

enum status export_read(struct store *store, struct export **export_out)
{
    OWNED(export) export = calloc(1, sizeof(*export));

    if (!export)
        return STATUS_NO_MEMORY;
    TRY(arena_new(ARENA_MAX_BYTES, &export->arena));
    TRY(inventory_read(store, &export->inventory));
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

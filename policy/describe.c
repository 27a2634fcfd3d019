#include "policy/describe.h"

#include <stdlib.h>
#include <string.h>

#include "policy/builtin.h"
#include "policy/write.h"
#include "rbac/catalog.h"

enum { TEST_NAME_MAX_BYTES = 64 * 1024 };

struct describing {
    const struct policy *policy;
    struct arena *arena;
    struct objects objects;
    const char **lines; /* [n_room] of the current object */
    size_t n_room;
    struct object *object;
};

static void line_add(struct describing *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void line_add(struct describing *d, const char *format, ...)
{
    va_list arguments;
    const char *line;

    va_start(arguments, format);
    line = arena_vformat(d->arena, format, arguments);
    va_end(arguments);
    if (line && d->object->n_lines < d->n_room)
        d->object->lines[d->object->n_lines++] = line;
}

static bool object_begin(struct describing *d, const char *what,
                         const char *name, struct policy_place place,
                         size_t n_room)
{
    d->n_room = n_room;
    d->object = &d->objects.items[d->objects.n_items++];
    *d->object = (struct object){
        .what = what,
        .name = name,
        .place = place,
        .lines = arena_alloc(d->arena, n_room, sizeof(const char *))};
    return d->object->lines != NULL;
}

static int line_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void object_end(struct describing *d)
{
    struct object *object = d->object;
    size_t kept = 0;

    qsort(object->lines, object->n_lines, sizeof(*object->lines), line_compare);
    for (size_t i = 0; i < object->n_lines; i++)
        if (kept == 0 || strcmp(object->lines[kept - 1], object->lines[i]) != 0)
            object->lines[kept++] = object->lines[i];
    object->n_lines = kept;
}

static void add_text(struct describing *d, const char *key, const char *value)
{
    if (value && *value)
        line_add(d, "%s: %s", key, value);
}

/* " until 2027-01-01" */
static const char *bound(struct describing *d, const char *word, int64_t at_s)
{
    SCOPED(buf_free) struct buf day = buf_make(64);
    const char *made;

    if (at_s == INT64_MIN || at_s == INT64_MAX)
        return "";
    policy_write_date(at_s, &day);
    made = arena_format(d->arena, " %s %.*s", word, (int)day.size,
                        buf_text(&day).data);
    return made ? made : "";
}

static bool describe_authentication(struct describing *d)
{
    const struct policy *policy = d->policy;

    if (policy->minimum_level != AUTH_LEVEL_NONE) {
        if (!object_begin(d, "authentication", "minimum level",
                          policy->minimum_level_place, 2))
            return false;
        line_add(d, "level: %s", auth_level_name(policy->minimum_level));
        if (policy->is_level_left_out)
            line_add(d, "set by: the console, no longer by a file");
    }
    for (size_t i = 0; i < policy->n_exclusions; i++) {
        const struct policy_exclusion *exclusion = &policy->exclusions[i];

        if (!object_begin(
                d, exclusion->is_group ? "exclusion of group" : "exclusion",
                exclusion->user, exclusion->place, 4))
            return false;
        if (exclusion->source)
            add_text(d, "source", exclusion->source);
        add_text(d, "reason", exclusion->reason);
        add_text(d, "owner", exclusion->owner);
        if (exclusion->until_s != INT64_MAX)
            line_add(d, "ends:%s", bound(d, "on", exclusion->until_s));
        object_end(d);
    }
    return true;
}

static bool describe_scopes(struct describing *d)
{
    for (size_t i = 0; i < d->policy->n_scopes; i++) {
        const struct policy_scope *scope = &d->policy->scopes[i];

        if (!object_begin(d, "scope", scope->name, scope->place, 1))
            return false;
        add_text(d, "description", scope->description);
    }
    return true;
}

static void describe_right(struct describing *d, const struct rbac_right *right)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, right->type);

    for (int bit = 0; type && bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *name = rbac_operation_name(type, bit);

        if (!(right->operations & (UINT32_C(1) << bit)) || !name)
            continue;
        if (right->level == AUTH_LEVEL_NONE)
            line_add(d, "%s: %s", builtin_type_word(type), name);
        else
            line_add(d, "%s: %s at %s", builtin_type_word(type), name,
                     auth_level_name(right->level));
    }
}

static bool describe_roles(struct describing *d)
{
    for (size_t i = 0; i < d->policy->n_roles; i++) {
        const struct policy_role *role = &d->policy->roles[i];

        if (!object_begin(d, "role", role->name, role->place,
                          3 + role->n_rights * RBAC_OPERATIONS_MAX))
            return false;
        add_text(d, "description", role->description);
        add_text(d, "copied from", role->copied_from);
        if (role->level != AUTH_LEVEL_NONE)
            line_add(d, "acts at %s", auth_level_name(role->level));
        for (size_t j = 0; j < role->n_rights; j++)
            describe_right(d, &role->rights[j]);
        object_end(d);
    }
    return true;
}

static void describe_rule(struct describing *d, const struct policy_rule *rule)
{
    switch (rule->kind) {
    case POLICY_RULE_QUERY:
        line_add(d, "query %s: %s", rule->name, rule->value);
        break;
    case POLICY_RULE_DIRECT:
        line_add(d, "direct: %s", rule->value);
        break;
    case POLICY_RULE_INCLUDE:
        line_add(d, "include: %s", rule->value);
        break;
    case POLICY_RULE_EXCLUDE:
        line_add(d, "exclude: %s", rule->value);
        break;
    }
}

static bool describe_collections(struct describing *d)
{
    for (size_t i = 0; i < d->policy->n_collections; i++) {
        const struct policy_collection *collection = &d->policy->collections[i];

        if (!object_begin(d, "collection", collection->name, collection->place,
                          3 + collection->n_rules))
            return false;
        add_text(d, "comment", collection->comment);
        add_text(d, "limiting", collection->limiting);
        line_add(d, "of %s", collection->is_user ? "users" : "devices");
        for (size_t j = 0; j < collection->n_rules; j++)
            describe_rule(d, &collection->rules[j]);
        object_end(d);
    }
    return true;
}

static bool describe_groups(struct describing *d)
{
    for (size_t i = 0; i < d->policy->n_groups; i++) {
        const struct policy_group *group = &d->policy->groups[i];

        if (!object_begin(d, "group", group->name, group->place,
                          group->n_members))
            return false;
        for (size_t j = 0; j < group->n_members; j++)
            add_text(d, "member", group->members[j]);
        object_end(d);
    }
    return true;
}

/* A built-in thing may be written by its id; both are one. */
static const char *plain_name(const struct builtin *builtins, size_t n,
                              const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(builtins[i].id, name) == 0)
            return builtins[i].name;
    return name;
}

static const char *role_name(const char *name)
{
    const struct rbac_builtin_role *builtin = rbac_builtin_role(text_of(name));

    return builtin ? builtin->name : name;
}

/* Every role with every category: what is granted, however it is written. */
static void describe_assignment(struct describing *d,
                                const struct policy_assignment *assignment)
{
    const char *from = bound(d, "from", assignment->from_s);
    const char *until = bound(d, "until", assignment->until_s);

    for (size_t i = 0; i < assignment->n_roles; i++) {
        const char *role = role_name(assignment->roles[i]);

        for (size_t j = 0; j < assignment->n_scopes; j++)
            line_add(d, "%s in scope %s%s%s", role,
                     plain_name(builtin_scopes, n_builtin_scopes,
                                assignment->scopes[j]),
                     from, until);
        for (size_t j = 0; j < assignment->n_collections; j++)
            line_add(d, "%s on collection %s%s%s", role,
                     plain_name(builtin_collections, n_builtin_collections,
                                assignment->collections[j]),
                     from, until);
    }
}

static size_t count_grants(const struct policy_admin *admin)
{
    size_t n = 0;

    for (size_t i = 0; i < admin->n_assignments; i++)
        n += admin->assignments[i].n_roles *
             (admin->assignments[i].n_scopes +
              admin->assignments[i].n_collections);
    return n;
}

static bool describe_admins(struct describing *d)
{
    for (size_t i = 0; i < d->policy->n_admins; i++) {
        const struct policy_admin *admin = &d->policy->admins[i];

        if (!object_begin(
                d, admin->is_group ? "administrator group" : "administrator",
                admin->name, admin->place,
                1 + admin->n_identities + count_grants(admin)))
            return false;
        if (admin->source)
            line_add(d, "source: %s", admin->source);
        for (size_t j = 0; j < admin->n_identities; j++)
            line_add(d, "identity: %s %s",
                     identity_kind_name(admin->identities[j].kind),
                     admin->identities[j].value);
        for (size_t j = 0; j < admin->n_assignments; j++)
            describe_assignment(d, &admin->assignments[j]);
        object_end(d);
    }
    return true;
}

/* A test has no name: what it says stands for it. */
static const char *test_name(struct describing *d,
                             const struct policy_test *test)
{
    SCOPED(buf_free) struct buf name = buf_make(TEST_NAME_MAX_BYTES);

    buf_append_format(
        &name, "%s%s%s %s %s on %s%s%s", test->user,
        test->level == AUTH_LEVEL_NONE ? "" : " at level ",
        test->level == AUTH_LEVEL_NONE ? "" : auth_level_name(test->level),
        test->can ? "can" : "cannot", test->operation, test->class_name,
        test->key ? " " : "", test->key ? test->key : "");
    for (size_t i = 0; i < test->n_scopes; i++)
        buf_append_format(&name, "%s%s", i ? ", " : " in scope ",
                          test->scopes[i]);
    buf_append_string(&name, bound(d, "at", test->at_s));
    buf_append_char(&name, '\0');
    return buf_status(&name) == STATUS_OK
               ? arena_text(d->arena, text_of(buf_text(&name).data))
               : NULL;
}

static bool describe_tests(struct describing *d)
{
    for (size_t i = 0; i < d->policy->n_tests; i++) {
        const struct policy_test *test = &d->policy->tests[i];
        const char *name = test_name(d, test);

        if (!name || !object_begin(d, "test", name, test->place, 0))
            return false;
    }
    return true;
}

static int object_compare(const void *left, const void *right)
{
    const struct object *a = left;
    const struct object *b = right;
    const int by_what = strcmp(a->what, b->what);

    return by_what ? by_what : strcmp(a->name, b->name);
}

bool describe(const struct policy *policy, struct arena *arena,
              struct objects *objects_out)
{
    struct describing d = {.policy = policy, .arena = arena};
    const size_t n = 1 + policy->n_exclusions + policy->n_scopes +
                     policy->n_roles + policy->n_collections +
                     policy->n_groups + policy->n_admins + policy->n_tests;

    d.objects.items = arena_alloc(arena, n, sizeof(*d.objects.items));
    if (!d.objects.items || !describe_authentication(&d) ||
        !describe_scopes(&d) || !describe_roles(&d) ||
        !describe_collections(&d) || !describe_groups(&d) ||
        !describe_admins(&d) || !describe_tests(&d))
        return false;
    qsort(d.objects.items, d.objects.n_items, sizeof(*d.objects.items),
          object_compare);
    *objects_out = d.objects;
    return arena_status(arena) == STATUS_OK;
}

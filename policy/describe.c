#include "policy/describe.h"

#include <stdlib.h>
#include <string.h>

#include "policy/draft.h"
#include "policy/kept/kept.h"

enum { TEST_NAME_MAX_BYTES = 64 * 1024 };

struct describing {
    const struct policy *policy;
    struct arena *arena;
    struct objects objects;
};

static int line_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void add_object(struct describing *d, const char *what, const char *name,
                       struct policy_place place, struct kept_lines *lines)
{
    size_t kept = 0;

    if (lines->n_lines)
        qsort(lines->lines, lines->n_lines, sizeof(*lines->lines),
              line_compare);
    for (size_t i = 0; i < lines->n_lines; i++)
        if (kept == 0 || strcmp(lines->lines[kept - 1], lines->lines[i]) != 0)
            lines->lines[kept++] = lines->lines[i];
    d->objects.items[d->objects.n_items++] = (struct object){
        .what = what,
        .name = name,
        .place = place,
        .lines = lines->lines,
        .n_lines = kept,
    };
}

/* type NULL: what the name says is all. */
static void describe_record(struct describing *d, const char *what,
                            const char *name, struct policy_place place,
                            const struct schema_type *type, const void *record)
{
    struct kept_lines lines = {.arena = d->arena};

    if (type)
        kept_show(type, record, &lines);
    add_object(d, what, name, place, &lines);
}

static void describe_authentication(struct describing *d)
{
    const struct policy *policy = d->policy;
    struct kept_lines lines = {.arena = d->arena};

    if (policy->minimum_level != AUTH_LEVEL_NONE) {
        kept_show(&language_authentication, policy, &lines);
        if (policy->is_level_left_out)
            kept_line(&lines, "set by: the console, no longer by a file");
        add_object(d, "authentication", "minimum level",
                   policy->minimum_level_place, &lines);
    }
    for (size_t i = 0; i < policy->n_exclusions; i++) {
        const struct policy_exclusion *exclusion = &policy->exclusions[i];

        describe_record(
            d, exclusion->is_group ? "exclusion of group" : "exclusion",
            exclusion->user, exclusion->place, &language_exclusion, exclusion);
    }
}

#define DESCRIBE_ALL(d, what, records, type)                                   \
    for (size_t i = 0; i < (d)->policy->n_##records; i++)                      \
    describe_record((d), (what), (d)->policy->records[i].name,                 \
                    (d)->policy->records[i].place, (type),                     \
                    &(d)->policy->records[i])

static void describe_named(struct describing *d)
{
    DESCRIBE_ALL(d, "scope", scopes, &language_scope);
    DESCRIBE_ALL(d, "role", roles, &language_role);
    DESCRIBE_ALL(d, "collection", collections, &language_collection);
    DESCRIBE_ALL(d, "group", groups, &language_group);
    DESCRIBE_ALL(d,
                 d->policy->admins[i].is_group ? "administrator group"
                                               : "administrator",
                 admins, &language_admin);
}

/* A test has no name: its sentence identifies it. */
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
    buf_append_string(&name, kept_bound(d->arena, "at", test->at_s));
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

        if (!name)
            return false;
        describe_record(d, "test", name, test->place, NULL, test);
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
    if (!d.objects.items)
        return false;
    describe_authentication(&d);
    describe_named(&d);
    if (!describe_tests(&d))
        return false;
    qsort(d.objects.items, d.objects.n_items, sizeof(*d.objects.items),
          object_compare);
    *objects_out = d.objects;
    return arena_status(arena) == STATUS_OK;
}

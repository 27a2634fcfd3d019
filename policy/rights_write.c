/*
 * The difference of rights for people and for programs; and that of two
 * policies by themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/builtin.h"
#include "policy/estate.h"
#include "policy/lexicon.h"
#include "policy/rights.h"
#include "policy/write.h"
#include "provider/base/group_name.h"

enum { SUBJECT_ADMINS_MAX = 4096 };

/* ---- Who is there to compare ---- */

struct naming {
    const struct policy *policies[2];
    struct policy_people *people[2];
    struct arena *arena;
    const char **users;
    size_t n_users;
    const char **groups;
    size_t n_groups;
};

static bool is_group_of(const struct lexicon *groups, const char *name)
{
    return lexicon_find(groups, text_of(name)) != LEXICON_NONE;
}

/* The names of a policy's own groups: whoever else is a member is a user. */
static bool name_groups(const struct policy *policy, struct arena *arena,
                        struct lexicon *groups_out)
{
    const struct policy_place nowhere = {.file = NULL};

    if (!lexicon_make(groups_out, "group", policy->n_groups, arena))
        return false;
    for (size_t i = 0; i < policy->n_groups; i++)
        lexicon_add(groups_out, policy->groups[i].name, (long)i, nowhere);
    lexicon_sort(groups_out);
    return true;
}

static bool name_subjects(struct naming *naming, const struct policy *policy)
{
    struct lexicon own;

    if (!name_groups(policy, naming->arena, &own))
        return false;
    for (size_t i = 0; i < policy->n_admins; i++) {
        const struct policy_admin *admin = &policy->admins[i];

        if (!admin->is_group)
            naming->users[naming->n_users++] = admin->name;
        else if (!is_group_of(&own, admin->name))
            naming->groups[naming->n_groups++] = admin->name;
    }
    for (size_t i = 0; i < policy->n_groups; i++)
        for (size_t j = 0; j < policy->groups[i].n_members; j++)
            if (!is_group_of(&own, policy->groups[i].members[j]))
                naming->users[naming->n_users++] = policy->groups[i].members[j];
    return true;
}

static size_t count_names(const struct policy *policy)
{
    size_t n = policy->n_admins;

    for (size_t i = 0; i < policy->n_groups; i++)
        n += policy->groups[i].n_members;
    return n;
}

static int string_compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static size_t keep_unique(const char **names, size_t n)
{
    size_t kept = 0;

    qsort(names, n, sizeof(*names), string_compare);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
            names[kept++] = names[i];
    return kept;
}

static bool collect_names(struct naming *naming)
{
    const size_t n =
        count_names(naming->policies[0]) + count_names(naming->policies[1]);

    naming->users = arena_alloc(naming->arena, n, sizeof(*naming->users));
    naming->groups = arena_alloc(naming->arena, n, sizeof(*naming->groups));
    if (!naming->users || !naming->groups ||
        !name_subjects(naming, naming->policies[0]) ||
        !name_subjects(naming, naming->policies[1]))
        return false;
    naming->n_users = keep_unique(naming->users, naming->n_users);
    naming->n_groups = keep_unique(naming->groups, naming->n_groups);
    return true;
}

static const uint32_t *admins_of_user(const struct naming *naming, int side,
                                      const char *name, size_t *n_out)
{
    uint32_t found[SUBJECT_ADMINS_MAX];
    const size_t n = policy_people_admins(naming->people[side], name, found,
                                          SUBJECT_ADMINS_MAX);
    uint32_t *admins = arena_alloc(naming->arena, n, sizeof(*admins));

    if (!admins || n > SUBJECT_ADMINS_MAX)
        return NULL;
    if (n)
        memcpy(admins, found, n * sizeof(*admins));
    *n_out = n;
    return admins;
}

static const uint32_t *admin_of_group(const struct naming *naming, int side,
                                      const char *name, size_t *n_out)
{
    const struct policy *policy = naming->policies[side];
    uint32_t *admins = arena_alloc(naming->arena, 1, sizeof(*admins));

    *n_out = 0;
    for (size_t i = 0; admins && i < policy->n_admins; i++)
        if (policy->admins[i].is_group &&
            strcmp(policy->admins[i].name, name) == 0) {
            admins[0] = (uint32_t)i;
            *n_out = 1;
        }
    return admins;
}

static bool make_subject(const struct naming *naming, const char *name,
                         bool is_group, struct rights_subject *out)
{
    *out = (struct rights_subject){.name = name, .is_group = is_group};
    out->before = is_group ? admin_of_group(naming, 0, name, &out->n_before)
                           : admins_of_user(naming, 0, name, &out->n_before);
    out->after = is_group ? admin_of_group(naming, 1, name, &out->n_after)
                          : admins_of_user(naming, 1, name, &out->n_after);
    return out->before && out->after;
}

static enum status compare_names(const struct naming *naming, int64_t now_s,
                                 struct rights_difference *difference_out)
{
    OWNED(rbac_engine) before = NULL;
    OWNED(rbac_engine) after = NULL;
    const size_t n = naming->n_users + naming->n_groups;
    struct rights_subject *subjects =
        arena_alloc(naming->arena, n, sizeof(*subjects));
    struct rbac_problem problem;

    if (!subjects)
        return arena_status(naming->arena);
    for (size_t i = 0; i < n; i++) {
        const bool is_group = i >= naming->n_users;
        const char *name =
            is_group ? naming->groups[i - naming->n_users] : naming->users[i];

        if (!make_subject(naming, name, is_group, &subjects[i]))
            return STATUS_LIMIT;
    }
    TRY(policy_engine_build(naming->policies[0], &before, &problem));
    TRY(policy_engine_build(naming->policies[1], &after, &problem));
    TRY(rights_compare(
        &(struct rights_question){before, after, subjects, n, now_s},
        naming->arena, difference_out));
    return rights_keep_names(naming->arena, difference_out);
}

enum status policy_rights_compare(const struct policy *before,
                                  const struct policy *after, int64_t now_s,
                                  struct arena *arena,
                                  struct rights_difference *difference_out)
{
    static const struct policy nothing;
    OWNED(policy_people) old = NULL;
    OWNED(policy_people) new = NULL;
    struct naming naming = {.policies = {before ? before : &nothing, after},
                            .arena = arena};

    TRY(policy_people_new(naming.policies[0], &old));
    TRY(policy_people_new(after, &new));
    naming.people[0] = old;
    naming.people[1] = new;
    if (!collect_names(&naming))
        return arena_status(arena);
    return compare_names(&naming, now_s, difference_out);
}

/* ---- Writing ---- */

static const char *where_word(enum rights_where where)
{
    switch (where) {
    case RIGHTS_EVERYWHERE:
        return "everywhere";
    case RIGHTS_IN_SCOPE:
        return "scope";
    case RIGHTS_IN_OTHER_SCOPES:
        return "other scopes";
    case RIGHTS_ON_COLLECTION:
        return "on collection";
    case RIGHTS_BELOW_COLLECTION:
        return "below collection";
    case RIGHTS_FROM_COLLECTION:
        return "collection";
    }
    return "";
}

static const char *where_phrase(enum rights_where where)
{
    switch (where) {
    case RIGHTS_EVERYWHERE:
        return "everywhere";
    case RIGHTS_IN_SCOPE:
        return "in scope ";
    case RIGHTS_IN_OTHER_SCOPES:
        return "in every other scope";
    case RIGHTS_ON_COLLECTION:
        return "on collection itself ";
    case RIGHTS_BELOW_COLLECTION:
        return "on collections below ";
    case RIGHTS_FROM_COLLECTION:
        return "on collection ";
    }
    return "";
}

static void write_operations(const struct rights_row *row,
                             const struct rbac_type *type, struct buf *out)
{
    bool is_first = true;

    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        const char *name = rbac_operation_name(type, bit);

        if (!(row->operations & (UINT32_C(1) << bit)))
            continue;
        buf_append_string(out, is_first ? "" : ", ");
        buf_append_string(out, name ? name : "?");
        is_first = false;
    }
}

static void write_levels(const struct rights_row *row, struct buf *out)
{
    if (row->before != AUTH_LEVEL_NONE && row->after != AUTH_LEVEL_NONE)
        buf_append_format(out, " (at %s, before at %s)",
                          auth_level_name(row->after),
                          auth_level_name(row->before));
    else
        buf_append_format(
            out, " (at %s)",
            auth_level_name(row->after ? row->after : row->before));
    buf_append_char(out, '\n');
}

void rights_write_text(const struct rights_difference *difference,
                       struct buf *out)
{
    if (difference->n_rows == 0)
        buf_append_string(out, "nobody gains or loses a right\n");
    for (size_t i = 0; i < difference->n_rows; i++) {
        const struct rights_row *row = &difference->rows[i];
        const struct rbac_type *type =
            rbac_catalog_type(&rbac_catalog, row->type);

        buf_append_string(out, row->before == AUTH_LEVEL_NONE  ? "+ "
                               : row->after == AUTH_LEVEL_NONE ? "- "
                                                               : "~ ");
        buf_append_string(out, row->subject->is_group ? "group " : "");
        policy_write_seen(text_of(group_name_plain(row->subject->name)), out);
        buf_append_string(out, ": ");
        write_operations(row, type, out);
        buf_append_format(out, " on %s %s", rbac_type_name(type),
                          where_phrase(row->where));
        policy_write_seen(text_of(row->category), out);
        write_levels(row, out);
    }
}

static void write_level(struct json_writer *w, const char *key,
                        enum auth_level level)
{
    writer_put_string(w, key,
                      level == AUTH_LEVEL_NONE ? NULL : auth_level_name(level));
}

void rights_put_row(const struct rights_row *row, struct json_writer *w)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, row->type);

    const struct text source = group_name_source(row->subject->name);

    writer_put_string(w, row->subject->is_group ? "group" : "user",
                      group_name_plain(row->subject->name));
    if (source.size > 0)
        writer_put_text(w, "source", source);
    writer_put_string(w, "class", rbac_type_name(type));
    writer_key(w, "operations");
    writer_array_begin(w);
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (row->operations & (UINT32_C(1) << bit))
            writer_string(w, rbac_operation_name(type, bit));
    writer_array_end(w);
    writer_put_string(w, "where", where_word(row->where));
    if (*row->category)
        writer_put_string(w, "category", row->category);
    write_level(w, "before", row->before);
    write_level(w, "after", row->after);
}

void rights_write_json(const struct rights_difference *difference,
                       struct json_writer *w)
{
    writer_array_begin(w);
    for (size_t i = 0; i < difference->n_rows; i++) {
        writer_object_begin(w);
        rights_put_row(&difference->rows[i], w);
        writer_object_end(w);
    }
    writer_array_end(w);
}

/*
 * Administrators: their identities and assignments, and that somebody remains
 * who can administer the site.
 */
#include <string.h>

#include "policy/builtin.h"
#include "policy/compile.h"
#include "provider/base/realm.h"

/* Identities and names are one namespace each over all files. */
struct counts {
    size_t n_admins;
    size_t n_identities;
};

static struct counts count(const struct compile *compile)
{
    struct counts counts = {0};

    for (size_t i = 0; i < compile->n_drafts; i++) {
        const struct draft *draft = &compile->drafts[i];

        counts.n_admins += draft->n_admins;
        for (size_t j = 0; j < draft->n_admins; j++)
            counts.n_identities += draft->admins[j].n_identities;
    }
    return counts;
}

static void check_scopes(struct compile *compile,
                         const struct draft_assignment *draft)
{
    for (size_t i = 0; i < draft->n_scopes; i++) {
        const long scope =
            compile_find(compile, &compile->scopes, draft->scopes[i]);

        if (scope == 0 && draft->n_scopes > 1)
            messages_error(compile->messages, draft->scopes[i].place,
                           "the scope All covers every scope; give it alone");
    }
}

static void check_assignment(struct compile *compile,
                             const struct draft_assignment *draft)
{
    for (size_t i = 0; i < draft->n_roles; i++)
        (void)compile_find(compile, &compile->roles, draft->roles[i]);
    check_scopes(compile, draft);
    for (size_t i = 0; i < draft->n_collections; i++)
        compile_hint_collection(compile, draft->collections[i]);
    if (draft->said.from_s >= draft->said.until_s)
        messages_error(compile->messages, draft->until_place,
                       "\"until\" must be after \"from\"");
}

/* "instances: all" is the three built-in categories (R7.2.1). */
static bool write_assignment(struct compile *compile,
                             const struct draft_assignment *draft,
                             struct policy_assignment *out)
{
    static const char *const all_scopes[] = {"All"};
    static const char *const all_collections[] = {"All Systems",
                                                  "All Users and User Groups"};
    const bool is_all = draft->instances_place.line != 0;

    check_assignment(compile, draft);
    *out = draft->said;
    out->place = draft->place;
    out->roles = compile_texts(compile, draft->roles, draft->n_roles);
    out->n_roles = draft->n_roles;
    out->scopes = is_all
                      ? all_scopes
                      : compile_texts(compile, draft->scopes, draft->n_scopes);
    out->n_scopes = is_all ? ARRAY_SIZE(all_scopes) : draft->n_scopes;
    out->collections = is_all ? all_collections
                              : compile_texts(compile, draft->collections,
                                              draft->n_collections);
    out->n_collections =
        is_all ? ARRAY_SIZE(all_collections) : draft->n_collections;
    return out->roles && out->scopes && out->collections;
}

/* An identity belongs to one user; kind and value together are its name. */
static bool write_identities(struct compile *compile,
                             const struct draft_admin *draft,
                             struct lexicon *seen, struct policy_admin *out)
{
    struct policy_identity *identities =
        arena_alloc(compile->arena, draft->n_identities, sizeof(*identities));

    if (!identities)
        return false;
    for (size_t i = 0; i < draft->n_identities; i++) {
        const struct draft_identity *identity = &draft->identities[i];
        const struct text core =
            identity_core(identity->kind, text_of(identity->value));

        identities[i] = (struct policy_identity){
            identity->place, identity->kind, identity->value};
        if (identity->value)
            lexicon_add(seen,
                        arena_format(compile->arena, "%s %.*s",
                                     identity_kind_name(identity->kind),
                                     (int)core.size, core.data),
                        (long)seen->n_items, identity->place);
    }
    out->identities = identities;
    out->n_identities = draft->n_identities;
    return true;
}

static bool is_root(const struct policy_identity *identity)
{
    return identity->kind == IDENTITY_LOCAL && identity->value &&
           strcmp(identity->value, IDENTITY_ROOT) == 0;
}

/*
 * Root can sign in as nobody else: no ticket, password or other identity leads
 * to the record, so that its exclusion excludes root alone and the audit never
 * names a person in root's place (T89).
 */
static void check_break_glass(struct compile *compile, struct policy_admin *out)
{
    for (size_t i = 0; i < out->n_identities; i++)
        out->is_break_glass |= is_root(&out->identities[i]);
    if (!out->is_break_glass)
        return;
    if (out->n_identities > 1)
        messages_error(compile->messages, out->place,
                       "the break-glass administrator (local: root) has no "
                       "other identity");
    if (out->name && strchr(out->name, '@'))
        messages_error(compile->messages, out->place,
                       "the break-glass administrator (local: root) has a "
                       "name without a realm, such as break-glass");
}

static const struct schema_word *name_of(const struct draft_admin *draft)
{
    if (draft->group.text)
        return &draft->group;
    return draft->host.text ? &draft->host : &draft->user;
}

/* A machine is no person: neither has what is the other's. */
static void check_identity_of(struct compile *compile,
                              const struct policy_admin *out,
                              const struct policy_identity *identity)
{
    if (!out->host && identity->kind == IDENTITY_KERBEROS && identity->value &&
        realm_is_machine(text_of(identity->value)))
        messages_error(compile->messages, identity->place,
                       "%s is the principal of a machine; declare it of a "
                       "\"host\"",
                       message_quote(compile->arena, text_of(identity->value)));
    if (out->host && identity->kind == IDENTITY_KERBEROS && identity->value &&
        realm_may_be_person(text_of(identity->value)))
        messages_error(compile->messages, identity->place,
                       "%s is the principal of a person; a host is HOST$@REALM "
                       "or host/NAME@REALM",
                       message_quote(compile->arena, text_of(identity->value)));
    if (out->host &&
        (identity->kind == IDENTITY_LOCAL || identity->kind == IDENTITY_TOKEN))
        messages_error(compile->messages, identity->place,
                       "a host signs in by a certificate or a keytab");
}

/* A host holds nothing, so that nothing is had by taking its key (T125). */
static void check_kind(struct compile *compile, const struct draft_admin *draft,
                       const struct policy_admin *out)
{
    for (size_t i = 0; i < out->n_identities; i++)
        check_identity_of(compile, out, &out->identities[i]);
    if (out->is_group && draft->n_identities > 0)
        messages_error(compile->messages, draft->identities[0].place,
                       "\"identities\" needs \"user\" or \"host\" beside it");
    if (out->host && draft->n_assignments > 0)
        messages_error(compile->messages, draft->assignments[0].place,
                       "a host has no \"assignments\": it may only ask who may "
                       "log in to it");
    if (out->host && draft->n_identities == 0)
        messages_error(compile->messages, out->place,
                       "a host needs \"identities\"");
}

static bool write_admin(struct compile *compile,
                        const struct draft_admin *draft, struct lexicon *seen,
                        struct policy_admin *out)
{
    struct policy_assignment *assignments =
        arena_alloc(compile->arena, draft->n_assignments, sizeof(*assignments));
    const bool is_group = draft->group.text != NULL;
    const struct schema_word name = *name_of(draft);

    *out = draft->said;
    out->place = name.text ? name.place : draft->place;
    out->host = draft->host.text;
    out->name = out->host ? arena_format(compile->arena,
                                         POLICY_HOST_PREFIX "%s", out->host)
                          : name.text;
    out->is_group = is_group;
    out->called = draft->group.called;
    out->source =
        is_group ? compile_source(compile, draft->group, draft->source) : NULL;
    out->assignments = assignments;
    out->n_assignments = draft->n_assignments;
    if (!assignments || !write_identities(compile, draft, seen, out))
        return false;
    for (size_t i = 0; i < draft->n_assignments; i++)
        if (!write_assignment(compile, &draft->assignments[i], &assignments[i]))
            return false;
    check_kind(compile, draft, out);
    check_break_glass(compile, out);
    return !out->host || out->name;
}

static bool check_twice(struct compile *compile)
{
    struct policy *policy = compile->policy;

    if (!lexicon_make(&compile->users, "administrator", policy->n_admins,
                      compile->arena) ||
        !lexicon_make(&compile->admin_groups, "administrator group",
                      policy->n_admins, compile->arena))
        return false;
    for (size_t i = 0; i < policy->n_admins; i++)
        lexicon_add(policy->admins[i].is_group ? &compile->admin_groups
                                               : &compile->users,
                    policy->admins[i].name, (long)i, policy->admins[i].place);
    return lexicon_finish_names(&compile->users, compile->messages) &&
           lexicon_finish_names(&compile->admin_groups, compile->messages);
}

static bool has_name(const struct lexicon *lexicon, const char *const *names,
                     size_t n, long wanted)
{
    for (size_t i = 0; i < n; i++)
        if (lexicon_find(lexicon, text_of(names[i])) == wanted)
            return true;
    return false;
}

static bool is_full(const struct compile *compile,
                    const struct policy_assignment *assignment)
{
    const long systems =
        lexicon_find(&compile->collections, TEXT(BUILTIN_ALL_SYSTEMS));
    const long users =
        lexicon_find(&compile->collections, TEXT(BUILTIN_ALL_USERS));
    const long full =
        lexicon_find(&compile->roles, TEXT(BUILTIN_FULL_ADMINISTRATOR));

    return has_name(&compile->roles, assignment->roles, assignment->n_roles,
                    full) &&
           has_name(&compile->scopes, assignment->scopes, assignment->n_scopes,
                    0) &&
           has_name(&compile->collections, assignment->collections,
                    assignment->n_collections, systems) &&
           has_name(&compile->collections, assignment->collections,
                    assignment->n_collections, users);
}

/* If files name administrators, one of them must be able to undo what the files
 * do (T84). */
static void check_lockout(struct compile *compile)
{
    const struct policy *policy = compile->policy;
    const struct policy_assignment *ends = NULL;

    for (size_t i = 0; i < policy->n_admins; i++)
        for (size_t j = 0; j < policy->admins[i].n_assignments; j++) {
            const struct policy_assignment *assignment =
                &policy->admins[i].assignments[j];

            if (!is_full(compile, assignment))
                continue;
            if (assignment->until_s == INT64_MAX)
                return;
            ends = assignment;
        }
    if (ends)
        messages_warn(compile->messages, ends->place,
                      "every assignment of Full Administrator ends; nobody "
                      "will be left who can administer the site");
    else if (policy->n_admins)
        messages_error(compile->messages, policy->admins[0].place,
                       "no administrator is Full Administrator in the scope "
                       "All with All Systems and All Users and User Groups; "
                       "nobody could administer the site");
}

bool compile_admins(struct compile *compile)
{
    const struct counts counts = count(compile);
    struct policy_admin *admins =
        arena_alloc(compile->arena, counts.n_admins, sizeof(*admins));
    struct lexicon seen;
    size_t n = 0;

    if (!admins ||
        !lexicon_make(&seen, "identity", counts.n_identities, compile->arena))
        return false;
    for (size_t i = 0; i < compile->n_drafts; i++)
        for (size_t j = 0; j < compile->drafts[i].n_admins; j++)
            if (!write_admin(compile, &compile->drafts[i].admins[j], &seen,
                             &admins[n++]))
                return false;
    lexicon_finish(&seen, compile->messages);
    compile->policy->admins = admins;
    compile->policy->n_admins = n;
    if (!check_twice(compile))
        return false;
    check_lockout(compile);
    return true;
}

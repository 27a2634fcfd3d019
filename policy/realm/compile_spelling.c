/*
 * Users in groups, and users whom nobody can sign in as: what needs all names
 * of all files.
 */
#include <string.h>

#include "policy/compile.h"
#include "policy/realm/spelling.h"

static bool is_known(const struct realms *realms)
{
    return realms && realms->n_items > 0;
}

/* ---- Members of groups ---- */

static void spell_member(const struct compile *compile,
                         struct schema_word *member)
{
    SCOPED(buf_free) struct buf made = buf_make(IDENTITY_MAX_BYTES);
    const struct text said = text_of(member->text);

    if (!member->text || lexicon_find(&compile->groups, said) != LEXICON_NONE)
        return;
    switch (realm_principal(compile->realms, said, &made)) {
    case REALM_LISTED:
        member->text = arena_text(compile->arena, buf_text(&made));
        break;
    case REALM_UNFIT:
        messages_error(compile->messages, member->place,
                       "%s is no user of its realm",
                       message_quote(compile->arena, said));
        break;
    case REALM_UNLISTED:
    case REALM_BARE:
        break;
    }
}

bool compile_members(struct compile *compile, size_t n_groups)
{
    for (size_t i = 0; is_known(compile->realms) && i < n_groups; i++) {
        const struct draft_group *said = compile->draft_groups[i];
        struct draft_group *group =
            arena_alloc(compile->arena, 1, sizeof(*group));
        struct schema_word *members =
            arena_alloc(compile->arena, said->n_members, sizeof(*members));

        if (!group || !members)
            return false;
        for (size_t j = 0; j < said->n_members; j++) {
            members[j] = said->members[j];
            spell_member(compile, &members[j]);
        }
        *group = *said;
        group->members = members;
        compile->draft_groups[i] = group;
    }
    return true;
}

/* ---- Names that nobody has ---- */

static void warn(struct compile *compile, struct policy_place place,
                 const char *name)
{
    const bool is_bare = !strchr(name, '@') && !strchr(name, '\\');

    messages_warn(compile->messages, place,
                  "nobody can sign in as %s: %s, and there is no identity%s",
                  message_quote(compile->arena, text_of(name)),
                  is_bare ? "it has no realm" : "its realm is not listed",
                  spelling_hint(compile->realms, name, compile->arena));
}

static void check(struct compile *compile, struct policy_place place,
                  const char *name)
{
    if (name && !spelling_may_sign_in(compile->policy, compile->realms, name))
        warn(compile, place, name);
}

static void check_members(struct compile *compile, size_t group)
{
    const struct draft_group *draft = compile->draft_groups[group];

    for (size_t j = 0; j < draft->n_members; j++) {
        const char *name = draft->members[j].text;

        /* A bare one may be a group from outside. */
        if (name && (strchr(name, '@') || strchr(name, '\\')) &&
            lexicon_find(&compile->groups, text_of(name)) == LEXICON_NONE)
            check(compile, draft->members[j].place, name);
    }
}

void compile_spelling(struct compile *compile)
{
    const struct policy *policy = compile->policy;

    if (!is_known(compile->realms))
        return;
    for (size_t i = 0; i < policy->n_admins; i++)
        if (!policy->admins[i].is_group && !policy->admins[i].host)
            check(compile, policy->admins[i].place, policy->admins[i].name);
    for (size_t i = 0; i < policy->n_groups; i++)
        check_members(compile, i);
    for (size_t i = 0; i < policy->n_exclusions; i++)
        if (!policy->exclusions[i].is_group)
            check(compile, policy->exclusions[i].place,
                  policy->exclusions[i].user);
}

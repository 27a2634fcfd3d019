/*
 * Exclusions from the minimum level: each has a reason and an owner, and
 * security administrators cannot be excluded (T71), by their own record or by a
 * group they are in; except the break-glass administrator, for whom there may
 * be no other way in (T89).
 */
#include "policy/compile.h"

/* Bits that change rights. */
enum {
    SECURITY_OPERATIONS =
        1 << RBAC_OP_MODIFY | 1 << RBAC_OP_DELETE | 1 << RBAC_OP_CREATE,
};

static bool is_security_role(const struct compile *compile, const char *name)
{
    const long role = lexicon_find(&compile->roles, text_of(name));

    return compile_role_grants(compile, role, RBAC_TYPE_ROLE,
                               SECURITY_OPERATIONS) ||
           compile_role_grants(compile, role, RBAC_TYPE_ADMIN,
                               SECURITY_OPERATIONS) ||
           compile_role_grants(compile, role, RBAC_TYPE_SCOPE,
                               SECURITY_OPERATIONS);
}

static bool is_security_admin(const struct compile *compile,
                              const struct policy_admin *record)
{
    for (size_t i = 0; i < record->n_assignments; i++)
        for (size_t j = 0; j < record->assignments[i].n_roles; j++)
            if (is_security_role(compile, record->assignments[i].roles[j]))
                return true;
    return false;
}

/* For every record, once: is it a security administrator? */
static bool mark_admins(struct compile *compile)
{
    const size_t n = compile->policy->n_admins;

    compile->is_security = arena_alloc(compile->arena, n, sizeof(bool));
    for (size_t i = 0; compile->is_security && i < n; i++)
        compile->is_security[i] =
            is_security_admin(compile, &compile->policy->admins[i]);
    return compile->is_security != NULL;
}

/*
 * members_out: every member of a group of security administrators, by name. A
 * group passes this on to the groups in it, so containers come first: the
 * reverse of group_order.
 */
static bool collect_members(struct compile *compile,
                            struct lexicon *members_out)
{
    const struct graph *graph = &compile->group_graph;
    bool *is_security =
        arena_alloc(compile->arena, graph->n_nodes, sizeof(bool));
    size_t n_members = 0;

    for (size_t i = 0; i < graph->n_nodes; i++)
        n_members += compile->draft_groups[i]->n_members;
    if (!is_security ||
        !lexicon_make(members_out, "member", n_members, compile->arena))
        return false;
    for (size_t i = graph->n_nodes; i-- > 0;) {
        const uint32_t group = compile->group_order[i];
        const struct draft_group *draft = compile->draft_groups[group];
        const long admin = draft->name.text
                               ? lexicon_find(&compile->admin_groups,
                                              text_of(draft->name.text))
                               : LEXICON_NONE;

        is_security[group] |= admin >= 0 && compile->is_security[admin];
        for (size_t e = graph->starts[group]; e < graph->starts[group + 1]; e++)
            is_security[graph->targets[e]] |= is_security[group];
        for (size_t j = 0; is_security[group] && j < draft->n_members; j++)
            lexicon_add(members_out, draft->members[j].text, 0,
                        draft->name.place);
    }
    lexicon_sort(members_out);
    return true;
}

static void check_security(struct compile *compile,
                           const struct lexicon *members,
                           const struct draft_exclusion *draft)
{
    const struct schema_word word =
        draft->group.text ? draft->group : draft->user;
    const struct lexicon *records =
        draft->group.text ? &compile->admin_groups : &compile->users;
    const struct text name = text_of(word.text);
    long admin;

    if (!word.text)
        return;
    admin = lexicon_find(records, name);
    if (admin >= 0 && compile->policy->admins[admin].is_break_glass)
        return;
    if ((admin >= 0 && compile->is_security[admin]) ||
        lexicon_find(members, name) != LEXICON_NONE)
        messages_error(compile->messages, word.place,
                       "%s administers security and must reach the minimum "
                       "level",
                       message_quote(compile->arena, name));
}

static void write_exclusion(struct compile *compile,
                            const struct draft_exclusion *draft,
                            struct policy_exclusion *out)
{
    const bool is_group = draft->group.text != NULL;

    *out = draft->said;
    out->place = draft->place;
    out->user = is_group ? draft->group.text : draft->user.text;
    out->is_group = is_group;
    out->source =
        is_group ? compile_source(compile, draft->group, draft->source) : NULL;
    if (!draft->until_place.line)
        messages_warn(compile->messages, draft->place,
                      "the exclusion has no \"until\" and never ends");
}

bool compile_exclusions(struct compile *compile)
{
    struct policy_exclusion *exclusions;
    struct lexicon members;
    size_t n = 0;

    for (size_t i = 0; i < compile->n_drafts; i++)
        n += compile->drafts[i].authentication.n_exclusions;
    exclusions = arena_alloc(compile->arena, n, sizeof(*exclusions));
    if (!exclusions || !mark_admins(compile) ||
        !collect_members(compile, &members))
        return false;
    n = 0;
    for (size_t i = 0; i < compile->n_drafts; i++) {
        const struct draft_authentication *said =
            &compile->drafts[i].authentication;

        for (size_t j = 0; j < said->n_exclusions; j++) {
            write_exclusion(compile, &said->exclusions[j], &exclusions[n++]);
            check_security(compile, &members, &said->exclusions[j]);
        }
    }
    compile->policy->exclusions = exclusions;
    compile->policy->n_exclusions = n;
    return true;
}

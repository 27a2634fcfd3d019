/*
 * Groups of the files: members are users and groups, nested without cycles.
 */
#include <string.h>

#include "policy/compile.h"
#include "provider/base/group_name.h"
#include "provider/base/sid.h"

enum { GROUP_DEPTH_MAX = 16 };

static bool collect(struct compile *compile, size_t n)
{
    size_t at = 0;

    compile->draft_groups =
        arena_alloc(compile->arena, n, sizeof(*compile->draft_groups));
    if (!compile->draft_groups ||
        !lexicon_make(&compile->groups, "group", n, compile->arena))
        return false;
    for (size_t i = 0; i < compile->n_drafts; i++)
        for (size_t j = 0; j < compile->drafts[i].n_groups; j++) {
            const struct draft_group *draft = &compile->drafts[i].groups[j];

            lexicon_add(&compile->groups, draft->name.text, (long)at,
                        draft->name.place);
            compile->draft_groups[at++] = draft;
        }
    return lexicon_finish_names(&compile->groups, compile->messages) &&
           compile_members(compile, n);
}

/* A user has a realm; a name without one that is similar to a group's is
 * suspicious. */
static void hint_member(struct compile *compile, struct schema_word word)
{
    const struct text text = text_of(word.text);
    const char *hint;

    if (!word.text || strchr(word.text, '@'))
        return;
    hint = lexicon_hint(&compile->groups, text, compile->messages);
    if (*hint)
        messages_warn(compile->messages, word.place,
                      "%s is not a group of these files%s",
                      message_quote(compile->arena, text), hint);
}

static void fail_circle(void *context, uint32_t from, size_t edge, uint32_t to)
{
    struct compile *compile = context;

    (void)edge;
    messages_error(
        compile->messages, compile->draft_groups[from]->name.place,
        "the group is, directly or indirectly, a member of itself through %s",
        message_quote(compile->arena,
                      text_of(compile->draft_groups[to]->name.text)));
}

static bool check_nesting(struct compile *compile, size_t n, size_t n_members)
{
    struct graph *graph = &compile->group_graph;

    compile->group_order =
        arena_alloc(compile->arena, n, sizeof(*compile->group_order));
    if (!compile->group_order ||
        !graph_make(graph, n, n_members, compile->arena))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct draft_group *draft = compile->draft_groups[i];

        for (size_t j = 0; j < draft->n_members; j++) {
            const char *member = draft->members[j].text;
            const long to =
                member ? lexicon_find(&compile->groups, text_of(member))
                       : LEXICON_NONE;

            if (to == LEXICON_NONE)
                hint_member(compile, draft->members[j]);
            else
                graph_add(graph, (uint32_t)i, (uint32_t)to);
        }
    }
    if (!graph_order(graph, compile->group_order, fail_circle, compile,
                     compile->arena))
        return false;
    for (size_t i = 0; i < n; i++)
        if (graph->depths[i] == GROUP_DEPTH_MAX)
            messages_error(compile->messages,
                           compile->draft_groups[i]->name.place,
                           "groups nested more than %d deep", GROUP_DEPTH_MAX);
    return true;
}

const char *compile_source(struct compile *compile, struct schema_word group,
                           struct schema_word source)
{
    const bool is_sid = group.text && sid_is_text(text_of(group.text));
    const struct text said = source.text ? text_of(source.text)
                             : is_sid    ? TEXT(GROUP_SOURCE_SID)
                                         : (struct text){0};
    const bool is_site =
        said.size == 0 || text_equal(said, TEXT(GROUP_SOURCE_SITE));
    const bool is_declared =
        group.text &&
        lexicon_find(&compile->groups, text_of(group.text)) != LEXICON_NONE;

    if (!is_site && !group_source_is(said))
        messages_error(compile->messages, source.place,
                       "a source is site, host, sid or an issuer of tokens, "
                       "such as https://login.example.com/");
    else if (text_equal(said, TEXT(GROUP_SOURCE_SID)) && group.text && !is_sid)
        messages_error(compile->messages, group.place,
                       "%s is not a SID, which names a group whose source is "
                       "sid",
                       message_quote(compile->arena, text_of(group.text)));
    else if (!is_site && is_declared)
        messages_error(compile->messages, source.place,
                       "the group is declared in these files: its source is "
                       "site");
    else if (said.size == 0 && group.text && !is_declared)
        messages_warn(compile->messages, group.place,
                      "nobody is in the group %s: declare it in groups, or "
                      "give its source (host, sid, or an issuer of tokens)",
                      message_quote(compile->arena, text_of(group.text)));
    return is_site ? NULL : said.data;
}

bool compile_groups(struct compile *compile)
{
    struct policy_group *groups;
    size_t n = 0;
    size_t n_members = 0;

    for (size_t i = 0; i < compile->n_drafts; i++)
        n += compile->drafts[i].n_groups;
    groups = arena_alloc(compile->arena, n, sizeof(*groups));
    if (!groups || !collect(compile, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct draft_group *draft = compile->draft_groups[i];

        n_members += draft->n_members;
        groups[i] = (struct policy_group){
            draft->name.place, draft->name.text,
            compile_texts(compile, draft->members, draft->n_members),
            draft->n_members};
    }
    compile->policy->groups = groups;
    compile->policy->n_groups = n;
    return check_nesting(compile, n, n_members);
}

#include "policy/compile.h"

#include <string.h>

#include "policy/builtin.h"

/* Longer lists are not searched for repetitions. */
enum { REPEATED_MAX = 1000 };

long compile_find(struct compile *compile, const struct lexicon *lexicon,
                  struct schema_word word)
{
    const struct text text = text_of(word.text);
    const long index = word.text ? lexicon_find(lexicon, text) : LEXICON_NONE;

    if (word.text && index == LEXICON_NONE)
        messages_error(compile->messages, word.place, "unknown %s %s%s",
                       lexicon->what, message_quote(compile->arena, text),
                       lexicon_hint(lexicon, text, compile->messages));
    return index;
}

static void warn_repeated(struct compile *compile,
                          const struct schema_word *words, size_t n)
{
    for (size_t i = 1; i < n && n <= REPEATED_MAX; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!words[i].text || !words[j].text ||
                strcmp(words[i].text, words[j].text) != 0)
                continue;
            messages_warn(
                compile->messages, words[i].place, "%s is in this list twice",
                message_quote(compile->arena, text_of(words[i].text)));
            break;
        }
    }
}

const char *const *compile_texts(struct compile *compile,
                                 const struct schema_word *words, size_t n)
{
    const char **texts = arena_alloc(compile->arena, n, sizeof(*texts));

    if (!texts)
        return NULL;
    for (size_t i = 0; i < n; i++)
        texts[i] = words[i].text ? words[i].text : "";
    warn_repeated(compile, words, n);
    return texts;
}

/* The policy's own arrays: one text for all kinds of scopes. */
bool compile_scopes(struct compile *compile)
{
    struct policy_scope *scopes;
    const struct policy_place built_in = {0};
    size_t n = 0;

    for (size_t i = 0; i < compile->n_drafts; i++)
        n += compile->drafts[i].n_scopes;
    scopes = arena_alloc(compile->arena, n, sizeof(*scopes));
    if (!scopes || !lexicon_make(&compile->scopes, "scope",
                                 n + 2 * n_builtin_scopes, compile->arena))
        return false;
    for (size_t i = 0; i < n_builtin_scopes; i++) {
        lexicon_add(&compile->scopes, builtin_scopes[i].name, (long)i,
                    built_in);
        lexicon_add(&compile->scopes, builtin_scopes[i].id, (long)i, built_in);
    }
    n = 0;
    for (size_t i = 0; i < compile->n_drafts; i++) {
        for (size_t j = 0; j < compile->drafts[i].n_scopes; j++) {
            const struct draft_scope *draft = &compile->drafts[i].scopes[j];

            scopes[n] = draft->said;
            scopes[n].place = draft->name.place;
            scopes[n].name = draft->name.text;
            lexicon_add(&compile->scopes, draft->name.text,
                        (long)(n_builtin_scopes + n), draft->name.place);
            n++;
        }
    }
    compile->policy->scopes = scopes;
    compile->policy->n_scopes = n;
    return lexicon_finish_names(&compile->scopes, compile->messages);
}

/* The minimum level may be set once in all files. */
static void compile_level(struct compile *compile)
{
    struct policy *policy = compile->policy;

    for (size_t i = 0; i < compile->n_drafts; i++) {
        const struct draft_authentication *said =
            &compile->drafts[i].authentication;

        if (!said->minimum_level_place.line)
            continue;
        if (policy->minimum_level_place.line)
            messages_error(compile->messages, said->minimum_level_place,
                           "the minimum level is said twice; first at "
                           "%s:%u:%u",
                           policy->minimum_level_place.file,
                           policy->minimum_level_place.line,
                           policy->minimum_level_place.column);
        else
            policy->minimum_level_place = said->minimum_level_place;
        policy->minimum_level = said->minimum_level;
    }
}

static void check_former_name(struct compile *compile,
                              const struct lexicon *declared,
                              const struct policy_origin *origin,
                              struct policy_place place)
{
    if (origin->was &&
        lexicon_find(declared, text_of(origin->was)) != LEXICON_NONE)
        messages_error(compile->messages, place,
                       "was: %s is the name of another %s; a former name is "
                       "nobody's now",
                       message_quote(compile->arena, text_of(origin->was)),
                       declared->what);
}

/* Otherwise the one would be renamed, and references would mean the other. */
static bool compile_former_names(struct compile *compile)
{
    const struct policy *policy = compile->policy;

    for (size_t i = 0; i < policy->n_scopes; i++)
        check_former_name(compile, &compile->scopes, &policy->scopes[i].origin,
                          policy->scopes[i].place);
    for (size_t i = 0; i < policy->n_roles; i++)
        check_former_name(compile, &compile->roles, &policy->roles[i].origin,
                          policy->roles[i].place);
    for (size_t i = 0; i < policy->n_collections; i++)
        check_former_name(compile, &compile->collections,
                          &policy->collections[i].origin,
                          policy->collections[i].place);
    return true;
}

static bool compile_all(struct compile *compile)
{
    compile_level(compile);
    return compile_scopes(compile) && compile_roles(compile) &&
           compile_collections(compile) && compile_former_names(compile) &&
           compile_groups(compile) && compile_admins(compile) &&
           compile_exclusions(compile) && compile_tests(compile) &&
           arena_status(compile->arena) == STATUS_OK;
}

bool compile_run(struct compile *compile)
{
    if (!compile_all(compile))
        return false;
    compile_spelling(compile);
    return arena_status(compile->arena) == STATUS_OK;
}

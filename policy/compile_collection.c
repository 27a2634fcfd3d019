/*
 * Collections: limited by, including and excluding others, of one kind. A
 * collection that is neither built in nor declared may have been created in the
 * console; only the store knows.
 */
#include "policy/builtin.h"
#include "policy/compile.h"
#include "provider/wql/wql.h"

static void add_builtin(struct compile *compile)
{
    const struct policy_place built_in = {0};

    for (size_t i = 0; i < n_builtin_collections; i++) {
        lexicon_add(&compile->collections, builtin_collections[i].name, (long)i,
                    built_in);
        lexicon_add(&compile->collections, builtin_collections[i].id, (long)i,
                    built_in);
    }
}

static bool collect(struct compile *compile, size_t n)
{
    size_t at = 0;

    compile->draft_collections =
        arena_alloc(compile->arena, n, sizeof(*compile->draft_collections));
    if (!compile->draft_collections ||
        !lexicon_make(&compile->collections, "collection",
                      n + 2 * n_builtin_collections, compile->arena))
        return false;
    add_builtin(compile);
    for (size_t i = 0; i < compile->n_drafts; i++)
        for (size_t j = 0; j < compile->drafts[i].n_collections; j++) {
            const struct draft_collection *draft =
                &compile->drafts[i].collections[j];

            lexicon_add(&compile->collections, draft->name.text,
                        (long)(n_builtin_collections + at), draft->name.place);
            compile->draft_collections[at++] = draft;
        }
    return lexicon_finish_names(&compile->collections, compile->messages);
}

void compile_hint_collection(struct compile *compile, struct schema_word word)
{
    const struct text text = text_of(word.text);
    const char *hint;

    if (!word.text || lexicon_find(&compile->collections, text) != LEXICON_NONE)
        return;
    hint = lexicon_hint(&compile->collections, text, compile->messages);
    if (*hint)
        messages_warn(compile->messages, word.place,
                      "the collection %s is not declared in these files%s",
                      message_quote(compile->arena, text), hint);
}

static bool is_user_kind(const struct compile *compile, long collection)
{
    return collection < (long)n_builtin_collections
               ? builtin_collections[collection].is_user
               : compile->draft_collections[(size_t)collection -
                                            n_builtin_collections]
                         ->kind != 0;
}

/* A reference from one declared collection to another, of the same kind. */
static void refer(struct compile *compile, struct graph *graph, size_t from,
                  struct schema_word word)
{
    const long to =
        word.text ? lexicon_find(&compile->collections, text_of(word.text))
                  : LEXICON_NONE;
    const bool is_user = compile->draft_collections[from]->kind != 0;

    compile_hint_collection(compile, word);
    if (to == LEXICON_NONE)
        return;
    if (is_user_kind(compile, to) != is_user)
        messages_error(compile->messages, word.place,
                       "\"%s\" is a collection of %s, this one of %s",
                       word.text, is_user ? "devices" : "users",
                       is_user ? "users" : "devices");
    if (to >= (long)n_builtin_collections)
        graph_add(graph, (uint32_t)from,
                  (uint32_t)((size_t)to - n_builtin_collections));
}

static void fail_circle(void *context, uint32_t from, size_t edge, uint32_t to)
{
    struct compile *compile = context;
    const struct draft_collection *draft = compile->draft_collections[from];

    (void)edge;
    messages_error(
        compile->messages, draft->name.place,
        "the collection refers, directly or indirectly, to itself through %s",
        message_quote(compile->arena,
                      text_of(compile->draft_collections[to]->name.text)));
}

/* The grammar, and that it selects devices or users; only the site knows which
 * properties they have. */
static bool check_queries(struct compile *compile,
                          const struct draft_collection *draft)
{
    for (size_t i = 0; i < draft->n_queries; i++) {
        const struct schema_word word = draft->queries[i].wql;
        OWNED(wql) wql = NULL;
        struct wql_problem problem;
        enum status status;

        if (!word.text)
            continue;
        status = wql_read(text_of(word.text), &wql, &problem);
        if (status == STATUS_OK)
            status = wql_check_rule(wql_query(wql), draft->kind != 0, &problem);
        if (status == STATUS_INVALID)
            messages_error(compile->messages, word.place,
                           "column %u of the query: %s", problem.column,
                           problem.why);
        else if (status != STATUS_OK)
            return false;
    }
    return true;
}

/* Names of users are many and change: files name none. */
static void check_direct(struct compile *compile,
                         const struct draft_collection *draft)
{
    if (draft->kind != 0 && draft->n_direct > 0)
        messages_error(compile->messages, draft->direct[0].place,
                       "a collection of users names none of them; find them by "
                       "a query, or include a collection");
}

static void check_schedule_use(struct compile *compile,
                               const struct draft_collection *draft)
{
    if (draft->schedule.text && draft->refresh != POLICY_REFRESH_SCHEDULED &&
        draft->refresh != POLICY_REFRESH_BOTH)
        messages_error(compile->messages, draft->schedule.place,
                       "a schedule needs refresh: scheduled or both");
}

static bool check_references(struct compile *compile, size_t n)
{
    struct graph graph;
    uint32_t *order = arena_alloc(compile->arena, n, sizeof(*order));
    size_t n_edges = n;

    for (size_t i = 0; i < n; i++)
        n_edges += compile->draft_collections[i]->n_include +
                   compile->draft_collections[i]->n_exclude;
    if (!order || !graph_make(&graph, n, n_edges, compile->arena))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct draft_collection *draft = compile->draft_collections[i];

        if (!check_queries(compile, draft))
            return false;
        check_direct(compile, draft);
        check_schedule_use(compile, draft);
        refer(compile, &graph, i, draft->limiting);
        for (size_t j = 0; j < draft->n_include; j++)
            refer(compile, &graph, i, draft->include[j]);
        for (size_t j = 0; j < draft->n_exclude; j++)
            refer(compile, &graph, i, draft->exclude[j]);
    }
    return graph_order(&graph, order, fail_circle, compile, compile->arena);
}

static size_t write_words(struct policy_rule *rules, size_t n,
                          enum policy_rule_kind kind,
                          const struct schema_word *words, size_t n_words)
{
    for (size_t i = 0; i < n_words; i++)
        rules[n++] =
            (struct policy_rule){words[i].place, kind, "", words[i].text};
    return n;
}

static bool write_collection(struct compile *compile,
                             const struct draft_collection *draft,
                             struct policy_collection *out)
{
    const size_t n_rules = draft->n_queries + draft->n_direct +
                           draft->n_include + draft->n_exclude;
    struct policy_rule *rules =
        arena_alloc(compile->arena, n_rules, sizeof(*rules));
    size_t n = 0;

    if (!rules)
        return false;
    for (; n < draft->n_queries; n++)
        rules[n] = (struct policy_rule){
            draft->queries[n].place, POLICY_RULE_QUERY, draft->queries[n].name,
            draft->queries[n].wql.text};
    n = write_words(rules, n, POLICY_RULE_DIRECT, draft->direct,
                    draft->n_direct);
    n = write_words(rules, n, POLICY_RULE_INCLUDE, draft->include,
                    draft->n_include);
    n = write_words(rules, n, POLICY_RULE_EXCLUDE, draft->exclude,
                    draft->n_exclude);
    *out = draft->said;
    out->place = draft->name.place;
    out->name = draft->name.text;
    out->is_user = draft->kind != 0;
    out->limiting = draft->limiting.text;
    out->refresh = (enum policy_refresh)draft->refresh;
    out->schedule = draft->schedule.text;
    out->rules = rules;
    out->n_rules = n;
    return true;
}

bool compile_collections(struct compile *compile)
{
    struct policy_collection *collections;
    size_t n = 0;

    for (size_t i = 0; i < compile->n_drafts; i++)
        n += compile->drafts[i].n_collections;
    collections = arena_alloc(compile->arena, n, sizeof(*collections));
    if (!collections || !collect(compile, n) || !check_references(compile, n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!write_collection(compile, compile->draft_collections[i],
                              &collections[i]))
            return false;
    compile->policy->collections = collections;
    compile->policy->n_collections = n;
    return true;
}

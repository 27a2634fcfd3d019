#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "provider/wql/wql_private.h"

/* ---- Errors ---- */

/* What other query languages have: what there is instead. */
static const char *instead_of(struct text word, struct text before)
{
    static const struct {
        const char *word;
        const char *instead;
    } words[] = {
        {"BETWEEN", "BETWEEN is not supported; write a >= 1 AND a <= 2"},
        {"HAVING", "HAVING is not supported; filter with WHERE"},
        {"UNION", "UNION is not supported; write OR, or two queries"},
        {"EXISTS", "EXISTS is not supported; write a IN (SELECT ..)"},
        {"LIMIT", "LIMIT is not supported; the caller limits the answer"},
        {"CROSS", "CROSS JOIN is not supported; write JOIN .. ON"},
        {"ESCAPE", "ESCAPE is not supported; write [%] for a percent sign"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (text_equal_nocase(word, text_of(words[i].word)))
            return words[i].instead;
    if (text_equal_nocase(word, TEXT("BY")) &&
        text_equal_nocase(before, TEXT("GROUP")))
        return "GROUP BY is not supported; write SELECT DISTINCT";
    if (text_equal_nocase(before, TEXT("TOP")))
        return "TOP is not supported; the caller limits the answer";
    return NULL;
}

void wql_fail_token(struct wql_parser *p, struct wql_token token)
{
    const int shown = token.text.size < 40 ? (int)token.text.size : 40;
    const char *instead = instead_of(token.text, p->before.text);

    if (instead)
        wql_fail(p, token.column, "%s", instead);
    else if (token.text.size == 0)
        wql_fail(p, token.column, "the query ends too early");
    else if (token.column == 1)
        wql_fail(p, 1, "a query must begin with SELECT, since it only reads");
    else
        wql_fail(p, token.column, "\"%.*s\" is not expected here", shown,
                 token.text.data);
}

/* ---- Reading ---- */

void *wql_parseAlloc(void *(*give)(size_t));
void wql_parseFree(void *parser, void (*take)(void *));
void wql_parse(void *parser, int kind, struct wql_token token,
               struct wql_parser *p);

static enum status parse(struct wql_parser *p)
{
    void *parser = wql_parseAlloc(malloc);
    struct wql_token token;
    int kind = 1;

    if (!parser)
        return STATUS_NO_MEMORY;
    while (p->status == STATUS_OK && kind != 0) {
        kind = wql_scan(p, &token);
        if (kind < 0)
            wql_fail(p, token.column, "this character is not expected here");
        else
            wql_parse(parser, kind, token, p);
        p->before = token;
    }
    wql_parseFree(parser, free);
    return p->status;
}

enum status wql_read(struct text text, struct wql **wql_out,
                     struct wql_problem *problem_out)
{
    return wql_read_prompted(text, NULL, wql_out, problem_out);
}

enum status wql_read_prompted(struct text text,
                              const struct wql_prompts *prompts,
                              struct wql **wql_out,
                              struct wql_problem *problem_out)
{
    OWNED(wql) wql = NULL;
    struct wql_parser p = {.problem = problem_out, .prompts = prompts};

    *problem_out = (struct wql_problem){.column = 1};
    if (text.size > WQL_MAX_BYTES || !text_is_utf8(text)) {
        wql_fail(&p, 1,
                 text.size > WQL_MAX_BYTES ? "the query is too long"
                                           : "the query is not UTF-8");
        return STATUS_INVALID;
    }
    TRY(wql_make(text, &wql));
    p.wql = wql;
    p.begin = p.at = wql->text;
    p.end = wql->text + text.size;
    TRY(parse(&p));
    assert(p.query); /* an unparsed query has failed */
    wql->query = p.query;
    *wql_out = TAKE(wql);
    return STATUS_OK;
}

#include <stdlib.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/wql/odata_private.h"

/* ---- Errors ---- */

const char *odata_option_name(enum odata_option option)
{
    static const char *const names[ODATA_N_OPTIONS] = {
        [ODATA_CLASS] = "class",
        [ODATA_FILTER] = "$filter",
        [ODATA_ORDER] = "$orderby",
        [ODATA_SELECT] = "$select",
    };

    return names[option];
}

/* What other query languages have: what there is instead. */
static const char *instead_of(struct text word)
{
    static const struct {
        const char *word;
        const char *instead;
    } words[] = {
        {"like", "there is no like; write contains(Name,'x'), startswith or "
                 "endswith"},
        {"is", "write eq null, or ne null"},
        {"=", "write eq"},
        {"!", "write ne, or not"},
        {"<", "write lt, or le"},
        {">", "write gt, or ge"},
        {"&", "write and"},
        {"|", "write or"},
        {"\"", "a text stands in single quotes"},
        {"has", "there is no has; write eq"},
        {".", "numbers are whole ones"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (text_equal_nocase(word, text_of(words[i].word)))
            return words[i].instead;
    return NULL;
}

void odata_fail_token(struct odata_parser *p, struct wql_token token)
{
    const int shown = token.text.size < 40 ? (int)token.text.size : 40;
    const char *instead = instead_of(token.text);

    if (instead)
        wql_fail(&p->tree, token.column, "%s", instead);
    else if (token.text.size == 0)
        wql_fail(&p->tree, token.column, "it ends too early");
    else
        wql_fail(&p->tree, token.column, "\"%.*s\" is not expected here", shown,
                 token.text.data);
}

/* ---- All texts as one, each with a NUL behind it ---- */

static size_t size_before(const struct odata_asked *asked,
                          enum odata_option option)
{
    size_t size = 0;

    for (size_t i = 0; i < (size_t)option; i++)
        size += asked->of[i].size + 1;
    return size;
}

struct odata_problem odata_place(const struct odata_asked *asked,
                                 const struct wql_problem *problem)
{
    struct odata_problem placed = {.option = ODATA_CLASS};
    enum odata_option option = ODATA_N_OPTIONS;

    while (option > ODATA_CLASS) {
        option--;
        if (problem->column > size_before(asked, option))
            break;
    }
    placed.option = option;
    placed.column = problem->column - (uint32_t)size_before(asked, option);
    memcpy(placed.why, problem->why, sizeof(placed.why));
    return placed;
}

static void join(const struct odata_asked *asked, struct buf *out)
{
    for (size_t i = 0; i < ODATA_N_OPTIONS; i++) {
        buf_append_text(out, asked->of[i]);
        buf_append_char(out, '\0');
    }
}

/* ---- Reading ---- */

void *odata_parseAlloc(void *(*give)(size_t));
void odata_parseFree(void *parser, void (*take)(void *));
void odata_parse(void *parser, int kind, struct wql_token token,
                 struct odata_parser *p);

static void next(struct odata_parser *p, void *parser, int *kind)
{
    struct wql_token token;

    *kind = odata_scan(p, &token);
    if (*kind >= 0)
        odata_parse(parser, *kind, token, p);
    else if (instead_of(token.text))
        odata_fail_token(p, token);
    else
        wql_fail(&p->tree, token.column, "this character is not expected here");
}

static enum status parse(struct odata_parser *p,
                         const struct odata_asked *asked,
                         enum odata_option option)
{
    const size_t from = size_before(asked, option);
    int kind = odata_begins(option);
    void *parser;

    if (asked->of[option].size == 0)
        return STATUS_OK;
    parser = odata_parseAlloc(malloc);
    if (!parser)
        return STATUS_NO_MEMORY;
    p->tree.at = p->tree.begin + from;
    p->tree.end = p->tree.at + asked->of[option].size;
    odata_parse(parser, kind,
                (struct wql_token){{p->tree.at, 0}, (uint32_t)from + 1}, p);
    while (p->tree.status == STATUS_OK && kind != 0)
        next(p, parser, &kind);
    odata_parseFree(parser, free);
    return p->tree.status;
}

static enum status fill(struct odata_parser *p, const struct odata_asked *asked)
{
    const struct text *class = &asked->of[ODATA_CLASS];
    const struct wql_token name = {{p->tree.begin, class->size}, 1};
    const struct wql_token all = {{0}, 1}, none = {{0}, 0};

    for (size_t i = ODATA_FILTER; i < ODATA_N_OPTIONS; i++)
        TRY(parse(p, asked, (enum odata_option)i));
    if (!p->items || asked->is_count)
        p->items = wql_item(&p->tree, none, all, false);
    p->tree.query =
        wql_select(&p->tree, &(struct wql_parts){
                                 .at = name,
                                 .items = p->items,
                                 .sources = wql_source(&p->tree, name, name),
                                 .where = p->where,
                                 .order = asked->is_count ? NULL : p->order,
                             });
    if (!p->tree.query)
        return STATUS_INVALID;
    p->tree.query->is_count = asked->is_count;
    return p->tree.status;
}

static enum status check(struct wql_parser *p, struct text whole)
{
    if (whole.size > ODATA_MAX_BYTES)
        wql_fail(p, 1, "the query is too long");
    else if (!text_is_utf8(whole))
        wql_fail(p, 1, "the query is not UTF-8");
    return p->status;
}

enum status odata_read(const struct odata_asked *asked, struct wql **wql_out,
                       struct odata_problem *problem_out)
{
    SCOPED(buf_free) struct buf whole = buf_make(2 * ODATA_MAX_BYTES);
    OWNED(wql) wql = NULL;
    struct wql_problem problem = {.column = 1};
    struct odata_parser p = {.tree.problem = &problem};
    enum status status;

    join(asked, &whole);
    if (buf_status(&whole) == STATUS_NO_MEMORY)
        return STATUS_NO_MEMORY;
    if (buf_status(&whole) == STATUS_LIMIT)
        wql_fail(&p.tree, 1, "the query is too long");
    status = p.tree.status;
    if (status == STATUS_OK)
        status = check(&p.tree, buf_text(&whole));
    if (status == STATUS_OK)
        TRY(wql_make(buf_text(&whole), &wql));
    if (status == STATUS_OK) {
        p.tree.wql = wql;
        p.tree.begin = wql->text;
        status = fill(&p, asked);
    }
    if (status == STATUS_OK) {
        wql->query = p.tree.query;
        *wql_out = TAKE(wql);
    } else {
        *problem_out = odata_place(asked, &problem);
    }
    return status;
}

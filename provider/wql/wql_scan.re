/* The words of WQL: re2c makes the scanner from it. */
#include <string.h>

#include "provider/wql/wql_private.h"
#include "wql_grammar.h"

int wql_scan(struct wql_parser *p, struct wql_token *token_out)
{
    const unsigned char *cursor = (const unsigned char *)p->at;
    const unsigned char *marker;
    const unsigned char *from;
    uint32_t column;
    int kind;

#define YYCTYPE unsigned char
#define YYCURSOR cursor
#define YYMARKER marker
#define TOKEN(is)                                                              \
    do {                                                                       \
        kind = is;                                                             \
        goto found;                                                            \
    } while (0)

again:
    from = cursor;
    column = (uint32_t)((const char *)from - p->begin) + 1;
    /*!re2c
    re2c:yyfill:enable = 0;

    name = [A-Za-z_][A-Za-z0-9_]*;
    inside = [^\x00\\];

    [ \t\r\n]+   { goto again; }
    'select'     { TOKEN(WQL_T_SELECT); }
    'distinct'   { TOKEN(WQL_T_DISTINCT); }
    'from'       { TOKEN(WQL_T_FROM); }
    'where'      { TOKEN(WQL_T_WHERE); }
    'order'      { TOKEN(WQL_T_ORDER); }
    'by'         { TOKEN(WQL_T_BY); }
    'asc'        { TOKEN(WQL_T_ASC); }
    'desc'       { TOKEN(WQL_T_DESC); }
    'as'         { TOKEN(WQL_T_AS); }
    'inner'      { TOKEN(WQL_T_INNER); }
    'left'       { TOKEN(WQL_T_LEFT); }
    'right'      { TOKEN(WQL_T_RIGHT); }
    'full'       { TOKEN(WQL_T_FULL); }
    'outer'      { TOKEN(WQL_T_OUTER); }
    'join'       { TOKEN(WQL_T_JOIN); }
    'on'         { TOKEN(WQL_T_ON); }
    'and'        { TOKEN(WQL_T_AND); }
    'or'         { TOKEN(WQL_T_OR); }
    'not'        { TOKEN(WQL_T_NOT); }
    'in'         { TOKEN(WQL_T_IN); }
    'like'       { TOKEN(WQL_T_LIKE); }
    'is'         { TOKEN(WQL_T_IS); }
    'null'       { TOKEN(WQL_T_NULL); }
    'true'       { TOKEN(WQL_T_TRUE); }
    'false'      { TOKEN(WQL_T_FALSE); }
    name         { TOKEN(WQL_T_NAME); }
    [-+]?[0-9]+  { TOKEN(WQL_T_INTEGER); }
    ["] (inside\["] | "\\"[^\x00])* ["]  { TOKEN(WQL_T_TEXT); }
    ['] (inside\['] | "\\"[^\x00])* [']  { TOKEN(WQL_T_TEXT); }
    "<=" | ">=" | "<>" | "!=" | "=" | "<" | ">"  { TOKEN(WQL_T_COMPARE); }
    "("          { TOKEN(WQL_T_LP); }
    ")"          { TOKEN(WQL_T_RP); }
    ","          { TOKEN(WQL_T_COMMA); }
    "."          { TOKEN(WQL_T_DOT); }
    "*"          { TOKEN(WQL_T_STAR); }
    ";"          { TOKEN(WQL_T_SEMICOLON); }
    "##PRM:"[^#\x00]*"##"  { TOKEN(WQL_T_PROMPT); }
    "\x00" {
        cursor = from;
        TOKEN((const char *)from == p->end ? 0 : -1);
    }
    *            { TOKEN(-1); }
    */
found:
    p->at = (const char *)cursor;
    *token_out = (struct wql_token){
        {(const char *)from, (size_t)(cursor - from)}, column};
    return kind;
}

enum { NAME_MAX_BYTES = 256 };

bool wql_is_name(struct text word)
{
    char text[NAME_MAX_BYTES + 1];
    struct wql_problem problem;
    struct wql_token token;
    struct wql_parser p = {.begin = text,
                           .at = text,
                           .end = text + word.size,
                           .problem = &problem};

    if (word.size > NAME_MAX_BYTES)
        return false;
    memcpy(text, word.data, word.size);
    text[word.size] = '\0';
    return wql_scan(&p, &token) == WQL_T_NAME && p.at == p.end;
}

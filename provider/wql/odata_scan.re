/* The words of OData's query options: re2c makes the scanner from it. */
#include "odata_grammar.h"
#include "provider/wql/odata_private.h"

int odata_scan(struct odata_parser *p, struct wql_token *token_out)
{
    const unsigned char *cursor = (const unsigned char *)p->tree.at;
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
    column = (uint32_t)((const char *)from - p->tree.begin) + 1;
    /*!re2c
    re2c:yyfill:enable = 0;

    name = [A-Za-z_][A-Za-z0-9_]*;
    hex = [0-9A-Fa-f];
    day = [0-9]{4} "-" [0-9]{2} "-" [0-9]{2};
    hour = [0-9]{2} ":" [0-9]{2} (":" [0-9]{2} ("." [0-9]+)?)?;
    zone = 'Z' | [-+] [0-9]{2} ":" [0-9]{2};

    [ \t\r\n]+   { goto again; }
    'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'  { TOKEN(ODATA_T_COMPARE); }
    'and'        { TOKEN(ODATA_T_AND); }
    'or'         { TOKEN(ODATA_T_OR); }
    'not'        { TOKEN(ODATA_T_NOT); }
    'in'         { TOKEN(ODATA_T_IN); }
    'asc'        { TOKEN(ODATA_T_ASC); }
    'desc'       { TOKEN(ODATA_T_DESC); }
    'null'       { TOKEN(ODATA_T_NULL); }
    'true'       { TOKEN(ODATA_T_TRUE); }
    'false'      { TOKEN(ODATA_T_FALSE); }
    "/" 'any'    { TOKEN(ODATA_T_ANY); }
    name         { TOKEN(ODATA_T_NAME); }
    [-+]?[0-9]+  { TOKEN(ODATA_T_INTEGER); }
    day ('T' hour zone?)?  { TOKEN(ODATA_T_BARE); }
    hex{8} ("-" hex{4}){3} "-" hex{12}  { TOKEN(ODATA_T_BARE); }
    ['] ([^'\x00] | "''")* [']  { TOKEN(ODATA_T_TEXT); }
    "("          { TOKEN(ODATA_T_LP); }
    ")"          { TOKEN(ODATA_T_RP); }
    ","          { TOKEN(ODATA_T_COMMA); }
    ":"          { TOKEN(ODATA_T_COLON); }
    "*"          { TOKEN(ODATA_T_STAR); }
    "\x00" {
        cursor = from;
        TOKEN((const char *)from == p->tree.end ? 0 : -1);
    }
    *            { TOKEN(-1); }
    */
found:
    p->tree.at = (const char *)cursor;
    *token_out = (struct wql_token){
        {(const char *)from, (size_t)(cursor - from)}, column};
    return kind;
}

int odata_begins(enum odata_option option)
{
    return option == ODATA_FILTER  ? ODATA_T_FILTER
           : option == ODATA_ORDER ? ODATA_T_ORDER
                                   : ODATA_T_SELECT;
}

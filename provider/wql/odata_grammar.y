/* The grammar of OData's query options (odata.h), for lemon. */
%name odata_parse
%token_prefix ODATA_T_
%token_type {struct wql_token}
%extra_argument {struct odata_parser *p}
%stack_size 300
%include {
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/wql/odata_private.h"

static const struct wql_token none;

void *odata_parseAlloc(void *(*give)(size_t));
void odata_parseFree(void *parser, void (*take)(void *));
void odata_parse(void *parser, int kind, struct wql_token token,
                 struct odata_parser *p);
}
%syntax_error { odata_fail_token(p, TOKEN); }
%stack_overflow { wql_fail(&p->tree, 1, "the query is nested too deeply"); }

%left OR.
%left AND.
%right NOT.

/* The first token says which option follows. */
input ::= FILTER cond(C). { p->where = C; }
input ::= ORDER keys(K). { p->order = K; }
input ::= SELECT names(N). { p->items = N; }

%type names {struct wql_item *}
%type name {struct wql_item *}
names(N) ::= name(I). { N = I; }
names(N) ::= names(L) COMMA name(I). { N = wql_item_append(L, I); }
name(I) ::= STAR(S).
    { I = wql_item(&p->tree, none, (struct wql_token){{0}, S.column}, false); }
name(I) ::= NAME(N). { I = wql_item(&p->tree, none, N, false); }

%type keys {struct wql_item *}
%type key {struct wql_item *}
%type direction {bool}
keys(K) ::= key(I). { K = I; }
keys(K) ::= keys(L) COMMA key(I). { K = wql_item_append(L, I); }
key(I) ::= NAME(N) direction(D). { I = wql_item(&p->tree, none, N, D); }
direction(D) ::= . { D = false; }
direction(D) ::= ASC. { D = false; }
direction(D) ::= DESC. { D = true; }

%type cond {struct wql_expr *}
%type test {struct wql_expr *}
cond(C) ::= cond(A) OR cond(B). { C = wql_chain(&p->tree, WQL_OR, A, B); }
cond(C) ::= cond(A) AND cond(B). { C = wql_chain(&p->tree, WQL_AND, A, B); }
cond(C) ::= NOT(N) cond(A).
    { C = A ? wql_new(&p->tree, WQL_NOT, N.column, A) : NULL; }
cond(C) ::= LP cond(A) RP. { C = A; }
cond(C) ::= test(A). { C = A; }
test(C) ::= value(A) COMPARE(O) value(B). { C = odata_compare(p, A, O, B); }
test(C) ::= value(A) IN LP literals(L) RP.
    { C = odata_in(p, A, L); }
test(C) ::= value(A). { C = odata_truth(p, A); }
test(C) ::= NAME(L) ANY LP RP. { C = odata_any_at_all(p, L); }
test(C) ::= any cond(A) RP. { C = odata_any_end(p, A); }
any ::= NAME(L) ANY LP NAME(V) COLON. { odata_any_begin(p, L, V); }

%type value {struct wql_expr *}
%type literal {struct wql_expr *}
%type literals {struct wql_list}
%type arguments {struct wql_list}
value(V) ::= NAME(N). { V = odata_name(p, N); }
value(V) ::= NAME(F) LP arguments(A) RP. { V = odata_call(p, F, A); }
value(V) ::= literal(L). { V = L; }
arguments(A) ::= . { A = (struct wql_list){0}; }
arguments(A) ::= values(L). { A = L; }
%type values {struct wql_list}
values(A) ::= value(V). { A = wql_append((struct wql_list){0}, V); }
values(A) ::= values(L) COMMA value(V). { A = wql_append(L, V); }
literals(A) ::= literal(L). { A = wql_append((struct wql_list){0}, L); }
literals(A) ::= literals(B) COMMA literal(L). { A = wql_append(B, L); }
literal(L) ::= INTEGER(T). { L = wql_integer(&p->tree, T); }
literal(L) ::= TEXT(T). { L = odata_text(p, T); }
literal(L) ::= BARE(T). { L = odata_bare(p, T); }
literal(L) ::= NULL(T). { L = wql_new(&p->tree, WQL_NULL, T.column, NULL); }
literal(L) ::= TRUE(T). { L = wql_boolean(&p->tree, T, true); }
literal(L) ::= FALSE(T). { L = wql_boolean(&p->tree, T, false); }

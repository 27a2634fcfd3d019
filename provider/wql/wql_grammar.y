/* The grammar of WQL (wql.h), for lemon. */
%name wql_parse
%token_prefix WQL_T_
%token_type {struct wql_token}
%extra_argument {struct wql_parser *p}
%stack_size 300
%include {
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/wql/wql_private.h"

static const struct wql_token none;

void *wql_parseAlloc(void *(*give)(size_t));
void wql_parseFree(void *parser, void (*take)(void *));
void wql_parse(void *parser, int kind, struct wql_token token,
               struct wql_parser *p);
}
%syntax_error { wql_fail_token(p, TOKEN); }
%stack_overflow { wql_fail(p, 1, "the query is nested too deeply"); }

%left OR.
%left AND.
%right NOT.

input ::= query(Q) end. { p->query = Q; }
end ::= .
end ::= SEMICOLON.

%type query {struct wql_query *}
query(Q) ::= SELECT(A) columns(C) FROM sources(S) where(W) order(O).
    { Q = wql_select(p, &(struct wql_parts){A, false, C, S, W, O}); }
query(Q) ::= SELECT(A) DISTINCT columns(C) FROM sources(S) where(W) order(O).
    { Q = wql_select(p, &(struct wql_parts){A, true, C, S, W, O}); }
query(Q) ::= SELECT(A) count(C) FROM sources(S) where(W).
    { Q = wql_select(p, &(struct wql_parts){A, false, C, S, W, NULL});
      if (Q) Q->is_count = true; }

%type columns {struct wql_item *}
%type column {struct wql_item *}
%type count {struct wql_item *}
columns(C) ::= column(I). { C = I; }
columns(C) ::= columns(L) COMMA column(I). { C = wql_item_append(L, I); }
column(I) ::= STAR(S).
    { I = wql_item(p, none, (struct wql_token){{0}, S.column}, false); }
column(I) ::= NAME(N). { I = wql_item(p, none, N, false); }
column(I) ::= NAME(Q) DOT NAME(N). { I = wql_item(p, Q, N, false); }
column(I) ::= NAME(Q) DOT STAR(S).
    { I = wql_item(p, Q, (struct wql_token){{0}, S.column}, false); }
count(I) ::= NAME(F) LP STAR(S) RP.
    { wql_check_count(p, F);
      I = wql_item(p, none, (struct wql_token){{0}, S.column}, false); }
count(I) ::= NAME(F) LP NAME(N) RP.
    { wql_check_count(p, F); I = wql_item(p, none, N, false); }
count(I) ::= NAME(F) LP NAME(Q) DOT NAME(N) RP.
    { wql_check_count(p, F); I = wql_item(p, Q, N, false); }
count(I) ::= NAME(F) LP DISTINCT(D) NAME RP.
    { wql_check_count(p, F); I = NULL;
      wql_fail(p, D.column, "COUNT cannot be combined with DISTINCT"); }

%type sources {struct wql_source *}
%type source {struct wql_source *}
%type join {enum wql_join}
sources(S) ::= source(A). { S = A; }
sources(S) ::= sources(L) join(J) JOIN source(A) ON cond(C).
    { S = wql_join(p, L, J, A, C); }
source(S) ::= NAME(N). { S = wql_source(p, N, N); }
source(S) ::= NAME(N) NAME(A). { S = wql_source(p, N, A); }
source(S) ::= NAME(N) AS NAME(A). { S = wql_source(p, N, A); }
join(J) ::= . { J = WQL_INNER; }
join(J) ::= INNER. { J = WQL_INNER; }
join(J) ::= LEFT outer. { J = WQL_LEFT; }
join(J) ::= RIGHT outer. { J = WQL_RIGHT; }
join(J) ::= FULL outer. { J = WQL_FULL; }
outer ::= .
outer ::= OUTER.

%type where {struct wql_expr *}
where(W) ::= . { W = NULL; }
where(W) ::= WHERE cond(C). { W = C; }

%type order {struct wql_item *}
%type keys {struct wql_item *}
%type key {struct wql_item *}
%type direction {bool}
order(O) ::= . { O = NULL; }
order(O) ::= ORDER BY keys(K). { O = K; }
keys(K) ::= key(I). { K = I; }
keys(K) ::= keys(L) COMMA key(I). { K = wql_item_append(L, I); }
key(I) ::= NAME(N) direction(D). { I = wql_item(p, none, N, D); }
key(I) ::= NAME(Q) DOT NAME(N) direction(D). { I = wql_item(p, Q, N, D); }
direction(D) ::= . { D = false; }
direction(D) ::= ASC. { D = false; }
direction(D) ::= DESC. { D = true; }

%type cond {struct wql_expr *}
%type test {struct wql_expr *}
%type not {bool}
cond(C) ::= cond(A) OR cond(B). { C = wql_chain(p, WQL_OR, A, B); }
cond(C) ::= cond(A) AND cond(B). { C = wql_chain(p, WQL_AND, A, B); }
cond(C) ::= NOT(N) cond(A). { C = wql_new(p, WQL_NOT, N.column, A); }
cond(C) ::= LP cond(A) RP. { C = A; }
cond(C) ::= test(A). { C = A; }
test(C) ::= expr(A) COMPARE(O) expr(B). { C = wql_compare(p, A, O, B); }
test(C) ::= expr(A) not(N) LIKE pattern(T). { C = wql_like(p, A, N, T); }
test(C) ::= expr(A) not(N) IN LP literals(L) RP.
    { C = wql_in(p, A, N, L, NULL); }
test(C) ::= expr(A) not(N) IN LP query(Q) RP.
    { C = wql_in(p, A, N, (struct wql_list){0}, Q); }
test(C) ::= expr(A) IS not(N) IN LP literals(L) RP.
    { C = wql_in(p, A, N, L, NULL); }
test(C) ::= expr(A) IS not(N) IN LP query(Q) RP.
    { C = wql_in(p, A, N, (struct wql_list){0}, Q); }
test(C) ::= expr(A) IS NULL. { C = wql_is_null(p, A, false); }
test(C) ::= expr(A) IS NOT NULL. { C = wql_is_null(p, A, true); }
not(N) ::= . { N = false; }
not(N) ::= NOT. { N = true; }

%type expr {struct wql_expr *}
%type literal {struct wql_expr *}
%type pattern {struct wql_expr *}
pattern(E) ::= TEXT(T). { E = wql_text_of(p, T); }
pattern(E) ::= PROMPT(T). { E = wql_prompted(p, T); }
%type literals {struct wql_list}
%type arguments {struct wql_list}
expr(E) ::= NAME(N). { E = wql_name(p, none, N); }
expr(E) ::= NAME(Q) DOT NAME(N). { E = wql_name(p, Q, N); }
expr(E) ::= NAME(F) LP arguments(A) RP. { E = wql_call(p, F, A); }
expr(E) ::= literal(L). { E = L; }
arguments(A) ::= . { A = (struct wql_list){0}; }
arguments(A) ::= expr(E). { A = wql_append((struct wql_list){0}, E); }
arguments(A) ::= arguments(L) COMMA expr(E). { A = wql_append(L, E); }
literals(A) ::= literal(L). { A = wql_append((struct wql_list){0}, L); }
literals(A) ::= literals(B) COMMA literal(L). { A = wql_append(B, L); }
literal(L) ::= INTEGER(T). { L = wql_integer(p, T); }
literal(L) ::= TEXT(T). { L = wql_text_of(p, T); }
literal(L) ::= PROMPT(T). { L = wql_prompted(p, T); }
literal(L) ::= NULL(T). { L = wql_new(p, WQL_NULL, T.column, NULL); }
literal(L) ::= TRUE(T). { L = wql_boolean(p, T, true); }
literal(L) ::= FALSE(T). { L = wql_boolean(p, T, false); }

/* OData's options as they are written: which query they are, and where what is
 * wrong stands. */
#include "tests/unit/unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "provider/base/buf.h"
#include "provider/wql/odata.h"

static struct odata_problem problem;

static struct odata_asked filter_of(const char *filter)
{
    return (struct odata_asked){.of = {[ODATA_CLASS] = TEXT("SMS_R_System"),
                                       [ODATA_FILTER] = text_of(filter)}};
}

/* ---- The tree as text ---- */

static void write_expr(const struct wql_expr *expr, struct buf *out);

static void write_nested(const char *name, const struct wql_expr *expr,
                         struct buf *out)
{
    buf_append_string(out, expr->is_not ? "not-" : "");
    buf_append_format(out, "%s(", name);
    for (const struct wql_expr *e = expr->first; e; e = e->next) {
        write_expr(e, out);
        buf_append_string(out, e->next ? " " : "");
    }
}

static void write_compare(const struct wql_expr *expr, struct buf *out)
{
    static const char *const signs[] = {
        [WQL_EQUAL] = "=",   [WQL_UNEQUAL] = "<>",
        [WQL_LESS] = "<",    [WQL_LESS_EQUAL] = "<=",
        [WQL_GREATER] = ">", [WQL_GREATER_EQUAL] = ">=",
    };

    write_nested(signs[expr->op], expr, out);
    buf_append_char(out, ')');
}

static void write_like(const struct wql_expr *expr, struct buf *out)
{
    write_nested("like", expr, out);
    buf_append_string(out, " '");
    buf_append_text(out, expr->text);
    buf_append_string(out, "')");
}

static void write_call(const struct wql_expr *expr, struct buf *out)
{
    char name[32];

    snprintf(name, sizeof(name), "%.*s", (int)expr->text.size, expr->text.data);
    write_nested(name, expr, out);
    buf_append_char(out, ')');
}

static void write_group(const char *name, const struct wql_expr *expr,
                        struct buf *out)
{
    write_nested(name, expr, out);
    buf_append_char(out, ')');
}

static void write_expr(const struct wql_expr *expr, struct buf *out)
{
    switch (expr->kind) {
    case WQL_AND:
        write_group("and", expr, out);
        return;
    case WQL_OR:
        write_group("or", expr, out);
        return;
    case WQL_NOT:
        write_group("not", expr, out);
        return;
    case WQL_IN_LIST:
        write_group("in", expr, out);
        return;
    case WQL_IS_NULL:
        write_group("null", expr, out);
        return;
    case WQL_COMPARE:
        write_compare(expr, out);
        return;
    case WQL_LIKE:
        write_like(expr, out);
        return;
    case WQL_CALL:
        write_call(expr, out);
        return;
    case WQL_NAME:
        buf_append_text(out, expr->text);
        return;
    case WQL_TEXT:
        buf_append_char(out, '\'');
        buf_append_text(out, expr->text);
        buf_append_char(out, '\'');
        return;
    case WQL_INTEGER:
        buf_append_format(out, "%" PRId64, expr->number);
        return;
    case WQL_BOOLEAN:
        buf_append_string(out, expr->number ? "true" : "false");
        return;
    case WQL_NULL:
    case WQL_IN_QUERY:
        break;
    }
    fail_msg("OData makes no such node: %d", expr->kind);
}

static void assert_reads(const char *filter, const char *expected)
{
    SCOPED(buf_free) struct buf out = buf_make(4096);
    const struct odata_asked asked = filter_of(filter);
    OWNED(wql) wql = NULL;

    if (odata_read(&asked, &wql, &problem) != STATUS_OK)
        fail_msg("%s: column %u: %s", filter, problem.column, problem.why);
    write_expr(wql_query(wql)->where, &out);
    buf_append_char(&out, '\0');
    assert_int_equal(buf_status(&out), STATUS_OK);
    assert_string_equal(out.data, expected);
}

static void assert_refused(const char *filter, uint32_t column, const char *why)
{
    const struct odata_asked asked = filter_of(filter);
    struct wql *wql = NULL;

    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    assert_string_equal(problem.why, why);
    assert_int_equal(problem.option, ODATA_FILTER);
    assert_int_equal(problem.column, column);
    assert_null(wql);
}

/* ---- What is read ---- */

static void comparisons_are_those_of_wql(void **state)
{
    (void)state;
    assert_reads("Name eq 'web1'", "=(Name 'web1')");
    assert_reads("ResourceID NE 7", "<>(ResourceID 7)");
    assert_reads("A gt -1 and B ge 2 and C lt 3 and D le +4",
                 "and(>(A -1) >=(B 2) <(C 3) <=(D 4))");
    assert_reads("Client eq true", "=(Client true)");
    assert_reads("Client", "=(Client true)");
    assert_reads("Name eq null", "null(Name)");
    assert_reads("null ne Name", "not-null(Name)");
    assert_reads("Name in ('a', 'b')", "in(Name 'a' 'b')");
}

static void and_binds_more_than_or_and_not_most(void **state)
{
    (void)state;
    assert_reads("A eq 1 or B eq 2 and C eq 3",
                 "or(=(A 1) and(=(B 2) =(C 3)))");
    assert_reads("(A eq 1 or B eq 2) and not (C eq 3)",
                 "and(or(=(A 1) =(B 2)) not(=(C 3)))");
    assert_reads("not contains(A,'x') and B eq 2",
                 "and(not(like(A '%x%')) =(B 2))");
}

static void a_text_is_no_pattern(void **state)
{
    (void)state;
    assert_reads("contains(Name,'50%_[a]')", "like(Name '%50[%][_][[]a]%')");
    assert_reads("startswith(Name, 'it''s')", "like(Name 'it's%')");
    assert_reads("endswith(Name,'')", "like(Name '%')");
    assert_reads("substringof('x',Name)", "like(Name '%x%')");
    assert_reads("contains(Name,'x') eq true", "like(Name '%x%')");
    assert_reads("true ne contains(Name,'x')", "not(like(Name '%x%'))");
    assert_reads("startswith(Name,'x') eq false", "not(like(Name 'x%'))");
    assert_reads("contains(tolower(Name),'x')", "like(LOWER(Name) '%x%')");
}

static void times_and_ids_stand_bare(void **state)
{
    (void)state;
    assert_reads("CreatedDate gt 2025-03-01", ">(CreatedDate '2025-03-01')");
    assert_reads("CreatedDate gt 2025-03-01T10:20:30Z",
                 ">(CreatedDate '20250301102030+000')");
    assert_reads("CreatedDate gt 2025-03-01t10:20",
                 ">(CreatedDate '20250301102000+000')");
    assert_reads("CreatedDate gt 2025-03-01T10:20:30.123-05:30",
                 ">(CreatedDate '20250301102030-330')");
    assert_reads("ID eq 01234567-89ab-cdef-0123-456789abcdef",
                 "=(ID '01234567-89ab-cdef-0123-456789abcdef')");
    assert_reads("year(CreatedDate) eq 2025",
                 "=(DATEPART(year CreatedDate) 2025)");
    assert_reads("CreatedDate lt now()", "<(CreatedDate GETDATE())");
    assert_reads("substring(Name,1) eq 'eb1'",
                 "=(SUBSTRING(Name 2 2147483647) 'eb1')");
    assert_reads("substring(Name,0,3) eq 'web'",
                 "=(SUBSTRING(Name 1 3) 'web')");
}

static void any_asks_of_one_entry(void **state)
{
    static const char one[] =
        "of an entry of a list one thing can be asked, or one of several by or";

    (void)state;
    assert_reads("RoleNames/any(r: r eq 'Full Administrator')",
                 "=(RoleNames 'Full Administrator')");
    assert_reads("L/any(x:x eq 'a' or contains(x,'b')) and x eq 1",
                 "and(or(=(L 'a') like(L '%b%')) =(x 1))");
    assert_reads("L/any(x: tolower(x) eq 'a')", "=(LOWER(L) 'a')");
    assert_reads("L/any()", "not-null(L)");
    assert_refused("L/any(x: x gt 'a' and x lt 'b')", 10, one);
    assert_refused("L/any(x: not (x eq 'a'))", 10, one);
    assert_refused("L/any(x: Name eq 'a')", 10, one);
    assert_refused("L/any(x: x eq Name)", 10, one);
    assert_refused("L/any(x: M/any(y: y eq 'a'))", 10,
                   "any() within any() is not supported");
}

static void columns_orders_and_counts_are_read(void **state)
{
    const struct odata_asked asked = {
        .of = {[ODATA_CLASS] = TEXT("SMS_R_System"),
               [ODATA_ORDER] = TEXT("Name desc,ResourceID"),
               [ODATA_SELECT] = TEXT("Name, Client")}};
    const struct odata_asked counted = {
        .of = {[ODATA_CLASS] = TEXT("SMS_R_System"),
               [ODATA_ORDER] = TEXT("Name")},
        .is_count = true};
    OWNED(wql) wql = NULL;
    OWNED(wql) count = NULL;
    const struct wql_query *query;

    (void)state;
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_OK);
    query = wql_query(wql);
    assert_true(text_equal(query->sources->class_name, TEXT("SMS_R_System")));
    assert_true(text_equal(query->items->name, TEXT("Name")));
    assert_true(text_equal(query->items->next->name, TEXT("Client")));
    assert_true(query->order->is_descending);
    assert_false(query->order->next->is_descending);
    assert_null(query->where);
    assert_int_equal(odata_read(&counted, &count, &problem), STATUS_OK);
    assert_true(wql_query(count)->is_count);
    assert_null(wql_query(count)->order);
}

/* ---- What is refused ---- */

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    assert_refused("Name like 'a%'", 6,
                   "there is no like; write contains(Name,'x'), startswith or "
                   "endswith");
    assert_refused("Name = 'a'", 6, "write eq");
    assert_refused("Name eq \"a\"", 9, "a text stands in single quotes");
    assert_refused("Name eq", 8, "it ends too early");
    assert_refused("Name eq 'a' and", 16, "it ends too early");
    assert_refused("Name eq 'a", 9, "this character is not expected here");
    assert_refused("7", 1, "a condition is expected, such as Name eq 'x'");
    assert_refused("contains(Name,'a') gt 1", 20,
                   "a condition is only compared with true or false");
    assert_refused("contains(Name,Domain)", 15,
                   "a text in single quotes is expected");
    assert_refused("contains(Name)", 1,
                   "contains has another number of arguments");
    assert_refused("contains(contains(a,'b'),'c')", 19,
                   "a condition is no argument");
    assert_refused("Name lt null", 6, "null is compared by eq and ne alone");
    assert_refused("A eq 1.5", 7, "numbers are whole ones");
    assert_refused("A eq 99999999999999999999", 6,
                   "the number is out of range");
    assert_refused("substring(Name,-1) eq 'a'", 16,
                   "whole numbers from 0 on are expected");
    assert_refused("__PATH eq 'a'", 1,
                   "\"__PATH\" is a system property: it cannot be queried");
    assert_refused("length(Name) eq 4", 1,
                   "there is no function \"length\"; there are contains, "
                   "startswith, endswith, tolower, toupper, substring, now, "
                   "year, month, day, hour, minute and second");
}

static void a_fault_stands_in_its_option(void **state)
{
    const struct odata_asked asked = {
        .of = {[ODATA_CLASS] = TEXT("SMS_R_System"),
               [ODATA_FILTER] = TEXT("Name eq 'a'"),
               [ODATA_ORDER] = TEXT("Name up")}};
    const struct wql_problem later = {.column = 13 + 12 + 6, .why = "no"};
    struct odata_problem placed;
    struct wql *wql = NULL;

    (void)state;
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    assert_int_equal(problem.option, ODATA_ORDER);
    assert_int_equal(problem.column, 6);
    placed = odata_place(&asked, &later);
    assert_int_equal(placed.option, ODATA_ORDER);
    assert_int_equal(placed.column, 6);
    assert_string_equal(odata_option_name(placed.option), "$orderby");
}

static void a_nul_and_what_is_no_text_are_refused(void **state)
{
    static const char nul[] = "Name eq 'a'\0 or 1";
    struct odata_asked asked = filter_of("");
    struct wql *wql = NULL;

    (void)state;
    asked.of[ODATA_FILTER] = (struct text){nul, sizeof(nul) - 1};
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    assert_int_equal(problem.column, 12);
    asked.of[ODATA_FILTER] = TEXT("Name eq '\xff'");
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    assert_string_equal(problem.why, "the query is not UTF-8");
}

static void long_and_deep_ones_are_refused(void **state)
{
    SCOPED(buf_free) struct buf text = buf_make(4 * ODATA_MAX_BYTES);
    struct odata_asked asked = filter_of("");
    struct wql *wql = NULL;

    (void)state;
    for (int i = 0; i < 200; i++)
        buf_append_char(&text, '(');
    buf_append_string(&text, "not A eq 1");
    asked.of[ODATA_FILTER] = buf_text(&text);
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    buf_clear(&text);
    for (int i = 0; i < 40; i++)
        buf_append_string(&text, "not ");
    buf_append_string(&text, "A eq 1");
    asked.of[ODATA_FILTER] = buf_text(&text);
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    assert_string_equal(problem.why, "the query is nested too deeply");
    buf_clear(&text);
    for (int i = 0; i < ODATA_MAX_BYTES; i++)
        buf_append_char(&text, 'a');
    asked.of[ODATA_FILTER] = buf_text(&text);
    assert_int_equal(odata_read(&asked, &wql, &problem), STATUS_INVALID);
    assert_string_equal(problem.why, "the query is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_are_those_of_wql),
        cmocka_unit_test(and_binds_more_than_or_and_not_most),
        cmocka_unit_test(a_text_is_no_pattern),
        cmocka_unit_test(times_and_ids_stand_bare),
        cmocka_unit_test(any_asks_of_one_entry),
        cmocka_unit_test(columns_orders_and_counts_are_read),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(a_fault_stands_in_its_option),
        cmocka_unit_test(a_nul_and_what_is_no_text_are_refused),
        cmocka_unit_test(long_and_deep_ones_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

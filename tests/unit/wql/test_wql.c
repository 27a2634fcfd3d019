/* WQL as it is written: what is read, and where what is wrong stands. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/base/buf.h"
#include "provider/wql/wql.h"

static struct wql_problem problem;

static struct wql *read_good(const char *text)
{
    struct wql *wql = NULL;

    if (wql_read(text_of(text), &wql, &problem) != STATUS_OK)
        fail_msg("%s: column %u: %s", text, problem.column, problem.why);
    return wql;
}

static void assert_refused(const char *text, uint32_t column, const char *why)
{
    struct wql *wql = NULL;

    assert_int_equal(wql_read(text_of(text), &wql, &problem), STATUS_INVALID);
    assert_string_equal(problem.why, why);
    assert_int_equal(problem.column, column);
    assert_null(wql);
}

static void assert_text(struct text text, const char *expected)
{
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.data, expected, text.size);
}

static void reads_columns_sources_and_order(void **state)
{
    OWNED(wql)
    wql = read_good("Select DISTINCT a.*, b.Name FROM SMS_Package AS a"
                    " Left Outer Join SMS_Program b ON b.PackageID ="
                    " a.PackageID order by b.Name desc, a.PackageID ;");
    const struct wql_query *query = wql_query(wql);
    const struct wql_source *joined = query->sources->next;

    (void)state;
    assert_true(query->is_distinct);
    assert_text(query->items->qualifier, "a");
    assert_int_equal(query->items->name.size, 0);
    assert_text(query->items->next->name, "Name");
    assert_text(query->sources->alias, "a");
    assert_text(query->sources->class_name, "SMS_Package");
    assert_int_equal(joined->join, WQL_LEFT);
    assert_text(joined->alias, "b");
    assert_int_equal(joined->on->kind, WQL_COMPARE);
    assert_true(query->order->is_descending);
    assert_false(query->order->next->is_descending);
    assert_null(query->where);
}

static void reads_literals_with_their_escapes(void **state)
{
    OWNED(wql)
    wql = read_good("select a from b where c in (-7, \"x\\\\y\", 'it\\'s',"
                    " 'a\\b', TRUE, null)");
    const struct wql_expr *e = wql_query(wql)->where->first;

    (void)state;
    assert_int_equal(wql_query(wql)->where->kind, WQL_IN_LIST);
    assert_text(e->text, "c");
    assert_int_equal((e = e->next)->number, -7);
    assert_text((e = e->next)->text, "x\\y");
    assert_text((e = e->next)->text, "it's");
    assert_text((e = e->next)->text, "a\\b");
    assert_int_equal((e = e->next)->number, 1);
    assert_int_equal((e = e->next)->kind, WQL_NULL);
    assert_null(e->next);
}

static void and_binds_more_than_or(void **state)
{
    OWNED(wql)
    wql = read_good("select a from b where c = 1 or d = 2 and not e = 3"
                    " and f like 'x' or g is not null");
    const struct wql_expr *where = wql_query(wql)->where;
    const struct wql_expr *both = where->first->next;

    (void)state;
    assert_int_equal(where->kind, WQL_OR);
    assert_int_equal(where->first->kind, WQL_COMPARE);
    assert_int_equal(both->kind, WQL_AND);
    assert_int_equal(both->first->next->kind, WQL_NOT);
    assert_int_equal(both->first->next->next->kind, WQL_LIKE);
    assert_int_equal(both->next->kind, WQL_IS_NULL);
    assert_true(both->next->is_not);
    assert_null(both->next->next);
}

static void reads_queries_within_queries(void **state)
{
    OWNED(wql)
    wql = read_good("select a from b where c not in (select d from e inner"
                    " join f on f.g = e.g where h = 1)");
    const struct wql_expr *where = wql_query(wql)->where;

    (void)state;
    assert_int_equal(where->kind, WQL_IN_QUERY);
    assert_true(where->is_not);
    assert_text(where->query->sources->next->class_name, "f");
}

static void is_in_means_in(void **state)
{
    OWNED(wql)
    wql = read_good("select a from b where c is in ('x', 2) and d IS NOT IN"
                    " (select e from f) and g is not null");
    const struct wql_expr *first = wql_query(wql)->where->first;

    (void)state;
    assert_int_equal(first->kind, WQL_IN_LIST);
    assert_false(first->is_not);
    assert_int_equal(first->next->kind, WQL_IN_QUERY);
    assert_true(first->next->is_not);
    assert_int_equal(first->next->next->kind, WQL_IS_NULL);
}

/* A value is a value, whatever it looks like. */
static void values_take_the_place_of_prompts(void **state)
{
    static const struct wql_prompt values[] = {
        {TEXT("a.name"), TEXT("x' or 'a' = \"a")},
        {TEXT("A.Time"), TEXT("2027-01-01")},
    };
    const struct wql_prompts prompts = {values, ARRAY_SIZE(values)};
    const struct text text =
        TEXT("select a from A where Name = ##PRM:A.Name## and Name like"
             " ##PRM:A.Name## and Time in (##PRM:A.Time##, 'y')");
    OWNED(wql) wql = NULL;
    const struct wql_expr *test;

    (void)state;
    assert_int_equal(wql_read_prompted(text, &prompts, &wql, &problem),
                     STATUS_OK);
    test = wql_query(wql)->where->first;
    assert_int_equal(test->first->next->kind, WQL_TEXT);
    assert_text(test->first->next->text, "x' or 'a' = \"a");
    assert_text(test->next->text, "x' or 'a' = \"a");
    assert_text(test->next->next->first->next->text, "2027-01-01");
    assert_int_equal(wql_read_prompted(text, &(struct wql_prompts){values, 1},
                                       &wql, &problem),
                     STATUS_INVALID);
    assert_non_null(strstr(problem.why, "A.Time"));
}

static void reads_counts_and_functions(void **state)
{
    OWNED(wql)
    wql = read_good("select COUNT(*) from b where DATEADD(Day, -21,"
                    " GetDate()) >= c");
    const struct wql_expr *call = wql_query(wql)->where->first;

    (void)state;
    assert_true(wql_query(wql)->is_count);
    assert_int_equal(call->kind, WQL_CALL);
    assert_text(call->first->text, "Day");
    assert_int_equal(call->first->next->number, -21);
    assert_int_equal(call->first->next->next->kind, WQL_CALL);
}

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    assert_refused("delete from SMS_Collection where CollectionID = 'x'", 1,
                   "a query must begin with SELECT, since it only reads");
    assert_refused("select count(distinct Name) from SMS_R_System", 14,
                   "COUNT cannot be combined with DISTINCT");
    assert_refused("select sum(Name) from SMS_R_System", 8,
                   "only COUNT can be selected besides properties");
    assert_refused("select Name from A where __PATH like \"%1%\"", 26,
                   "\"__PATH\" is a system property: it cannot be queried");
    assert_refused("select Name from A where Name = ", 33,
                   "the query ends too early");
    assert_refused("select Name from A where T >= ##PRM:A.T##", 31,
                   "the value of \"A.T\" that is prompted for here must be"
                   " given");
    assert_refused("select Name from A where N between 1 and 2", 28,
                   "BETWEEN is not supported; write a >= 1 AND a <= 2");
    assert_refused("select top 5 Name from A", 12,
                   "TOP is not supported; the caller limits the answer");
    assert_refused("select Name from A group by Name", 26,
                   "GROUP BY is not supported; write SELECT DISTINCT");
    assert_refused("select Name from A where N = 1 union select Name from A",
                   32, "UNION is not supported; write OR, or two queries");
    assert_refused("select Name from A where Name == 1", 32,
                   "\"=\" is not expected here");
    assert_refused("select Name from A where Name = 'x", 33,
                   "this character is not expected here");
    assert_refused("select Name from A where N = 9223372036854775808", 30,
                   "the number is out of range");
    assert_refused("select Name from A; drop table x", 21,
                   "\"drop\" is not expected here");
    assert_refused("", 1, "the query ends too early");
}

static void a_nul_is_no_end(void **state)
{
    static const char text[] = "select a from b\0 where c = 1";
    struct wql *wql = NULL;

    (void)state;
    assert_int_equal(
        wql_read((struct text){text, sizeof(text) - 1}, &wql, &problem),
        STATUS_INVALID);
    assert_int_equal(problem.column, 16);
}

/* n times what is given, between a head and a tail. */
static enum status read_many(const char *head, const char *each, size_t n,
                             const char *tail)
{
    SCOPED(buf_free) struct buf text = buf_make(1 << 20);
    OWNED(wql) wql = NULL;

    buf_append_string(&text, head);
    for (size_t i = 0; i < n; i++)
        buf_append_string(&text, each);
    buf_append_string(&text, tail);
    return wql_read(buf_text(&text), &wql, &problem);
}

static void long_chains_are_read_and_deep_nests_refused(void **state)
{
    (void)state;
    assert_int_equal(
        read_many("select a from b where c = 1", " or c = 2", 200, ""),
        STATUS_OK);
    assert_int_equal(read_many("select a from b where ", "not ", 20, "c = 1"),
                     STATUS_OK);
    assert_int_equal(read_many("select a from b where ", "not ", 60, "c = 1"),
                     STATUS_INVALID);
    assert_string_equal(problem.why, "the query is nested too deeply");
    assert_int_equal(read_many("select a from b where ", "(", 5000, "c = 1"),
                     STATUS_INVALID);
    assert_int_equal(
        read_many("select a from b where c in (", "1, ", 5000, "1)"),
        STATUS_INVALID);
    assert_int_equal(read_many("select a from b where c = '", "x", 20000, "'"),
                     STATUS_INVALID);
    assert_string_equal(problem.why, "the query is too long");
}

static void a_rule_selects_resources(void **state)
{
    static const char *const wqls[] = {
        "select * from sms_r_system", "select * from SMS_Package",
        "select count(*) from SMS_R_System", "select * from SMS_R_User"};
    static const bool of_devices[] = {true, false, false, false};
    static const bool of_users[] = {false, false, false, true};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++) {
        OWNED(wql) wql = read_good(wqls[i]);

        assert_int_equal(wql_check_rule(wql_query(wql), false, &problem) ==
                             STATUS_OK,
                         of_devices[i]);
        assert_int_equal(wql_check_rule(wql_query(wql), true, &problem) ==
                             STATUS_OK,
                         of_users[i]);
    }
}

/* A rule sees no more than its author, who sees what it found (T63). */
static void a_rule_does_not_compare_one_device_with_another(void **state)
{
    static const char *const tied[] = {
        "select * from SMS_R_System where ResourceID not in (select"
        " ResourceID from SMS_R_System where Name like 'A%')",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.ResourceID = a.ResourceId where b.Name = 'x'",
        "select * from SMS_R_System as a left join SMS_R_System as b on"
        " b.Client = 1 and b.ResourceID = a.ResourceId",
        "select * from SMS_R_System as a where a.ResourceID in (select"
        " c.ResourceID from SMS_R_System as b inner join SMS_R_System as c"
        " on b.ResourceID = c.ResourceID)",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.ResourceID = a.ResourceID and a.ResourceID in (select ResourceID"
        " from SMS_R_System)",
    };
    static const char *const free[] = {
        "select * from SMS_R_System where Name in (select Name from"
        " SMS_R_System where Client = 1)",
        "select * from SMS_R_System where ResourceID in (select Name from"
        " SMS_R_System)",
        "select * from SMS_R_System where ResourceID in (select * from"
        " SMS_R_System)",
        "select * from SMS_R_System where not (Client = 1 and ResourceID in"
        " (select ResourceID from SMS_R_System where Name in (select Name"
        " from SMS_R_System)))",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.Name = a.Name",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.ResourceID = b.ResourceID",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.ResourceID <> a.ResourceID",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.ResourceID = a.ResourceID or 1 = 1",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.Client = 1 and not b.ResourceID = a.ResourceID",
        "select * from SMS_R_System join SMS_R_System on"
        " SMS_R_System.ResourceID = SMS_R_System.ResourceID",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " ResourceID = a.ResourceID",
        "select * from SMS_R_System as a join SMS_R_System as b on"
        " b.ResourceID = a.ResourceID and a.Client in (select Client from"
        " SMS_R_System)",
        "select * from SMS_R_System as a where a.ResourceID in (select"
        " c.ResourceID from SMS_R_System as b join SMS_R_System as c on"
        " b.ResourceID = c.ResourceID and not (b.Name in (select Name from"
        " SMS_R_System)))",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(tied); i++) {
        OWNED(wql) wql = read_good(tied[i]);

        assert_int_equal(wql_check_rule(wql_query(wql), false, &problem),
                         STATUS_OK);
    }
    for (size_t i = 0; i < ARRAY_SIZE(free); i++) {
        OWNED(wql) wql = read_good(free[i]);

        assert_int_equal(wql_check_rule(wql_query(wql), false, &problem),
                         STATUS_INVALID);
        assert_non_null(strstr(problem.why, "tied by ResourceID"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_columns_sources_and_order),
        cmocka_unit_test(reads_literals_with_their_escapes),
        cmocka_unit_test(and_binds_more_than_or),
        cmocka_unit_test(reads_queries_within_queries),
        cmocka_unit_test(is_in_means_in),
        cmocka_unit_test(values_take_the_place_of_prompts),
        cmocka_unit_test(reads_counts_and_functions),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(a_nul_is_no_end),
        cmocka_unit_test(long_chains_are_read_and_deep_nests_refused),
        cmocka_unit_test(a_rule_selects_resources),
        cmocka_unit_test(a_rule_does_not_compare_one_device_with_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

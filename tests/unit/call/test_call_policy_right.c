/* Seeing, trying and applying a policy: it is an object of its
 * own, with rights of its own. */
#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Who may what ---- */

/* Every method of the policy that sees it, with params that are right. */
static const struct {
    const char *method;
    const char *params; /* NULL: files */
    bool is_for_reader;
} ways[] = {
    {"policy.history", "{}", true},
    {"policy.status", "{}", true},
    {"policy.export", "{}", true},
    {"policy.export", "{\"all\":true}", true},
    {"policy.export", "{\"version\":1}", false},
    {"policy.diff", "{\"from\":1,\"to\":1}", false},
    {"policy.test", "{}", false},
    {"policy.plan", NULL, false},
    {"policy.test", NULL, false},
};

static json_t *take_way(struct peer *peer, size_t i)
{
    return ways[i].params ? ask(peer, ways[i].method, ways[i].params)
                          : ask_files(peer, ways[i].method, policy, "");
}

static void who_only_reads_administrators_sees_no_policy(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    PEER(reader, "reader@A.TEST", AUTH_LEVEL_MFA);
    PEER(nosy, "nosy@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        JSON(at_top, take_way(top, i));
        JSON(changes, take_way(web, i));
        JSON(reads, take_way(reader, i));
        JSON(denied, take_way(nosy, i));

        assert_int_equal(code_of(at_top), 0);
        assert_int_equal(code_of(changes), 0);
        assert_int_equal(code_of(reads), ways[i].is_for_reader ? 0 : 3);
        assert_int_equal(code_of(denied), 3);
    }
}

/* Not even where nothing but a remark is another. */
static void who_only_reads_puts_no_version_in_place(void **state)
{
    static const char *const remark = TOP "# a remark\n";
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    PEER(reader, "reader@A.TEST", AUTH_LEVEL_MFA);
    PEER(nosy, "nosy@A.TEST", AUTH_LEVEL_MFA);
    JSON(reads, ask_files(reader, "policy.apply", remark, ""));
    JSON(denied, ask_files(nosy, "policy.apply", remark, ""));
    JSON(back, ask(nosy, "policy.rollback", "{\"version\":1}"));
    JSON(approved, ask(reader, "policy.approve", "{\"digest\":\"0\"}"));
    JSON(done, ask_files(web, "policy.apply", remark, ""));
    JSON(history, ask(top, "policy.history", "{}"));

    (void)state;
    assert_int_equal(code_of(reads), 3);
    assert_string_equal(text_in(data_of(reads), "operation"), "Modify");
    assert_string_equal(text_in(data_of(reads), "class"), "SMS_Admin");
    assert_int_equal(code_of(denied), 3);
    assert_int_equal(code_of(back), 3);
    assert_int_equal(code_of(approved), 3);
    assert_int_equal(code_of(done), 0);
    assert_int_equal(count_in(result_of(history), "items"), 2);
}

/* ---- Whom the level does not bind ---- */

#define EXCEPTED                                                               \
    "version: 1\n"                                                             \
    "authentication:\n"                                                        \
    "  minimum_level: certificate\n"                                           \
    "  exclusions:\n"                                                          \
    "    - { user: robot@A.TEST, reason: nightly, owner: top@A.TEST }\n"

static const char *export_of(struct peer *peer, const char *params,
                             json_t **answer)
{
    json_decref(*answer);
    *answer = ask(peer, "policy.export", params);
    return text_in(json_object_get(result_of(*answer), "files"), "policy.yaml");
}

static void an_export_tells_a_reader_nothing_of_exclusions(void **state)
{
    static const char *const forms[] = {"{}", "{\"all\":true}"};
    const char *rest = strstr(policy, "scopes:\n");
    SCOPED(buf_free) struct buf text = buf_make(1 << 16);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(reader, "reader@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    buf_append_string(&text, EXCEPTED);
    buf_append_string(&text, rest);
    buf_append_char(&text, '\0');
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        JSON(without, NULL);
        JSON(with, NULL);
        JSON(told, NULL);
        const char *none = export_of(reader, forms[i], &without);
        JSON(done, ask_files(top, "policy.apply", buf_text(&text).data, ""));
        JSON(undone, NULL);

        assert_int_equal(code_of(done), 0);
        assert_non_null(strstr(none, "minimum_level: certificate"));
        assert_non_null(
            strstr(none, "# left out: exclusions from the minimum level"));
        assert_string_equal(export_of(reader, forms[i], &with), none);
        assert_non_null(strstr(export_of(top, forms[i], &told), "robot"));
        undone = ask_files(top, "policy.apply", policy, "");
        assert_int_equal(code_of(undone), 0);
    }
}

/* ---- What is left out ---- */

static void a_level_is_left_out_by_who_may_set_it(void **state)
{
    SCOPED(buf_free) struct buf text = buf_make(1 << 16);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    buf_append_string(&text, "version: 1\n");
    buf_append_string(&text, strstr(policy, "scopes:\n"));
    buf_append_char(&text, '\0');
    {
        JSON(denied, ask_files(web, "policy.apply", buf_text(&text).data, ""));
        JSON(plan, ask_files(web, "policy.plan", buf_text(&text).data, ""));
        const json_t *change = first_of(result_of(plan), "changes");
        const json_t *missing = first_of(result_of(plan), "missing");
        JSON(done, ask_files(top, "policy.apply", buf_text(&text).data, ""));

        assert_int_equal(code_of(denied), 3);
        assert_string_equal(text_in(change, "name"), "minimum level");
        assert_int_equal(count_in(change, "gained"), 1);
        assert_string_equal(text_in(missing, "class"), "SMS_Site");
        assert_int_equal(code_of(done), 0);
    }
}

#define WITH_TEST                                                              \
    TOP "tests:\n"                                                             \
        "  - { user: nosy@A.TEST, cannot: Modify, class: SMS_Admin }\n"

static void tests_that_are_left_out_stand_in_the_plan(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    JSON(done, ask_files(web, "policy.apply", WITH_TEST, ""));
    JSON(same, ask_files(web, "policy.plan", WITH_TEST, ""));
    JSON(plan, ask_files(web, "policy.plan", policy, ""));
    const json_t *change = first_of(result_of(plan), "changes");

    (void)state;
    assert_int_equal(code_of(done), 0);
    assert_int_equal(count_in(result_of(same), "changes"), 0);
    assert_int_equal(count_in(result_of(plan), "changes"), 1);
    assert_string_equal(text_in(change, "change"), "removed");
    assert_string_equal(text_in(change, "what"), "test");
    assert_string_equal(text_in(change, "name"),
                        "nosy@A.TEST cannot Modify on SMS_Admin");
}

static void an_export_of_all_keeps_tests_and_level(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(done, ask_files(top, "policy.apply", WITH_TEST, ""));
    JSON(answer, NULL);
    const char *text = export_of(top, "{\"all\":true}", &answer);
    JSON(plan, ask_files(top, "policy.plan", text, ""));

    (void)state;
    assert_int_equal(code_of(done), 0);
    assert_non_null(strstr(text, "minimum_level: certificate"));
    assert_non_null(strstr(text, "cannot: Modify"));
    assert_int_equal(count_in(result_of(plan), "changes"), 0);
}

/* ---- Plans ---- */

/* Applies what top planned, after web has put something in place between. */
static int apply_after(const char *between)
{
    char more[128];
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    JSON(plan, ask_files(top, "policy.plan", with_bob_in_db, ""));
    JSON(done, ask_files(web, "policy.apply", between, ""));
    JSON(applied, NULL);

    assert_int_equal(code_of(done), 0);
    snprintf(more, sizeof(more), ",\"plan_digest\":\"%s\"",
             text_in(result_of(plan), "plan_digest"));
    applied = ask_files(top, "policy.apply", with_bob_in_db, more);
    return code_of(applied);
}

static void who_changes_nothing_of_it_spoils_no_plan(void **state)
{
    (void)state;
    assert_int_equal(apply_after(TOP "# a remark\n"), 0);
}

static void who_changes_something_of_it_does(void **state)
{
    (void)state;
    assert_int_equal(apply_after(with_bob_in_web), 5);
}

/* ---- How much ---- */

static void versions_of_remarks_come_to_an_end(void **state)
{
    enum { REMARK_BYTES = 900 * 1024, TRIES = 12 };
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    SCOPED(buf_free) struct buf text = buf_make(1 << 20);
    int last = 0;

    (void)state;
    for (int i = 0; i < TRIES && last == 0; i++) {
        JSON(done, NULL);

        buf_clear(&text);
        buf_append_string(&text, policy);
        while (text.size < REMARK_BYTES)
            buf_append_format(&text, "# %d: a remark that says nothing\n", i);
        buf_append_char(&text, '\0');
        done = ask_files(web, "policy.apply", buf_text(&text).data, "");
        last = code_of(done);
    }
    assert_int_equal(last, 7);
    {
        JSON(other, ask_files(top, "policy.apply", with_bob_in_web, ""));

        assert_int_equal(code_of(other), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(who_only_reads_administrators_sees_no_policy),
        WITH_PROVIDER(who_only_reads_puts_no_version_in_place),
        WITH_PROVIDER(an_export_tells_a_reader_nothing_of_exclusions),
        WITH_PROVIDER(a_level_is_left_out_by_who_may_set_it),
        WITH_PROVIDER(tests_that_are_left_out_stand_in_the_plan),
        WITH_PROVIDER(an_export_of_all_keeps_tests_and_level),
        WITH_PROVIDER(who_changes_nothing_of_it_spoils_no_plan),
        WITH_PROVIDER(who_changes_something_of_it_does),
        WITH_PROVIDER(versions_of_remarks_come_to_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

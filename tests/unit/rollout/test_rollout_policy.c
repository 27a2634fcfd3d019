#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Plans ---- */

static void a_plan_says_what_would_change_and_changes_nothing(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(answer, ask_files(top, "policy.plan", with_bob_in_web, ""));
    JSON(again, ask_files(top, "policy.plan", with_bob_in_web, ""));
    JSON(other, ask_files(top, "policy.plan", with_bob_in_db, ""));
    const json_t *plan = result_of(answer);
    const json_t *change = first_of(plan, "changes");
    const json_t *right = first_of(plan, "rights");

    (void)state;
    assert_int_equal(count_in(plan, "changes"), 1);
    assert_string_equal(text_in(change, "change"), "added");
    assert_string_equal(text_in(change, "what"), "administrator");
    assert_string_equal(text_in(change, "name"), "bob@A.TEST");
    assert_int_equal(count_in(plan, "rights"), 1);
    assert_string_equal(text_in(right, "user"), "bob@A.TEST");
    assert_string_equal(text_in(right, "class"), "SMS_Application");
    assert_string_equal(text_in(right, "category"), "Web");
    assert_true(json_is_null(json_object_get(right, "before")));
    assert_int_equal(count_in(plan, "missing"), 0);
    assert_string_equal(text_in(plan, "plan_digest"),
                        text_in(result_of(again), "plan_digest"));
    assert_string_not_equal(text_in(plan, "plan_digest"),
                            text_in(result_of(other), "plan_digest"));
    assert_false(can(top, "bob@A.TEST", "Web"));
    assert_string_equal(provider_last_record(&provider),
                        "policy.test done (null)");
}

static void files_that_do_not_hold_are_refused_with_every_place(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    static const char wrong[] = TOP BOB("Wob") "colour: red\n";
    static const char *const methods[] = {"policy.plan", "policy.apply"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        JSON(answer, ask_files(top, methods[i], wrong, ""));
        const json_t *messages = json_object_get(data_of(answer), "messages");

        assert_int_equal(code_of(answer), 6);
        assert_int_equal(json_array_size(messages), 2);
        assert_string_equal(text_in(json_array_get(messages, 0), "file"),
                            "site.yaml");
        assert_true(number_in(json_array_get(messages, 0), "line") > 20);
    }
}

static void what_only_the_store_knows_is_refused_with_its_place(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    static const char unknown[] =
        TOP "  - user: bob@A.TEST\n"
            "    assignments:\n"
            "      - { roles: [Readers], scopes: [Web],\n"
            "          collections: [No Such] }\n";
    JSON(answer, ask_files(top, "policy.apply", unknown, ""));
    const json_t *message = first_of(data_of(answer), "messages");

    (void)state;
    assert_int_equal(code_of(answer), 6);
    while (message && strcmp(text_in(message, "severity"), "error") != 0)
        message =
            json_array_get(json_object_get(data_of(answer), "messages"), 1);
    assert_non_null(strstr(text_in(message, "text"), "No Such"));
    assert_true(number_in(message, "line") > 20);
}

static void a_long_line_is_answered_as_a_short_one(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    SCOPED(buf_free) struct buf line = buf_make(1 << 20);
    SCOPED(buf_free) struct buf text = buf_make(1 << 20);

    (void)state;
    buf_append_string(&text, TOP);
    while (text.size < TURN_LONG_BYTES)
        buf_append_string(&text, "# a remark that makes the file longer\n");
    buf_append_char(&text, '\0');
    {
        JSON(planned, ask_files(top, "policy.plan", buf_text(&text).data, ""));

        assert_int_equal(count_in(result_of(planned), "changes"), 0);
    }
    buf_append_string(&line, "{ this is no request ");
    while (line.size <= TURN_LONG_BYTES)
        buf_append_string(&line, "and it goes on and on ");
    buf_append_char(&line, '\0');
    assert_non_null(
        strstr(peer_ask(&provider, top, buf_text(&line).data), "-32700"));
    assert_false(top->is_over);
}

static int64_t make_application(struct peer *peer)
{
    JSON(made, ask(peer, "object.create",
                   "{\"class\":\"SMS_Application\",\"properties\":"
                   "{\"LocalizedDisplayName\":\"App\"}}"));

    return number_in(result_of(made), "CI_ID");
}

static void a_replay_tells_which_requests_would_be_answered_otherwise(
    void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(bob, "bob@A.TEST", AUTH_LEVEL_MFA);
    char params[128];

    (void)state;
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Application\",\"key\":\"%lld\"}",
             (long long)make_application(top));
    for (int i = 0; i < 2; i++) {
        JSON(refused,
             ask(bob, "object.list", "{\"class\":\"SMS_Application\"}"));
        JSON(hidden, ask(bob, "object.get", params));

        assert_int_equal(code_of(refused), 3);
        assert_int_equal(code_of(hidden), 4);
    }
    {
        JSON(plan, ask_files(top, "policy.plan", with_bob_in_web,
                             ",\"replay\":3600"));
        JSON(none, ask_files(top, "policy.plan", policy, ",\"replay\":3600"));
        const json_t *replay = json_object_get(result_of(plan), "replay");
        const json_t *row = first_of(replay, "changed");

        assert_int_equal(number_in(replay, "requests"), 5);
        assert_int_equal(count_in(replay, "changed"), 1);
        assert_string_equal(text_in(row, "user"), "bob@A.TEST");
        assert_string_equal(text_in(row, "operation"), "Read");
        assert_int_equal(number_in(row, "times"), 2);
        assert_string_equal(text_in(row, "before"), "denied");
        assert_string_equal(text_in(row, "after"), "allowed");
        assert_int_equal(
            count_in(json_object_get(result_of(none), "replay"), "changed"), 0);
    }
}

/* ---- Applying ---- */

static void applying_makes_a_version_and_counts_from_the_next_request(
    void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(answer, ask_files(top, "policy.apply", with_bob_in_web,
                           ",\"message\":\"bob comes\""));
    const json_t *done = result_of(answer);
    JSON(history, NULL);
    JSON(again, NULL);
    const json_t *item;

    (void)state;
    assert_string_equal(provider_last_record(&provider),
                        "policy.apply done (null)");
    assert_true(json_is_true(json_object_get(done, "changed")));
    assert_int_equal(number_in(done, "version"), 2);
    assert_true(can(top, "bob@A.TEST", "Web"));
    assert_false(can(top, "bob@A.TEST", "Db"));
    history = ask(top, "policy.history", "{}");
    item = first_of(result_of(history), "items");
    assert_int_equal(count_in(result_of(history), "items"), 2);
    assert_string_equal(text_in(item, "author"), "top@A.TEST");
    assert_string_equal(text_in(item, "origin"), "console");
    assert_string_equal(text_in(item, "message"), "bob comes");
    assert_true(json_is_true(json_object_get(item, "current")));
    again = ask_files(top, "policy.apply", with_bob_in_web, "");
    assert_int_equal(number_in(result_of(again), "version"), 2);
    assert_false(json_is_true(json_object_get(result_of(again), "changed")));
}

static void a_plan_is_applied_only_while_it_still_fits(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(planned, ask_files(top, "policy.plan", with_bob_in_web, ""));
    char more[128];

    (void)state;
    snprintf(more, sizeof(more), ",\"plan_digest\":\"%s\"",
             text_in(result_of(planned), "plan_digest"));
    {
        JSON(other, ask_files(top, "policy.apply", with_bob_in_db, more));

        assert_int_equal(code_of(other), 5);
    }
    {
        JSON(fits, ask_files(top, "policy.apply", with_bob_in_web, more));

        assert_int_equal(code_of(fits), 0);
    }
    {
        JSON(moved, ask_files(top, "policy.apply", with_bob_in_web, more));

        assert_int_equal(code_of(moved), 5);
    }
    assert_string_equal(provider_last_record(&provider),
                        "policy.apply failed conflict");
}

static void a_test_of_the_files_that_fails_keeps_them_out(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    static const char failing[] =
        TOP BOB("Web") "tests:\n"
                       "  - { user: bob@A.TEST, can: Read,\n"
                       "      class: SMS_Application, scopes: [Db] }\n";
    static const char passing[] =
        TOP BOB("Web") "tests:\n"
                       "  - { user: bob@A.TEST, can: Read,\n"
                       "      class: SMS_Application, scopes: [Web] }\n";
    JSON(refused, ask_files(top, "policy.apply", failing, ""));
    JSON(planned, ask_files(top, "policy.plan", failing, ""));
    JSON(kept, ask_files(top, "policy.apply", passing, ""));

    (void)state;
    assert_int_equal(code_of(refused), 6);
    assert_int_equal(count_in(data_of(refused), "messages"), 1);
    assert_int_equal(
        number_in(json_object_get(result_of(planned), "tests"), "failed"), 1);
    assert_int_equal(code_of(kept), 0);
}

/* ---- Whose rights ---- */

static void who_may_not_read_administrators_sees_no_policy(void **state)
{
    static const char *const methods[] = {"policy.history", "policy.export",
                                          "policy.status"};
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(bob, "bob@A.TEST", AUTH_LEVEL_MFA);
    PEER(weak, "top@A.TEST", AUTH_LEVEL_DOMAIN);

    (void)state;
    {
        JSON(made, ask_files(top, "policy.apply", with_bob_in_web, ""));
        JSON(plan, ask_files(bob, "policy.plan", with_bob_in_web, ""));

        assert_int_equal(code_of(made), 0);
        assert_int_equal(code_of(plan), 3);
    }
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        JSON(denied, ask(bob, methods[i], "{}"));
        JSON(low, ask(weak, methods[i], "{}"));
        JSON(allowed, ask(top, methods[i], "{}"));

        assert_int_equal(code_of(denied), 3);
        assert_int_equal(code_of(low), 2);
        assert_int_equal(code_of(allowed), 0);
    }
}

static void nobody_applies_more_than_they_hold(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(planned, ask_files(web, "policy.plan", with_bob_in_db, ""));
    JSON(denied, ask_files(web, "policy.apply", with_bob_in_db, ""));
    const json_t *missing = first_of(result_of(planned), "missing");

    (void)state;
    assert_true(count_in(result_of(planned), "missing") > 0);
    assert_string_equal(text_in(missing, "class"), "SMS_Admin");
    assert_string_equal(text_in(missing, "name"), "bob@A.TEST");
    assert_non_null(strstr(text_in(missing, "at"), "site.yaml:"));
    assert_int_equal(code_of(denied), 3);
    assert_string_equal(text_in(data_of(denied), "file"), "site.yaml");
    {
        JSON(audit, ask(top, "audit.query",
                        "{\"event\":\"policy.apply\",\"limit\":1}"));
        const json_t *item = first_of(result_of(audit), "items");

        assert_string_equal(text_in(item, "class"), "SMS_Admin");
        assert_string_equal(text_in(item, "operation"), "Add");
        assert_non_null(strstr(text_in(item, "detail"), "\"at\":\"site.yaml:"));
    }
    assert_false(can(top, "bob@A.TEST", "Db"));
    {
        JSON(allowed, ask_files(web, "policy.apply", with_bob_in_web, ""));

        assert_int_equal(code_of(allowed), 0);
    }
    assert_true(can(top, "bob@A.TEST", "Web"));
}

/* ---- Going back ---- */

static void going_back_is_a_new_version_with_the_old_files(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(one, ask_files(top, "policy.apply", with_bob_in_web, ""));
    JSON(two, ask_files(top, "policy.apply", with_bob_in_db, ""));
    JSON(back, ask(top, "policy.rollback", "{\"version\":2}"));
    JSON(absent, ask(top, "policy.rollback", "{\"version\":99}"));
    JSON(difference, ask(top, "policy.diff", "{\"from\":2,\"to\":3}"));
    JSON(files, ask(top, "policy.export", "{\"version\":2}"));

    (void)state;
    assert_int_equal(code_of(one), 0);
    assert_int_equal(code_of(two), 0);
    assert_int_equal(number_in(result_of(back), "version"), 4);
    assert_string_equal(text_in(result_of(back), "digest"),
                        text_in(result_of(one), "digest"));
    assert_true(can(top, "bob@A.TEST", "Web"));
    assert_int_equal(code_of(absent), 4);
    assert_int_equal(count_in(result_of(difference), "changes"), 1);
    assert_int_equal(count_in(result_of(difference), "rights"), 2);
    assert_string_equal(
        text_in(json_object_get(result_of(files), "files"), "site.yaml"),
        with_bob_in_web);
}

static void an_export_applied_again_changes_nothing(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(made, ask_files(top, "policy.apply", with_bob_in_web, ""));
    JSON(files, ask(top, "policy.export", "{}"));
    const char *text =
        text_in(json_object_get(result_of(files), "files"), "policy.yaml");
    JSON(plan, ask_files(top, "policy.plan", text, ""));

    (void)state;
    assert_int_equal(code_of(made), 0);
    assert_int_equal(count_in(result_of(plan), "changes"), 0);
    assert_int_equal(count_in(result_of(plan), "rights"), 0);
}

static void what_the_directory_said_comes_back_too(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(same, ask_files(top, "policy.apply", policy, ""));
    JSON(other, ask_files(top, "policy.apply", with_bob_in_db, ""));
    JSON(back, ask(top, "policy.rollback", "{\"version\":1}"));

    (void)state;
    assert_int_equal(code_of(same), 0);
    assert_int_equal(code_of(other), 0);
    assert_int_equal(code_of(back), 0);
    assert_false(can(top, "bob@A.TEST", "Db"));
}

static void two_files_of_one_name_are_refused(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(answer, ask(top, "policy.plan",
                     "{\"files\":{\"a/site.yaml\":\"version: 1\\n\","
                     "\"b/site.yaml\":\"version: 1\\n\"}}"));

    (void)state;
    assert_int_equal(code_of(answer), 6);
}

/* ---- The directory ---- */

static void the_directory_does_not_undo_what_was_applied_since(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(made, ask_files(top, "policy.apply", with_bob_in_web, ""));

    (void)state;
    assert_int_equal(code_of(made), 0);
    assert_int_equal(provider_apply(&provider, policy), STATUS_OK);
    assert_true(can(top, "bob@A.TEST", "Web"));
    {
        JSON(status, ask(top, "policy.status", "{}"));
        const json_t *directory =
            json_object_get(result_of(status), "directory");

        assert_string_equal(text_in(directory, "state"), "differs");
        assert_int_equal(number_in(result_of(status), "version"), 2);
        assert_int_equal(number_in(result_of(status), "reloads"), 2);
    }
    assert_int_equal(provider_apply(&provider, with_bob_in_db), STATUS_OK);
    assert_false(can(top, "bob@A.TEST", "Web"));
    assert_int_equal(provider_apply(&provider, "version: 1\nroles: 5\n"),
                     STATUS_INVALID);
    {
        JSON(status, ask(top, "policy.status", "{}"));
        const json_t *directory =
            json_object_get(result_of(status), "directory");

        assert_string_equal(text_in(directory, "state"), "refused");
        assert_true(count_in(directory, "errors") > 0);
        assert_int_equal(number_in(result_of(status), "reloads_failed"), 1);
    }
    assert_true(can(top, "bob@A.TEST", "Db"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(a_plan_says_what_would_change_and_changes_nothing),
        WITH_PROVIDER(files_that_do_not_hold_are_refused_with_every_place),
        WITH_PROVIDER(what_only_the_store_knows_is_refused_with_its_place),
        WITH_PROVIDER(a_long_line_is_answered_as_a_short_one),
        WITH_PROVIDER(
            a_replay_tells_which_requests_would_be_answered_otherwise),
        WITH_PROVIDER(
            applying_makes_a_version_and_counts_from_the_next_request),
        WITH_PROVIDER(a_plan_is_applied_only_while_it_still_fits),
        WITH_PROVIDER(a_test_of_the_files_that_fails_keeps_them_out),
        WITH_PROVIDER(who_may_not_read_administrators_sees_no_policy),
        WITH_PROVIDER(nobody_applies_more_than_they_hold),
        WITH_PROVIDER(going_back_is_a_new_version_with_the_old_files),
        WITH_PROVIDER(an_export_applied_again_changes_nothing),
        WITH_PROVIDER(what_the_directory_said_comes_back_too),
        WITH_PROVIDER(two_files_of_one_name_are_refused),
        WITH_PROVIDER(the_directory_does_not_undo_what_was_applied_since),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

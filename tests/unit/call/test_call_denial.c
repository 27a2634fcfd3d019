/* What was denied is one value: the answer, the record and a replay of it say
 * the same. */
#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

/* The newest record of an event. */
static json_t *record_of(const char *event)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[128];
    json_t *item;

    snprintf(params, sizeof(params), "{\"event\":\"%s\",\"limit\":1}", event);
    {
        JSON(answer, ask(top, "audit.query", params));

        item = json_incref(
            json_array_get(json_object_get(result_of(answer), "items"), 0));
    }
    assert_non_null(item);
    return item;
}

/* The record says what the answer said. */
static void assert_same(const json_t *answer, const json_t *record)
{
    assert_string_equal(text_in(record, "operation"),
                        text_in(data_of(answer), "operation"));
    assert_string_equal(text_in(record, "class"),
                        text_in(data_of(answer), "class"));
    assert_string_equal(text_in(record, "key"),
                        text_in(data_of(answer), "key"));
    assert_string_equal(text_in(record, "reason"),
                        text_in(data_of(answer), "code"));
    assert_string_equal(text_in(record, "outcome"), "denied");
}

#define ADD_MEMBERSHIP                                                         \
    "{\"class\":\"SMS_SecuredCategoryMembership\","                            \
    "\"method\":\"AddMemberships\",\"args\":{\"ObjectIDs\":[\"P01\"],"         \
    "\"ObjectTypeIDs\":[6],\"CategoryIDs\":[\"SMS00UNA\"]}}"

/* Two rights are asked for: on scopes, and on the object that is put there. */
static void a_second_right_is_recorded_as_it_was_denied(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(denied, ask(web, "object.invoke", ADD_MEMBERSHIP));
    JSON(record, record_of("object.invoke"));

    (void)state;
    assert_int_equal(code_of(denied), 3);
    assert_string_equal(text_in(data_of(denied), "operation"),
                        "Set Security Scope");
    assert_string_equal(text_in(data_of(denied), "class"), "SMS_Site");
    assert_string_equal(text_in(data_of(denied), "key"), "P01");
    assert_same(denied, record);
    assert_int_equal(number_in(record, "message_id"), 0);
    {
        JSON(done, ask(top, "object.invoke", ADD_MEMBERSHIP));
        JSON(kept, record_of("object.invoke"));

        assert_int_equal(code_of(done), 0);
        assert_int_equal(number_in(kept, "message_id"), 31226);
    }
}

#define SET_LEVEL                                                              \
    "{\"class\":\"SMS_Site\",\"method\":\"SetAuthenticationLevel\","           \
    "\"args\":{\"AuthenticationLevel\":20}}"

static void a_method_for_the_top_has_a_reason_of_its_own(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    JSON(denied, ask(web, "object.invoke", SET_LEVEL));
    JSON(record, record_of("object.invoke"));

    (void)state;
    assert_int_equal(code_of(denied), 3);
    assert_string_equal(text_in(data_of(denied), "code"),
                        "guard-full-administrator");
    assert_same(denied, record);
    assert_int_equal(number_in(record, "message_id"), 0);
}

static void what_is_not_there_is_recorded_as_such(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(absent, ask(top, "object.invoke",
                     "{\"class\":\"SMS_Collection\",\"key\":\"P0199999\","
                     "\"method\":\"RequestRefresh\"}"));
    JSON(record, record_of("object.invoke"));

    (void)state;
    assert_int_equal(code_of(absent), 4);
    assert_string_equal(text_in(record, "reason"), "not_found");
    assert_string_equal(text_in(record, "key"), "P0199999");
    assert_int_equal(number_in(record, "message_id"), 0);
}

static void a_failed_method_has_no_message_of_success(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(failed, ask(top, "object.invoke", SET_LEVEL)); /* declared in a file */
    JSON(record, record_of("object.invoke"));

    (void)state;
    assert_int_equal(code_of(failed), 5);
    assert_string_equal(text_in(record, "outcome"), "failed");
    assert_int_equal(number_in(record, "message_id"), 0);
}

/* Does a replay of the last hour find the refused one allowed? */
static bool replay_finds(const char *files, const char *operation)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(plan, ask_files(top, "policy.plan", files, ",\"replay\":3600"));
    const json_t *rows =
        json_object_get(json_object_get(result_of(plan), "replay"), "changed");

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (strcmp(text_in(row, "operation"), operation) == 0 &&
            strcmp(text_in(row, "user"), "web@A.TEST") == 0 &&
            strcmp(text_in(row, "before"), "denied") == 0)
            return true;
    }
    return false;
}

static void write_promoted(struct buf *out)
{
    const char *at = strstr(policy, "      - { roles: [Delegate]");

    buf_append_text(out, (struct text){policy, (size_t)(at - policy)});
    buf_append_string(out, "      - { roles: [Full Administrator], scopes:"
                           " [All], collections: " ALL " }\n");
    buf_append_string(out, at);
    buf_append_char(out, '\0');
}

static void a_replay_sees_second_rights_and_methods_of_the_top(void **state)
{
    SCOPED(buf_free) struct buf promoted = buf_make(1 << 16);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    JSON(second, ask(web, "object.invoke", ADD_MEMBERSHIP));
    JSON(top_only, ask(web, "object.invoke", SET_LEVEL));

    (void)state;
    write_promoted(&promoted);
    assert_int_equal(code_of(second), 3);
    assert_int_equal(code_of(top_only), 3);
    assert_true(replay_finds(buf_text(&promoted).data, "Set Security Scope"));
    assert_true(replay_finds(buf_text(&promoted).data, "Modify"));
    assert_false(replay_finds(policy, "Set Security Scope"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(a_second_right_is_recorded_as_it_was_denied),
        WITH_PROVIDER(a_method_for_the_top_has_a_reason_of_its_own),
        WITH_PROVIDER(what_is_not_there_is_recorded_as_such),
        WITH_PROVIDER(a_failed_method_has_no_message_of_success),
        WITH_PROVIDER(a_replay_sees_second_rights_and_methods_of_the_top),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Two persons: what is applied waits for another who may do it too. */
#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>

static void with_approval_a_second_person_puts_it_in_place(void **state)
{
    struct config *config = provider.settings->config;
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    JSON(asked, NULL);
    char params[128];

    (void)state;
    config->policy_approval = true;
    asked = ask_files(top, "policy.apply", with_bob_in_db, "");
    assert_true(json_is_true(json_object_get(result_of(asked), "waiting")));
    assert_false(can(top, "bob@A.TEST", "Db"));
    snprintf(params, sizeof(params), "{\"digest\":\"%s\"}",
             text_in(result_of(asked), "digest"));
    {
        JSON(seen, ask(second, "policy.plan", params));
        JSON(oneself, ask(top, "policy.approve", params));
        JSON(unable, ask(web, "policy.approve", params));
        JSON(status, ask(top, "policy.status", "{}"));

        assert_string_equal(text_in(result_of(seen), "digest"),
                            text_in(result_of(asked), "digest"));
        assert_int_equal(count_in(result_of(seen), "changes"), 1);
        assert_int_equal(code_of(oneself), 3);
        assert_int_equal(code_of(unable), 3);
        assert_int_equal(count_in(result_of(status), "waiting"), 1);
    }
    {
        JSON(done, ask(second, "policy.approve", params));
        JSON(again, ask(second, "policy.approve", params));
        JSON(history, ask(top, "policy.history", "{\"limit\":1}"));
        const json_t *item = first_of(result_of(history), "items");

        assert_int_equal(code_of(done), 0);
        assert_int_equal(code_of(again), 4);
        assert_string_equal(text_in(item, "author"), "top@A.TEST");
        assert_string_equal(text_in(item, "approver"), "second@A.TEST");
    }
    assert_true(can(top, "bob@A.TEST", "Db"));
}

static void what_waits_for_a_week_is_not_approved(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);
    struct policy_waiting waiting;
    char params[128];

    (void)state;
    provider.settings->config->policy_approval = true;
    {
        JSON(asked, ask_files(top, "policy.apply", with_bob_in_db, ""));
        const char *digest = text_in(result_of(asked), "digest");

        snprintf(params, sizeof(params), "{\"digest\":\"%s\"}", digest);
        assert_int_equal(
            policy_waiting_find(provider.writing, text_of(digest), &waiting),
            STATUS_OK);
    }
    waiting.version.time_s -= 7 * 24 * 3600;
    assert_int_equal(store_write_begin(provider.writing), STATUS_OK);
    assert_int_equal(policy_waiting_put(provider.writing, &waiting), STATUS_OK);
    assert_int_equal(store_write_commit(provider.writing), STATUS_OK);
    {
        JSON(late, ask(second, "policy.approve", params));
        JSON(asked, ask_files(top, "policy.apply", with_bob_in_db, ""));
        JSON(done, ask(second, "policy.approve", params));

        assert_int_equal(code_of(late), 5);
        assert_int_equal(code_of(asked), 0);
        assert_int_equal(code_of(done), 0);
    }
}

#define WITH_BRIEF                                                             \
    TOP "  - user: brief@A.TEST\n"                                             \
        "    assignments:\n"                                                   \
        "      - { roles: [Full Administrator], scopes: [All],\n"              \
        "          collections: " ALL ", until: 2099-01-01 }\n"

/* The request ends with the right to make it; of others it has no end. */
static void what_waits_ends_with_the_right_to_ask(void **state)
{
    static const int64_t year_2099 = 4070908800;
    const char *end_of[] = {"brief@A.TEST", "top@A.TEST"};
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    provider.settings->config->policy_approval = true;
    for (size_t i = 0; i < ARRAY_SIZE(end_of); i++) {
        PEER(author, end_of[i], AUTH_LEVEL_MFA);
        struct policy_waiting waiting;
        char params[128];

        assert_int_equal(provider_apply(&provider, WITH_BRIEF), STATUS_OK);
        {
            JSON(asked,
                 ask_files(author, "policy.apply", WITH_BRIEF BOB("Db"), ""));
            const char *digest = text_in(result_of(asked), "digest");

            snprintf(params, sizeof(params), "{\"digest\":\"%s\"}", digest);
            assert_int_equal(policy_waiting_find(provider.writing,
                                                 text_of(digest), &waiting),
                             STATUS_OK);
        }
        assert_int_equal(waiting.until_s, i == 0 ? year_2099 : INT64_MAX);
        waiting.until_s = waiting.version.time_s;
        assert_int_equal(store_write_begin(provider.writing), STATUS_OK);
        assert_int_equal(policy_waiting_put(provider.writing, &waiting),
                         STATUS_OK);
        assert_int_equal(store_write_commit(provider.writing), STATUS_OK);
        {
            JSON(late, ask(second, "policy.approve", params));
            JSON(asked,
                 ask_files(author, "policy.apply", WITH_BRIEF BOB("Db"), ""));
            JSON(done, ask(second, "policy.approve", params));

            assert_int_equal(code_of(late), 3);
            assert_int_equal(code_of(asked), 0);
            assert_int_equal(code_of(done), 0);
        }
    }
}

static void what_was_rejected_or_overtaken_is_not_approved(void **state)
{
    struct config *config = provider.settings->config;
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);
    char params[128];

    (void)state;
    config->policy_approval = true;
    {
        JSON(asked, ask_files(top, "policy.apply", with_bob_in_db, ""));

        snprintf(params, sizeof(params), "{\"digest\":\"%s\"}",
                 text_in(result_of(asked), "digest"));
    }
    assert_int_equal(provider_apply(&provider, with_bob_in_web), STATUS_OK);
    {
        JSON(overtaken, ask(second, "policy.approve", params));
        JSON(rejected, ask(second, "policy.reject", params));
        JSON(gone, ask(second, "policy.approve", params));

        assert_int_equal(code_of(overtaken), 5);
        assert_int_equal(code_of(rejected), 0);
        assert_int_equal(code_of(gone), 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(with_approval_a_second_person_puts_it_in_place),
        WITH_PROVIDER(what_waits_for_a_week_is_not_approved),
        WITH_PROVIDER(what_waits_ends_with_the_right_to_ask),
        WITH_PROVIDER(what_was_rejected_or_overtaken_is_not_approved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>

#include "tests/support/provider_fixture.h"

#define ALL "[All Systems, All Users and User Groups]"

/* The top, a group that may read, an excluded user, root. */
static const char policy[] =
    "version: 1\n"
    "authentication:\n"
    "  minimum_level: certificate\n"
    "  exclusions:\n"
    "    - { user: robot@A.TEST, reason: export, owner: top@A.TEST,\n"
    "        until: 2999-01-01 }\n"
    "    - { user: late@A.TEST, reason: over, owner: top@A.TEST,\n"
    "        until: 2020-01-01 }\n"
    "    - { group: night, source: host, reason: shift,\n"
    "        owner: top@A.TEST,\n"
    "        until: 2999-01-01 }\n"
    "    - { user: break-glass, reason: no KDC, owner: top@A.TEST,\n"
    "        until: 2999-01-01 }\n"
    "administrators:\n"
    "  - user: robot@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Read-only Analyst], instances: all }\n"
    "  - user: late@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Read-only Analyst], instances: all }\n"
    "  - user: break-glass\n"
    "    identities: [{ local: root }]\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], instances: all }\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n"
    "  - group: helpers\n"
    "    source: host\n"
    "    assignments:\n"
    "      - { roles: [Read-only Analyst], scopes: [All],\n"
    "          collections: " ALL " }\n";

PROVIDER_FOR_TESTS(policy)

#define PEER(name, user, level)                                                \
    SCOPED(peer_leave) struct peer *name = peer_open(&provider, user, level)

static const char *call(struct peer *peer, const char *method,
                        const char *params)
{
    return peer_call(&provider, peer, method, params);
}

/* ---- Groups ---- */

static void while_groups_are_unknown_nothing_is_decided(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *list = "{\"class\":\"SMS_Collection\"}";
    const char *answer;

    (void)state;
    assert_int_equal(answer_code(call(top, "object.list", list)), 0);
    session_set_accounts(top->session, NULL, "time-out");
    assert_int_equal(answer_code(call(top, "object.list", list)), 8);
    assert_int_equal(answer_code(call(top, "access.what_can", "{}")), 8);
    answer = call(top, "session.whoami", "{}");
    assert_int_equal(answer_code(answer), 0);
    assert_non_null(strstr(answer, "\"groups_known\":false"));
    session_set_accounts(top->session, NULL, NULL);
    assert_int_equal(answer_code(call(top, "object.list", list)), 0);
    answer = call(top, "session.whoami", "{}");
    assert_non_null(strstr(answer, "\"groups_known\":true"));
}

static struct groups_list *list_of(const char *name)
{
    struct groups_list *list = calloc(1, sizeof(*list));

    assert_non_null(list);
    list->groups.names = calloc(1, sizeof(char *));
    assert_non_null(list->groups.names);
    list->groups.names[list->groups.n_names++] = strdup(name);
    list->n_holders = 1;
    return list;
}

/* The longest list a token may bring, and one group more of this host. */
static void a_group_behind_a_long_list_still_counts(void **state)
{
    PEER(late, "crowded@A.TEST", AUTH_LEVEL_MFA);
    struct auth_evidence *proof = &late->session->proofs[0];
    OWNED(groups_list) helpers = list_of("helpers");
    OWNED(groups_list) others = list_of("others");
    const char *list = "{\"class\":\"SMS_Collection\"}";

    (void)state;
    proof->groups = calloc(AUTH_GROUPS_MAX, sizeof(char *));
    assert_non_null(proof->groups);
    for (; proof->n_groups < AUTH_GROUPS_MAX; proof->n_groups++)
        proof->groups[proof->n_groups] = strdup("crowd");
    assert_int_equal(answer_code(call(late, "object.list", list)), 3);
    session_set_accounts(late->session, helpers, NULL);
    assert_int_equal(answer_code(call(late, "object.list", list)), 0);
    session_set_accounts(late->session, others, NULL);
    assert_int_equal(answer_code(call(late, "object.list", list)), 3);
}

/* ---- Exclusions ---- */

static const char list_collections[] = "{\"class\":\"SMS_Collection\"}";

static void the_use_of_an_exclusion_is_recorded_once_a_session(void **state)
{
    PEER(robot, "robot@A.TEST", AUTH_LEVEL_DOMAIN);
    const int64_t before = provider_n_records(&provider);

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            answer_code(call(robot, "object.list", list_collections)), 0);
    assert_int_equal(provider_n_records(&provider), before + 1);
    assert_string_equal(provider_last_record(&provider),
                        "exclusion.used done (null)");
    {
        PEER(again, "robot@A.TEST", AUTH_LEVEL_DOMAIN);

        assert_int_equal(
            answer_code(call(again, "object.list", list_collections)), 0);
        assert_int_equal(provider_n_records(&provider), before + 2);
    }
    {
        PEER(strong, "robot@A.TEST", AUTH_LEVEL_CERTIFICATE);

        assert_int_equal(
            answer_code(call(strong, "object.list", list_collections)), 0);
        assert_int_equal(provider_n_records(&provider), before + 2);
    }
}

static void an_exclusion_that_has_ended_serves_nobody(void **state)
{
    PEER(late, "late@A.TEST", AUTH_LEVEL_DOMAIN);
    PEER(strong, "late@A.TEST", AUTH_LEVEL_CERTIFICATE);

    (void)state;
    assert_int_equal(answer_code(call(late, "object.list", list_collections)),
                     2);
    assert_int_equal(answer_code(call(strong, "object.list", list_collections)),
                     0);
}

/* A group grows without being asked, here or in the directory (T71). */
static void no_exclusion_frees_who_administers_security(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_DOMAIN);
    PEER(reader, "reader@A.TEST", AUTH_LEVEL_DOMAIN);
    PEER(strong, "top@A.TEST", AUTH_LEVEL_CERTIFICATE);
    OWNED(groups_list) night = list_of("night");
    SCOPED(memory_drop) char *helpers = strdup("host\nhelpers");
    struct auth_evidence *proof = &reader->session->proofs[0];

    (void)state;
    proof->groups = calloc(1, sizeof(char *));
    assert_non_null(proof->groups);
    proof->groups[proof->n_groups++] = TAKE(helpers);
    session_set_accounts(top->session, night, NULL);
    session_set_accounts(reader->session, night, NULL);
    session_set_accounts(strong->session, night, NULL);
    assert_int_equal(answer_code(call(top, "object.list", list_collections)),
                     2);
    assert_non_null(
        strstr(call(top, "session.whoami", "{}"), "\"excluded\":false"));
    assert_int_equal(answer_code(call(reader, "object.list", list_collections)),
                     0);
    assert_int_equal(answer_code(call(strong, "object.list", list_collections)),
                     0);
}

/* By whatever group, at whatever level (A8). */
static void who_is_excepted_sets_no_level(void **state)
{
    static const char set[] =
        "{\"class\":\"SMS_Site\",\"method\":\"SetAuthenticationLevel\","
        "\"args\":{\"AuthenticationLevel\":10}}";
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    OWNED(groups_list) night = list_of("night");
    OWNED(groups_list) day = list_of("day");
    const char *answer;

    (void)state;
    session_set_accounts(top->session, night, NULL);
    answer = call(top, "object.invoke", set);
    assert_int_equal(answer_code(answer), 3);
    assert_non_null(strstr(answer, "does not bind"));
    /* Declared by a file, so it is a conflict for everybody else. */
    session_set_accounts(top->session, day, NULL);
    assert_int_equal(answer_code(call(top, "object.invoke", set)), 5);
}

/* ---- Break-glass ---- */

/* Signs in as the loop and the writer do it, over the Unix socket. */
static void sign_in_local(struct peer *peer, uint32_t uid, int code)
{
    peer->channel.peer_uid = uid;
    peer->channel.has_peer_uid = true;
    assert_int_equal(
        answer_code(call(peer, "auth.start",
                         "{\"mechanism\":\"EXTERNAL\",\"data\":\"\"}")),
        code);
}

static void all_that_break_glass_does_is_recorded(void **state)
{
    PEER(root, NULL, AUTH_LEVEL_NONE);
    int64_t before;

    (void)state;
    sign_in_local(root, 0, 0);
    assert_string_equal(provider_last_record(&provider),
                        "signin.break_glass done (null)");
    assert_string_equal(root->session->user, "break-glass");
    assert_non_null(
        strstr(call(root, "session.whoami", "{}"), "\"break_glass\":true"));
    before = provider_n_records(&provider);
    assert_int_equal(answer_code(call(root, "object.list", list_collections)),
                     0);
    assert_int_equal(provider_n_records(&provider), before + 2);
    assert_int_equal(answer_code(call(root, "object.list", list_collections)),
                     0);
    assert_int_equal(provider_n_records(&provider), before + 3);
    assert_string_equal(provider_last_record(&provider),
                        "object.list done (null)");
    root->session->proofs[0].expires_at_s -= 3600;
    assert_int_equal(answer_code(call(root, "object.list", list_collections)),
                     1);
}

static void nobody_else_of_this_host_is_root(void **state)
{
    PEER(other, NULL, AUTH_LEVEL_NONE);

    (void)state;
    sign_in_local(other, 1000, 1);
    assert_string_equal(provider_last_record(&provider),
                        "signin refused unknown-identity");
}

/* The policy no longer names her: out at the next request, and no way in. */
static void without_a_record_root_is_nobody(void **state)
{
    static const char without[] =
        "version: 1\n"
        "authentication: { minimum_level: certificate }\n"
        "administrators:\n"
        "  - user: top@A.TEST\n"
        "    assignments:\n"
        "      - { roles: [Full Administrator], instances: all }\n";
    PEER(root, NULL, AUTH_LEVEL_NONE);
    PEER(late, NULL, AUTH_LEVEL_NONE);

    (void)state;
    sign_in_local(root, 0, 0);
    assert_int_equal(provider_apply(&provider, without), STATUS_OK);
    assert_int_equal(answer_code(call(root, "object.list", list_collections)),
                     1);
    sign_in_local(late, 0, 1);
    assert_string_equal(provider_last_record(&provider),
                        "signin.break_glass refused unknown-identity");
    assert_int_equal(provider_apply(&provider, policy), STATUS_OK);
    assert_int_equal(answer_code(call(root, "object.list", list_collections)),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(while_groups_are_unknown_nothing_is_decided),
        cmocka_unit_test(a_group_behind_a_long_list_still_counts),
        cmocka_unit_test(the_use_of_an_exclusion_is_recorded_once_a_session),
        cmocka_unit_test(an_exclusion_that_has_ended_serves_nobody),
        cmocka_unit_test(no_exclusion_frees_who_administers_security),
        cmocka_unit_test(who_is_excepted_sets_no_level),
        cmocka_unit_test(all_that_break_glass_does_is_recorded),
        cmocka_unit_test(nobody_else_of_this_host_is_root),
        cmocka_unit_test(without_a_record_root_is_nobody),
    };

    return cmocka_run_group_tests(tests, open_provider, close_provider);
}

#include "tests/unit/unit.h"

#include <stdlib.h>

#include "tests/support/provider_fixture.h"

#define ALL "[All Systems, All Users and User Groups]"

/* The top, and a group that may read. */
static const char policy[] =
    "version: 1\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n"
    "  - group: helpers\n"
    "    assignments:\n"
    "      - { roles: [Read-only Analyst], scopes: [All],\n"
    "          collections: " ALL " }\n";

static struct provider provider;

static int open_provider(void **state)
{
    (void)state;
    provider_open(&provider, policy);
    return 0;
}

static int close_provider(void **state)
{
    (void)state;
    provider_close(&provider);
    return 0;
}

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
    PEER(late, "late@A.TEST", AUTH_LEVEL_MFA);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(while_groups_are_unknown_nothing_is_decided),
        cmocka_unit_test(a_group_behind_a_long_list_still_counts),
    };

    return cmocka_run_group_tests(tests, open_provider, close_provider);
}

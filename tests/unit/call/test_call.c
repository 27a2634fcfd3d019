#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/call/method.h"
#include "provider/method/table.h"
#include "tests/support/provider_fixture.h"

#define ALL "[All Systems, All Users and User Groups]"

/* The top, an analyst of one scope, one account below the minimum, nobody. */
static const char policy[] =
    "version: 1\n"
    "authentication:\n"
    "  minimum_level: certificate\n"
    "  exclusions:\n"
    "    - { user: robot@A.TEST, reason: export, owner: top@A.TEST,\n"
    "        until: 2999-01-01 }\n"
    "scopes:\n"
    "  - { name: Web }\n"
    "roles:\n"
    "  - name: Careful\n"
    "    copied_from: Application Author\n"
    "    operations: { SMS_Application: [Read, Modify, Delete] }\n"
    "    require_level: { mfa: { SMS_Application: [Delete] } }\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n"
    "  - user: web@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Careful], scopes: [Web] }\n"
    "  - user: robot@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Read-only Analyst], scopes: [All],\n"
    "          collections: " ALL " }\n";

/* The same without the analyst. */
static const char policy_without_web[] =
    "version: 1\n"
    "authentication: { minimum_level: certificate }\n"
    "scopes:\n"
    "  - { name: Web }\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n";

PROVIDER_FOR_TESTS(policy)

#define PEER(name, user, level)                                                \
    SCOPED(peer_leave) struct peer *name = peer_open(&provider, user, level)

/* ---- What an answer says ---- */

static void member_of(const char *answer, const char *part, const char *name,
                      char *out, size_t size)
{
    json_t *root = json_loads(answer, 0, NULL);
    const json_t *from = json_object_get(root, part);
    const json_t *value;

    if (strcmp(part, "error") == 0)
        from = json_object_get(from, "data");
    value = json_object_get(from, name);
    if (json_is_integer(value))
        snprintf(out, size, "%lld", (long long)json_integer_value(value));
    else
        snprintf(out, size, "%s",
                 json_string_value(value) ? json_string_value(value) : "");
    json_decref(root);
}

static void assert_says(const char *answer, const char *part, const char *name,
                        const char *expected)
{
    char value[256];

    member_of(answer, part, name, value, sizeof(value));
    assert_string_equal(value, expected);
}

static const char *call(struct peer *peer, const char *method,
                        const char *params)
{
    return peer_call(&provider, peer, method, params);
}

static void make_application(const char *name, char *key, size_t size)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[256];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Application\",\"properties\":"
             "{\"LocalizedDisplayName\":\"%s\"}}",
             name);
    member_of(call(top, "object.create", params), "result", "CI_ID", key, size);
    assert_string_not_equal(key, "");
}

/* ---- The table ---- */

static void every_method_says_what_it_needs(void **state)
{
    const struct method *table = method_table.rows;
    const size_t n = method_table.n_rows;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_int_not_equal(table[i].needs.kind, NEEDS_UNSET);
        assert_non_null(table[i].run);
        assert_ptr_equal(method_find(&method_table, text_of(table[i].name)),
                         &table[i]);
    }
}

static void before_sign_in_only_sign_in_and_the_server_answer(void **state)
{
    PEER(stranger, NULL, AUTH_LEVEL_NONE);
    const struct method *table = method_table.rows;
    const size_t n = method_table.n_rows;
    const int64_t before = provider_n_records(&provider);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const bool is_open = strncmp(table[i].name, "auth.", 5) == 0 ||
                             strcmp(table[i].name, "server.info") == 0;
        const int code = answer_code(call(stranger, table[i].name, "{}"));

        if (!is_open || strcmp(table[i].name, "auth.step_up") == 0)
            assert_int_equal(code, 1);
        else
            assert_int_not_equal(code, 1);
    }
    assert_int_equal(answer_code(call(stranger, "no.such", "{}")), 1);
    assert_int_equal(provider_n_records(&provider), before);
}

/* ---- Who has no right ---- */

struct asked {
    const char *method;
    const char *params;
};

static void what_nobody_may_is_refused_and_recorded(void **state)
{
    static const struct asked table[] = {
        {"object.get", "{\"class\":\"SMS_Collection\",\"key\":\"SMS00001\"}"},
        {"object.list", "{\"class\":\"SMS_Collection\"}"},
        {"object.create",
         "{\"class\":\"SMS_Collection\",\"properties\":{\"Name\":\"x\"}}"},
        {"object.update", "{\"class\":\"SMS_Collection\",\"key\":\"SMS00001\","
                          "\"properties\":{\"Comment\":\"x\"}}"},
        {"object.delete",
         "{\"class\":\"SMS_Collection\",\"key\":\"SMS00001\"}"},
        {"object.invoke", "{\"class\":\"SMS_Site\","
                          "\"method\":\"SetAuthenticationLevel\","
                          "\"args\":{\"AuthenticationLevel\":0}}"},
        {"access.check", "{\"operation\":\"Read\",\"class\":\"SMS_Collection\","
                         "\"user\":\"top@A.TEST\"}"},
        {"access.explain", "{\"operation\":\"Read\","
                           "\"class\":\"SMS_Collection\","
                           "\"user\":\"top@A.TEST\"}"},
        {"access.who_can", "{\"operation\":\"Read\","
                           "\"class\":\"SMS_Collection\","
                           "\"key\":\"SMS00001\"}"},
        {"access.what_can", "{\"user\":\"top@A.TEST\"}"},
        {"audit.query", "{}"},
        {"audit.verify", "{}"},
        {"policy.plan", "{\"files\":{}}"},
        {"policy.test", "{}"},
        {"policy.apply", "{\"files\":{}}"},
        {"policy.rollback", "{\"version\":1}"},
        {"policy.approve", "{\"digest\":\"0\"}"},
        {"policy.reject", "{\"digest\":\"0\"}"},
        {"policy.history", "{}"},
        {"policy.export", "{}"},
        {"policy.status", "{}"},
        {"policy.diff", "{\"from\":1,\"to\":1}"},
    };
    PEER(nobody, "nobody@A.TEST", AUTH_LEVEL_MFA);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        const int64_t before = provider_n_records(&provider);
        const int code =
            answer_code(call(nobody, table[i].method, table[i].params));

        if (code != 3 && code != 4)
            fail_msg("%s answers %d", table[i].method, code);
        assert_int_equal(provider_n_records(&provider), before + 1);
        assert_non_null(strstr(provider_last_record(&provider), "denied"));
    }
    assert_int_equal(answer_code(call(top, table[0].method, table[0].params)),
                     0);
    for (size_t i = 8; i < 11; i++)
        assert_int_equal(
            answer_code(call(top, table[i].method, table[i].params)), 0);
}

static void hidden_and_absent_get_the_same_answer_and_record(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    char key[128], params[256], hidden[512], absent[512];
    static const char *const methods[] = {"object.get", "object.delete",
                                          "access.explain"};

    (void)state;
    make_application("Out of sight", key, sizeof(key));
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        const char *operation = i == 2 ? "\"operation\":\"Read\"," : "";
        int64_t before = provider_n_records(&provider);

        snprintf(params, sizeof(params),
                 "{%s\"class\":\"SMS_Application\",\"key\":\"%s\"}", operation,
                 key);
        snprintf(hidden, sizeof(hidden), "%s", call(web, methods[i], params));
        assert_int_equal(provider_n_records(&provider), before + 1);
        snprintf(params, sizeof(params),
                 "{%s\"class\":\"SMS_Application\",\"key\":\"99\"}", operation);
        before = provider_n_records(&provider);
        snprintf(absent, sizeof(absent), "%s", call(web, methods[i], params));
        assert_int_equal(provider_n_records(&provider), before + 1);
        assert_int_equal(answer_code(hidden), 4);
        assert_string_equal(hidden, absent);
    }
}

/* ---- Levels ---- */

static void below_the_minimum_the_level_is_told_where_it_helps(void **state)
{
    PEER(weak, "top@A.TEST", AUTH_LEVEL_DOMAIN);
    PEER(strong, "top@A.TEST", AUTH_LEVEL_CERTIFICATE);
    const char *get = "{\"class\":\"SMS_Collection\",\"key\":\"SMS00001\"}";
    const char *answer = call(weak, "object.get", get);

    (void)state;
    assert_int_equal(answer_code(answer), 2);
    assert_says(answer, "error", "level", "domain");
    assert_says(answer, "error", "level_required", "certificate");
    assert_string_equal(provider_last_record(&provider),
                        "object.get denied level-too-low");
    assert_int_equal(answer_code(call(strong, "object.get", get)), 0);
}

static void below_the_minimum_what_no_level_allows_is_plainly_denied(
    void **state)
{
    PEER(weak, "web@A.TEST", AUTH_LEVEL_DOMAIN);
    char key[128], params[256];

    (void)state;
    assert_int_equal(answer_code(call(weak, "object.list",
                                      "{\"class\":\"SMS_Collection\"}")),
                     3);
    make_application("Hidden too", key, sizeof(key));
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Application\",\"key\":\"%s\"}", key);
    assert_int_equal(answer_code(call(weak, "object.get", params)), 4);
}

static void an_excluded_account_is_served_and_marked(void **state)
{
    PEER(robot, "robot@A.TEST", AUTH_LEVEL_DOMAIN);

    (void)state;
    assert_int_equal(answer_code(call(robot, "object.list",
                                      "{\"class\":\"SMS_Collection\"}")),
                     0);
    assert_int_equal(answer_code(call(robot, "audit.query", "{\"limit\":1}")),
                     0);
    {
        PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

        assert_non_null(strstr(
            call(top, "audit.query", "{\"limit\":1,\"user\":\"robot@A.TEST\"}"),
            "\\\"excluded\\\":\\\"export\\\""));
    }
    assert_int_equal(answer_code(call(robot, "object.create",
                                      "{\"class\":\"SMS_Collection\","
                                      "\"properties\":{\"Name\":\"x\"}}")),
                     3);
}

static void about_oneself_any_level_is_enough(void **state)
{
    PEER(weak, "web@A.TEST", AUTH_LEVEL_DOMAIN);
    const char *answer = call(weak, "session.whoami", "{}");

    (void)state;
    assert_says(answer, "result", "user", "web@A.TEST");
    assert_says(answer, "result", "level", "domain");
}

static void evidence_that_has_ended_is_no_sign_in(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    top->session->proofs[0].expires_at_s = clock_wall_s() - 1;
    assert_int_equal(answer_code(call(top, "session.whoami", "{}")), 1);
    assert_int_equal(
        answer_code(call(top, "object.list", "{\"class\":\"SMS_Collection\"}")),
        1);
}

/* ---- Changes ---- */

static void a_change_is_recorded_with_its_grant(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const int64_t before = provider_n_records(&provider);

    (void)state;
    assert_int_equal(
        answer_code(call(top, "object.create",
                         "{\"class\":\"SMS_SecuredCategory\","
                         "\"properties\":{\"CategoryName\":\"New\"}}")),
        0);
    assert_int_equal(provider_n_records(&provider), before + 1);
    assert_non_null(
        strstr(call(top, "audit.query", "{\"limit\":1}"), "role=SMS0001R"));
}

static void a_change_that_fails_leaves_its_record_and_nothing_else(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *create = "{\"class\":\"SMS_SecuredCategory\","
                         "\"properties\":{\"CategoryName\":\"Twice\"}}";
    int64_t before;

    (void)state;
    assert_int_equal(answer_code(call(top, "object.create", create)), 0);
    before = provider_n_records(&provider);
    assert_int_equal(answer_code(call(top, "object.create", create)), 5);
    assert_int_equal(provider_n_records(&provider), before + 1);
    assert_string_equal(provider_last_record(&provider),
                        "object.create failed conflict");
}

static void a_batch_is_answered_in_order_and_sees_its_own_changes(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *answer = peer_ask(
        &provider, top,
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.whoami\"},"
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"object.create\",\"params\":"
        "{\"class\":\"SMS_SecuredCategory\",\"properties\":{\"CategoryName\":"
        "\"Batch\"}}},"
        "{\"jsonrpc\":\"2.0\",\"method\":\"session.whoami\"},"
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"object.list\",\"params\":"
        "{\"class\":\"SMS_SecuredCategory\",\"filter\":"
        "\"CategoryName = 'Batch'\"}},"
        "7]");
    json_t *all = json_loads(answer, 0, NULL);
    const json_t *list;

    (void)state;
    assert_int_equal(json_array_size(all), 4);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            json_integer_value(json_object_get(json_array_get(all, i), "id")),
            i + 1);
    list = json_object_get(json_array_get(all, 2), "result");
    assert_int_equal(json_array_size(json_object_get(list, "items")), 1);
    assert_non_null(json_object_get(json_array_get(all, 3), "error"));
    json_decref(all);
}

/* A change before the end is done, one behind it is not; each has an answer. */
static void what_stands_behind_the_end_of_a_session_is_refused(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(other, "top@A.TEST", AUTH_LEVEL_MFA);
#define CREATE(id, name)                                                       \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"object.create\","         \
    "\"params\":{\"class\":\"SMS_SecuredCategory\",\"properties\":{"           \
    "\"CategoryName\":\"" name "\"}}}"
    json_t *all = json_loads(
        peer_ask(
            &provider, top,
            "[" CREATE(
                "1", "Before") ",{\"jsonrpc\":\"2.0\",\"id\":2,"
                               "\"method\":\"session.end\"}," CREATE(
                                   "3",
                                   "Behind") ","
                                             "{\"jsonrpc\":\"2.0\",\"method\":"
                                             "\"session.whoami\"}," CREATE(
                                                 "4", "Further behind") "]"),
        0, NULL);
    const char *list;

    (void)state;
    assert_int_equal(json_array_size(all), 4);
    for (size_t i = 0; i < 4; i++) {
        const json_t *one = json_array_get(all, i);
        const json_t *error = json_object_get(one, "error");

        assert_int_equal(json_integer_value(json_object_get(one, "id")), i + 1);
        assert_int_equal(json_integer_value(json_object_get(error, "code")),
                         i < 2 ? 0 : 1);
    }
    json_decref(all);
    list = peer_ask(&provider, other,
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                    "\"object.list\",\"params\":{\"class\":"
                    "\"SMS_SecuredCategory\"}}");
    assert_non_null(strstr(list, "\"Before\""));
    assert_null(strstr(list, "ehind\""));
#undef CREATE
}

static void a_notification_is_done_and_not_answered(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    assert_string_equal(
        peer_ask(&provider, top,
                 "{\"jsonrpc\":\"2.0\",\"method\":\"object.create\",\"params\":"
                 "{\"class\":\"SMS_SecuredCategory\",\"properties\":"
                 "{\"CategoryName\":\"Quiet\"}}}"),
        "");
    assert_string_equal(provider_last_record(&provider),
                        "object.create done (null)");
}

static void a_revocation_counts_from_the_next_request(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    const char *list = "{\"class\":\"SMS_Application\"}";

    (void)state;
    assert_int_equal(answer_code(call(web, "object.list", list)), 0);
    assert_int_equal(provider_apply(&provider, policy_without_web), STATUS_OK);
    assert_int_equal(answer_code(call(web, "object.list", list)), 3);
    assert_int_equal(provider_apply(&provider, policy), STATUS_OK);
    assert_int_equal(answer_code(call(web, "object.list", list)), 0);
}

static void a_policy_that_does_not_hold_changes_nothing(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    assert_int_equal(
        provider_apply(&provider, "version: 1\nroles: [ { name: } ]\n"),
        STATUS_INVALID);
    assert_int_equal(answer_code(call(web, "object.list",
                                      "{\"class\":\"SMS_Application\"}")),
                     0);
}

/* ---- Signing in ---- */

static void set_outcome(struct peer *peer, const char *user,
                        enum auth_level level, bool is_step_up)
{
    peer->is_step_up = is_step_up;
    peer->outcome.is_there = true;
    peer->outcome.is_proved = true;
    peer->outcome.evidence = evidence_of(user, level);
}

/* As it stands when the exchange has ended and the writer takes over. */
static struct turn *sign_in_of(struct peer *peer, const char *method)
{
    struct turn *turn = calloc(1, sizeof(*turn));
    struct rpc_problem problem;
    char line[128];

    assert_non_null(turn);
    snprintf(line, sizeof(line),
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":"
             "{\"mechanism\":\"EXTERNAL\"}}",
             method);
    turn->peer = peer;
    turn->wait = TURN_FOR_WRITER;
    turn->reply = buf_make(TURN_REPLY_MAX_BYTES);
    assert_int_equal(rpc_message_read(text_of(line), &turn->message, &problem),
                     RPC_DONE);
    turn->room = room_make(&turn->reply, 1);
    return turn;
}

static const char *end_sign_in(struct peer *peer, const char *method)
{
    OWNED(turn) turn = sign_in_of(peer, method);

    return provider_finish_turn(&provider, turn);
}

static void a_sign_in_never_begins_in_the_writer(void **state)
{
    PEER(peer, "top@A.TEST", AUTH_LEVEL_DOMAIN);
    OWNED(turn) turn = sign_in_of(peer, "auth.step_up");

    (void)state;
    assert_int_equal(store_write_begin(provider.writing), STATUS_OK);
    turn_go_on(&turn->job, &provider.writer);
    store_write_rollback(provider.writing);
    assert_int_equal(turn->wait, TURN_FOR_LOOP);
    assert_int_equal(turn->reply.size, 0);
}

static void every_row_of_a_sign_in_comes_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < method_table.n_rows; i++) {
        const struct method *row = &method_table.rows[i];
        const bool signs_in = strncmp(row->name, "auth.", 5) == 0;

        assert_int_equal(row->again != NULL, signs_in);
        assert_true(!signs_in || (row->again->resume && row->again->finish));
    }
}

static void who_is_known_gets_a_session_and_a_record(void **state)
{
    PEER(peer, NULL, AUTH_LEVEL_NONE);
    const char *answer;

    (void)state;
    set_outcome(peer, "top@A.TEST", AUTH_LEVEL_CERTIFICATE, false);
    answer = end_sign_in(peer, "auth.start");
    assert_int_equal(answer_code(answer), 0);
    assert_non_null(peer->session);
    assert_says(answer, "result", "session", peer->session->id);
    assert_string_equal(provider_last_record(&provider), "signin done (null)");
}

static void a_step_up_is_of_the_same_person_and_changes_the_id(void **state)
{
    PEER(peer, "top@A.TEST", AUTH_LEVEL_DOMAIN);
    char id[SESSION_ID_CHARS + 1];

    (void)state;
    strcpy(id, peer->session->id);
    set_outcome(peer, "web@A.TEST", AUTH_LEVEL_MFA, true);
    assert_int_equal(answer_code(end_sign_in(peer, "auth.step_up")), 1);
    assert_string_equal(peer->session->id, id);
    assert_int_equal(session_level(peer->session, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
    assert_string_equal(provider_last_record(&provider),
                        "signin.step_up refused another-person");

    set_outcome(peer, "top@A.TEST", AUTH_LEVEL_MFA, true);
    assert_int_equal(answer_code(end_sign_in(peer, "auth.step_up")), 0);
    assert_string_not_equal(peer->session->id, id);
    assert_int_equal(session_level(peer->session, clock_wall_s()),
                     AUTH_LEVEL_MFA);
}

static void a_raised_level_ends_with_its_proof(void **state)
{
    PEER(peer, "top@A.TEST", AUTH_LEVEL_DOMAIN);

    (void)state;
    set_outcome(peer, "top@A.TEST", AUTH_LEVEL_MFA, true);
    assert_int_equal(answer_code(end_sign_in(peer, "auth.step_up")), 0);
    peer->session->proofs[1].expires_at_s = clock_wall_s();
    assert_int_equal(session_level(peer->session, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
}

static void refused_sign_ins_end_the_connection(void **state)
{
    PEER(peer, NULL, AUTH_LEVEL_NONE);

    (void)state;
    for (int i = 0; i < PEER_REFUSED_MAX; i++) {
        assert_false(peer->is_over);
        assert_int_equal(
            answer_code(call(peer, "auth.start", "{\"mechanism\":\"GSSAPI\"}")),
            1);
        assert_string_equal(provider_last_record(&provider),
                            "signin refused mechanism-not-offered");
    }
    assert_true(peer->is_over);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_says_what_it_needs),
        cmocka_unit_test(before_sign_in_only_sign_in_and_the_server_answer),
        cmocka_unit_test(what_nobody_may_is_refused_and_recorded),
        cmocka_unit_test(hidden_and_absent_get_the_same_answer_and_record),
        cmocka_unit_test(below_the_minimum_the_level_is_told_where_it_helps),
        cmocka_unit_test(
            below_the_minimum_what_no_level_allows_is_plainly_denied),
        cmocka_unit_test(an_excluded_account_is_served_and_marked),
        cmocka_unit_test(about_oneself_any_level_is_enough),
        cmocka_unit_test(evidence_that_has_ended_is_no_sign_in),
        cmocka_unit_test(a_change_is_recorded_with_its_grant),
        cmocka_unit_test(
            a_change_that_fails_leaves_its_record_and_nothing_else),
        cmocka_unit_test(a_batch_is_answered_in_order_and_sees_its_own_changes),
        cmocka_unit_test(what_stands_behind_the_end_of_a_session_is_refused),
        cmocka_unit_test(a_notification_is_done_and_not_answered),
        cmocka_unit_test(a_revocation_counts_from_the_next_request),
        cmocka_unit_test(a_policy_that_does_not_hold_changes_nothing),
        cmocka_unit_test(a_sign_in_never_begins_in_the_writer),
        cmocka_unit_test(every_row_of_a_sign_in_comes_again),
        cmocka_unit_test(who_is_known_gets_a_session_and_a_record),
        cmocka_unit_test(a_step_up_is_of_the_same_person_and_changes_the_id),
        cmocka_unit_test(a_raised_level_ends_with_its_proof),
        cmocka_unit_test(refused_sign_ins_end_the_connection),
    };

    return cmocka_run_group_tests(tests, open_provider, close_provider);
}

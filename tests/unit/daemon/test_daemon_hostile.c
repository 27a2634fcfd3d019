#include "tests/unit/unit.h"

#include <stdio.h>

#include "tests/support/provider_fixture.h"

/* What policy files and their methods give away, or let in, to somebody who
 * may put policies in place and little else, or read administrators alone. */

#define HEAD                                                                   \
    "version: 1\n"                                                             \
    "authentication:\n"                                                        \
    "  minimum_level: certificate\n"                                           \
    "  exclusions:\n"                                                          \
    "    - { group: night, reason: shift, owner: top@A.TEST,\n"                \
    "        until: 2999-01-01 }\n"                                            \
    "scopes:\n"                                                                \
    "  - { name: Web }\n"                                                      \
    "roles:\n"                                                                 \
    "  - name: Eye\n"                                                          \
    "    copied_from: Read-only Analyst\n"                                     \
    "    operations:\n"                                                        \
    "      SMS_Admin: [Read, Add, Modify, Remove]\n"                           \
    "      SMS_Role: [Read, Modify]\n"                                         \
    "      SMS_SecuredCategory: [Read]\n"                                      \
    "      SMS_Application: [Read]\n"                                          \
    "  - name: Viewer\n"                                                       \
    "    operations:\n"                                                        \
    "      SMS_Site: [Read]\n"                                                 \
    "      SMS_Collection: [Read, Read Resource]\n"                            \
    "  - name: Nosy\n"                                                         \
    "    operations: { SMS_Admin: [Read] }\n"

#define ADMINS                                                                 \
    "administrators:\n"                                                        \
    "  - user: top@A.TEST\n"                                                   \
    "    assignments:\n"                                                       \
    "      - { roles: [Full Administrator], instances: all }\n"                \
    "  - user: eye@A.TEST\n"                                                   \
    "    assignments:\n"                                                       \
    "      - { roles: [Eye], scopes: [Web] }\n"                                \
    "      - { roles: [Viewer], scopes: [Default],\n"                          \
    "          collections: [All Systems, All Users and User Groups] }\n"      \
    "  - user: maker@A.TEST\n"                                                 \
    "    assignments:\n"                                                       \
    "      - { roles: [Application Author], scopes: [Web] }\n"                 \
    "  - user: nosy@A.TEST\n"                                                  \
    "    assignments:\n"                                                       \
    "      - { roles: [Nosy], scopes: [Web] }\n"

static const char policy[] = HEAD ADMINS;

PROVIDER_FOR_TESTS(policy)

static void json_drop(json_t **json)
{
    json_decref(*json);
}

#define PEER(name, user)                                                       \
    SCOPED(peer_leave)                                                         \
    struct peer *name = peer_open(&provider, user, AUTH_LEVEL_MFA)
#define JSON(name, value) SCOPED(json_drop) json_t *name = (value)

/* params is taken over. */
static const char *ask(struct peer *peer, const char *method, json_t *params)
{
    SCOPED(memory_drop) char *text = json_dumps(params, JSON_COMPACT);

    assert_non_null(text);
    json_decref(params);
    return peer_call(&provider, peer, method, text);
}

static const char *ask_files(struct peer *peer, const char *method,
                             const char *text)
{
    return ask(peer, method,
               json_pack("{s:{s:s}}", "files", "site.yaml", text));
}

static void make_by(const char *user, const char *class_name,
                    json_t *properties)
{
    PEER(maker, user);

    assert_int_equal(
        answer_code(ask(maker, "object.create",
                        json_pack("{s:s, s:o}", "class", class_name,
                                  "properties", properties))),
        0);
}

static void make(const char *class_name, json_t *properties)
{
    make_by("top@A.TEST", class_name, properties);
}

static void make_application(const char *name)
{
    make("SMS_Application", json_pack("{s:s}", "LocalizedDisplayName", name));
}

/* ---- Hidden objects ---- */

/* The answer to a test about an application, with its name taken out. */
static json_t *ask_about(const char *user, const char *name)
{
    SCOPED(peer_leave)
    struct peer *peer = peer_open(&provider, user, AUTH_LEVEL_MFA);
    JSON(answer,
         json_loads(ask(peer, "policy.test",
                        json_pack("{s:[{s:s, s:s, s:s, s:s}]}", "tests", "user",
                                  "top@A.TEST", "can", "Read", "class",
                                  "SMS_Application", "key", name)),
                    0, NULL));
    json_t *result = json_object_get(answer, "result");

    assert_non_null(result);
    return json_incref(result);
}

static const char *sentence_of(const json_t *result)
{
    const json_t *first = json_array_get(json_object_get(result, "results"), 0);
    const char *text = json_string_value(json_object_get(first, "sentence"));

    assert_non_null(text);
    return text;
}

static void a_test_of_a_hidden_object_is_a_test_of_none(void **state)
{
    make_application("Here");
    JSON(top, ask_about("top@A.TEST", "Here"));
    JSON(hidden, ask_about("eye@A.TEST", "Here"));
    JSON(absent, ask_about("eye@A.TEST", "Away"));

    (void)state;
    assert_int_equal(json_integer_value(json_object_get(top, "passed")), 1);
    assert_int_equal(json_integer_value(json_object_get(hidden, "passed")), 0);
    assert_int_equal(json_integer_value(json_object_get(absent, "passed")), 0);
    assert_non_null(strstr(sentence_of(hidden), "names Here, and there is"));
    assert_non_null(strstr(sentence_of(absent), "names Away, and there is"));
}

#define TEST_OF(verb)                                                          \
    HEAD ADMINS "tests:\n"                                                     \
                "  - { user: top@A.TEST, " verb ": Read,\n"                    \
                "      class: SMS_Application, key: Here }\n"

static bool passes(const char *answer)
{
    JSON(root, json_loads(answer, 0, NULL));
    const json_t *tests =
        json_object_get(json_object_get(root, "result"), "tests");

    assert_true(json_is_object(tests));
    return json_integer_value(json_object_get(tests, "failed")) == 0;
}

static void tests_in_files_tell_nothing_of_it_either(void **state)
{
    PEER(top, "top@A.TEST");
    PEER(eye, "eye@A.TEST");

    (void)state;
    make_application("Here");
    assert_true(passes(ask_files(top, "policy.plan", TEST_OF("can"))));
    assert_false(passes(ask_files(top, "policy.plan", TEST_OF("cannot"))));
    assert_false(passes(ask_files(eye, "policy.plan", TEST_OF("can"))));
    assert_false(passes(ask_files(eye, "policy.plan", TEST_OF("cannot"))));
    assert_non_null(strstr(ask_files(eye, "policy.apply", TEST_OF("can")),
                           "names Here, and there is none"));
    assert_int_equal(
        answer_code(ask_files(top, "policy.apply", TEST_OF("can"))), 0);
}

/* A plan over rights to applications, with tests of what has a name. */
#define PLANNED                                                                \
    HEAD ADMINS "  - user: bob@A.TEST\n"                                       \
                "    assignments:\n"                                           \
                "      - { roles: [Eye], scopes: [Web, Default] }\n"           \
                "tests:\n"                                                     \
                "  - { user: eye@A.TEST, can: Read,\n"                         \
                "      class: SMS_Application, key: Here }\n"                  \
                "  - { user: eye@A.TEST, cannot: Read,\n"                      \
                "      class: SMS_Application, key: Away }\n"

/* All that somebody is told who may put policies in place, one after another.
 */
static void write_answers(struct buf *out)
{
    static const char *const methods[] = {"policy.export", "policy.history",
                                          "policy.status"};
    PEER(eye, "eye@A.TEST");

    buf_append_string(out, ask_files(eye, "policy.plan", PLANNED));
    buf_append_string(out, ask_files(eye, "policy.test", PLANNED));
    buf_append_string(out, ask_files(eye, "policy.apply", PLANNED));
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
        buf_append_string(out, peer_call(&provider, eye, methods[i], "{}"));
    buf_append_string(
        out, peer_call(&provider, eye, "policy.diff", "{\"from\":1,\"to\":1}"));
    assert_int_equal(buf_status(out), STATUS_OK);
}

static void what_is_hidden_makes_no_difference_to_any_answer(void **state)
{
    SCOPED(buf_free) struct buf before = buf_make(1 << 20);
    SCOPED(buf_free) struct buf after = buf_make(1 << 20);

    (void)state;
    make_by("maker@A.TEST", "SMS_Application",
            json_pack("{s:s}", "LocalizedDisplayName", "Here"));
    write_answers(&before);
    make_application("Here");
    make_application("Away");
    write_answers(&after);
    assert_int_equal(after.size, before.size);
    assert_memory_equal(buf_text(&after).data, buf_text(&before).data,
                        before.size);
}

static void an_export_of_all_is_for_who_may_read_all(void **state)
{
    PEER(top, "top@A.TEST");
    PEER(eye, "eye@A.TEST");
    PEER(nosy, "nosy@A.TEST");
    const char *whole = "{\"all\":true}";

    (void)state;
    make("SMS_Collection",
         json_pack("{s:s, s:s, s:i}", "Name", "Merger candidates",
                   "LimitToCollectionID", "SMS00001", "CollectionType", 2));
    assert_non_null(strstr(peer_call(&provider, top, "policy.export", whole),
                           "Merger candidates"));
    assert_non_null(strstr(peer_call(&provider, eye, "policy.export", whole),
                           "Merger candidates"));
    assert_int_equal(
        answer_code(peer_call(&provider, nosy, "policy.export", whole)), 3);
    assert_int_equal(
        answer_code(peer_call(&provider, nosy, "policy.export", "{}")), 3);
}

/* What is in use is not deleted, by whatever that may be. */
static void a_hidden_deployment_is_not_named_where_it_keeps_something(
    void **state)
{
    static const char with_lab[] =
        HEAD "collections:\n"
             "  - { name: Lab, limiting: All Systems }\n" ADMINS;
    PEER(top, "top@A.TEST");
    PEER(eye, "eye@A.TEST");

    (void)state;
    assert_int_equal(answer_code(ask_files(top, "policy.apply", with_lab)), 0);
    make_application("Hidden");
    make("SMS_ApplicationAssignment",
         json_pack("{s:s, s:s}", "ApplicationName", "Hidden",
                   "TargetCollectionID", "P0100014"));
    assert_non_null(strstr(ask_files(eye, "policy.plan", policy), "in use"));
    assert_null(strstr(ask_files(eye, "policy.plan", policy), "Assignment"));
    assert_null(strstr(ask_files(eye, "policy.apply", policy), "Assignment"));
}

/* A query of one's own over devices one may not read. */
static void what_one_may_not_declare_is_not_counted(void **state)
{
    static const char guessing[] =
        HEAD "collections:\n"
             "  - name: Guess\n"
             "    limiting: All Systems\n"
             "    query: [{ name: a, wql: \"select * from SMS_R_System where"
             " Name like 'A%'\" }]\n" ADMINS "  - user: bob@A.TEST\n"
             "    assignments:\n"
             "      - { roles: [Remote Tools Operator], scopes: [Web],"
             " collections: [Guess] }\n";
    PEER(top, "top@A.TEST");
    PEER(eye, "eye@A.TEST");

    (void)state;
    assert_non_null(
        strstr(ask_files(top, "policy.plan", guessing), "\"devices\":"));
    assert_non_null(
        strstr(ask_files(eye, "policy.plan", guessing), "\"rights\":"));
    assert_null(
        strstr(ask_files(eye, "policy.plan", guessing), "\"devices\":"));
}

static void a_replay_is_for_who_may_read_the_audit(void **state)
{
    PEER(top, "top@A.TEST");
    PEER(eye, "eye@A.TEST");

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(
            answer_code(ask(i ? eye : top, "policy.plan",
                            json_pack("{s:{s:s}, s:i}", "files", "site.yaml",
                                      policy, "replay", 3600))),
            i ? 3 : 0);
}

/* ---- The level ---- */

/* Members of an excluded group need not reach the minimum: to put somebody
 * there is to except them. */
static void only_who_may_except_puts_people_into_an_excluded_group(void **state)
{
    static const char grown[] =
        HEAD "groups:\n"
             "  - { name: night, members: [bob@A.TEST] }\n" ADMINS;
    static const char nested[] =
        HEAD "groups:\n"
             "  - { name: shift, members: [bob@A.TEST] }\n"
             "  - { name: night, members: [shift] }\n" ADMINS;
    static const char other[] =
        HEAD "groups:\n"
             "  - { name: day, members: [bob@A.TEST] }\n" ADMINS;
    PEER(top, "top@A.TEST");
    PEER(eye, "eye@A.TEST");

    (void)state;
    assert_int_equal(answer_code(ask_files(eye, "policy.apply", grown)), 3);
    assert_int_equal(answer_code(ask_files(eye, "policy.apply", nested)), 3);
    assert_int_equal(answer_code(ask_files(eye, "policy.apply", other)), 0);
    assert_int_equal(answer_code(ask_files(top, "policy.apply", nested)), 0);
    assert_int_equal(answer_code(ask_files(eye, "policy.apply", other)), 3);
}

/* ---- Nothing is not yes ---- */

static void an_empty_plan_digest_fits_no_plan(void **state)
{
    PEER(top, "top@A.TEST");

    (void)state;
    assert_int_not_equal(
        answer_code(ask(top, "policy.apply",
                        json_pack("{s:{s:s}, s:s}", "files", "site.yaml",
                                  policy, "plan_digest", ""))),
        0);
    assert_int_not_equal(
        answer_code(peer_call(&provider, top, "policy.rollback",
                              "{\"version\":1,\"plan_digest\":\"\"}")),
        0);
    assert_int_equal(answer_code(ask_files(top, "policy.apply", policy)), 0);
}

#define WITH_PROVIDER(test)                                                    \
    cmocka_unit_test_setup_teardown(test, open_provider, close_provider)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(a_test_of_a_hidden_object_is_a_test_of_none),
        WITH_PROVIDER(tests_in_files_tell_nothing_of_it_either),
        WITH_PROVIDER(what_is_hidden_makes_no_difference_to_any_answer),
        WITH_PROVIDER(
            a_hidden_deployment_is_not_named_where_it_keeps_something),
        WITH_PROVIDER(an_export_of_all_is_for_who_may_read_all),
        WITH_PROVIDER(what_one_may_not_declare_is_not_counted),
        WITH_PROVIDER(a_replay_is_for_who_may_read_the_audit),
        WITH_PROVIDER(only_who_may_except_puts_people_into_an_excluded_group),
        WITH_PROVIDER(an_empty_plan_digest_fits_no_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/call/budget.h"
#include "tests/support/provider_fixture.h"

#define ALL "[All Systems, All Users and User Groups]"

/* The top, a careful one and an inspector of one scope, one excluded. */
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
    "  - name: Inspector\n"
    "    copied_from: Read-only Analyst\n"
    "    operations: { SMS_Admin: [Read], SMS_Application: [Read] }\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n"
    "  - user: web@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Careful], scopes: [Web] }\n"
    "  - user: eye@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Inspector], scopes: [Web] }\n"
    "  - user: robot@A.TEST\n"
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

static void make_application(char *key, size_t size)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    json_t *root =
        json_loads(call(top, "object.create",
                        "{\"class\":\"SMS_Application\",\"properties\":"
                        "{\"LocalizedDisplayName\":\"Not for the eye\"}}"),
                   0, NULL);
    const json_t *id =
        json_object_get(json_object_get(root, "result"), "CI_ID");

    assert_true(json_is_integer(id));
    snprintf(key, size, "%lld", (long long)json_integer_value(id));
    json_decref(root);
}

/* The row of an answer's items where the member is the value, or NULL. */
static const json_t *row_where(const json_t *root, const char *name,
                               const char *value)
{
    const json_t *items =
        json_object_get(json_object_get(root, "result"), "items");

    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *row = json_array_get(items, i);
        const char *found = json_string_value(json_object_get(row, name));

        if (found && strcmp(found, value) == 0)
            return row;
    }
    return NULL;
}

static void assert_member(const json_t *row, const char *name,
                          const char *expected)
{
    const char *value = json_string_value(json_object_get(row, name));

    assert_non_null(value);
    assert_string_equal(value, expected);
}

static void who_can_names_those_who_may_and_nobody_else(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *modify = "{\"operation\":\"Modify\",\"class\":"
                         "\"SMS_Collection\",\"key\":\"SMS00002\"}";
    const char *read = "{\"operation\":\"Read\",\"class\":"
                       "\"SMS_Collection\",\"key\":\"SMS00001\"}";
    json_t *root = json_loads(call(top, "access.who_can", read),
                              JSON_REJECT_DUPLICATES, NULL);
    const json_t *row = row_where(root, "administrator", "top@A.TEST");

    (void)state;
    assert_member(row, "kind", "user");
    assert_member(row, "level_required", "certificate");
    assert_member(json_object_get(row, "role"), "name", "Full Administrator");
    assert_non_null(json_object_get(row, "collection"));
    row = row_where(root, "administrator", "robot@A.TEST"); /* excluded */
    assert_member(row, "level_required", "domain");
    assert_null(row_where(root, "administrator", "web@A.TEST"));
    assert_true(
        json_is_false(json_object_get(json_object_get(root, "result"), "cut")));
    json_decref(root);

    root = json_loads(call(top, "access.who_can", modify), 0, NULL);
    assert_null(row_where(root, "administrator", "robot@A.TEST"));
    json_decref(root);
}

static void who_can_of_a_hidden_object_is_as_of_an_absent_one(void **state)
{
    PEER(eye, "eye@A.TEST", AUTH_LEVEL_MFA);
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char key[128], params[256], hidden[512];
    const char *absent = "{\"operation\":\"Read\",\"class\":"
                         "\"SMS_Application\",\"key\":\"99\"}";

    (void)state;
    make_application(key, sizeof(key));
    snprintf(params, sizeof(params),
             "{\"operation\":\"Read\",\"class\":\"SMS_Application\","
             "\"key\":\"%s\"}",
             key);
    snprintf(hidden, sizeof(hidden), "%s", call(eye, "access.who_can", params));
    assert_int_equal(answer_code(hidden), 4);
    assert_string_equal(hidden, call(eye, "access.who_can", absent));
    assert_int_equal(answer_code(call(top, "access.who_can", params)), 0);
    assert_int_equal(answer_code(call(eye, "access.who_can",
                                      "{\"operation\":\"Read\","
                                      "\"class\":\"SMS_Application\"}")),
                     0);
}

static void who_can_tells_the_level_and_leaves_out_who_needs_more(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *any =
        "{\"operation\":\"Delete\",\"class\":\"SMS_Application\"}";
    const char *weak = "{\"operation\":\"Delete\",\"class\":"
                       "\"SMS_Application\",\"level\":\"certificate\"}";
    json_t *root = json_loads(call(top, "access.who_can", any), 0, NULL);

    (void)state;
    assert_member(row_where(root, "administrator", "web@A.TEST"),
                  "level_required", "mfa");
    json_decref(root);
    root = json_loads(call(top, "access.who_can", weak), 0, NULL);
    assert_null(row_where(root, "administrator", "web@A.TEST"));
    assert_non_null(row_where(root, "administrator", "top@A.TEST"));
    json_decref(root);
}

static void what_can_lists_what_is_held_where_and_at_which_level(void **state)
{
    PEER(web, "web@A.TEST", AUTH_LEVEL_CERTIFICATE);
    json_t *root = json_loads(call(web, "access.what_can", "{}"),
                              JSON_REJECT_DUPLICATES, NULL);
    const json_t *row = row_where(root, "level_required", "mfa");

    (void)state;
    assert_member(json_object_get(root, "result"), "user", "web@A.TEST");
    assert_member(row, "class", "SMS_Application");
    assert_member(json_object_get(row, "role"), "name", "Careful");
    assert_int_equal(json_array_size(json_object_get(row, "operations")), 1);
    assert_string_equal(json_string_value(json_array_get(
                            json_object_get(row, "operations"), 0)),
                        "Delete");
    assert_null(
        json_object_get(/* scopes have names for their readers */
                        json_array_get(json_object_get(row, "scopes"), 0),
                        "name"));
    row = row_where(root, "level_required", "certificate");
    assert_int_equal(json_array_size(json_object_get(row, "operations")), 2);
    assert_null(row_where(root, "class", "SMS_Collection"));
    assert_null(row_where(root, "level_required", "domain"));
    json_decref(root);
}

static void what_can_names_scopes_to_who_reads_them(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    json_t *root =
        json_loads(call(top, "access.what_can", "{\"user\":\"web@A.TEST\"}"),
                   JSON_REJECT_DUPLICATES, NULL);
    const json_t *row = row_where(root, "level_required", "mfa");

    (void)state;
    assert_member(json_array_get(json_object_get(row, "scopes"), 0), "name",
                  "Web");
    json_decref(root);
}

static void what_can_of_another_takes_the_right_and_of_oneself_the_level(
    void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(weak, "web@A.TEST", AUTH_LEVEL_DOMAIN);
    PEER(web, "web@A.TEST", AUTH_LEVEL_MFA);
    const char *of_web = "{\"user\":\"web@A.TEST\"}";
    const char *of_top = "{\"user\":\"top@A.TEST\"}";
    json_t *root;

    (void)state;
    assert_int_equal(answer_code(call(weak, "access.what_can", "{}")), 2);
    assert_int_equal(answer_code(call(web, "access.what_can", of_web)), 0);
    assert_int_equal(answer_code(call(web, "access.what_can", of_top)), 3);
    root = json_loads(call(top, "access.what_can", of_web), 0, NULL);
    assert_non_null(row_where(root, "class", "SMS_Application"));
    json_decref(root);
    root = json_loads(
        call(top, "access.what_can", "{\"user\":\"nobody@A.TEST\"}"), 0, NULL);
    assert_int_equal(json_array_size(json_object_get(
                         json_object_get(root, "result"), "items")),
                     0);
    json_decref(root);
}

enum { MANY_USERS = 1001, MANY_SCOPES = 33 }; /* one over each bound */

/* The top and a crowd; the first of it in many scopes. */
static void write_crowd(struct buf *out)
{
    buf_append_string(out, "version: 1\nscopes:\n");
    for (int i = 0; i < MANY_SCOPES; i++)
        buf_append_format(out, "  - { name: S%d }\n", i);
    buf_append_string(out,
                      "administrators:\n"
                      "  - user: top@A.TEST\n"
                      "    assignments:\n"
                      "      - { roles: [Full Administrator], scopes: [All],\n"
                      "          collections: " ALL " }\n");
    for (int i = 0; i < MANY_USERS; i++) {
        buf_append_format(out,
                          "  - user: u%d@A.TEST\n"
                          "    assignments:\n"
                          "      - { roles: [Application Author], scopes: [",
                          i);
        for (int k = 0; k < (i == 0 ? MANY_SCOPES : 1); k++)
            buf_append_format(out, "%sS%d", k ? ", " : "", k);
        buf_append_string(out, "] }\n");
    }
    buf_append_char(out, '\0');
}

static void long_answers_are_cut_and_say_so(void **state)
{
    SCOPED(buf_free) struct buf crowd = buf_make(1 << 20);
    json_t *root;
    const json_t *result;

    (void)state;
    write_crowd(&crowd);
    assert_int_equal(buf_status(&crowd), STATUS_OK);
    assert_int_equal(provider_apply(&provider, buf_text(&crowd).data),
                     STATUS_OK);
    {
        PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

        root = json_loads(call(top, "access.who_can",
                               "{\"operation\":\"Read\","
                               "\"class\":\"SMS_Application\"}"),
                          0, NULL);
        result = json_object_get(root, "result");
        assert_true(json_is_true(json_object_get(result, "cut")));
        assert_int_equal(json_array_size(json_object_get(result, "items")),
                         1000);
        json_decref(root);
        root = json_loads(
            call(top, "access.what_can", "{\"user\":\"u0@A.TEST\"}"), 0, NULL);
        result = row_where(root, "class", "SMS_Application");
        assert_int_equal(json_array_size(json_object_get(result, "scopes")),
                         32);
        assert_int_equal(json_integer_value(json_object_get(result, "more")),
                         1);
        json_decref(root);
    }
    assert_int_equal(provider_apply(&provider, policy), STATUS_OK);
}

/* Sessions of the fixture have joined none. */
static void give_budget(struct peer *peer, struct budget *budget,
                        int64_t line_ms)
{
    static const struct places many = {1000, 1000};
    struct config *config =
        (struct config *)(uintptr_t)provider.settings->config;

    config->limits.line_work_ms = line_ms;
    provider.loop.budget = provider.pool.budget = budget;
    if (!peer->session->account)
        assert_int_equal(budget_join(budget, peer->session->user, &many, 0,
                                     &peer->session->account),
                         STATUS_OK);
}

static char *many_checks(size_t n)
{
    static const char check[] =
        "{\"operation\":\"Read\",\"class\":\"SMS_Collection\"}";
    struct buf text = buf_make(1024 * 1024);

    buf_append_text(&text, TEXT("{\"checks\":["));
    for (size_t i = 0; i < n; i++) {
        buf_append_text(&text, i ? TEXT(",") : TEXT(""));
        buf_append_text(&text, TEXT(check));
    }
    buf_append_text(&text, TEXT("]}"));
    buf_append(&text, "", 1);
    assert_int_equal(buf_status(&text), STATUS_OK);
    return text.data;
}

/* One request of many questions is cut like a query, and the next one is
 * answered. */
static void checks_beyond_the_budget_are_cut(void **state)
{
    enum { RPC_LIMIT_CODE = 7 };
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    SCOPED(memory_drop) char *one = many_checks(1);
    SCOPED(memory_drop) char *many = many_checks(1000);
    struct budget budget;
    const int64_t before = provider.settings->config->limits.line_work_ms;

    (void)state;
    budget_open(&budget);
    assert_int_equal(answer_code(call(top, "access.check", many)), 0);
    give_budget(top, &budget, 1);
    assert_int_equal(answer_code(call(top, "access.check", many)),
                     RPC_LIMIT_CODE);
    assert_int_equal(answer_code(call(top, "access.check", one)), 0);
    give_budget(top, &budget, before);
    provider.loop.budget = provider.pool.budget = NULL;
    account_leave(TAKE(top->session->account));
    budget_close(&budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_can_names_those_who_may_and_nobody_else),
        cmocka_unit_test(who_can_tells_the_level_and_leaves_out_who_needs_more),
        cmocka_unit_test(what_can_lists_what_is_held_where_and_at_which_level),
        cmocka_unit_test(what_can_names_scopes_to_who_reads_them),
        cmocka_unit_test(
            what_can_of_another_takes_the_right_and_of_oneself_the_level),
        cmocka_unit_test(who_can_of_a_hidden_object_is_as_of_an_absent_one),
        cmocka_unit_test(long_answers_are_cut_and_say_so),
        cmocka_unit_test(checks_beyond_the_budget_are_cut),
    };

    return cmocka_run_group_tests(tests, open_provider, close_provider);
}

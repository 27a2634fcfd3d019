/*
 * The machine identity of a host: what it may ask, and that it may nothing
 * else.
 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/call/method.h"
#include "provider/call/refusals.h"
#include "provider/method/table.h"
#include "tests/support/provider_fixture.h"

#define ALL   "[All Systems, All Users and User Groups]"
#define HOST  "host/web1.a.test@A.TEST"
#define OTHER "host/db1.a.test@A.TEST"

/* Of web, careful (at level mfa), and web until it ended. */
#define KEY_TYPE "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"
#define KEY_WEB  KEY_TYPE "EJeRyt0c9+dR5LSfh4PrixsOqt9kNlboNVnpkMGunWr"
#define KEY_MFA  KEY_TYPE "OjPbyupm4oXbsw1C2OUb95UEwim9qi6/n2pcpVY94J/"
#define KEY_NEW  KEY_TYPE "E111111111111111111111111111111111111111111"
#define KEY_OLD  KEY_TYPE "FQPDn47w26DeTUxQ/WQlg6INZYxvl0ACP37U5RCux2l"

/* The top; remote control of web hosts, now, with mfa, and at another time. */
static const char policy[] =
    "version: 1\n"
    "authentication: { minimum_level: domain }\n"
    "collections:\n"
    "  - name: Web hosts\n"
    "    limiting: All Systems\n"
    "    query: [{ name: web,\n"
    "      wql: \"select * from SMS_R_System where Name like 'web%'\" }]\n"
    "roles:\n"
    "  - name: Remote\n"
    "    operations: { SMS_Collection: [Read, Read Resource, Remote Control] "
    "}\n"
    "  - name: Careful\n"
    "    operations: { SMS_Collection: [Read, Read Resource, Remote Control] "
    "}\n"
    "    require_level: { mfa: { SMS_Collection: [Remote Control] } }\n"
    "  - name: Reader\n"
    "    operations: { SMS_Collection: [Read, Read Resource] }\n"
    "groups:\n"
    "  - { name: tops, members: [" HOST "] }\n"
    "administrators:\n"
    "  - group: tops\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n"
    "  - user: web@A.TEST\n"
    "    identities:\n"
    "      - ssh: { key: \"" KEY_WEB " web@home\" }\n"
    "      - ssh: { key: \"" KEY_OLD "\", until: 2020-01-01 }\n"
    "    assignments:\n"
    "      - { roles: [Remote], scopes: [Default],\n"
    "          collections: [Web hosts] }\n"
    "  - user: careful@A.TEST\n"
    "    identities: [{ ssh: { key: \"" KEY_MFA "\", level: mfa } }]\n"
    "    assignments:\n"
    "      - { roles: [Careful], scopes: [Default],\n"
    "          collections: [Web hosts] }\n"
    "  - user: late@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Remote], scopes: [Default],\n"
    "          collections: [Web hosts], until: 2020-01-01 }\n"
    "  - user: early@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Remote], scopes: [Default],\n"
    "          collections: [Web hosts], from: 2990-01-01 }\n"
    "  - user: reader@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Reader], scopes: [Default],\n"
    "          collections: [Web hosts] }\n";

PROVIDER_FOR_TESTS(policy)

#define PEER(name, user, level)                                                \
    SCOPED(peer_leave) struct peer *name = peer_open(&provider, user, level)

static const char *call(struct peer *peer, const char *method,
                        const char *params)
{
    return peer_call(&provider, peer, method, params);
}

/* ---- Hosts ---- */

static void assert_has(const char *answer, const char *part)
{
    if (!strstr(answer, part))
        fail_msg("%s is not in %s", part, answer);
}

static long long number_of(const char *answer, const char *name)
{
    json_t *root = json_loads(answer, 0, NULL);
    const long long number = json_integer_value(
        json_object_get(json_object_get(root, "result"), name));

    json_decref(root);
    return number;
}

static long long make_device(const char *name)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[256];
    long long row;

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_R_System\",\"properties\":{\"Name\":\"%s\"}}",
             name);
    row = number_of(call(top, "object.create", params), "ResourceID");
    assert_true(row > 0);
    return row;
}

static const char *enrol(const char *user, const char *name, long long device,
                         const char *more)
{
    PEER(top, user, AUTH_LEVEL_MFA);
    char params[512];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"properties\":{\"LogonName\":\"%s\","
             "\"HostResourceID\":%lld%s}}",
             name, device, more);
    return call(top, "object.create", params);
}

#define NO_RIGHTS ",\"Permissions\":[]"

/* Two hosts; the row of the first. */
static long long make_hosts(void)
{
    const long long web = make_device("web1");

    assert_has(enrol("top@A.TEST", HOST, web, NO_RIGHTS), "\"result\"");
    assert_int_equal(
        answer_code(enrol("top@A.TEST", OTHER, make_device("db1"), NO_RIGHTS)),
        0);
    return web;
}

static const char *login(struct peer *host, const char *user, const char *level)
{
    char params[256];

    snprintf(params, sizeof(params),
             "{\"user\":\"%s\",\"level\":\"%s\",\"service\":\"sshd\"}", user,
             level);
    return call(host, "host.login", params);
}

/* ---- What it is told ---- */

struct expected {
    const char *user;
    const char *level;
    const char *parts[3];
};

static void it_is_told_who_may_log_in_and_what_is_missing(void **state)
{
    static const struct expected table[] = {
        {"web@A.TEST", "domain", {"\"allowed\":true", "\"known\":true"}},
        {"careful@A.TEST", "mfa", {"\"allowed\":true"}},
        {"careful@A.TEST",
         "certificate",
         {"\"allowed\":false", "\"level_required\":\"mfa\"",
          "needs a sign-in at level mfa."}},
        {"late@A.TEST",
         "mfa",
         {"\"allowed\":false", "\"known\":true", "has ended."}},
        {"early@A.TEST", "mfa", {"\"allowed\":false", "has not begun."}},
        {"reader@A.TEST",
         "mfa",
         {"\"allowed\":false", "None of your roles has Remote Control."}},
        {"nobody@A.TEST",
         "mfa",
         {"\"allowed\":false", "\"known\":false",
          "You are not an administrator of the site."}},
        {HOST, "mfa", {"\"allowed\":false"}},
    };

    (void)state;
    make_hosts();
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);
        const char *answer = login(host, table[i].user, table[i].level);

        for (size_t j = 0; j < 3 && table[i].parts[j]; j++)
            assert_has(answer, table[i].parts[j]);
    }
}

static void it_is_told_about_its_own_device_alone(void **state)
{
    const long long web = make_hosts();
    PEER(first, HOST, AUTH_LEVEL_CERTIFICATE);
    PEER(second, OTHER, AUTH_LEVEL_CERTIFICATE);

    (void)state;
    assert_int_equal(number_of(login(first, "web@A.TEST", "mfa"), "host"), web);
    assert_int_equal(number_of(call(first, "session.whoami", "{}"), "host"),
                     web);
    assert_has(login(second, "web@A.TEST", "mfa"), "none of the collections");
    assert_int_not_equal(number_of(login(second, "web@A.TEST", "mfa"), "host"),
                         web);
}

static void another_operation_is_another_question(void **state)
{
    (void)state;
    make_hosts();
    {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        assert_has(call(host, "host.login",
                        "{\"user\":\"reader@A.TEST\",\"level\":\"mfa\","
                        "\"operation\":\"Read Resource\"}"),
                   "\"allowed\":true");
        assert_int_equal(
            answer_code(call(host, "host.login",
                             "{\"user\":\"reader@A.TEST\",\"level\":\"mfa\","
                             "\"operation\":\"Fly\"}")),
            -32602);
    }
}

static void each_answer_is_on_record(void **state)
{
    int64_t before;

    (void)state;
    make_hosts();
    {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        before = provider_n_records(&provider);
        login(host, "web@A.TEST", "mfa");
        assert_string_equal(provider_last_record(&provider),
                            "host.login done (null)");
        login(host, "reader@A.TEST", "mfa");
        assert_string_equal(provider_last_record(&provider),
                            "host.login denied role-lacks-operation");
        assert_int_equal(provider_n_records(&provider), before + 2);
    }
}

static void what_sudo_is_to_run_is_on_record(void **state)
{
    (void)state;
    make_hosts();
    {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        call(host, "host.login",
             "{\"user\":\"web@A.TEST\",\"level\":\"mfa\",\"service\":\"sudo\","
             "\"run_as\":\"root\",\"command\":\"/usr/bin/id\"}");
    }
    {
        PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
        const char *records =
            call(top, "audit.query", "{\"event\":\"host.login\"}");

        assert_has(records, "\\\"run_as\\\":\\\"root\\\"");
        assert_has(records, "\\\"command\\\":\\\"/usr/bin/id\\\"");
    }
}

static void a_deleted_device_denies_everybody(void **state)
{
    const long long web = make_hosts();
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);
    char params[128];

    (void)state;
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_R_System\",\"key\":\"%lld\"}", web);
    assert_int_equal(answer_code(call(top, "object.delete", params)), 0);
    assert_has(login(host, "top@A.TEST", "mfa"), "\"allowed\":false");
    assert_has(login(host, "top@A.TEST", "mfa"), "no device of the site");
}

static void a_disabled_user_is_denied_and_known(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[128];
    const char *answer;

    (void)state;
    make_hosts();
    answer = call(top, "object.list",
                  "{\"class\":\"SMS_Admin\",\"filter\":"
                  "\"LogonName = 'web@A.TEST'\"}");
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"key\":\"%.8s\","
             "\"properties\":{\"IsDisabled\":true}}",
             strstr(answer, "\"AdminID\":") + 10);
    assert_int_equal(answer_code(call(top, "object.update", params)), 0);
    {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        answer = login(host, "web@A.TEST", "mfa");
        assert_has(answer, "\"allowed\":false");
        assert_has(answer, "\"known\":true");
    }
}

/* ---- SSH keys ---- */

static const char *show_key(struct peer *host, const char *user,
                            const char *key)
{
    char params[1024];

    snprintf(params, sizeof(params), "{\"user\":\"%s\",\"key\":\"%s\"}", user,
             key);
    return call(host, "host.login", params);
}

static void a_key_is_its_users_at_its_level(void **state)
{
    static const struct expected_key {
        const char *user;
        const char *key;
        const char *parts[3];
    } table[] = {
        {"web@A.TEST",
         KEY_WEB,
         {"\"allowed\":true", "\"code\":\"allowed\"", "\"level\":\"domain\""}},
        {"careful@A.TEST", KEY_MFA, {"\"allowed\":true", "\"level\":\"mfa\""}},
        {"web@A.TEST",
         KEY_MFA, /* another's */
         {"\"allowed\":false", "\"ssh-key-unknown\"", "does not count"}},
        {"top@A.TEST", KEY_WEB, {"\"allowed\":false", "\"ssh-key-unknown\""}},
        {"web@A.TEST",
         KEY_OLD, /* has ended: the same answer */
         {"\"allowed\":false", "\"ssh-key-unknown\"", "does not count"}},
        {"nobody@A.TEST", KEY_WEB, {"\"allowed\":false", "\"known\":false"}},
    };

    (void)state;
    make_hosts();
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);
        const char *answer = show_key(host, table[i].user, table[i].key);

        for (size_t j = 0; j < 3 && table[i].parts[j]; j++)
            assert_has(answer, table[i].parts[j]);
    }
}

static void a_key_counts_where_its_user_may_log_in(void **state)
{
    (void)state;
    make_hosts();
    {
        PEER(other, OTHER, AUTH_LEVEL_CERTIFICATE);

        assert_has(show_key(other, "web@A.TEST", KEY_WEB),
                   "none of the collections");
    }
}

static void a_key_is_whole_and_stands_alone(void **state)
{
    static const char *const wrong[] = {
        "{\"user\":\"web@A.TEST\",\"key\":\"ssh-ed25519 AAAA\"}",
        "{\"user\":\"web@A.TEST\",\"key\":\"\"}",
        "{\"user\":\"web@A.TEST\"}",
        "{\"user\":\"web@A.TEST\",\"level\":\"mfa\",\"key\":\"" KEY_WEB "\"}",
    };

    (void)state;
    make_hosts();
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        assert_int_equal(answer_code(call(host, "host.login", wrong[i])),
                         -32602);
    }
}

/* Strangers show keys before anything is proved. */
static void keys_do_not_fill_the_audit(void **state)
{
    static struct refusals refusals;
    int64_t before;

    (void)state;
    make_hosts();
    {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        provider.writer.refusals = &refusals;
        before = provider_n_records(&provider);
        show_key(host, "web@A.TEST", KEY_MFA);
        assert_string_equal(provider_last_record(&provider),
                            "host.login denied ssh-key-unknown");
        show_key(host, "web@A.TEST", KEY_OLD);
        assert_string_equal(provider_last_record(&provider),
                            "host.login denied ssh-key-ended");
        for (int i = 0; i < 200; i++)
            show_key(host, "web@A.TEST", KEY_MFA);
        assert_in_range(provider_n_records(&provider), before + 2,
                        before + 2 + REFUSALS_EACH);
    }
}

/* In the console: another's key is not given, and the terms of one change. */
static void a_key_has_one_user_and_one_end(void **state)
{
    static const struct {
        const char *value;
        int code;
        const char *part; /* of the answer about it at a host */
    } table[] = {
        {KEY_MFA, 5, "unknown"}, /* careful's */
        {KEY_MFA " until=2030-01-01", 5, "unknown"},
        {KEY_TYPE, 6, "unknown"},
        {KEY_NEW, 0, "\"level\":\"domain\""},
        {KEY_NEW " level=mfa", 0, "\"level\":\"mfa\""},
        {KEY_NEW " until=2020-01-01", 0, "unknown"},
    };
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[512];
    long long row;

    (void)state;
    make_hosts();
    row = number_of(call(top, "object.create",
                         "{\"class\":\"SMS_Admin\",\"properties\":{"
                         "\"LogonName\":\"new@A.TEST\",\"Permissions\":["
                         "{\"RoleID\":\"SMS0003R\",\"CategoryID\":"
                         "\"SMS00UNA\",\"CategoryTypeID\":29},"
                         "{\"RoleID\":\"SMS0003R\",\"CategoryID\":"
                         "\"SMS00001\",\"CategoryTypeID\":1}]}}"),
                    "AdminID");
    assert_true(row > 0);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        snprintf(params, sizeof(params),
                 "{\"class\":\"SMS_Admin\",\"key\":\"%lld\",\"properties\":"
                 "{\"Identities\":[{\"Kind\":\"ssh_key\",\"Value\":\"%s\"}]"
                 "}}",
                 row, table[i].value);
        assert_int_equal(answer_code(call(top, "object.update", params)),
                         table[i].code);
        assert_has(show_key(host, "new@A.TEST", KEY_NEW), table[i].part);
    }
}

/* ---- What it may not ---- */

static void put_value(const struct param *param, char *out, size_t size)
{
    static const char *const values[] = {
        [PARAM_TEXT] = "\"SMS_Collection\"",
        [PARAM_INTEGER] = "1",
        [PARAM_BOOLEAN] = "true",
        [PARAM_OBJECT] = "{}",
        [PARAM_OBJECTS] = "[{}]",
        [PARAM_TEXTS] = "[\"x\"]",
        [PARAM_LEVEL] = "\"mfa\"",
    };
    const size_t used = strlen(out);

    snprintf(out + used, size - used, "%s\"%s\":%s", used > 1 ? "," : "",
             param->name, values[param->kind]);
}

/* Every row of the table, with parameters that fit it. */
static void every_other_method_is_refused_to_it(void **state)
{
    static const char *const own[] = {"host.login",    "host.used",
                                      "host.settings", "session.whoami",
                                      "session.end",   "server.info"};
    size_t n_refused = 0;

    (void)state;
    make_hosts();
    for (size_t i = 0; i < method_table.n_rows; i++) {
        const struct method *method = &method_table.rows[i];
        bool is_own = strncmp(method->name, "auth.", 5) == 0;
        char params[512] = "{";
        PEER(host, HOST, AUTH_LEVEL_MFA);

        for (size_t j = 0; j < ARRAY_SIZE(own); j++)
            is_own = is_own || strcmp(method->name, own[j]) == 0;
        if (is_own || method->needs.kind == NEEDS_HOST)
            continue; /* of the user at the socket, whoever signs in there */
        for (size_t j = 0; j < method->n_params; j++)
            if (method->params[j].is_required)
                put_value(&method->params[j], params, sizeof(params));
        strcat(params, "}");
        if (answer_code(call(host, method->name, params)) != 3)
            fail_msg("%s %s is not refused", method->name, params);
        n_refused++;
    }
    assert_true(n_refused > 25);
}

static void nobody_but_a_host_asks_for_one(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    make_hosts();
    assert_int_equal(answer_code(login(top, "web@A.TEST", "mfa")), 3);
    assert_int_equal(answer_code(call(top, "host.settings", "{}")), 3);
}

static void a_disabled_host_asks_nothing(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[128];
    const char *answer;

    (void)state;
    make_hosts();
    answer =
        call(top, "object.list",
             "{\"class\":\"SMS_Admin\",\"filter\":\"LogonName = '" HOST "'\"}");
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"key\":\"%.8s\","
             "\"properties\":{\"IsDisabled\":true}}",
             strstr(answer, "\"AdminID\":") + 10);
    assert_int_equal(answer_code(call(top, "object.update", params)), 0);
    {
        PEER(host, HOST, AUTH_LEVEL_CERTIFICATE);

        assert_int_not_equal(answer_code(login(host, "web@A.TEST", "mfa")), 0);
    }
}

/* ---- How it is made ---- */

static void it_has_no_rights_and_one_device(void **state)
{
    static const char right[] =
        ",\"Permissions\":[{\"RoleID\":\"SMS0001R\",\"CategoryID\":"
        "\"SMS00UNA\"}]";
    const long long web = make_device("web1");

    (void)state;
    assert_int_equal(answer_code(enrol("top@A.TEST", HOST, web, right)), 6);
    assert_int_equal(answer_code(enrol("top@A.TEST", HOST, web,
                                       NO_RIGHTS ",\"IsGroup\":true")),
                     6);
    assert_int_not_equal(
        answer_code(enrol("top@A.TEST", HOST, web + 1, NO_RIGHTS)), 0);
    assert_int_equal(answer_code(enrol("top@A.TEST", HOST, web, NO_RIGHTS)), 0);
}

/* Else whoever is approved by mistake for a host asks who may log in to it. */
static void no_person_is_one(void **state)
{
    static const struct {
        const char *name;
        const char *identities;
        int code;
    } table[] = {
        {"zoe@A.TEST", "[]", 6},
        {"WEB1$@A.TEST", "[]", 0},
        {"web2", "[{\"Kind\":\"kerberos\",\"Value\":\"zoe@A.TEST\"}]", 6},
        {"web3", "[{\"Kind\":\"local\",\"Value\":\"zoe\"}]", 6},
        {"web4", "[{\"Kind\":\"kerberos\",\"Value\":\"WEB4$@A.TEST\"}]", 0},
        {"web5", "[{\"Kind\":\"kerberos\",\"Value\":\"" OTHER "\"}]", 0},
    };
    const long long web = make_device("web1");
    char more[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        snprintf(more, sizeof(more), NO_RIGHTS ",\"Identities\":%s",
                 table[i].identities);
        assert_int_equal(
            answer_code(enrol("top@A.TEST", table[i].name, web, more)),
            table[i].code);
    }
}

static void it_has_none_by_a_group_either(void **state)
{
    static const char question[] =
        "{\"user\":\"" HOST "\",\"class\":\"SMS_Collection\","
        "\"operation\":\"Read\"}";

    (void)state;
    {
        PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

        assert_has(call(top, "access.check", question), "\"allowed\":true");
    }
    make_hosts();
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    assert_has(call(top, "access.check", question), "\"allowed\":false");
}

static void it_gets_none_later_either(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const long long web = make_device("web1");
    const long long row =
        number_of(enrol("top@A.TEST", HOST, web, NO_RIGHTS), "AdminID");
    char params[256];

    (void)state;
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"key\":\"%lld\",\"properties\":{"
             "\"Permissions\":[{\"RoleID\":\"SMS0001R\",\"CategoryID\":"
             "\"SMS00UNA\"}]}}",
             row);
    assert_int_equal(answer_code(call(top, "object.update", params)), 6);
    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"key\":\"%lld\",\"properties\":{"
             "\"HostResourceID\":%lld}}",
             row, web);
    assert_int_equal(answer_code(call(top, "object.update", params)), 6);
}

static void it_is_not_part_of_the_policy(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *answer;

    (void)state;
    make_hosts();
    answer = call(top, "policy.export", "{\"all\":true}");
    assert_has(answer, "web@A.TEST");
    assert_null(strstr(answer, OTHER));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, open_provider, close_provider)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_told_who_may_log_in_and_what_is_missing),
        TEST(it_is_told_about_its_own_device_alone),
        TEST(another_operation_is_another_question),
        TEST(each_answer_is_on_record),
        TEST(what_sudo_is_to_run_is_on_record),
        TEST(a_key_is_its_users_at_its_level),
        TEST(a_key_counts_where_its_user_may_log_in),
        TEST(a_key_is_whole_and_stands_alone),
        TEST(keys_do_not_fill_the_audit),
        TEST(a_key_has_one_user_and_one_end),
        TEST(a_deleted_device_denies_everybody),
        TEST(a_disabled_user_is_denied_and_known),
        TEST(every_other_method_is_refused_to_it),
        TEST(nobody_but_a_host_asks_for_one),
        TEST(a_disabled_host_asks_nothing),
        TEST(it_has_no_rights_and_one_device),
        TEST(no_person_is_one),
        TEST(it_has_none_by_a_group_either),
        TEST(it_gets_none_later_either),
        TEST(it_is_not_part_of_the_policy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

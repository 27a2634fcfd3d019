/*
 * A denial is one value: the answer, access.explain of the act, the audit
 * record and a replay of the record name the same operation, object, reason
 * and what is missing. Many kinds of denial, each seen from the wire alone.
 */
#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/base/text.h"

enum {
    PARAMS_BYTES = 4096,
    N_GUARDED = 2, /* of the acts: denied for what they give */
};

#define HEAD                                                                   \
    "version: 1\n"                                                             \
    "authentication: { minimum_level: certificate }\n"                         \
    "scopes:\n"                                                                \
    "  - { name: Web }\n"                                                      \
    "roles:\n"                                                                 \
    "  - name: Keepers\n"                                                      \
    "    operations:\n"                                                        \
    "      SMS_Collection: [Read, Modify, Delete]\n"                           \
    "  - name: Blind\n"                                                        \
    "    operations:\n"                                                        \
    "      SMS_Application: [Modify]\n"                                        \
    "      SMS_Collection: [Read, Deploy Applications]\n"                      \
    "  - name: Strict\n"                                                       \
    "    operations:\n"                                                        \
    "      SMS_SecuredCategory: [Read, Modify]\n"                              \
    "      SMS_Application: [Read, Modify, Delete, Set Security Scope]\n"      \
    "      SMS_Site: [Modify]\n"                                               \
    "    require_level:\n"                                                     \
    "      mfa: { SMS_Application: [Delete, Set Security Scope] }\n"           \
    "administrators:\n"                                                        \
    "  - user: top@A.TEST\n"                                                   \
    "    assignments:\n"                                                       \
    "      - { roles: [Full Administrator], scopes: [All],\n"                  \
    "          collections: " ALL " }\n"                                       \
    "  - user: second@A.TEST\n"                                                \
    "    assignments:\n"                                                       \
    "      - { roles: [Full Administrator], scopes: [All],\n"                  \
    "          collections: " ALL " }\n"

/* half reads everything, writes applications of Web, and changes collections
 * below Servers; author knows nothing but the scope Default. */
#define BEFORE                                                                 \
    "  - user: half@A.TEST\n"                                                  \
    "    assignments:\n"                                                       \
    "      - { roles: [Read-only Analyst], scopes: [All],\n"                   \
    "          collections: " ALL " }\n"                                       \
    "      - { roles: [Application Author], scopes: [Web] }\n"                 \
    "      - { roles: [Keepers], scopes: [Web], collections: [Servers] }\n"    \
    "  - user: guard@A.TEST\n"                                                 \
    "    assignments:\n"                                                       \
    "      - { roles: [Security Administrator], scopes: [All],\n"              \
    "          collections: " ALL " }\n"                                       \
    "  - user: strict@A.TEST\n"                                                \
    "    assignments:\n"                                                       \
    "      - { roles: [Strict], scopes: [All] }\n"                             \
    "  - user: blind@A.TEST\n"                                                 \
    "    assignments:\n"                                                       \
    "      - { roles: [Blind], scopes: [All], collections: " ALL " }\n"        \
    "  - user: author@A.TEST\n"                                                \
    "    assignments:\n"                                                       \
    "      - { roles: [Application Author], scopes: [Web] }\n"

#define AT_TOP(user)                                                           \
    "  - user: " user "@A.TEST\n"                                              \
    "    assignments:\n"                                                       \
    "      - { roles: [Full Administrator], scopes: [All],\n"                  \
    "          collections: " ALL " }\n"

static const char before[] = HEAD BEFORE;
static const char after[] = HEAD AT_TOP("half") AT_TOP("guard") AT_TOP("strict")
    AT_TOP("blind") AT_TOP("author");

/* ---- What is there ---- */

#define SERVERS    "P0100014"
#define DESKTOPS   "P0100015"
#define IN_DEFAULT "16777217" /* an application */
#define IN_WEB     "16777218"
#define DEPLOYED   "16777217" /* IN_DEFAULT on SERVERS */
#define BOSS       "16777225"
#define ANN        "16777224" /* who has a role that guard has not */
#define WEB        "P0100003"

#define SCOPE(role, scope)                                                     \
    "{\"RoleID\":\"" role "\",\"CategoryID\":\"" scope                         \
    "\",\"CategoryTypeID\":29}"

static json_t *as_top(const char *method, const char *params)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

    return ask(top, method, params);
}

static void make(const char *class, const char *properties,
                 const char *key_property, const char *key)
{
    char params[PARAMS_BYTES];

    snprintf(params, sizeof(params), "{\"class\":\"%s\",\"properties\":{%s}}",
             class, properties);
    {
        JSON(made, as_top("object.create", params));
        const json_t *value = json_object_get(result_of(made), key_property);
        char text[64];

        if (json_is_integer(value))
            snprintf(text, sizeof(text), "%lld",
                     (long long)json_integer_value(value));
        else
            snprintf(text, sizeof(text), "%s", json_string_value(value));
        assert_string_equal(text, key);
    }
}

static void put_in_web(const char *key)
{
    char params[PARAMS_BYTES];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_SecuredCategoryMembership\",\"method\":"
             "\"AddMemberships\",\"args\":{\"ObjectIDs\":[\"%s\"],"
             "\"ObjectTypeIDs\":[31],\"CategoryIDs\":[\"" WEB "\"]}}",
             key);
    {
        JSON(done, as_top("object.invoke", params));

        assert_int_equal(code_of(done), 0);
    }
}

static int open_site(void **state)
{
    (void)state;
    provider_open(&provider, HEAD);
    make("SMS_Collection",
         "\"Name\":\"Servers\",\"LimitToCollectionID\":\"SMS00001\"",
         "CollectionID", SERVERS);
    make("SMS_Collection",
         "\"Name\":\"Desktops\",\"LimitToCollectionID\":\"SMS00001\"",
         "CollectionID", DESKTOPS);
    make("SMS_Application", "\"LocalizedDisplayName\":\"One\"", "CI_ID",
         IN_DEFAULT);
    make("SMS_Application", "\"LocalizedDisplayName\":\"Two\"", "CI_ID",
         IN_WEB);
    put_in_web(IN_WEB);
    make("SMS_ApplicationAssignment",
         "\"AssignedCI\":" IN_DEFAULT ",\"TargetCollectionID\":\"" SERVERS "\"",
         "AssignmentID", DEPLOYED);
    assert_int_equal(provider_apply(&provider, before), STATUS_OK);
    make("SMS_Admin",
         "\"LogonName\":\"ann@A.TEST\",\"Permissions\":[" SCOPE("SMS0008R",
                                                                "SMS00UNA") "]",
         "AdminID", ANN);
    make("SMS_Admin",
         "\"LogonName\":\"boss@A.TEST\",\"Permissions\":[" SCOPE(
             "SMS0001R", "SMS00ALL") "]",
         "AdminID", BOSS);
    return 0;
}

/* ---- Acts that are denied ---- */

struct denied {
    const char *what;
    const char *user;
    enum auth_level level;
    const char *method;
    const char *params;
    int code;           /* of the answer */
    const char *reason; /* in answer and record */
    const char *operation;
    const char *class_name;
    const char *key;
    const char *missing;   /* role and place, "" : nothing is said of it */
    const char *needed;    /* the level; "": none would do */
    bool can_be_explained; /* by operation, class and key alone */
    bool is_replayed;
};

#define OBJECT(class, key) "{\"class\":\"" class "\",\"key\":\"" key "\"}"
#define CHANGE(class, key, properties)                                         \
    "{\"class\":\"" class "\",\"key\":\"" key "\",\"properties\":{" properties \
                          "}}"
#define NEW(class, properties)                                                 \
    "{\"class\":\"" class "\",\"properties\":{" properties "}}"
#define SET_LEVEL                                                              \
    "{\"class\":\"SMS_Site\",\"method\":\"SetAuthenticationLevel\","           \
    "\"args\":{\"AuthenticationLevel\":20}}"
#define ADD_TO_WEB                                                             \
    "{\"class\":\"SMS_SecuredCategoryMembership\",\"method\":"                 \
    "\"AddMemberships\",\"args\":{\"ObjectIDs\":[\"" IN_DEFAULT                \
    "\"],\"ObjectTypeIDs\":[31],\"CategoryIDs\":[\"" WEB "\"]}}"
#define HELD                                                                   \
    "{\"class\":\"SMS_RbacSecuredObject\",\"method\":\"UserHasPermissions\","  \
    "\"args\":{\"ObjectPath\":\"SMS_Admin\",\"Permissions\":1}}"

static const struct denied acts[] = {
    {"no role has the operation", "half@A.TEST", AUTH_LEVEL_MFA,
     "object.create", NEW("SMS_Role", "\"RoleName\":\"x\""), 3,
     "role-lacks-operation", "Create", "SMS_Role", "", "", "", true, true},
    {"no role has it on an object", "half@A.TEST", AUTH_LEVEL_MFA,
     "object.delete", OBJECT("SMS_Admin", ANN), 3, "role-lacks-operation",
     "Remove", "SMS_Admin", ANN, "", "", true, true},
    {"another scope", "half@A.TEST", AUTH_LEVEL_MFA, "object.update",
     CHANGE("SMS_Application", IN_DEFAULT, "\"LocalizedDisplayName\":\"Mine\""),
     3, "out-of-scope", "Modify", "SMS_Application", IN_DEFAULT, "", "", true,
     true},
    {"another collection", "half@A.TEST", AUTH_LEVEL_MFA, "object.update",
     CHANGE("SMS_Collection", DESKTOPS, "\"Name\":\"Mine\""), 3,
     "out-of-collection", "Modify", "SMS_Collection", DESKTOPS, "", "", true,
     true},
    {"assigned directly", "half@A.TEST", AUTH_LEVEL_MFA, "object.update",
     CHANGE("SMS_Collection", SERVERS, "\"Name\":\"Mine\""), 3,
     "directly-assigned", "Modify", "SMS_Collection", SERVERS, "", "", true,
     true},
    {"a deployment by its collection", "half@A.TEST", AUTH_LEVEL_MFA,
     "object.delete", OBJECT("SMS_ApplicationAssignment", DEPLOYED), 3,
     "role-lacks-operation", "Deploy Applications", "SMS_ApplicationAssignment",
     DEPLOYED, "", "", true, true},
    {"the level of the site", "half@A.TEST", AUTH_LEVEL_DOMAIN, "object.update",
     CHANGE("SMS_Application", IN_WEB, "\"LocalizedDisplayName\":\"Mine\""), 2,
     "level-too-low", "Modify", "SMS_Application", IN_WEB, "", "certificate",
     false, false},
    {"the level of a role", "strict@A.TEST", AUTH_LEVEL_CERTIFICATE,
     "object.delete", OBJECT("SMS_Application", IN_WEB), 2, "level-too-low",
     "Delete", "SMS_Application", IN_WEB, "", "mfa", true, true},
    {"the level of a second right", "strict@A.TEST", AUTH_LEVEL_CERTIFICATE,
     "object.invoke", ADD_TO_WEB, 2, "level-too-low", "Set Security Scope",
     "SMS_Application", IN_DEFAULT, "", "mfa", true, true},
    {"the level of what is for all", "half@A.TEST", AUTH_LEVEL_DOMAIN,
     "object.invoke", HELD, 2, "level-too-low", "", "SMS_RbacSecuredObject", "",
     "", "certificate", false, false},
    {"a second right", "half@A.TEST", AUTH_LEVEL_MFA, "object.invoke",
     ADD_TO_WEB, 3, "out-of-scope", "Set Security Scope", "SMS_Application",
     IN_DEFAULT, "", "", true, true},
    {"not at the top", "strict@A.TEST", AUTH_LEVEL_MFA, "object.invoke",
     SET_LEVEL, 3, "guard-full-administrator", "Modify", "SMS_Site", "", "", "",
     false, true},
    {"built in", "guard@A.TEST", AUTH_LEVEL_MFA, "object.delete",
     OBJECT("SMS_Role", "SMS0001R"), 3, "guard-built-in", "Delete", "SMS_Role",
     "SMS0001R", "", "", true, false},
    {"more than one holds, to somebody new", "guard@A.TEST", AUTH_LEVEL_MFA,
     "object.create",
     NEW("SMS_Admin", "\"LogonName\":\"eve@A.TEST\",\"Permissions\":[" SCOPE(
                          "SMS0008R", WEB) "]"),
     3, "guard-more-than-held", "Add", "SMS_Admin", "",
     "Application Author, scope Web", "", false, false},
    {"more than one holds, to a record", "guard@A.TEST", AUTH_LEVEL_MFA,
     "object.update",
     CHANGE("SMS_Admin", ANN,
            "\"Permissions\":[" SCOPE("SMS0008R", "SMS00ALL") "]"),
     3, "guard-more-than-held", "Modify", "SMS_Admin", ANN,
     "Application Author, scope All", "", false, false},
    {"one's own record", "boss@A.TEST", AUTH_LEVEL_MFA, "object.delete",
     OBJECT("SMS_Admin", BOSS), 3, "guard-self", "Remove", "SMS_Admin", BOSS,
     "", "", false, false},
    {"hidden", "author@A.TEST", AUTH_LEVEL_MFA, "object.update",
     CHANGE("SMS_Application", IN_DEFAULT, "\"LocalizedDisplayName\":\"Mine\""),
     4, "out-of-scope", "Modify", "SMS_Application", IN_DEFAULT, "", "", false,
     true},
    {"hidden, and to be changed", "blind@A.TEST", AUTH_LEVEL_MFA,
     "object.update",
     CHANGE("SMS_Application", IN_DEFAULT, "\"LocalizedDisplayName\":\"Mine\""),
     4, "role-lacks-operation", "Read", "SMS_Application", IN_DEFAULT, "", "",
     false, true},
    {"hidden with its application", "blind@A.TEST", AUTH_LEVEL_MFA,
     "object.delete", OBJECT("SMS_ApplicationAssignment", DEPLOYED), 4,
     "role-lacks-operation", "Read", "SMS_ApplicationAssignment", DEPLOYED, "",
     "", false, true},
    {"not there", "author@A.TEST", AUTH_LEVEL_MFA, "object.update",
     CHANGE("SMS_Application", "99", "\"LocalizedDisplayName\":\"Mine\""), 4,
     "not_found", "Modify", "SMS_Application", "99", "", "", false, false},
};

/* ---- What each says of it ---- */

static json_t *explain_act(struct peer *peer, const struct denied *act)
{
    char params[PARAMS_BYTES];

    snprintf(params, sizeof(params),
             "{\"act\":{\"method\":\"%s\",\"params\":%s}}", act->method,
             act->params);
    return ask(peer, "access.explain", params);
}

/* By operation, class and key, as the answer named them. */
static json_t *explain_named(struct peer *peer, const struct denied *act)
{
    char params[PARAMS_BYTES];
    int n = snprintf(params, sizeof(params),
                     "{\"operation\":\"%s\",\"class\":\"%s\"", act->operation,
                     act->class_name);

    if (*act->key)
        n += snprintf(params + n, sizeof(params) - (size_t)n, ",\"key\":\"%s\"",
                      act->key);
    snprintf(params + n, sizeof(params) - (size_t)n, "}");
    return ask(peer, "access.explain", params);
}

/* The newest record of an event. */
static json_t *record_of(const char *event)
{
    char params[128];

    snprintf(params, sizeof(params), "{\"event\":\"%s\",\"limit\":1}", event);
    {
        JSON(answer, as_top("audit.query", params));

        return json_incref(
            json_array_get(json_object_get(result_of(answer), "items"), 0));
    }
}

static json_t *detail_in(const json_t *record)
{
    const json_t *detail = json_object_get(record, "detail");

    return json_is_string(detail)
               ? json_loads(json_string_value(detail), 0, NULL)
               : json_incref((json_t *)(uintptr_t)detail);
}

/* The error as it would be told: without the number of its record. */
static json_t *error_in(const json_t *answer)
{
    json_t *error = json_deep_copy(json_object_get(answer, "error"));

    json_object_del(json_object_get(error, "data"), "decision");
    return error;
}

static const char *missing_in(const json_t *object)
{
    static char text[600];
    const json_t *missing = json_object_get(object, "missing");
    const char *place =
        json_object_get(missing, "scope") ? "scope" : "collection";

    snprintf(text, sizeof(text), "%s, %s %s", text_in(missing, "role"), place,
             text_in(missing, place));
    return missing ? text : "";
}

/* ---- Comparing ---- */

static size_t n_wrong;

static void same(const struct denied *act, const char *where, const char *what,
                 const char *is, const char *should)
{
    if (strcmp(is, should) == 0)
        return;
    print_error("%s: the %s names the %s \"%s\", not \"%s\"\n", act->what,
                where, what, is, should);
    n_wrong++;
}

static void compare_answer(const struct denied *act, const json_t *answer)
{
    const json_t *data = data_of(answer);
    const bool is_hidden = act->code == 4;

    if (code_of(answer) != act->code) {
        SCOPED(memory_drop) char *text = json_dumps(answer, 0);

        print_error("%s: %s\n", act->what, text);
        n_wrong++;
        return;
    }
    same(act, "answer", "reason", text_in(data, "code"),
         is_hidden ? "" : act->reason);
    same(act, "answer", "operation", text_in(data, "operation"),
         is_hidden ? "" : act->operation);
    same(act, "answer", "class", text_in(data, "class"),
         is_hidden ? "" : act->class_name);
    same(act, "answer", "key", text_in(data, "key"), is_hidden ? "" : act->key);
    same(act, "answer", "level", text_in(data, "level_required"), act->needed);
    same(act, "answer", "missing", missing_in(data), act->missing);
}

static void compare_record(const struct denied *act, const json_t *record)
{
    JSON(detail, detail_in(record));

    same(act, "record", "reason", text_in(record, "reason"), act->reason);
    same(act, "record", "outcome", text_in(record, "outcome"), "denied");
    same(act, "record", "operation", text_in(record, "operation"),
         act->operation);
    same(act, "record", "class", text_in(record, "class"), act->class_name);
    same(act, "record", "key", text_in(record, "key"), act->key);
    same(act, "record", "level", text_in(detail, "level_required"),
         act->needed);
    same(act, "record", "missing", missing_in(detail), act->missing);
}

static void compare_explained(const struct denied *act, const json_t *explained,
                              const json_t *answer)
{
    const json_t *result = result_of(explained);
    JSON(would, error_in(result));
    JSON(was, error_in(answer));

    same(act, "explained act", "reason", text_in(result, "code"),
         act->code == 4 ? "not-found" : act->reason);
    same(act, "explained act", "level", text_in(result, "level_required"),
         act->needed);
    same(act, "explained act", "error",
         json_equal(would, was) ? "of the act" : "another", "of the act");
}

static void compare_named(const struct denied *act, const json_t *explained)
{
    if (code_of(explained) != 0) {
        SCOPED(memory_drop) char *text = json_dumps(explained, 0);

        print_error("%s: explain says %s\n", act->what, text);
        n_wrong++;
        return;
    }
    same(act, "explanation", "reason", text_in(result_of(explained), "code"),
         act->reason);
    same(act, "explanation", "level",
         text_in(result_of(explained), "level_required"), act->needed);
}

static void compare_replay(const struct denied *act, const json_t *replay)
{
    const json_t *rows = json_object_get(replay, "changed");
    const char *was = "";

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (strcmp(text_in(row, "user"), act->user) == 0 &&
            strcmp(text_in(row, "operation"), act->operation) == 0 &&
            strcmp(text_in(row, "class"), act->class_name) == 0 &&
            strcmp(text_in(row, "key"), act->key) == 0)
            was = text_in(row, "before");
    }
    same(act, "replay", "answer of before", was,
         !act->is_replayed ? ""
         : *act->needed    ? act->needed
                           : "denied");
}

/* ---- The tests ---- */

static void answer_record_and_explain_name_the_same(void **state)
{
    (void)state;
    n_wrong = 0;
    for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
        const struct denied *act = &acts[i];
        PEER(peer, act->user, act->level);
        JSON(explained, explain_act(peer, act));
        JSON(answer, ask(peer, act->method, act->params));
        JSON(record, record_of(act->method));

        compare_answer(act, answer);
        compare_record(act, record);
        if (strcmp(act->needed, "certificate") != 0) /* who asks needs it */
            compare_explained(act, explained, answer);
        if (act->can_be_explained) {
            JSON(named, explain_named(peer, act));

            compare_named(act, named);
        }
    }
    assert_int_equal(n_wrong, 0);
}

static void ask_all(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
        PEER(peer, acts[i].user, acts[i].level);
        JSON(answer, ask(peer, acts[i].method, acts[i].params));

        assert_int_not_equal(code_of(answer), 0);
    }
}

static void a_replay_says_what_the_record_says(void **state)
{
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    n_wrong = 0;
    ask_all();
    {
        JSON(plan, ask_files(second, "policy.plan", after, ",\"replay\":3600"));

        for (size_t i = 0; i < ARRAY_SIZE(acts); i++)
            compare_replay(&acts[i],
                           json_object_get(result_of(plan), "replay"));
    }
    assert_int_equal(n_wrong, 0);
}

/* Whatever takes its place: what was denied was not allowed before. */
static void a_replay_finds_nothing_allowed_that_was_denied(void **state)
{
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    ask_all();
    {
        JSON(plan, ask_files(second, "policy.plan", HEAD, ",\"replay\":3600"));
        const json_t *replay = json_object_get(result_of(plan), "replay");
        const json_t *rows = json_object_get(replay, "changed");

        for (size_t i = 0; i < json_array_size(rows); i++)
            assert_string_not_equal(text_in(json_array_get(rows, i), "before"),
                                    "allowed");
        assert_int_equal(number_in(replay, "guarded"), N_GUARDED);
    }
}

/* ---- Beside objects ---- */

static void compare_with_record(const struct denied *act, const json_t *answer)
{
    JSON(record, record_of(act->method));

    compare_answer(act, answer);
    compare_record(act, record);
}

static void denied_to(const struct denied *act)
{
    PEER(peer, act->user, act->level);
    JSON(answer, ask(peer, act->method, act->params));

    compare_with_record(act, answer);
}

static void questions_and_policy_are_denied_alike(void **state)
{
    static const struct denied others[] = {
        {"about another", "strict@A.TEST", AUTH_LEVEL_MFA, "access.explain",
         "{\"operation\":\"Read\",\"class\":\"SMS_Collection\",\"key\":"
         "\"" SERVERS "\",\"user\":\"half@A.TEST\"}",
         3, "role-lacks-operation", "Read", "SMS_Admin", "", "", "", false,
         false},
        {"the level for oneself", "half@A.TEST", AUTH_LEVEL_DOMAIN,
         "access.explain", "{\"operation\":\"Read\",\"class\":\"SMS_Site\"}", 2,
         "level-too-low", "", "", "", "", "certificate", false, false},
        {"the policy", "author@A.TEST", AUTH_LEVEL_MFA, "policy.export", "{}",
         3, "role-lacks-operation", "Read", "SMS_Admin", "", "", "", false,
         false},
    };

    (void)state;
    n_wrong = 0;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        denied_to(&others[i]);
    assert_int_equal(n_wrong, 0);
}

/* What is no denial is recorded by how it ended, and has no reason of one. */
static void a_stale_version_is_a_conflict_in_both(void **state)
{
    JSON(answer, as_top("object.update",
                        "{\"class\":\"SMS_Application\",\"key\":\"" IN_WEB
                        "\",\"if_version\":99,\"properties\":{"
                        "\"LocalizedDisplayName\":\"x\"}}"));
    JSON(record, record_of("object.update"));

    (void)state;
    assert_int_equal(code_of(answer), 5);
    assert_true(number_in(data_of(answer), "version") > 0);
    assert_string_equal(text_in(record, "outcome"), "failed");
    assert_string_equal(text_in(record, "reason"), "conflict");
    assert_string_equal(text_in(record, "operation"), "Modify");
    assert_string_equal(text_in(record, "key"), IN_WEB);
}

static void a_second_person_is_asked_for_in_both(void **state)
{
    PEER(second, "second@A.TEST", AUTH_LEVEL_MFA);
    char params[128];

    (void)state;
    n_wrong = 0;
    provider.settings->config->policy_approval = true;
    {
        JSON(asked, ask_files(second, "policy.apply", after, ""));

        snprintf(params, sizeof(params), "{\"digest\":\"%s\"}",
                 text_in(result_of(asked), "digest"));
    }
    {
        const struct denied act = {"four eyes",
                                   "second@A.TEST",
                                   AUTH_LEVEL_MFA,
                                   "policy.approve",
                                   params,
                                   3,
                                   "guard-second-person",
                                   "Modify",
                                   "SMS_Admin",
                                   "",
                                   "",
                                   "",
                                   false,
                                   false};
        JSON(answer, ask(second, act.method, act.params));

        compare_with_record(&act, answer);
        assert_null(strstr(text_in(data_of(answer), "how"), "explain"));
    }
    assert_int_equal(n_wrong, 0);
}

#define WITH_DENIALS(test)                                                     \
    cmocka_unit_test_setup_teardown(test, open_site, close_provider)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DENIALS(answer_record_and_explain_name_the_same),
        WITH_DENIALS(a_replay_says_what_the_record_says),
        WITH_DENIALS(a_replay_finds_nothing_allowed_that_was_denied),
        WITH_DENIALS(questions_and_policy_are_denied_alike),
        WITH_DENIALS(a_stale_version_is_a_conflict_in_both),
        WITH_DENIALS(a_second_person_is_asked_for_in_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* access.explain with an act's own content tells what the act is told, and
 * does nothing: many acts, each asked about and then done. */
#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/base/text.h"

enum { N_ACTS = 300, PARAMS_BYTES = 4096 };

static const char *const users[] = {"top@A.TEST",   "guard@A.TEST",
                                    "local@A.TEST", "reader@A.TEST",
                                    "web@A.TEST",   "ops@A.TEST"};

/* The same numbers in every run. */
static uint32_t next(uint32_t below)
{
    static uint64_t state = 4242;

    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static const char *one_of(const char *const *words, size_t n)
{
    return words[next((uint32_t)n)];
}
#define ONE_OF(words) one_of(words, ARRAY_SIZE(words))

/* ---- Content ---- */

static const char *const roles[] = {"SMS0001R", "SMS0008R", "SMS000FR",
                                    "SMS0002R", "SMS000ER", "P0100064",
                                    "P0100067", "nothing"};
static const char *const scopes[] = {"SMS00ALL", "SMS00UNA", "P0100003",
                                     "P0100004"};
static const char *const collections[] = {"SMS00001", "P0100014", "P0100015",
                                          "SMS00004", "P0100016"};
static const char *const admins[] = {"16777217", "16777218", "16777219",
                                     "16777222", "16777223", "16777224",
                                     "16777225", "16777226", "16777227"};

static void put_permissions(struct buf *out)
{
    const uint32_t n = 1 + next(3);

    buf_append_string(out, "\"Permissions\":[");
    for (uint32_t i = 0; i < n; i++) {
        const bool is_scope = next(3) > 0;

        buf_append_format(out,
                          "%s{\"RoleID\":\"%s\",\"CategoryID\":\"%s\","
                          "\"CategoryTypeID\":%d}",
                          i ? "," : "", ONE_OF(roles),
                          is_scope ? ONE_OF(scopes) : ONE_OF(collections),
                          is_scope ? 29 : 1);
    }
    buf_append_char(out, ']');
}

static void put_admin_change(struct buf *out)
{
    switch (next(5)) {
    case 0:
        buf_append_string(out, "\"IsDisabled\":true");
        return;
    case 1:
        buf_append_string(out, "\"IsDisabled\":false");
        return;
    case 2:
        buf_append_format(out, "\"DisplayName\":\"Name %u\"", next(50));
        return;
    case 3:
        buf_append_format(out,
                          "\"Identities\":[{\"Kind\":\"kerberos\",\"Value\":"
                          "\"p%u@A.TEST\"}]",
                          next(6));
        return;
    default:
        put_permissions(out);
    }
}

static void put_operations(struct buf *out)
{
    buf_append_format(out,
                      "\"Operations\":[{\"ObjectTypeID\":%u,"
                      "\"GrantedOperations\":%u}]",
                      next(2) ? 31u : 1u, 1 + next(7));
}

/* ---- Acts ---- */

static const char *admin_act(struct buf *out)
{
    switch (next(4)) {
    case 0:
        buf_append_format(out,
                          "{\"class\":\"SMS_Admin\",\"properties\":{"
                          "\"LogonName\":\"n%u@A.TEST\",",
                          next(40));
        put_permissions(out);
        buf_append_string(out, "}}");
        return "object.create";
    case 1:
        buf_append_format(out, "{\"class\":\"SMS_Admin\",\"key\":\"%s\"}",
                          ONE_OF(admins));
        return next(4) ? "object.get" : "object.delete";
    default:
        buf_append_format(
            out, "{\"class\":\"SMS_Admin\",\"key\":\"%s\",\"properties\":{",
            ONE_OF(admins));
        put_admin_change(out);
        buf_append_string(out, "}}");
        return "object.update";
    }
}

static const char *role_act(struct buf *out)
{
    switch (next(4)) {
    case 0:
        buf_append_format(out,
                          "{\"class\":\"SMS_Role\",\"properties\":{"
                          "\"RoleName\":\"Role %u\",\"CopiedFromID\":\"%s\",",
                          next(20), ONE_OF(roles));
        put_operations(out);
        buf_append_string(out, "}}");
        return "object.create";
    case 1:
        buf_append_format(out, "{\"class\":\"SMS_Role\",\"key\":\"%s\"}",
                          ONE_OF(roles));
        return "object.delete";
    default:
        buf_append_format(
            out, "{\"class\":\"SMS_Role\",\"key\":\"%s\",\"properties\":{",
            ONE_OF(roles));
        put_operations(out);
        buf_append_string(out, "}}");
        return "object.update";
    }
}

static const char *collection_act(struct buf *out)
{
    switch (next(4)) {
    case 0:
        buf_append_format(out,
                          "{\"class\":\"SMS_Collection\",\"properties\":{"
                          "\"Name\":\"Set %u\",\"LimitToCollectionID\":"
                          "\"%s\"}}",
                          next(20), ONE_OF(collections));
        return "object.create";
    case 1:
        buf_append_format(out, "{\"class\":\"SMS_Collection\",\"key\":\"%s\"}",
                          ONE_OF(collections));
        return "object.delete";
    case 2:
        buf_append_format(out,
                          "{\"class\":\"SMS_Collection\",\"key\":\"%s\","
                          "\"method\":\"AddMembershipRule\",\"args\":{"
                          "\"collectionRule\":{\"RuleName\":\"r%u\","
                          "\"QueryExpression\":\"select * from"
                          " SMS_R_System\"}}}",
                          ONE_OF(collections), next(4));
        return "object.invoke";
    default:
        buf_append_format(out,
                          "{\"class\":\"SMS_Collection\",\"key\":\"%s\","
                          "\"properties\":{\"LimitToCollectionID\":\"%s\"}}",
                          ONE_OF(collections), ONE_OF(collections));
        return "object.update";
    }
}

static const char *random_act(struct buf *out)
{
    const char *method = NULL;

    do {
        buf_clear(out);
        switch (next(5)) {
        case 0:
            method = collection_act(out);
            break;
        case 1:
            method = role_act(out);
            break;
        default:
            method = admin_act(out);
        }
    } while (strcmp(method, "object.get") == 0);
    buf_append_char(out, '\0');
    return method;
}

/* ---- Comparing ---- */

/* The error as it would be told: without the number of its record. */
static json_t *error_in(const json_t *answer)
{
    json_t *error = json_deep_copy(json_object_get(answer, "error"));

    json_object_del(json_object_get(error, "data"), "decision");
    return error;
}

static json_t *explain(struct peer *peer, const char *method, const char *act)
{
    char params[PARAMS_BYTES];

    snprintf(params, sizeof(params),
             "{\"act\":{\"method\":\"%s\",\"params\":%s}}", method, act);
    return ask(peer, "access.explain", params);
}

/* Is the act told what was said of it? True: it was done. */
static bool assert_told(const char *user, const char *method, const char *act)
{
    PEER(peer, user, AUTH_LEVEL_MFA);
    JSON(explained, explain(peer, method, act));
    JSON(done, ask(peer, method, act));
    JSON(would, error_in(result_of(explained)));
    JSON(was, error_in(done));

    assert_int_equal(code_of(explained), 0);
    if (!json_equal(would, was))
        print_error("%s %s %s\n  would %s\n  was %s\n", user, method, act,
                    would ? json_dumps(would, 0) : "-",
                    was ? json_dumps(was, 0) : "-");
    assert_true((!would && !was) || json_equal(would, was));
    assert_int_equal(
        json_is_true(json_object_get(result_of(explained), "allowed")), !was);
    return !was;
}

#define SCOPE(role, scope)                                                     \
    "{\"RoleID\":\"" role "\",\"CategoryID\":\"" scope                         \
    "\",\"CategoryTypeID\":29}"
#define PLACE(role, collection)                                                \
    "{\"RoleID\":\"" role "\",\"CategoryID\":\"" collection                    \
    "\",\"CategoryTypeID\":1}"

static void make(const char *class, const char *properties)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[PARAMS_BYTES];

    snprintf(params, sizeof(params), "{\"class\":\"%s\",\"properties\":{%s}}",
             class, properties);
    {
        JSON(made, ask(top, "object.create", params));

        assert_int_equal(code_of(made), 0);
    }
}

static void make_people(void)
{
    make("SMS_Collection",
         "\"Name\":\"Web\",\"LimitToCollectionID\":\"SMS00001\"");
    make("SMS_Collection",
         "\"Name\":\"Db\",\"LimitToCollectionID\":\"SMS00001\"");
    make("SMS_Admin",
         "\"LogonName\":\"guard@A.TEST\",\"Permissions\":[" SCOPE(
             "SMS000FR", "SMS00ALL") "," PLACE("SMS000FR", "SMS00001") "]");
    make("SMS_Admin", "\"LogonName\":\"local@A.TEST\",\"Permissions\":[" SCOPE(
                          "SMS000FR", "P0100003") "]");
    make("SMS_Admin",
         "\"LogonName\":\"ops@A.TEST\",\"Permissions\":[" SCOPE(
             "SMS000ER", "SMS00ALL") "," PLACE("SMS000ER", "P0100014") "]");
    make("SMS_Admin",
         "\"LogonName\":\"ann@A.TEST\",\"Permissions\":[" SCOPE(
             "SMS0008R", "P0100003") "," SCOPE("SMS0008R", "SMS00UNA") "]");
    make("SMS_Role", "\"RoleName\":\"Shared\",\"CopiedFromID\":\"SMS0008R\","
                     "\"Operations\":[{\"ObjectTypeID\":31,"
                     "\"GrantedOperations\":3}]");
}

/* ---- The tests ---- */

static void an_act_is_told_what_was_said_of_it(void **state)
{
    SCOPED(buf_free) struct buf act = buf_make(PARAMS_BYTES);
    size_t n_done = 0;

    (void)state;
    make_people();
    for (size_t i = 0; i < N_ACTS; i++) {
        const char *method = random_act(&act);

        n_done += assert_told(ONE_OF(users), method, act.data);
    }
    assert_in_range(n_done, N_ACTS / 20, N_ACTS - N_ACTS / 5);
}

/* All that a full administrator sees of administrators, and the audit. */
static json_t *everything(struct peer *top)
{
    return json_pack("[o, o]",
                     ask(top, "object.list", "{\"class\":\"SMS_Admin\"}"),
                     ask(top, "object.list", "{\"class\":\"SMS_Role\"}"));
}

static void to_ask_does_nothing(void **state)
{
    static const char act[] =
        "{\"class\":\"SMS_Admin\",\"properties\":{\"LogonName\":"
        "\"eve@A.TEST\",\"Permissions\":[" SCOPE("SMS0008R", "P0100003") "]}}";
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(reader, "reader@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    {
        const int64_t n_records = provider_n_records(&provider);
        JSON(before, everything(top));
        JSON(yes, explain(top, "object.create", act));
        JSON(no, explain(reader, "object.create", act));
        JSON(after, everything(top));
        assert_true(json_is_true(json_object_get(result_of(yes), "allowed")));
        assert_true(json_is_false(json_object_get(result_of(no), "allowed")));
        assert_true(json_equal(before, after));
        assert_int_equal(provider_n_records(&provider), n_records);
    }
}

static void only_acts_on_objects_are_tried(void **state)
{
    static const char *const wrong[] = {
        "{\"act\":{\"method\":\"policy.apply\",\"params\":{\"files\":{}}}}",
        "{\"act\":{\"method\":\"session.end\",\"params\":{}}}",
        "{\"act\":{\"method\":\"access.explain\",\"params\":{}}}",
        "{\"act\":{\"method\":\"object.delete\"}}",
        ("{\"act\":{\"method\":\"object.delete\",\"params\":{\"class\":"
         "\"SMS_Role\",\"key\":\"SMS0001R\"}},\"user\":\"top@A.TEST\"}"),
        "{}",
    };
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        JSON(answer, ask(top, "access.explain", wrong[i]));

        assert_int_equal(code_of(answer), -32602);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(an_act_is_told_what_was_said_of_it),
        WITH_PROVIDER(to_ask_does_nothing),
        WITH_PROVIDER(only_acts_on_objects_are_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The store as policy files: nothing is lost on the way out and in again. */
#include "tests/unit/unit.h"

#include <string.h>

#include "policy/plan.h"
#include "policy/rights.h"
#include "policy/write.h"
#include "provider/rollout/export.h"
#include "tests/support/provider_fixture.h"
#include "tests/unit/policy/random_policy.h"

enum {
    TEXT_MAX_BYTES = 1 << 24,
    ARENA_BYTES = 1 << 28,
    ESTATES = 25,
    FIRST_DEVICE = 16777217, /* as the site gives it */
};

#define ALL "[All Systems, All Users and User Groups]"
#define NOW 1800000000

static const char policy[] =
    "version: 1\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], scopes: [All],\n"
    "          collections: " ALL " }\n";

PROVIDER_FOR_TESTS(policy)

/* As full administrator: a method that must go well. */
static void call(const char *method, const char *params)
{
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);
    const char *answer = peer_call(&provider, top, method, params);

    if (!strstr(answer, "\"result\""))
        fail_msg("%s", answer);
}

/* In the console: a scope, a role, one who holds it and one put on hold. */
static void make_in_console(void)
{
    call("object.create",
         "{\"class\":\"SMS_SecuredCategory\",\"properties\":"
         "{\"CategoryName\":\"Web\",\"CategoryDescription\":\"of: it\"}}");
    call("object.create",
         "{\"class\":\"SMS_Collection\",\"properties\":{\"Name\":\"Lab\","
         "\"Comment\":\"of ours\",\"LimitToCollectionID\":\"SMS00001\","
         "\"RefreshType\":6,\"RefreshSchedule\":[{\"TokenType\":"
         "\"SMS_ST_RecurInterval\",\"StartTime\":\"2025-02-03T06:15:00Z\","
         "\"IsGMT\":true,\"DaySpan\":7}]}}");
    for (int i = 0; i < 3; i++) {
        SCOPED(buf_free) struct buf params = buf_make(4096);

        buf_append_format(&params,
                          "{\"class\":\"SMS_R_System\",\"properties\":"
                          "{\"Name\":\"%s\"}}%c",
                          i ? "PC-2" : "PC-1", '\0');
        call("object.create", buf_text(&params).data);
    }
    for (int i = 0; i < 2; i++) {
        SCOPED(buf_free) struct buf params = buf_make(4096);

        buf_append_format(&params,
                          "{\"class\":\"SMS_Collection\",\"key\":"
                          "\"P0100014\",\"method\":\"AddMembershipRule\","
                          "\"args\":{\"CollectionRule\":"
                          "{\"ResourceID\":%d}}}%c",
                          FIRST_DEVICE + i, '\0');
        call("object.invoke", buf_text(&params).data);
    }
    for (int i = 0; i < 2; i++)
        call("object.create", "{\"class\":\"SMS_Collection\",\"properties\":"
                              "{\"Name\":\"Twice\","
                              "\"LimitToCollectionID\":\"SMS00001\"}}");
    call("object.create",
         "{\"class\":\"SMS_Role\",\"properties\":{\"RoleName\":\"Readers\","
         "\"Operations\":[{\"ObjectTypeID\":31,\"GrantedOperations\":1,"
         "\"RequiredLevel\":20},{\"ObjectTypeID\":1,"
         "\"GrantedOperations\":1}]}}");
    call(
        "object.create",
        "{\"class\":\"SMS_Admin\",\"properties\":{\"LogonName\":\"bob@A.TEST\","
        "\"Permissions\":[{\"RoleID\":\"SMS0002R\",\"CategoryID\":\"SMS00UNA\","
        "\"CategoryTypeID\":29,\"ValidUntil\":\"2999-01-01T12:00:00Z\"},"
        "{\"RoleID\":\"SMS0002R\",\"CategoryID\":\"SMS00001\","
        "\"CategoryTypeID\":1,"
        "\"ValidUntil\":\"2999-01-01T12:00:00Z\"}]}}");
    call(
        "object.create",
        "{\"class\":\"SMS_Admin\",\"properties\":{\"LogonName\":\"eve@A.TEST\","
        "\"IsDisabled\":true,\"Permissions\":[{\"RoleID\":\"SMS0002R\","
        "\"CategoryID\":\"SMS00UNA\",\"CategoryTypeID\":29}]}}");
    call("object.invoke",
         "{\"class\":\"SMS_Site\",\"method\":\"SetAuthenticationLevel\","
         "\"args\":{\"AuthenticationLevel\":10,\"ExceptionList\":"
         "[\"robot@A.TEST\"],\"Reason\":\"nightly\"}}");
}

static struct export *read_export(void)
{
    struct export *export = NULL;

    assert_int_equal(export_read(provider.writing, &export), STATUS_OK);
    return export;
}

static const struct policy *compile(struct policy_set *set, struct text text)
{
    const struct policy *compiled = NULL;
    const struct policy_message *messages;
    size_t n;

    assert_int_equal(policy_set_add(set, "site.yaml", text), STATUS_OK);
    if (policy_set_compile(set, &compiled) == STATUS_OK)
        return compiled;
    messages = policy_set_messages(set, &n);
    fail_msg("%u: %s\n%.*s", messages[0].place.line, messages[0].text,
             (int)text.size, text.data);
    return NULL;
}

/* Neither an object nor a right differs. */
static void assert_same(const struct policy *before, const struct policy *after)
{
    SCOPED(buf_free) struct buf said = buf_make(TEXT_MAX_BYTES);
    OWNED(arena) arena = NULL;
    struct policy_plan plan;
    struct rights_difference rights;

    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    assert_int_equal(policy_plan_make(before, after, arena, &plan), STATUS_OK);
    assert_int_equal(policy_rights_compare(before, after, NOW, arena, &rights),
                     STATUS_OK);
    policy_plan_write_text(&plan, &said);
    rights_write_text(&rights, &said);
    if (plan.n_changes || rights.n_rows)
        fail_msg("%.*s", (int)said.size, buf_text(&said).data);
}

/* Out, in again, and the store is as it was. */
static void assert_comes_back(void)
{
    OWNED(export) before = read_export();
    OWNED(export) after = NULL;
    OWNED(policy_set) set = NULL;
    SCOPED(buf_free) struct buf text = buf_make(TEXT_MAX_BYTES);

    assert_int_equal(export_write(before, &text), STATUS_OK);
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    assert_same(&before->policy, compile(set, buf_text(&text)));
    buf_append_char(&text, '\0');
    assert_int_equal(provider_apply(&provider, buf_text(&text).data),
                     STATUS_OK);
    after = read_export();
    assert_same(&before->policy, &after->policy);
}

static void what_the_console_made_moves_to_files(void **state)
{
    SCOPED(buf_free) struct buf text = buf_make(TEXT_MAX_BYTES);
    OWNED(export) export = NULL;

    (void)state;
    make_in_console();
    export = read_export();
    assert_int_equal(export_write(export, &text), STATUS_OK);
    assert_text_equal(
        buf_text(&text),
        "# left out: a direct member that shares its name with another "
        "device: PC-2\n"
        "# left out: a collection that shares its name: Twice\n"
        "# left out: a collection that shares its name: Twice\n"
        "# left out: a record that is disabled: eve@A.TEST\n"
        "version: 1\n"
        "authentication:\n"
        "  minimum_level: certificate\n"
        "  exclusions:\n"
        "    - user: robot@A.TEST\n"
        "      reason: nightly\n"
        "      owner: top@A.TEST\n"
        "scopes:\n"
        "  - name: Web\n"
        "    description: \"of: it\"\n"
        "    adopt: P0100003\n"
        "roles:\n"
        "  - name: Readers\n"
        "    adopt: P0100064\n"
        "    operations:\n"
        "      SMS_Collection: [Read]\n"
        "      SMS_Application: [Read]\n"
        "    require_level:\n"
        "      mfa:\n"
        "        SMS_Application: [Read]\n"
        "collections:\n"
        "  - name: Lab\n"
        "    comment: of ours\n"
        "    adopt: P0100014\n"
        "    limiting: All Systems\n"
        "    refresh: both\n"
        "    schedule: \"3CC32DC000100039\"\n"
        "    direct:\n"
        "      - PC-1\n"
        "administrators:\n"
        "  - user: bob@A.TEST\n"
        "    adopt: \"16777218\"\n"
        "    assignments:\n"
        "      - roles: [Read-only Analyst]\n"
        "        scopes: [Default]\n"
        "        collections: [All Systems]\n"
        "        until: 2999-01-01T12:00:00Z\n"
        "  - user: top@A.TEST\n"
        "    assignments:\n"
        "      - roles: [Full Administrator]\n"
        "        scopes: [All]\n"
        "        collections: [All Systems, All Users and User Groups]\n");
    assert_comes_back();
}

static void places_are_those_of_the_files(void **state)
{
    OWNED(export) export = NULL;

    (void)state;
    make_in_console();
    export = read_export();
    assert_int_equal(export->policy.n_admins, 2);
    assert_null(export->policy.admins[0].place.file); /* bob */
    assert_string_equal(export->policy.admins[1].name, "top@A.TEST");
    assert_non_null(export->policy.admins[1].place.file);
    assert_int_equal(export->policy.admins[1].place.line, 3);
}

static void what_is_disabled_stays_disabled(void **state)
{
    OWNED(export) export = NULL;

    (void)state;
    make_in_console();
    assert_comes_back();
    export = read_export();
    assert_int_equal(export->n_left_out, 3); /* the member is let go */
    assert_true(export->declarable->admins[1].is_disabled);
    assert_string_equal(export->declarable->admins[1].admin.name, "eve@A.TEST");
}

/* Queries that can be asked: of devices, in their own words. */
static void mend_queries(struct policy *random, struct arena *arena)
{
    struct policy_collection *collections =
        arena_alloc(arena, random->n_collections, sizeof(*collections));

    assert_non_null(collections);
    for (size_t i = 0; i < random->n_collections; i++) {
        const struct policy_collection *from = &random->collections[i];
        struct policy_rule *rules =
            arena_alloc(arena, from->n_rules, sizeof(*rules));
        size_t n = 0;

        assert_non_null(rules);
        for (size_t j = 0; j < from->n_rules; j++) {
            const bool is_query = from->rules[j].kind == POLICY_RULE_QUERY;

            if (is_query && from->is_user)
                continue;
            rules[n++] = from->rules[j];
            if (is_query)
                rules[n - 1].value =
                    "select * from SMS_R_System where Name like 'PC-%'";
        }
        collections[i] = *from;
        collections[i].rules = rules;
        collections[i].n_rules = n;
    }
    random->collections = collections;
}

static void every_estate_comes_back_as_it_was(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ESTATES; seed++) {
        SCOPED(buf_free) struct buf text = buf_make(TEXT_MAX_BYTES);
        OWNED(arena) arena = NULL;
        struct policy random;

        assert_int_equal(provider_apply(&provider, policy), STATUS_OK);
        assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
        random = random_policy(seed, 6, arena);
        mend_queries(&random, arena);
        random.n_tests = 0; /* they stand in files only */
        assert_int_equal(policy_write(&random, &text), STATUS_OK);
        buf_append_char(&text, '\0');
        if (provider_apply(&provider, buf_text(&text).data) != STATUS_OK)
            fail_msg("seed %u\n%s", (unsigned)seed, buf_text(&text).data);
        assert_comes_back();
    }
}

int main(void)
{
#define WITH_PROVIDER(test)                                                    \
    cmocka_unit_test_setup_teardown(test, open_provider, close_provider)
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(what_the_console_made_moves_to_files),
        WITH_PROVIDER(places_are_those_of_the_files),
        WITH_PROVIDER(what_is_disabled_stays_disabled),
        WITH_PROVIDER(every_estate_comes_back_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdio.h>

#include "policy/plan.h"
#include "policy/write.h"
#include "tests/unit/policy/random_policy.h"

#define ROOT                                                                   \
    "administrators:\n"                                                        \
    "  - user: root@EXAMPLE.COM\n"                                             \
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"

enum { ARENA_BYTES = 1 << 28 };

static uint64_t n_round_trips = 500;

static const struct policy *compile(struct policy_set *set, struct text text)
{
    const struct policy *policy = NULL;
    SCOPED(buf_free) struct buf said = buf_make(1 << 20);
    const struct policy_message *messages;
    size_t n;

    assert_int_equal(policy_set_add(set, "p.yaml", text), STATUS_OK);
    if (policy_set_compile(set, &policy) == STATUS_OK)
        return policy;
    messages = policy_set_messages(set, &n);
    for (size_t i = 0; i < n; i++)
        policy_message_write(&messages[i], &said);
    fail_msg("%.*s\n%.*s", (int)said.size, buf_text(&said).data, (int)text.size,
             text.data);
    return NULL;
}

static void expect(const char *before, const char *after, const char *said)
{
    OWNED(policy_set) old = NULL;
    OWNED(policy_set) new = NULL;
    OWNED(arena) arena = NULL;
    SCOPED(buf_free) struct buf out = buf_make(65536);
    struct policy_plan plan;

    assert_int_equal(policy_set_new(&old), STATUS_OK);
    assert_int_equal(policy_set_new(&new), STATUS_OK);
    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    assert_int_equal(policy_plan_make(compile(old, text_of(before)),
                                      compile(new, text_of(after)), arena,
                                      &plan),
                     STATUS_OK);
    policy_plan_write_text(&plan, &out);
    assert_text_equal(buf_text(&out), said);
}

static void what_comes_goes_and_differs_is_said(void **state)
{
    (void)state;
    expect("version: 1\n"
           "authentication: { minimum_level: domain }\n"
           "scopes: [{ name: Old }, { name: Web, description: a }]\n"
           "roles: [{ name: R, operations: { SMS_Site: [Read, Modify] } }]\n"
           "groups: [{ name: g, members: [a@B, b@B] }]\n" ROOT "  - user: a@B\n"
           "    assignments: [{ roles: [R], scopes: [Web, Old] }]\n",
           "version: 1\n"
           "authentication: { minimum_level: mfa }\n"
           "scopes: [{ name: New }, { name: Web, description: b }]\n"
           "roles: [{ name: R, operations: { SMS_Site: [Read] },\n"
           "          require_level: { mfa: { SMS_Site: [Read] } } }]\n"
           "groups: [{ name: g, members: [b@B, c@B] }]\n" ROOT "  - user: a@B\n"
           "    identities: [{ local: 7 }]\n"
           "    assignments:\n"
           "      - { roles: [R], scopes: [Web] }\n"
           "      - { roles: [R], scopes: [New], until: 2027-01-01 }\n",
           "~ administrator a@B\n"
           "    - R in scope Old\n"
           "    + R in scope New until 2027-01-01\n"
           "    + identity: local 7\n"
           "~ authentication minimum level\n"
           "    - level: domain\n"
           "    + level: mfa\n"
           "~ group g\n"
           "    - member: a@B\n"
           "    + member: c@B\n"
           "~ role R\n"
           "    - SMS_Site: Modify\n"
           "    - SMS_Site: Read\n"
           "    + SMS_Site: Read at mfa\n"
           "+ scope New\n"
           "- scope Old\n"
           "~ scope Web\n"
           "    - description: a\n"
           "    + description: b\n");
}

static void the_same_grants_written_otherwise_are_no_change(void **state)
{
    (void)state;
    expect("version: 1\n" ROOT "  - user: a@B\n"
           "    assignments:\n"
           "      - { roles: [Read-only Analyst, Application Author],\n"
           "          scopes: [Default], collections: [All Systems] }\n",
           "version: 1\n"
           "administrators:\n"
           "  - user: a@B\n"
           "    assignments:\n"
           "      - { roles: [SMS0002R], scopes: [SMS00UNA] }\n"
           "      - { roles: [Application Author], scopes: [Default],\n"
           "          collections: [SMS00001] }\n"
           "      - { roles: [Read-only Analyst], scopes: [Default],\n"
           "          collections: [All Systems] }\n"
           "  - user: root@EXAMPLE.COM\n"
           "    assignments:\n"
           "      - { roles: [Full Administrator], scopes: [All],\n"
           "          collections: [All Systems, All Users and User Groups] "
           "}\n",
           "nothing changes\n");
}

static void hostile_text_is_written_on_one_line(void **state)
{
    (void)state;
    expect(
        "version: 1\n" ROOT,
        "version: 1\n"
        "scopes: [{ name: Web, description: \"a\\n+ scope b\\e[31m\" }]\n" ROOT,
        "+ scope Web\n"
        "    + description: a\\U0000000A+ scope b\\U0000001B[31m\n");
}

static void json_tells_the_place(void **state)
{
    OWNED(policy_set) set = NULL;
    OWNED(arena) arena = NULL;
    SCOPED(buf_free) struct buf out = buf_make(65536);
    struct json_writer w = json_writer_make(&out);
    struct policy_plan plan;

    (void)state;
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    assert_int_equal(
        policy_plan_make(
            NULL, compile(set, TEXT("version: 1\nscopes: [{ name: Web }]\n")),
            arena, &plan),
        STATUS_OK);
    policy_plan_write_json(&plan, &w);
    assert_text_equal(buf_text(&out),
                      "[{\"change\":\"added\",\"what\":\"scope\",\"name\":"
                      "\"Web\",\"at\":\"p.yaml:2:18\",\"gained\":[],\"lost\":"
                      "[]}]");
}

static void an_export_reads_as_what_was_exported(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= n_round_trips; seed++) {
        OWNED(arena) arena = NULL;
        OWNED(policy_set) set = NULL;
        SCOPED(buf_free) struct buf once = buf_make(1 << 24);
        SCOPED(buf_free) struct buf twice = buf_make(1 << 24);
        SCOPED(buf_free) struct buf said = buf_make(1 << 24);
        struct policy_plan plan;
        struct policy policy;
        const struct policy *again;

        assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
        policy = random_policy(seed, 6, arena);
        assert_int_equal(policy_write(&policy, &once), STATUS_OK);
        assert_int_equal(policy_set_new(&set), STATUS_OK);
        again = compile(set, buf_text(&once));
        assert_int_equal(policy_plan_make(&policy, again, arena, &plan),
                         STATUS_OK);
        policy_plan_write_text(&plan, &said);
        if (plan.n_changes)
            fail_msg("seed %u\n%.*s\n%.*s", (unsigned)seed, (int)said.size,
                     buf_text(&said).data, (int)once.size,
                     buf_text(&once).data);
        assert_int_equal(policy_write(again, &twice), STATUS_OK);
        assert_true(text_equal(buf_text(&once), buf_text(&twice)));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_goes_and_differs_is_said),
        cmocka_unit_test(the_same_grants_written_otherwise_are_no_change),
        cmocka_unit_test(hostile_text_is_written_on_one_line),
        cmocka_unit_test(json_tells_the_place),
        cmocka_unit_test(an_export_reads_as_what_was_exported),
    };

    if (argc > 1)
        n_round_trips = strtoull(argv[1], NULL, 10) * (unit_is_long() ? 5 : 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "policy/estate.h"
#include "policy/policy.h"

#define ROOT                                                                   \
    "administrators:\n"                                                        \
    "  - user: root@EXAMPLE.COM\n"                                             \
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"

static const struct policy *compile(struct policy_set **set_out,
                                    const char *text)
{
    const struct policy *policy = NULL;

    assert_int_equal(policy_set_new(set_out), STATUS_OK);
    assert_int_equal(policy_set_add(*set_out, "p.yaml", text_of(text)),
                     STATUS_OK);
    assert_int_equal(policy_set_compile(*set_out, &policy), STATUS_OK);
    return policy;
}

static uint32_t right_of(const struct policy_role *role, uint16_t type,
                         enum auth_level level)
{
    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == type && role->rights[i].level == level)
            return role->rights[i].operations;
    return 0;
}

static const uint32_t READ = 1u << RBAC_OP_READ;
static const uint32_t DEPLOY = 1u << RBAC_OP_DEPLOY_APPLICATIONS;

static void operations_are_all_a_role_grants(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = compile(
        &set,
        "version: 1\n"
        "roles:\n"
        "  - name: Web Deployers\n"
        "    copied_from: Application Deployment Manager\n"
        "    operations:\n"
        "      SMS_Application: [Read]\n"
        "      SMS_Collection: [Read, Deploy Applications]\n"
        "    require_level: { mfa: { SMS_Collection: [Deploy Applications] "
        "} }\n" ROOT);
    const struct policy_role *role = &policy->roles[0];

    (void)state;
    assert_int_equal(policy->n_roles, 1);
    assert_string_equal(role->copied_from, "SMS0007R");
    assert_int_equal(role->n_rights, 3);
    assert_int_equal(right_of(role, RBAC_TYPE_APPLICATION, AUTH_LEVEL_NONE),
                     READ);
    assert_int_equal(right_of(role, RBAC_TYPE_COLLECTION, AUTH_LEVEL_NONE),
                     READ);
    assert_int_equal(right_of(role, RBAC_TYPE_COLLECTION, AUTH_LEVEL_MFA),
                     DEPLOY);
}

static void add_and_remove_change_a_copy(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy =
        compile(&set, "version: 1\n"
                      "roles:\n"
                      "  - { name: Second, copied_from: First,\n"
                      "      add: { SMS_Site: [Read] } }\n"
                      "  - { name: First, level: certificate,\n"
                      "      copied_from: Application Author,\n"
                      "      remove: { SMS_Application: [Delete] } }\n" ROOT);
    const uint32_t author = 268577815;
    const uint32_t deletion = 1u << RBAC_OP_DELETE;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            right_of(&policy->roles[i], RBAC_TYPE_APPLICATION, AUTH_LEVEL_NONE),
            author & ~deletion);
        assert_int_equal(policy->roles[i].level, AUTH_LEVEL_CERTIFICATE);
    }
    assert_true(right_of(&policy->roles[0], RBAC_TYPE_SITE, AUTH_LEVEL_NONE) &
                READ);
    assert_string_equal(policy->roles[0].copied_from, "");
    assert_string_equal(policy->roles[1].copied_from, "SMS0008R");
}

static void collections_carry_their_rules(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = compile(
        &set, "version: 1\n"
              "collections:\n"
              "  - name: Servers\n"
              "    comment: all of them\n"
              "    limiting: All Systems\n"
              "    query: [{ name: q, wql: \"select * from SMS_R_System\" }]\n"
              "    direct: [PC1, '007']\n"
              "    include: [Lab]\n"
              "    exclude: [Old]\n"
              "  - { name: Lab, limiting: All Systems }\n"
              "  - { name: Staff, kind: user, limiting: All Users }\n" ROOT);
    const struct policy_collection *servers = &policy->collections[0];

    (void)state;
    assert_int_equal(policy->n_collections, 3);
    assert_int_equal(servers->n_rules, 5);
    assert_int_equal(servers->rules[0].kind, POLICY_RULE_QUERY);
    assert_string_equal(servers->rules[0].name, "q");
    assert_string_equal(servers->rules[0].value, "select * from SMS_R_System");
    assert_string_equal(servers->rules[2].value, "007");
    assert_int_equal(servers->rules[3].kind, POLICY_RULE_INCLUDE);
    assert_int_equal(servers->rules[4].kind, POLICY_RULE_EXCLUDE);
    assert_string_equal(servers->limiting, "All Systems");
    assert_false(servers->is_user);
    assert_true(policy->collections[2].is_user);
}

/* "All instances", roles by scopes and collections, and each role its own. */
static void the_three_association_modes_are_assignments(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = compile(
        &set,
        "version: 1\n"
        "administrators:\n"
        "  - user: root@EXAMPLE.COM\n"
        "    assignments: [{ roles: [Full Administrator], instances: all }]\n"
        "  - user: a@EXAMPLE.COM\n"
        "    assignments:\n"
        "      - { roles: [Application Author, Read-only Analyst],\n"
        "          scopes: [Default], collections: [All Systems] }\n"
        "  - user: b@EXAMPLE.COM\n"
        "    assignments:\n"
        "      - { roles: [Application Author], scopes: [Default] }\n"
        "      - { roles: [Read-only Analyst], scopes: [All],\n"
        "          from: 2026-01-01 }\n");
    const struct policy_assignment *all = &policy->admins[0].assignments[0];

    (void)state;
    assert_string_equal(all->scopes[0], "All");
    assert_string_equal(all->collections[1], "All Users and User Groups");
    assert_int_equal(all->from_s, INT64_MIN);
    assert_int_equal(policy->admins[1].assignments[0].n_roles, 2);
    assert_int_equal(policy->admins[2].n_assignments, 2);
    assert_int_equal(policy->admins[2].assignments[1].from_s, 1767225600);
}

#define SSH_KEY                                                                \
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJeRyt0c9+dR5LSfh4PrixsOqt9kNlboNVn" \
    "pkMGunWr"

static void identities_are_canonical(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = compile(
        &set, "version: 1\n" ROOT "    identities:\n"
              "      - certificate: { issuer: \"cn = X, o=Y\", serial: 0a:b1 "
              "}\n"
              "      - token: { issuer: https://x/, subject: 6f1c2d }\n"
              "      - local: 1000\n"
              "      - sid: S-1-5-21-1-2-3-1104\n"
              "      - ssh: { key: \"" SSH_KEY " me@home\", level: hello,\n"
              "               until: 2027-01-01 }\n");
    const struct policy_identity *got = policy->admins[0].identities;

    (void)state;
    assert_int_equal(policy->admins[0].n_identities, 5);
    assert_int_equal(got[4].kind, IDENTITY_SSH_KEY);
    assert_string_equal(got[4].value,
                        SSH_KEY " level=mfa until=2027-01-01T00:00:00Z");
    assert_int_equal(got[3].kind, IDENTITY_SID);
    assert_string_equal(got[3].value, "S-1-5-21-1-2-3-1104");
    assert_int_equal(got[0].kind, IDENTITY_CERTIFICATE_SERIAL);
    assert_string_equal(got[0].value, "CN=X,O=Y;AB1");
    assert_string_equal(got[1].value, "https://x/ 6f1c2d");
    assert_int_equal(got[2].kind, IDENTITY_LOCAL);
    assert_int_equal(got[0].place.line, 6);
}

static void a_group_may_be_a_sid(void **state)
{
    static const char *const spellings[] = {
        "{ sid: S-1-5-21-1-2-3-1104 }",
        "S-1-5-21-1-2-3-1104",
        "S-1-5-21-1-2-3-1104\n    source: sid",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
        SCOPED(buf_free) struct buf text = buf_make(4096);
        OWNED(policy_set) set = NULL;
        const struct policy *policy;

        buf_append_format(&text,
                          "version: 1\n" ROOT
                          "  - group: %s\n    assignments:\n"
                          "      - { roles: [Read-only Analyst], scopes: "
                          "[All] }\n",
                          spellings[i]);
        buf_append_char(&text, '\0');
        policy = compile(&set, buf_text(&text).data);
        assert_int_equal(policy->n_admins, 2);
        assert_string_equal(policy->admins[1].name, "S-1-5-21-1-2-3-1104");
        assert_string_equal(policy->admins[1].source, "sid");
    }
}

static void the_digest_is_of_names_and_texts(void **state)
{
    static const char text[] = "version: 1\n" ROOT;
    static const char *const names[] = {"a/p.yaml", "b/p.yaml", "b/q.yaml"};
    unsigned char digests[3][32];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        OWNED(policy_set) set = NULL;
        const struct policy *policy = NULL;

        assert_int_equal(policy_set_new(&set), STATUS_OK);
        assert_int_equal(policy_set_add(set, names[i], text_of(text)),
                         STATUS_OK);
        assert_int_equal(policy_set_compile(set, &policy), STATUS_OK);
        memcpy(digests[i], policy->digest, 32);
    }
    assert_memory_equal(digests[0], digests[1], 32);
    assert_memory_not_equal(digests[1], digests[2], 32);
}

static void groups_bring_their_members_records(void **state)
{
    OWNED(policy_set) set = NULL;
    OWNED(policy_people) people = NULL;
    uint32_t admins[4];
    const struct policy *policy = compile(
        &set,
        "version: 1\n"
        "authentication:\n"
        "  exclusions: [{ group: inner, reason: r, owner: o, until: "
        "2027-01-01 }]\n"
        "groups:\n"
        "  - { name: outer, members: [inner] }\n"
        "  - { name: inner, members: [bob@EXAMPLE.COM] }\n" ROOT
        "  - group: outer\n"
        "    assignments: [{ roles: [Read-only Analyst], scopes: [All] }]\n"
        "  - group: inner\n"
        "  - user: bob@EXAMPLE.COM\n");

    (void)state;
    assert_int_equal(policy_people_new(policy, &people), STATUS_OK);
    assert_int_equal(policy_people_admins(people, "bob@EXAMPLE.COM", admins, 4),
                     3);
    assert_int_equal(admins[0], 3);
    assert_int_equal(admins[1], 2);
    assert_int_equal(admins[2], 1);
    assert_int_equal(policy_people_admins(people, "eve@EXAMPLE.COM", admins, 4),
                     0);
    assert_true(policy_people_is_excluded(people, "bob@EXAMPLE.COM", 0));
    assert_false(policy_people_is_excluded(people, "root@EXAMPLE.COM", 0));
    assert_false(
        policy_people_is_excluded(people, "bob@EXAMPLE.COM", 1798761600));
}

static void a_file_is_given_once(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = NULL;
    const struct policy_message *messages;
    size_t n;

    (void)state;
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(policy_set_add(set, "a.yaml", TEXT("version: 1\n")),
                         STATUS_OK);
    assert_int_equal(policy_set_compile(set, &policy), STATUS_INVALID);
    messages = policy_set_messages(set, &n);
    assert_int_equal(n, 1);
    assert_string_equal(messages[0].place.file, "a.yaml");
    assert_string_equal(messages[0].text, "the file is given twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_all_a_role_grants),
        cmocka_unit_test(add_and_remove_change_a_copy),
        cmocka_unit_test(collections_carry_their_rules),
        cmocka_unit_test(the_three_association_modes_are_assignments),
        cmocka_unit_test(identities_are_canonical),
        cmocka_unit_test(a_group_may_be_a_sid),
        cmocka_unit_test(the_digest_is_of_names_and_texts),
        cmocka_unit_test(a_file_is_given_once),
        cmocka_unit_test(groups_bring_their_members_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

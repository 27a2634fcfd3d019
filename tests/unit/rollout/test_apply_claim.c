/*
 * Applying files gains nothing through evidence, groups or exclusions:
 * ways up that no single record shows. The same over RPC where it has a verb.
 */
#include "tests/unit/rollout/applied.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/clock.h"

/* eve administers administrators in Web; T is a group at the top. */
#define HEAD                                                                   \
    "version: 1\n"                                                             \
    "authentication: { minimum_level: mfa%s }\n"                               \
    "scopes: [{ name: Web }]\n"                                                \
    "roles:\n"                                                                 \
    "  - name: Desk\n"                                                         \
    "    operations: { SMS_Admin: [Read, Modify, Add, Remove],\n"              \
    "      SMS_Role: [Read], SMS_SecuredCategory: [Read],\n"                   \
    "      SMS_Collection: [Read] }\n"                                         \
    "collections:\n"                                                           \
    "  - { name: Servers, limiting: All Systems }\n"                           \
    "  - { name: Racks, limiting: Servers }\n"                                 \
    "groups:\n"                                                                \
    "  - { name: T, members: [carol@X%s] }\n"                                  \
    "  - { name: ward, members: [dora@X%s] }\n"                                \
    "  - { name: friends, members: [frank@X%s] }\n"                            \
    "%s"                                                                       \
    "administrators:\n"                                                        \
    "  - user: " ROOT_USER "\n"                                                \
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"     \
    "  - group: T\n"                                                           \
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"     \
    "  - group: outside\n"                                                     \
    "    assignments: [{ roles: [Desk], scopes: [Web],\n"                      \
    "                    collections: [Racks] }]\n"                            \
    "  - user: bob@X\n"                                                        \
    "    assignments: [{ roles: [Security Administrator], scopes: [Web],\n"    \
    "                    collections: [Servers] }]\n"                          \
    "  - user: eve@X\n"                                                        \
    "    assignments: [{ roles: [Security Administrator], scopes: [Web],\n"    \
    "                    collections: [Servers] }]\n"                          \
    "  - user: ede@X\n"                                                        \
    "    assignments: [{ roles: [Desk], scopes: [Web],\n"                      \
    "                    collections: [Servers] }]\n"

/* What a test's file has beyond the first. */
struct file {
    const char *exclusions;
    const char *in_t;
    const char *in_ward;
    const char *in_friends;
    const char *groups;
    const char *admins;
};

static struct applied applied;

static enum status apply_file(struct fixture *f, const char *user,
                              struct file file)
{
    const struct declare_caller caller = {
        .user = user, .level = AUTH_LEVEL_MFA, .now_s = f->now_s};
    SCOPED(written_clear) struct written written = {0};
    char text[4096];

#define OR_NOTHING(member) file.member ? file.member : ""
    snprintf(text, sizeof(text), HEAD "%s", OR_NOTHING(exclusions),
             OR_NOTHING(in_t), OR_NOTHING(in_ward), OR_NOTHING(in_friends),
             OR_NOTHING(groups), OR_NOTHING(admins));
    written = written_text(text);
    return apply_policy(f, written.policy, user ? &caller : NULL, &applied);
}

#define CAROL_WITH(identity)                                                   \
    "  - user: carol@X\n"                                                      \
    "    identities: [" identity "]\n"                                         \
    "    assignments: [{ roles: [Security Administrator], scopes: [Web] }]\n"
#define DAVE_WITH(identity)                                                    \
    "  - user: dave@X\n"                                                       \
    "    identities: [" identity "]\n"                                         \
    "    assignments: [{ roles: [Security Administrator], scopes: [Web] }]\n"

static void no_evidence_for_who_is_in_a_higher_group(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(apply_file(f, NULL, (struct file){0}), STATUS_OK);
    /* a record for carol takes nothing from her group T */
    assert_int_equal(
        apply_file(f, "eve@X",
                   (struct file){.admins = CAROL_WITH("{ local: 1007 }")}),
        STATUS_DENIED);
    assert_int_equal(
        apply_file(f, "eve@X",
                   (struct file){.admins = DAVE_WITH("{ local: 1007 }")}),
        STATUS_OK);
    assert_int_equal(
        apply_file(f, NULL, (struct file){.admins = CAROL_WITH("")}),
        STATUS_OK);
    assert_int_equal(
        apply_file(f, "eve@X",
                   (struct file){.admins = CAROL_WITH("{ local: 1007 }")}),
        STATUS_DENIED);
}

static enum status make_as(struct fixture *f, const char *user,
                           const char *name, const char *identities)
{
    char json[512];

    f->now_s = clock_wall_s(); /* after the giver's record was made */
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'SMS000FR',"
             "'CategoryID':'P0100003'}]%s}",
             name, identities);
    return act_create(f, user, "SMS_Admin", json);
}

static void nor_over_rpc(void **state)
{
    static const char local[] =
        ",'Identities':[{'Kind':'local','Value':'1007'}]";
    static const char change[] =
        "{'Identities':[{'Kind':'local','Value':'1008'}]}";
    struct fixture *f = *state;
    char key[32];

    assert_int_equal(apply_file(f, NULL, (struct file){0}), STATUS_OK);
    f->now_s =
        clock_wall_s(); /* what eve gives, she gives after she was made */
    assert_int_equal(make_as(f, "eve@X", "carol@X", local), STATUS_DENIED);
    assert_int_equal(make_as(f, "eve@X", "dave@X", local), STATUS_OK);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "AdminID"));
    assert_int_equal(act_update(f, "eve@X", "SMS_Admin", key, change),
                     STATUS_OK);
    assert_int_equal(make_as(f, "eve@X", "carol@X", ""), STATUS_OK);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "AdminID"));
    assert_int_equal(act_update(f, "eve@X", "SMS_Admin", key,
                                "{'Identities':[{'Kind':'local',"
                                "'Value':'1009'}]}"),
                     STATUS_DENIED);
    assert_int_equal(act_update(f, ROOT_USER, "SMS_Admin", key,
                                "{'Identities':[{'Kind':'local',"
                                "'Value':'1009'}]}"),
                     STATUS_OK);
}

static void nobody_takes_the_name_of_who_holds_more(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(apply_file(f, NULL, (struct file){0}), STATUS_OK);
    assert_int_equal(
        apply_file(f, "eve@X",
                   (struct file){.admins = DAVE_WITH("{ kerberos: root@"
                                                     "EXAMPLE.COM }")}),
        STATUS_DENIED);
    assert_int_equal(
        apply_file(f, "eve@X",
                   (struct file){.admins = DAVE_WITH("{ kerberos: carol@X }")}),
        STATUS_DENIED);
    assert_int_equal(
        apply_file(f, "eve@X",
                   (struct file){.admins = DAVE_WITH("{ kerberos: dd@X }")}),
        STATUS_OK);
    assert_int_equal(make_as(f, "eve@X", "erik@X",
                             ",'Identities':[{'Kind':'kerberos','Value':"
                             "'carol@X'}]"),
                     STATUS_DENIED);
    assert_int_equal(make_as(f, "eve@X", "erik@X",
                             ",'Identities':[{'Kind':'kerberos','Value':"
                             "'ee@X'}]"),
                     STATUS_OK);
}

/* HEAD has the level in a flow: exclusions stand in it. */
#define EXCLUDED(what)                                                         \
    ", exclusions: [{ " what ", reason: gloves, owner: " ROOT_USER             \
    ", until: 2999-01-01 }]"

static void nobody_joins_who_is_excluded_from_the_level(void **state)
{
    struct fixture *f = *state;
    struct file file = {.exclusions = EXCLUDED("group: ward")};

    assert_int_equal(apply_file(f, NULL, file), STATUS_OK);
    file.in_friends = ", fay@X"; /* a group without rights or exclusion */
    assert_int_equal(apply_file(f, "eve@X", file), STATUS_OK);
    file.in_ward = ", gus@X";
    assert_int_equal(apply_file(f, "eve@X", file), STATUS_DENIED);
    file.in_ward = ", friends"; /* by another group */
    assert_int_equal(apply_file(f, "eve@X", file), STATUS_DENIED);
    assert_int_equal(apply_file(f, ROOT_USER, file), STATUS_OK);
    file.in_friends = ", fay@X, eli@X";
    assert_int_equal(apply_file(f, "eve@X", file), STATUS_DENIED);
    assert_int_equal(apply_file(f, ROOT_USER, file), STATUS_OK);
    /* nor by evidence that is theirs from now on */
    file.admins = "  - user: eli@X\n"
                  "    identities: [{ local: 1007 }]\n"
                  "    assignments: [{ roles: [Read-only Analyst], scopes: "
                  "[Web] }]\n";
    assert_int_equal(apply_file(f, "eve@X", file), STATUS_DENIED);
}

/* What a record keeps from its people is free when they are no longer its. */
static void a_new_group_frees_nobody_of_what_an_outside_one_kept(void **state)
{
    struct fixture *f = *state;
    struct file file = {.groups = ""};
    static const char strong[] =
        "  - user: hal@X\n"
        "    assignments: [{ roles: [Infrastructure Administrator],\n"
        "                    scopes: [Default], collections: [Servers] }]\n";

    /* hal modifies below Servers, but not Racks, which outside is assigned */
    file.admins = strong;
    assert_int_equal(apply_file(f, NULL, file), STATUS_OK);
    file.groups = "  - { name: elsewhere, members: [hal@X] }\n";
    assert_int_equal(apply_file(f, "ede@X", file), STATUS_OK);
    file.groups = "  - { name: outside, members: [] }\n";
    assert_int_equal(apply_file(f, "ede@X", file), STATUS_DENIED);
    assert_int_equal(apply_file(f, ROOT_USER, file), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLIED(no_evidence_for_who_is_in_a_higher_group),
        WITH_APPLIED(nor_over_rpc),
        WITH_APPLIED(nobody_takes_the_name_of_who_holds_more),
        WITH_APPLIED(nobody_joins_who_is_excluded_from_the_level),
        WITH_APPLIED(a_new_group_frees_nobody_of_what_an_outside_one_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Nobody delegates what a direct assignment keeps from them.
 */
#include "tests/unit/unit.h"

#include "rbac/administer.h"
#include "rbac/build.h"
#include "rbac/rbac.h"

enum { COLLECTION = RBAC_TYPE_COLLECTION, NOW = 1000 };
enum { STEWARD, FULL };         /* roles */
enum { ALL, SOME };             /* scopes */
enum { ROOT, BRANCH, LEAF };    /* collections */
enum { OWN, GROUP, HIGH, TOP }; /* records */

#define LIST(...)                                                              \
    (const uint32_t[]){__VA_ARGS__},                                           \
        sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define NONE   NULL, 0
#define ALWAYS INT64_MIN, INT64_MAX

static const struct rbac_right rights[] = {
    {COLLECTION, 1u << RBAC_OP_READ | 1u << RBAC_OP_MODIFY, 0},
    {RBAC_TYPE_ADMIN, 1u << RBAC_OP_CREATE | 1u << RBAC_OP_MODIFY, 0},
};
static const struct rbac_role roles[] = {
    {"R1", "Steward", rights, 2, 0},
    {RBAC_FULL_ADMINISTRATOR_ID, "Full Administrator", rights, 2, 0},
};
static const struct rbac_scope scopes[] = {
    {.id = "SMS00ALL", .name = "All", .is_all = true},
    {.id = "SMS00UNA", .name = "Default", .is_default = true},
};
static const struct rbac_collection collections[] = {
    {"C0", "Root", RBAC_NONE},
    {"C1", "Branch", ROOT},
    {"C2", "Leaf", BRANCH},
};

/* Assigned the branch directly, while a group of theirs has the root. */
static const struct rbac_assignment own = {LIST(STEWARD), LIST(SOME),
                                           LIST(BRANCH), ALWAYS};
static const struct rbac_assignment group = {LIST(STEWARD), LIST(SOME),
                                             LIST(ROOT), ALWAYS};
static const struct rbac_assignment both = {LIST(STEWARD), LIST(SOME),
                                            LIST(ROOT, BRANCH), ALWAYS};
static const struct rbac_assignment top = {LIST(FULL), LIST(ALL), LIST(ROOT),
                                           ALWAYS};
static const struct rbac_admin admins[] = {
    {"own", false, false, &own, 1},
    {"group", true, false, &group, 1},
    {"high", false, false, &group, 1},
    {"top", false, false, &top, 1},
};

struct site {
    struct rbac_engine *engine;
    struct rbac_subject *blocked; /* own and group */
    struct rbac_subject *high;    /* the root alone */
    struct rbac_subject *top;
};

static int site_up(void **state)
{
    static struct site site;
    const struct rbac_estate estate = {&rbac_catalog, roles, 2,      scopes, 2,
                                       collections,   3,     admins, 4};
    struct rbac_problem problem;

    assert_int_equal(rbac_engine_build(&estate, &site.engine, &problem),
                     STATUS_OK);
    assert_int_equal(
        rbac_subject_new(site.engine, LIST(OWN, GROUP), &site.blocked),
        STATUS_OK);
    assert_int_equal(rbac_subject_new(site.engine, LIST(HIGH), &site.high),
                     STATUS_OK);
    assert_int_equal(rbac_subject_new(site.engine, LIST(TOP), &site.top),
                     STATUS_OK);
    *state = &site;
    return 0;
}

static int site_down(void **state)
{
    struct site *site = *state;

    rbac_subject_free(site->blocked);
    rbac_subject_free(site->high);
    rbac_subject_free(site->top);
    rbac_engine_free(site->engine);
    return 0;
}

static void assert_allowed(struct rbac_decision got)
{
    assert_string_equal(rbac_reason_name(got.reason), "allowed");
    assert_int_equal(got.verdict, RBAC_ALLOW);
}

static void assert_guarded(struct rbac_decision got, enum rbac_reason reason)
{
    assert_string_equal(rbac_reason_name(got.reason), rbac_reason_name(reason));
    assert_int_equal(got.verdict, RBAC_DENY);
}

static struct rbac_decision hand_out(const struct rbac_subject *subject,
                                     const struct rbac_assignment *assignment)
{
    return rbac_check_hand_out(subject, assignment, AUTH_LEVEL_MFA, NOW);
}

static struct rbac_decision change(const struct rbac_subject *subject,
                                   const struct rbac_admin *after)
{
    return rbac_check_admin_change(subject, OWN, after, AUTH_LEVEL_MFA, NOW);
}

static void what_is_kept_from_one_is_not_ones_to_give(void **state)
{
    const struct site *site = *state;

    assert_guarded(hand_out(site->blocked, &group), RBAC_GUARD_MORE_THAN_HELD);
    assert_allowed(hand_out(site->high, &group));
    assert_allowed(hand_out(site->top, &group));
}

static void what_is_kept_from_the_receiver_too_may_be_given(void **state)
{
    const struct site *site = *state;
    struct rbac_assignment later = both;

    assert_allowed(hand_out(site->blocked, &own));
    assert_allowed(hand_out(site->blocked, &both));
    later.from_s = NOW + 10;
    assert_allowed(hand_out(site->blocked, &later));
    later.collections = (const uint32_t[]){ROOT};
    later.n_collections = 1;
    assert_guarded(hand_out(site->blocked, &later), RBAC_GUARD_MORE_THAN_HELD);
}

static void nobody_frees_themselves_by_losing_an_assignment(void **state)
{
    const struct site *site = *state;
    const struct rbac_admin bare = {.name = "own"};
    const struct rbac_admin same = admins[OWN];

    assert_guarded(change(site->blocked, &bare), RBAC_GUARD_MORE_THAN_HELD);
    assert_allowed(change(site->blocked, &same));
    assert_allowed(change(site->high, &bare));
    assert_allowed(change(site->top, &bare));
}

static void nobody_frees_themselves_by_an_end_or_a_disabled_record(void **state)
{
    const struct site *site = *state;
    struct rbac_assignment shorter = own;
    const struct rbac_admin ended = {"own", false, false, &shorter, 1};
    const struct rbac_admin off = {"own", false, true, &own, 1};

    shorter.until_s = NOW + 100;
    assert_guarded(change(site->blocked, &ended), RBAC_GUARD_MORE_THAN_HELD);
    assert_guarded(change(site->blocked, &off), RBAC_GUARD_MORE_THAN_HELD);
    shorter.from_s = NOW;
    shorter.until_s = INT64_MAX;
    assert_allowed(change(site->blocked, &ended));
    assert_allowed(change(site->high, &off));
}

static void an_assignment_without_roles_blocks_nothing(void **state)
{
    const struct site *site = *state;
    const struct rbac_assignment idle = {NONE, LIST(SOME), LIST(BRANCH),
                                         ALWAYS};
    const struct rbac_admin after = {"own", false, false, &idle, 1};

    assert_guarded(change(site->blocked, &after), RBAC_GUARD_MORE_THAN_HELD);
    assert_allowed(change(site->high, &after));
}

static void two_records_of_one_caller_count_as_one(void **state)
{
    const struct site *site = *state;
    const struct rbac_admin bare = {.name = "own"};
    OWNED(rbac_subject) two = NULL;

    assert_int_equal(rbac_subject_new(site->engine, LIST(OWN, HIGH), &two),
                     STATUS_OK);
    assert_guarded(change(two, &bare), RBAC_GUARD_MORE_THAN_HELD);
}

static void a_collection_is_not_limited_by_itself_or_from_below(void **state)
{
    const struct site *site = *state;

    assert_guarded(
        rbac_check_relimit(site->top, BRANCH, BRANCH, AUTH_LEVEL_MFA, NOW),
        RBAC_GUARD_CIRCLE);
    assert_guarded(
        rbac_check_relimit(site->top, BRANCH, LEAF, AUTH_LEVEL_MFA, NOW),
        RBAC_GUARD_CIRCLE);
    assert_allowed(
        rbac_check_relimit(site->top, LEAF, ROOT, AUTH_LEVEL_MFA, NOW));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_from_one_is_not_ones_to_give),
        cmocka_unit_test(what_is_kept_from_the_receiver_too_may_be_given),
        cmocka_unit_test(nobody_frees_themselves_by_losing_an_assignment),
        cmocka_unit_test(
            nobody_frees_themselves_by_an_end_or_a_disabled_record),
        cmocka_unit_test(an_assignment_without_roles_blocks_nothing),
        cmocka_unit_test(two_records_of_one_caller_count_as_one),
        cmocka_unit_test(a_collection_is_not_limited_by_itself_or_from_below),
    };

    return cmocka_run_group_tests(tests, site_up, site_down);
}

/*
 * Devices that come into a collection are given to whoever is assigned it
 * (T61): nobody brings them there who does not hold what the others gain.
 */
#include "tests/unit/unit.h"

#include "rbac/administer.h"
#include "rbac/build.h"
#include "rbac/rbac.h"

enum { COLLECTION = RBAC_TYPE_COLLECTION, NOW = 1000 };
enum { DEPLOYER, READER, EDITOR };       /* roles */
enum { SOME = 1 };                       /* scopes */
enum { ROOT, BRANCH, SIDE };             /* collections */
enum { WIDE, WEAK, NEAR, OTHER, OWNER }; /* records */

#define LIST(...)                                                              \
    (const uint32_t[]){__VA_ARGS__},                                           \
        sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define ALWAYS INT64_MIN, INT64_MAX

static const struct rbac_right deploys[] = {{COLLECTION,
                                             1u << RBAC_OP_READ |
                                                 1u << RBAC_OP_READ_RESOURCE |
                                                 1u << RBAC_OP_DEPLOY_PACKAGES,
                                             0}};
static const struct rbac_right reads[] = {
    {COLLECTION, 1u << RBAC_OP_READ | 1u << RBAC_OP_READ_RESOURCE, 0}};
/* Operations on the collection itself, and another type. */
static const struct rbac_right edits[] = {
    {COLLECTION, 1u << RBAC_OP_MODIFY | 1u << RBAC_OP_DELETE, 0},
    {RBAC_TYPE_PACKAGE, 1u << RBAC_OP_READ, 0}};
static const struct rbac_role roles[] = {
    {"R1", "Deployer", deploys, 1, 0},
    {"R2", "Reader", reads, 1, 0},
    {"R3", "Editor", edits, 2, 0},
};
static const struct rbac_scope scopes[] = {
    {.id = "SMS00ALL", .name = "All", .is_all = true},
    {.id = "SMS00UNA", .name = "Default", .is_default = true},
};
static const struct rbac_collection collections[] = {
    {"C0", "Root", RBAC_NONE},
    {"C1", "Branch", ROOT},
    {"C2", "Side", ROOT},
};
static const struct rbac_assignment wide = {LIST(DEPLOYER), LIST(SOME),
                                            LIST(ROOT), ALWAYS};
static const struct rbac_assignment weak = {LIST(READER), LIST(SOME),
                                            LIST(ROOT), ALWAYS};
static const struct rbac_assignment near = {LIST(DEPLOYER), LIST(SOME),
                                            LIST(BRANCH), ALWAYS};
static const struct rbac_assignment edit = {LIST(EDITOR), LIST(SOME),
                                            LIST(SIDE), ALWAYS};

struct site {
    struct rbac_engine *engine;
    struct rbac_subject *subjects[OWNER + 1];
};

/* The owner has the branch with a role, which is what devices come with. */
static void build(struct site *site, const struct rbac_assignment *of_owner)
{
    const struct rbac_admin admins[] = {
        {"wide", false, false, &wide, 1},     {"weak", false, false, &weak, 1},
        {"near", false, false, &near, 1},     {"other", false, false, &edit, 1},
        {"owner", false, false, of_owner, 1},
    };
    const struct rbac_estate estate = {
        &rbac_catalog, roles, 3, scopes, 2, collections, 3, admins, OWNER + 1};
    struct rbac_problem problem;

    assert_int_equal(rbac_engine_build(&estate, &site->engine, &problem),
                     STATUS_OK);
    for (uint32_t i = 0; i <= OWNER; i++)
        assert_int_equal(
            rbac_subject_new(site->engine, LIST(i), &site->subjects[i]),
            STATUS_OK);
}

static void clear(struct site *site)
{
    for (size_t i = 0; i <= OWNER; i++)
        rbac_subject_free(site->subjects[i]);
    rbac_engine_free(site->engine);
}

static struct rbac_decision bring(const struct site *site, uint32_t who,
                                  const struct rbac_gain *gain,
                                  struct rbac_lack *lack_out)
{
    return rbac_check_gain(site->subjects[who], gain, 1, AUTH_LEVEL_MFA, NOW,
                           lack_out);
}

static void whoever_holds_it_at_the_source_may_bring_devices(void **state)
{
    const struct rbac_gain gain = {BRANCH, LIST(SIDE)};
    struct rbac_lack lack;
    struct site site;

    (void)state;
    build(&site, &near);
    assert_int_equal(bring(&site, WIDE, &gain, &lack).verdict, RBAC_ALLOW);
    assert_int_equal(lack.collection, RBAC_NONE);
    clear(&site);
}

static void what_others_gain_and_one_has_not_is_named(void **state)
{
    const struct rbac_gain gain = {BRANCH, LIST(SIDE)};
    struct rbac_lack lack;
    struct site site;

    (void)state;
    build(&site, &near);
    assert_int_equal(bring(&site, WEAK, &gain, &lack).reason,
                     RBAC_GUARD_MORE_THAN_HELD);
    assert_int_equal(lack.collection, BRANCH);
    assert_int_equal(lack.type, COLLECTION);
    assert_int_equal(lack.operation, RBAC_OP_DEPLOY_PACKAGES);
    /* Holding it where the devices come to is not enough. */
    assert_int_equal(bring(&site, NEAR, &gain, &lack).reason,
                     RBAC_GUARD_MORE_THAN_HELD);
    clear(&site);
}

static void one_source_that_one_holds_it_at_is_enough(void **state)
{
    const struct rbac_gain both = {BRANCH, LIST(SIDE, BRANCH)};
    const struct rbac_gain none = {BRANCH, NULL, 0};
    struct rbac_lack lack;
    struct site site;

    (void)state;
    build(&site, &near);
    assert_int_equal(bring(&site, NEAR, &both, &lack).verdict, RBAC_ALLOW);
    assert_int_equal(bring(&site, WIDE, &none, &lack).reason,
                     RBAC_GUARD_MORE_THAN_HELD);
    clear(&site);
}

/* Whose assignment reaches the devices already gains nothing; neither does a
 * role without an operation on devices. */
static void where_nobody_gains_anybody_may(void **state)
{
    const struct rbac_gain gain = {SIDE, LIST(BRANCH)};
    struct rbac_lack lack;
    struct site site;

    (void)state;
    build(&site, &wide); /* and of the side only the editor is assigned */
    assert_int_equal(bring(&site, WEAK, &gain, &lack).verdict, RBAC_ALLOW);
    assert_int_equal(lack.collection, RBAC_NONE);
    clear(&site);
}

static void a_collection_that_is_unknown_is_refused(void **state)
{
    const struct rbac_gain unknown = {7, LIST(SIDE)};
    const struct rbac_gain source = {BRANCH, LIST(7)};
    struct rbac_lack lack;
    struct site site;

    (void)state;
    build(&site, &near);
    assert_int_equal(bring(&site, WIDE, &unknown, &lack).verdict, RBAC_DENY);
    assert_int_equal(bring(&site, WIDE, &source, &lack).verdict, RBAC_DENY);
    clear(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_holds_it_at_the_source_may_bring_devices),
        cmocka_unit_test(what_others_gain_and_one_has_not_is_named),
        cmocka_unit_test(one_source_that_one_holds_it_at_is_enough),
        cmocka_unit_test(where_nobody_gains_anybody_may),
        cmocka_unit_test(a_collection_that_is_unknown_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

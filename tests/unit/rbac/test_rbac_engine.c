#include "tests/unit/unit.h"

#include "rbac/build.h"
#include "rbac/rbac.h"

static const struct rbac_right reads[] = {{RBAC_TYPE_PACKAGE, 1, 0}};
static const struct rbac_role reader = {"XYZ00001", "Reader", reads, 1, 0};
static const struct rbac_scope scopes[] = {
    {.id = "SMS00ALL", .name = "All", .is_all = true},
    {.id = "SMS00UNA", .name = "Default", .is_default = true},
};
static const struct rbac_collection collections[] = {
    {"SMS00001", "All Systems", RBAC_NONE},
    {"XYZ00001", "West", 0},
};
static const uint32_t zero[] = {0};
static const struct rbac_assignment everywhere = {
    zero, 1, zero, 1, zero, 1, INT64_MIN, INT64_MAX};
static const struct rbac_admin admin = {.name = "alice@EXAMPLE.COM",
                                        .assignments = &everywhere,
                                        .n_assignments = 1};

/* A good estate, of which each test spoils one thing. */
static struct rbac_estate good(void)
{
    return (struct rbac_estate){
        .catalog = &rbac_catalog,
        .roles = &reader,
        .n_roles = 1,
        .scopes = scopes,
        .n_scopes = 2,
        .collections = collections,
        .n_collections = 2,
        .admins = &admin,
        .n_admins = 1,
    };
}

static void assert_refused(const struct rbac_estate *estate, const char *why)
{
    struct rbac_engine *engine = NULL;
    struct rbac_problem problem;

    assert_int_equal(rbac_engine_build(estate, &engine, &problem),
                     STATUS_INVALID);
    assert_null(engine);
    if (!strstr(problem.text, why))
        fail_msg("said: %s", problem.text);
}

static void builds_a_good_estate_and_finds_by_name(void **state)
{
    OWNED(rbac_engine) engine = NULL;
    struct rbac_estate estate = good();
    struct rbac_problem problem;

    (void)state;
    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    assert_int_equal(rbac_find_admin(engine, TEXT("alice@EXAMPLE.COM"), false),
                     0);
    assert_int_equal(rbac_find_admin(engine, TEXT("alice@EXAMPLE.COM"), true),
                     RBAC_NONE);
    assert_int_equal(rbac_find_collection(engine, TEXT("XYZ00001")), 1);
    assert_int_equal(rbac_find_scope(engine, TEXT("SMS00UNA")), 1);
    assert_int_equal(rbac_find_role(engine, TEXT("XYZ00001")), 0);
    assert_int_equal(rbac_find_role(engine, TEXT("xyz00001")), RBAC_NONE);
}

static void the_copy_outlives_the_estate(void **state)
{
    OWNED(rbac_engine) engine = NULL;
    struct rbac_problem problem;
    char name[] = "Reader";
    struct rbac_role role = reader;
    struct rbac_estate estate = good();

    (void)state;
    role.name = name;
    estate.roles = &role;
    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    memset(name, 'x', sizeof(name) - 1);
    assert_string_equal(rbac_engine_estate(engine)->roles[0].name, "Reader");
}

static void refuses_types_and_bits_that_the_catalog_does_not_have(void **state)
{
    struct rbac_estate estate = good();
    struct rbac_right right = {9999, 1, 0};
    struct rbac_role role = {"XYZ00001", "Odd", &right, 1, 0};

    (void)state;
    estate.roles = &role;
    assert_refused(&estate, "type 9999");
    right = (struct rbac_right){RBAC_TYPE_PACKAGE, 1u << 31, 0};
    assert_refused(&estate, "0x80000000");
    right = (struct rbac_right){RBAC_TYPE_PACKAGE, 1, (enum auth_level)9};
    assert_refused(&estate, "level");
}

static void refuses_an_operation_granted_twice(void **state)
{
    static const struct rbac_right twice[] = {
        {RBAC_TYPE_PACKAGE, 3, AUTH_LEVEL_MFA}, {RBAC_TYPE_PACKAGE, 1, 0}};
    static const struct rbac_role role = {"XYZ00001", "Twice", twice, 2, 0};
    struct rbac_estate estate = good();

    (void)state;
    estate.roles = &role;
    assert_refused(&estate, "twice");
}

static void refuses_indexes_out_of_range(void **state)
{
    static const uint32_t far[] = {7};
    struct rbac_assignment assignment = everywhere;
    struct rbac_admin bad = admin;
    struct rbac_estate estate = good();

    (void)state;
    bad.assignments = &assignment;
    estate.admins = &bad;
    assignment.roles = far;
    assert_refused(&estate, "role");
    assignment = everywhere;
    assignment.scopes = far;
    assert_refused(&estate, "scope");
    assignment = everywhere;
    assignment.collections = far;
    assert_refused(&estate, "collection");
}

static void refuses_names_that_are_there_twice(void **state)
{
    const struct rbac_admin twice[] = {admin, admin};
    const struct rbac_role roles[] = {reader, reader};
    struct rbac_estate estate = good();

    (void)state;
    estate.admins = twice;
    estate.n_admins = 2;
    assert_refused(&estate, "alice@EXAMPLE.COM");
    estate = good();
    estate.roles = roles;
    estate.n_roles = 2;
    assert_refused(&estate, "XYZ00001");
}

static void a_user_and_a_group_may_share_a_name(void **state)
{
    struct rbac_admin both[] = {admin, admin};
    OWNED(rbac_engine) engine = NULL;
    struct rbac_estate estate = good();
    struct rbac_problem problem;

    (void)state;
    both[1].is_group = true;
    estate.admins = both;
    estate.n_admins = 2;
    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
}

static void refuses_circles_of_limiting_collections(void **state)
{
    static const struct rbac_collection circle[] = {
        {"SMS00001", "All Systems", RBAC_NONE},
        {"XYZ00001", "West", 3},
        {"XYZ00002", "East", 1},
        {"XYZ00003", "North", 2},
    };
    static const struct rbac_collection own[] = {{"XYZ00001", "West", 0}};
    struct rbac_estate estate = good();

    (void)state;
    estate.collections = circle;
    estate.n_collections = 4;
    assert_refused(&estate, "directly or indirectly");
    estate.collections = own;
    estate.n_collections = 1;
    assert_refused(&estate, "directly or indirectly");
}

static void wants_one_all_scope_and_at_most_one_default(void **state)
{
    static const struct rbac_scope none[] = {{.id = "A", .name = "A"}};
    static const struct rbac_scope defaults[] = {
        {.id = "A", .name = "A", .is_all = true},
        {.id = "B", .name = "B", .is_default = true},
        {.id = "C", .name = "C", .is_default = true}};
    struct rbac_estate estate = good();

    (void)state;
    estate.scopes = none;
    estate.n_scopes = 1;
    assert_refused(&estate, "All");
    estate.scopes = defaults;
    estate.n_scopes = 3;
    assert_refused(&estate, "Default");
}

static void an_empty_estate_is_good_and_lets_nobody_in(void **state)
{
    const struct rbac_estate estate = {.catalog = &rbac_catalog};
    const struct rbac_request request = {.type = RBAC_TYPE_PACKAGE,
                                         .is_type_wide = true,
                                         .level = AUTH_LEVEL_MFA};
    OWNED(rbac_engine) engine = NULL;
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem;

    (void)state;
    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, NULL, 0, &subject), STATUS_OK);
    assert_int_equal(rbac_check(subject, &request).verdict, RBAC_DENY);
    assert_int_equal(rbac_check(subject, &request).reason,
                     RBAC_NO_ADMINISTRATOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_a_good_estate_and_finds_by_name),
        cmocka_unit_test(the_copy_outlives_the_estate),
        cmocka_unit_test(refuses_types_and_bits_that_the_catalog_does_not_have),
        cmocka_unit_test(refuses_an_operation_granted_twice),
        cmocka_unit_test(refuses_indexes_out_of_range),
        cmocka_unit_test(refuses_names_that_are_there_twice),
        cmocka_unit_test(a_user_and_a_group_may_share_a_name),
        cmocka_unit_test(refuses_circles_of_limiting_collections),
        cmocka_unit_test(wants_one_all_scope_and_at_most_one_default),
        cmocka_unit_test(an_empty_estate_is_good_and_lets_nobody_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

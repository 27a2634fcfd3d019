#include "tests/unit/unit.h"

#include <stdio.h>

#include "rbac/build.h"
#include "rbac/explain.h"
#include "rbac/rbac.h"

enum { PACKAGE = RBAC_TYPE_PACKAGE, COLLECTION = RBAC_TYPE_COLLECTION };
enum { READ = 1u << RBAC_OP_READ, MODIFY = 1u << RBAC_OP_MODIFY };
enum { ALL, DEFAULT, EAST, WEST };        /* scopes */
enum { ROOT, BRANCH, LEAF, OTHER };       /* collections */
enum { READER, EDITOR, GUARDED, KEEPER }; /* roles */

static const struct rbac_right reader_rights[] = {{PACKAGE, READ, 0}};
static const struct rbac_right editor_rights[] = {
    {PACKAGE, READ | MODIFY | 1u << RBAC_OP_CREATE, 0},
    {COLLECTION, READ | MODIFY, 0},
};
static const struct rbac_right guarded_rights[] = {
    {PACKAGE, READ, 0},
    {PACKAGE, MODIFY, AUTH_LEVEL_MFA},
};
static const struct rbac_right keeper_rights[] = {
    {COLLECTION, READ, AUTH_LEVEL_DOMAIN}};
static const struct rbac_role roles[] = {
    {"R1", "Reader", reader_rights, 1, 0},
    {"R2", "Editor", editor_rights, 2, 0},
    {"R3", "Guarded", guarded_rights, 2, AUTH_LEVEL_CERTIFICATE},
    {"R4", "Keeper", keeper_rights, 1, 0},
};
static const struct rbac_scope scopes[] = {
    {.id = "SMS00ALL", .name = "All", .is_all = true},
    {.id = "SMS00UNA", .name = "Default", .is_default = true},
    {.id = "S2", .name = "East"},
    {.id = "S3", .name = "West"},
};
static const struct rbac_collection collections[] = {
    {"C0", "Root", RBAC_NONE},
    {"C1", "Branch", ROOT},
    {"C2", "Leaf", BRANCH},
    {"C3", "Other", ROOT},
};

#define LIST(...)                                                              \
    (const uint32_t[]){__VA_ARGS__},                                           \
        sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define NONE   NULL, 0
#define ALWAYS INT64_MIN, INT64_MAX

static void assert_same(struct rbac_decision a, struct rbac_decision b)
{
    assert_int_equal(a.verdict, b.verdict);
    assert_int_equal(a.reason, b.reason);
    assert_int_equal(a.level_required, b.level_required);
}

/* Whenever a subject is made, it answers for every time alike. */
static void assert_alike_at(const struct rbac_engine *engine, int64_t made_s,
                            const struct rbac_subject *plain,
                            struct rbac_request request)
{
    const uint32_t own = 0;
    const int64_t now_s = request.now_s;
    OWNED(rbac_subject) subject = NULL;

    assert_int_equal(rbac_subject_new_at(engine, &own, 1, made_s, &subject),
                     STATUS_OK);
    for (int64_t by = -2; by <= 2; by++) {
        if (__builtin_add_overflow(now_s, by, &request.now_s))
            continue;
        assert_same(rbac_check(subject, &request), rbac_check(plain, &request));
    }
}

/* The answer to one question for somebody with these assignments. */
static struct rbac_decision decide(const struct rbac_assignment *assignments,
                                   size_t n, struct rbac_request request)
{
    const struct rbac_admin admin = {
        .name = "a", .assignments = assignments, .n_assignments = n};
    const struct rbac_estate estate = {&rbac_catalog, roles, 4,      scopes, 4,
                                       collections,   4,     &admin, 1};
    const uint32_t own = 0;
    OWNED(rbac_engine) engine = NULL;
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem;

    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, &own, 1, &subject), STATUS_OK);
    assert_alike_at(engine, request.now_s, subject, request);
    assert_alike_at(engine, (int64_t)((uint64_t)request.now_s + 1), subject,
                    request);
    assert_alike_at(engine, INT64_MIN, subject, request);
    assert_alike_at(engine, INT64_MAX, subject, request);
    return rbac_check(subject, &request);
}

static struct rbac_request ask(uint16_t type, uint8_t operation,
                               const uint32_t *labels, size_t n)
{
    return (struct rbac_request){.type = type,
                                 .operation = operation,
                                 .labels = labels,
                                 .n_labels = n,
                                 .level = AUTH_LEVEL_CERTIFICATE};
}

static void assert_decided(struct rbac_decision got, enum rbac_verdict verdict,
                           enum rbac_reason reason)
{
    assert_string_equal(rbac_reason_name(got.reason), rbac_reason_name(reason));
    assert_int_equal(got.verdict, verdict);
}

static void denies_when_role_and_scope_come_from_two_grants(void **state)
{
    const struct rbac_assignment two[] = {
        {LIST(READER), LIST(EAST), NONE, ALWAYS},
        {LIST(EDITOR), LIST(WEST), NONE, ALWAYS},
    };

    (void)state;
    assert_decided(decide(two, 2, ask(PACKAGE, RBAC_OP_MODIFY, LIST(EAST))),
                   RBAC_DENY, RBAC_OUT_OF_SCOPE);
    assert_decided(decide(two, 2, ask(PACKAGE, RBAC_OP_MODIFY, LIST(WEST))),
                   RBAC_ALLOW, RBAC_ALLOWED);
}

static void a_type_wide_operation_is_held_on_all_once_held_anywhere(void **s)
{
    const struct rbac_assignment one = {LIST(EDITOR), LIST(WEST), NONE, ALWAYS};
    const struct rbac_assignment nowhere = {LIST(EDITOR), NONE, LIST(ROOT),
                                            ALWAYS};

    (void)s;
    assert_decided(decide(&one, 1, ask(PACKAGE, RBAC_OP_CREATE, LIST(EAST))),
                   RBAC_ALLOW, RBAC_ALLOWED);
    assert_decided(decide(&nowhere, 1, ask(PACKAGE, RBAC_OP_CREATE, NONE)),
                   RBAC_DENY, RBAC_OUT_OF_SCOPE);
}

static void an_object_without_labels_is_nobodys(void **state)
{
    const struct rbac_assignment all = {LIST(EDITOR), LIST(ALL), LIST(ROOT),
                                        ALWAYS};

    (void)state;
    assert_decided(decide(&all, 1, ask(PACKAGE, RBAC_OP_READ, NONE)), RBAC_DENY,
                   RBAC_OUT_OF_SCOPE);
    assert_decided(decide(&all, 1, ask(COLLECTION, RBAC_OP_READ, NONE)),
                   RBAC_DENY, RBAC_OUT_OF_COLLECTION);
    assert_decided(decide(&all, 1, ask(PACKAGE, RBAC_OP_READ, LIST(WEST))),
                   RBAC_ALLOW, RBAC_ALLOWED);
}

static void labels_that_do_not_exist_match_nothing(void **state)
{
    const struct rbac_assignment all = {LIST(EDITOR), LIST(ALL), LIST(ROOT),
                                        ALWAYS};

    (void)state;
    assert_decided(decide(&all, 1, ask(PACKAGE, RBAC_OP_READ, LIST(4))),
                   RBAC_DENY, RBAC_OUT_OF_SCOPE);
    assert_decided(decide(&all, 1, ask(PACKAGE, RBAC_OP_READ, LIST(ALL))),
                   RBAC_DENY, RBAC_OUT_OF_SCOPE);
    assert_decided(
        decide(&all, 1, ask(COLLECTION, RBAC_OP_READ, LIST(65535, 70000))),
        RBAC_DENY, RBAC_OUT_OF_COLLECTION);
}

static void unknown_types_and_operations_are_denied(void **state)
{
    const struct rbac_assignment all = {LIST(EDITOR), LIST(ALL), LIST(ROOT),
                                        ALWAYS};

    (void)state;
    assert_decided(decide(&all, 1, ask(9999, RBAC_OP_READ, LIST(WEST))),
                   RBAC_DENY, RBAC_UNKNOWN_OPERATION);
    assert_decided(decide(&all, 1, ask(3, RBAC_OP_READ, LIST(WEST))), RBAC_DENY,
                   RBAC_UNKNOWN_OPERATION);
    assert_decided(decide(&all, 1, ask(PACKAGE, 31, LIST(WEST))), RBAC_DENY,
                   RBAC_UNKNOWN_OPERATION);
    assert_decided(decide(&all, 1, ask(PACKAGE, 200, LIST(WEST))), RBAC_DENY,
                   RBAC_UNKNOWN_OPERATION);
}

static void time_bounds_are_half_open(void **state)
{
    const struct rbac_assignment while_ = {LIST(READER), LIST(WEST), NONE, 100,
                                           200};
    struct rbac_request request = ask(PACKAGE, RBAC_OP_READ, LIST(WEST));

    (void)state;
    request.now_s = 99;
    assert_decided(decide(&while_, 1, request), RBAC_DENY, RBAC_NOT_YET_VALID);
    request.now_s = 100;
    assert_decided(decide(&while_, 1, request), RBAC_ALLOW, RBAC_ALLOWED);
    request.now_s = 199;
    assert_decided(decide(&while_, 1, request), RBAC_ALLOW, RBAC_ALLOWED);
    request.now_s = 200;
    assert_decided(decide(&while_, 1, request), RBAC_DENY,
                   RBAC_NO_LONGER_VALID);
}

static void no_bound_holds_in_the_first_and_the_last_second(void **state)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MAX};
    const struct rbac_assignment two[] = {
        {LIST(EDITOR), LIST(WEST), LIST(ROOT), ALWAYS},
        {LIST(READER), LIST(EAST), LIST(BRANCH), 1000, INT64_MAX - 1},
    };
    struct rbac_request read = ask(PACKAGE, RBAC_OP_READ, LIST(WEST));
    struct rbac_request bounded = ask(PACKAGE, RBAC_OP_READ, LIST(EAST));
    struct rbac_request free = ask(COLLECTION, RBAC_OP_MODIFY, LIST(BRANCH));
    struct rbac_request blocked = ask(COLLECTION, RBAC_OP_MODIFY, LIST(ROOT));

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        read.now_s = bounded.now_s = free.now_s = blocked.now_s = ends[i];
        assert_decided(decide(two, 1, read), RBAC_ALLOW, RBAC_ALLOWED);
        assert_decided(decide(two, 2, read), RBAC_ALLOW, RBAC_ALLOWED);
        assert_decided(decide(two, 2, bounded), RBAC_DENY,
                       i ? RBAC_NO_LONGER_VALID : RBAC_NOT_YET_VALID);
        assert_decided(decide(two, 2, free), RBAC_ALLOW, RBAC_ALLOWED);
        assert_decided(decide(two, 2, blocked), RBAC_DENY,
                       RBAC_DIRECTLY_ASSIGNED);
    }
}

/* The explanation for somebody with these assignments. */
static struct rbac_explanation explain(
    const struct rbac_assignment *assignments, size_t n,
    struct rbac_request request)
{
    const struct rbac_admin admins[] = {
        {.name = "other"},
        {.name = "a", .assignments = assignments, .n_assignments = n}};
    const struct rbac_estate estate = {&rbac_catalog, roles, 4,      scopes, 4,
                                       collections,   4,     admins, 2};
    OWNED(rbac_engine) engine = NULL;
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem;
    struct rbac_explanation said;

    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, LIST(1), &subject), STATUS_OK);
    rbac_explain(subject, &request, &said);
    return said;
}

static void a_record_without_assignments_is_the_one_to_add_to(void **state)
{
    const struct rbac_explanation said =
        explain(NULL, 0, ask(PACKAGE, RBAC_OP_READ, LIST(WEST)));

    (void)state;
    assert_int_equal(said.decision.verdict, RBAC_DENY);
    assert_int_equal(said.n_findings, 1);
    assert_int_equal(said.findings[0].change, RBAC_CHANGE_ADD_ASSIGNMENT);
    assert_int_equal(said.findings[0].grant.admin, 1);
}

static void longer_is_no_advice_where_the_assignment_blocks_itself(void **s)
{
    const struct rbac_assignment past = {LIST(EDITOR), NONE, LIST(BRANCH), 0,
                                         100};
    struct rbac_request request = ask(COLLECTION, RBAC_OP_MODIFY, LIST(BRANCH));
    struct rbac_explanation said;

    (void)s;
    request.now_s = 100;
    said = explain(&past, 1, request);
    for (size_t i = 0; i < said.n_findings; i++)
        assert_int_not_equal(said.findings[i].change, RBAC_CHANGE_EXTEND_TIME);
    request.labels = (const uint32_t[]){LEAF};
    said = explain(&past, 1, request);
    assert_int_equal(said.n_findings, 1);
    assert_int_equal(said.findings[0].change, RBAC_CHANGE_EXTEND_TIME);
}

static void an_expired_grant_leaves_its_living_sibling_alone(void **state)
{
    const struct rbac_assignment two[] = {
        {LIST(READER), LIST(WEST), NONE, 0, 100},
        {LIST(READER), LIST(EAST), NONE, ALWAYS},
    };
    struct rbac_request request = ask(PACKAGE, RBAC_OP_READ, LIST(WEST));

    (void)state;
    request.now_s = 500;
    assert_decided(decide(two, 2, request), RBAC_DENY, RBAC_NO_LONGER_VALID);
    request.labels = (const uint32_t[]){EAST};
    assert_decided(decide(two, 2, request), RBAC_ALLOW, RBAC_ALLOWED);
}

static void levels_of_role_and_operation_are_both_asked(void **state)
{
    const struct rbac_assignment one = {LIST(GUARDED), LIST(WEST), NONE,
                                        ALWAYS};
    struct rbac_request request = ask(PACKAGE, RBAC_OP_READ, LIST(WEST));
    struct rbac_decision got;

    (void)state;
    assert_decided(decide(&one, 1, request), RBAC_ALLOW, RBAC_ALLOWED);
    request.level = AUTH_LEVEL_DOMAIN;
    got = decide(&one, 1, request);
    assert_decided(got, RBAC_ALLOW_AT_LEVEL, RBAC_LEVEL_TOO_LOW);
    assert_int_equal(got.level_required, AUTH_LEVEL_CERTIFICATE);
    request.operation = RBAC_OP_MODIFY;
    request.level = AUTH_LEVEL_CERTIFICATE;
    got = decide(&one, 1, request);
    assert_decided(got, RBAC_ALLOW_AT_LEVEL, RBAC_LEVEL_TOO_LOW);
    assert_int_equal(got.level_required, AUTH_LEVEL_MFA);
    request.level = AUTH_LEVEL_MFA;
    assert_decided(decide(&one, 1, request), RBAC_ALLOW, RBAC_ALLOWED);
}

static void a_level_is_named_only_where_it_would_help(void **state)
{
    const struct rbac_assignment one = {LIST(GUARDED), LIST(WEST), NONE, 0,
                                        100};
    struct rbac_request request = ask(PACKAGE, RBAC_OP_MODIFY, LIST(EAST));

    (void)state;
    assert_decided(decide(&one, 1, request), RBAC_DENY, RBAC_OUT_OF_SCOPE);
    request.labels = (const uint32_t[]){WEST};
    request.now_s = 100;
    assert_decided(decide(&one, 1, request), RBAC_DENY, RBAC_NO_LONGER_VALID);
}

static void zeroed_level_is_never_enough(void **state)
{
    const struct rbac_assignment all = {LIST(EDITOR), LIST(ALL), LIST(ROOT),
                                        ALWAYS};
    struct rbac_request request = ask(PACKAGE, RBAC_OP_READ, LIST(WEST));
    struct rbac_decision got;

    (void)state;
    request.level = AUTH_LEVEL_NONE;
    got = decide(&all, 1, request);
    assert_decided(got, RBAC_ALLOW_AT_LEVEL, RBAC_LEVEL_TOO_LOW);
    assert_int_equal(got.level_required, AUTH_LEVEL_DOMAIN);
}

static void the_weakest_grant_that_would_do_names_the_level(void **state)
{
    const struct rbac_assignment two[] = {
        {LIST(GUARDED), LIST(WEST), NONE, ALWAYS},
        {LIST(READER), LIST(WEST), NONE, ALWAYS},
    };
    const struct rbac_decision got =
        decide(two, 2, ask(PACKAGE, RBAC_OP_READ, LIST(WEST)));

    (void)state;
    assert_decided(got, RBAC_ALLOW, RBAC_ALLOWED);
    assert_int_equal(got.level_required, AUTH_LEVEL_DOMAIN);
}

static void modify_is_blocked_on_a_directly_assigned_collection(void **state)
{
    const struct rbac_assignment both[] = {
        {LIST(EDITOR), NONE, LIST(ROOT), ALWAYS},
        {LIST(KEEPER), NONE, LIST(BRANCH), ALWAYS},
    };

    (void)state;
    assert_decided(
        decide(both, 1, ask(COLLECTION, RBAC_OP_MODIFY, LIST(BRANCH))),
        RBAC_ALLOW, RBAC_ALLOWED);
    assert_decided(
        decide(both, 2, ask(COLLECTION, RBAC_OP_MODIFY, LIST(BRANCH))),
        RBAC_DENY, RBAC_DIRECTLY_ASSIGNED);
    assert_decided(decide(both, 2, ask(COLLECTION, RBAC_OP_MODIFY, LIST(LEAF))),
                   RBAC_ALLOW, RBAC_ALLOWED);
    assert_decided(decide(both, 2, ask(COLLECTION, RBAC_OP_READ, LIST(BRANCH))),
                   RBAC_ALLOW, RBAC_ALLOWED);
}

static void a_direct_assignment_blocks_only_while_it_holds(void **state)
{
    const struct rbac_assignment both[] = {
        {LIST(EDITOR), NONE, LIST(ROOT), ALWAYS},
        {LIST(KEEPER), NONE, LIST(BRANCH), 100, 200},
    };
    struct rbac_request request = ask(COLLECTION, RBAC_OP_MODIFY, LIST(BRANCH));

    (void)state;
    request.now_s = 99;
    assert_decided(decide(both, 2, request), RBAC_ALLOW, RBAC_ALLOWED);
    request.now_s = 100;
    assert_decided(decide(both, 2, request), RBAC_DENY, RBAC_DIRECTLY_ASSIGNED);
    request.now_s = 200;
    assert_decided(decide(both, 2, request), RBAC_ALLOW, RBAC_ALLOWED);
}

static void any_of_many_labels_is_enough(void **state)
{
    const struct rbac_assignment one = {LIST(EDITOR), NONE, LIST(BRANCH),
                                        ALWAYS};
    const uint32_t labels[] = {OTHER, OTHER, OTHER, ROOT, OTHER, LEAF};

    (void)state;
    assert_decided(decide(&one, 1, ask(COLLECTION, RBAC_OP_READ, labels, 6)),
                   RBAC_ALLOW, RBAC_ALLOWED);
    assert_decided(decide(&one, 1, ask(COLLECTION, RBAC_OP_READ, labels, 5)),
                   RBAC_DENY, RBAC_OUT_OF_COLLECTION);
}

/* ---- Covers of more runs than one line holds ---- */

enum { MANY = 200 };

/* Every other leaf of many under one root is assigned. */
static void wide_covers_are_as_exact_as_narrow_ones(void **state)
{
    static struct rbac_collection many[MANY];
    static char ids[MANY][8];
    static uint32_t odd[MANY / 2];
    const struct rbac_assignment one = {LIST(EDITOR), NONE, odd, MANY / 2,
                                        ALWAYS};
    const struct rbac_admin admin = {
        .name = "a", .assignments = &one, .n_assignments = 1};
    const struct rbac_estate estate = {&rbac_catalog, roles, 4,      scopes, 4,
                                       many,          MANY,  &admin, 1};
    const uint32_t own = 0;
    OWNED(rbac_engine) engine = NULL;
    OWNED(rbac_subject) subject = NULL;
    struct rbac_problem problem;

    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(ids[i], sizeof(ids[i]), "M%u", i);
        many[i] = (struct rbac_collection){ids[i], ids[i], i ? 0 : RBAC_NONE};
        odd[i / 2] = i | 1;
    }
    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, &own, 1, &subject), STATUS_OK);
    for (uint32_t i = 0; i < MANY; i++) {
        const struct rbac_request request =
            ask(COLLECTION, RBAC_OP_READ, &i, 1);

        assert_int_equal(rbac_check(subject, &request).verdict,
                         i % 2 ? RBAC_ALLOW : RBAC_DENY);
    }
}

static void a_disabled_record_matches_nobody(void **state)
{
    const struct rbac_assignment all = {LIST(EDITOR), LIST(ALL), LIST(ROOT),
                                        ALWAYS};
    const struct rbac_admin admins[] = {
        {.name = "off",
         .is_disabled = true,
         .assignments = &all,
         .n_assignments = 1},
        {.name = "on", .assignments = &all, .n_assignments = 1}};
    const struct rbac_estate estate = {&rbac_catalog, roles, 4,      scopes, 4,
                                       collections,   4,     admins, 2};
    const struct rbac_request request = ask(PACKAGE, RBAC_OP_READ, LIST(WEST));
    OWNED(rbac_engine) engine = NULL;
    OWNED(rbac_subject) off = NULL;
    OWNED(rbac_subject) on = NULL;
    struct rbac_subject *bad = NULL;
    struct rbac_problem problem;

    (void)state;
    assert_int_equal(rbac_engine_build(&estate, &engine, &problem), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, LIST(0), &off), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, LIST(0, 1, 1), &on), STATUS_OK);
    assert_int_equal(rbac_subject_new(engine, LIST(2), &bad), STATUS_INVALID);
    assert_null(bad);
    assert_decided(rbac_check(off, &request), RBAC_DENY, RBAC_NO_ADMINISTRATOR);
    assert_decided(rbac_check(on, &request), RBAC_ALLOW, RBAC_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(denies_when_role_and_scope_come_from_two_grants),
        cmocka_unit_test(
            a_type_wide_operation_is_held_on_all_once_held_anywhere),
        cmocka_unit_test(an_object_without_labels_is_nobodys),
        cmocka_unit_test(labels_that_do_not_exist_match_nothing),
        cmocka_unit_test(unknown_types_and_operations_are_denied),
        cmocka_unit_test(time_bounds_are_half_open),
        cmocka_unit_test(a_record_without_assignments_is_the_one_to_add_to),
        cmocka_unit_test(
            longer_is_no_advice_where_the_assignment_blocks_itself),
        cmocka_unit_test(no_bound_holds_in_the_first_and_the_last_second),
        cmocka_unit_test(an_expired_grant_leaves_its_living_sibling_alone),
        cmocka_unit_test(levels_of_role_and_operation_are_both_asked),
        cmocka_unit_test(a_level_is_named_only_where_it_would_help),
        cmocka_unit_test(zeroed_level_is_never_enough),
        cmocka_unit_test(the_weakest_grant_that_would_do_names_the_level),
        cmocka_unit_test(modify_is_blocked_on_a_directly_assigned_collection),
        cmocka_unit_test(a_direct_assignment_blocks_only_while_it_holds),
        cmocka_unit_test(any_of_many_labels_is_enough),
        cmocka_unit_test(wide_covers_are_as_exact_as_narrow_ones),
        cmocka_unit_test(a_disabled_record_matches_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

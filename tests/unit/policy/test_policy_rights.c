/*
 * The difference of rights equals brute force: on small random estates every
 * user, type, operation, scope and collection is asked about on both sides,
 * and the rows must say exactly that. What the engine itself finds between the
 * two subjects (rbac_difference) is the same at that time.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "policy/estate.h"
#include "policy/rights.h"
#include "rbac/query.h"
#include "tests/unit/policy/random_policy.h"

/* How many pairs of estates; a number on the command line says otherwise. */
static uint64_t n_estates = 150;

enum { ARENA_BYTES = 1 << 28, NOW_S = 15000 * 86400 };

/* What the engine says that changes for the user under way, from now on. */
struct visits {
    struct rbac_changed *of; /* owned */
    size_t n;
    size_t n_room;
};

struct trial {
    struct arena *arena;
    struct policy policies[2];
    struct rbac_engine *engines[2];
    struct policy_people *people[2];
    struct rights_difference difference;
    struct rbac_subject *subjects[2]; /* of the user under way */
    struct visits visits;
    const char *user;
    size_t n_asked;
    size_t n_later; /* visits of times to come that were looked at */
};

static void trial_begin(struct trial *trial, uint64_t seed)
{
    struct rbac_problem problem;

    *trial = (struct trial){.arena = NULL};
    assert_int_equal(arena_new(ARENA_BYTES, &trial->arena), STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        trial->policies[i] = random_policy(seed + i, 5, trial->arena);
        if (policy_engine_build(&trial->policies[i], &trial->engines[i],
                                &problem) != STATUS_OK)
            fail_msg("%s", problem.text);
        assert_int_equal(
            policy_people_new(&trial->policies[i], &trial->people[i]),
            STATUS_OK);
    }
    assert_int_equal(policy_rights_compare(&trial->policies[0],
                                           &trial->policies[1], NOW_S,
                                           trial->arena, &trial->difference),
                     STATUS_OK);
}

static void trial_end(struct trial *trial)
{
    for (size_t i = 0; i < 2; i++) {
        rbac_engine_free(trial->engines[i]);
        policy_people_free(trial->people[i]);
    }
    free(trial->visits.of);
    arena_free(trial->arena);
}

static enum auth_level ask_at(const struct trial *trial, size_t side,
                              uint16_t type, int bit, const uint32_t *label,
                              int64_t now_s)
{
    const struct rbac_request request = {.type = type,
                                         .operation = (uint8_t)bit,
                                         .is_type_wide = label == NULL,
                                         .labels = label,
                                         .n_labels = label ? 1 : 0,
                                         .level = AUTH_LEVEL_MFA,
                                         .now_s = now_s};

    return rbac_check(trial->subjects[side], &request).level_required;
}

static enum auth_level ask(const struct trial *trial, size_t side,
                           uint16_t type, int bit, const uint32_t *label)
{
    return ask_at(trial, side, type, bit, label, NOW_S);
}

/* ---- The engine's own difference ---- */

static void keep_visit(void *context, const struct rbac_changed *changed)
{
    struct visits *visits = context;

    if (visits->n == visits->n_room) {
        visits->n_room = 2 * visits->n_room + 64;
        visits->of =
            realloc(visits->of, visits->n_room * sizeof(visits->of[0]));
        assert_non_null(visits->of);
    }
    visits->of[visits->n++] = *changed;
}

static const struct rbac_changed *visit_of(const struct trial *trial,
                                           uint16_t type, int bit,
                                           const char *id, bool is_collection)
{
    for (size_t i = 0; i < trial->visits.n; i++) {
        const struct rbac_changed *at = &trial->visits.of[i];

        if (at->type == type && at->operation == bit &&
            (id ? at->category && at->is_collection == is_collection &&
                      strcmp(at->category, id) == 0
                : !at->category))
            return at;
    }
    return NULL;
}

/* At the time it says the sides differ, and a second before they do not. */
static void expect_first_time(struct trial *trial,
                              const struct rbac_changed *at,
                              const uint32_t *labels)
{
    const uint32_t *before = labels ? &labels[0] : NULL;
    const uint32_t *after = labels ? &labels[1] : NULL;

    trial->n_later++;
    assert_int_equal(
        ask_at(trial, 0, at->type, at->operation, before, at->at_s),
        at->before.level_required);
    assert_int_equal(ask_at(trial, 1, at->type, at->operation, after, at->at_s),
                     at->after.level_required);
    assert_int_equal(
        ask_at(trial, 0, at->type, at->operation, before, at->at_s - 1),
        ask_at(trial, 1, at->type, at->operation, after, at->at_s - 1));
}

/* labels: of both sides, NULL: none is needed. */
static void expect_visit(struct trial *trial, uint16_t type, int bit,
                         const uint32_t *labels, enum auth_level was,
                         enum auth_level is)
{
    const struct rbac_estate *estate = rbac_engine_estate(trial->engines[0]);
    const struct rbac_type *described = rbac_catalog_type(&rbac_catalog, type);
    const bool is_collection = described->securing == RBAC_BY_COLLECTION;
    const char *id = !labels         ? NULL
                     : is_collection ? estate->collections[labels[0]].id
                                     : estate->scopes[labels[0]].id;
    const struct rbac_changed *at =
        visit_of(trial, type, bit, id, is_collection);
    const bool is_now = at && at->at_s == NOW_S;

    if (is_now
            ? at->before.level_required != was || at->after.level_required != is
            : was != is)
        fail_msg("%s type %u bit %d on %s: the engine says %d, is %d->%d",
                 trial->user, type, bit, id ? id : "all", is_now, was, is);
    if (at && !is_now)
        expect_first_time(trial, at, labels);
}

/* ---- Rows ---- */

/* What a row says of a bit at a place; false when no row does. */
static bool row_of(const struct trial *trial, uint16_t type, int bit,
                   enum rights_where where, const char *category,
                   enum auth_level *before, enum auth_level *after)
{
    for (size_t i = 0; i < trial->difference.n_rows; i++) {
        const struct rights_row *row = &trial->difference.rows[i];
        const bool is_here =
            row->where == where || (row->where == RIGHTS_FROM_COLLECTION &&
                                    (where == RIGHTS_ON_COLLECTION ||
                                     where == RIGHTS_BELOW_COLLECTION));

        if (row->type != type || !(row->operations & (UINT32_C(1) << bit)) ||
            !is_here || row->subject->is_group ||
            strcmp(row->subject->name, trial->user) != 0 ||
            strcmp(row->category, category) != 0)
            continue;
        *before = row->before;
        *after = row->after;
        return true;
    }
    return false;
}

static void expect(struct trial *trial, uint16_t type, int bit,
                   enum rights_where where, const char *category,
                   const uint32_t *labels)
{
    enum auth_level before = AUTH_LEVEL_NONE;
    enum auth_level after = AUTH_LEVEL_NONE;
    const bool is_said =
        row_of(trial, type, bit, where, category, &before, &after);
    const enum auth_level was =
        ask(trial, 0, type, bit, labels ? &labels[0] : NULL);
    const enum auth_level is =
        ask(trial, 1, type, bit, labels ? &labels[1] : NULL);

    trial->n_asked++;
    expect_visit(trial, type, bit, labels, was, is);
    if (is_said ? before != was || after != is : was != is)
        fail_msg("%s type %u bit %d where %d %s: said %d %d->%d, is %d->%d",
                 trial->user, type, bit, where, category, is_said, before,
                 after, was, is);
}

/* Is the thing assigned by name to the user on either side? */
static bool is_assigned(const struct trial *trial, const char *name,
                        bool is_scope)
{
    for (size_t side = 0; side < 2; side++) {
        uint32_t admins[64];
        const size_t n =
            policy_people_admins(trial->people[side], trial->user, admins, 64);

        for (size_t i = 0; i < n; i++) {
            const struct policy_admin *admin =
                &trial->policies[side].admins[admins[i]];

            for (size_t j = 0; j < admin->n_assignments; j++) {
                const struct policy_assignment *a = &admin->assignments[j];
                const char *const *names =
                    is_scope ? a->scopes : a->collections;
                const size_t n_names =
                    is_scope ? a->n_scopes : a->n_collections;

                for (size_t k = 0; k < n_names; k++) {
                    const char *given = strcmp(names[k], "SMS00001") == 0
                                            ? "All Systems"
                                            : names[k];

                    if (strcmp(given, name) == 0)
                        return true;
                }
            }
        }
    }
    return false;
}

static const char *limiting(const struct trial *trial, size_t side,
                            const char *name)
{
    const struct rbac_estate *estate = rbac_engine_estate(trial->engines[side]);
    const uint32_t at = policy_find_collection(trial->engines[side], name);
    const uint32_t limit =
        at == RBAC_NONE ? RBAC_NONE : estate->collections[at].limiting;

    return limit == RBAC_NONE ? NULL : estate->collections[limit].name;
}

static bool is_moved(const struct trial *trial, const char *name)
{
    const char *before = limiting(trial, 0, name);
    const char *after = limiting(trial, 1, name);

    if (policy_find_collection(trial->engines[0], name) == RBAC_NONE ||
        policy_find_collection(trial->engines[1], name) == RBAC_NONE)
        return false;
    if (!before || !after)
        return before != after;
    return strcmp(before, after) != 0;
}

/* The row that speaks for a collection: its own or that of one above. */
static void expect_collection(struct trial *trial, uint16_t type, int bit,
                              const char *name, const uint32_t *labels)
{
    const char *at = name;

    while (at && !is_assigned(trial, at, false) && !is_moved(trial, at))
        at = limiting(trial, 1, at);
    expect(trial, type, bit,
           at == name ? RIGHTS_ON_COLLECTION : RIGHTS_BELOW_COLLECTION,
           at ? at : "(none)", labels);
}

static void expect_scopes(struct trial *trial, uint16_t type, int bit)
{
    const struct rbac_estate *estate = rbac_engine_estate(trial->engines[0]);

    for (uint32_t i = 0; i < estate->n_scopes; i++) {
        const char *name = estate->scopes[i].name;
        const uint32_t labels[2] = {i,
                                    policy_find_scope(trial->engines[1], name)};

        if (labels[1] == RBAC_NONE || estate->scopes[i].is_all)
            continue;
        if (is_assigned(trial, name, true))
            expect(trial, type, bit, RIGHTS_IN_SCOPE, name, labels);
        else
            expect(trial, type, bit, RIGHTS_IN_OTHER_SCOPES, "", labels);
    }
}

static void expect_collections(struct trial *trial, uint16_t type, int bit)
{
    const struct rbac_estate *estate = rbac_engine_estate(trial->engines[0]);

    for (uint32_t i = 0; i < estate->n_collections; i++) {
        const char *name = estate->collections[i].name;
        const uint32_t labels[2] = {
            i, policy_find_collection(trial->engines[1], name)};

        if (labels[1] != RBAC_NONE)
            expect_collection(trial, type, bit, name, labels);
    }
}

static void expect_type(struct trial *trial, const struct rbac_type *type)
{
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++) {
        const uint32_t mask = UINT32_C(1) << bit;

        if (!(type->operations & mask))
            continue;
        if (type->securing == RBAC_BY_ROLE || (type->type_wide & mask))
            expect(trial, type->id, bit, RIGHTS_EVERYWHERE, "", NULL);
        else if (type->securing == RBAC_BY_SCOPE)
            expect_scopes(trial, type->id, bit);
        else
            expect_collections(trial, type->id, bit);
    }
}

static void expect_user(struct trial *trial, const char *user)
{
    OWNED(rbac_subject) before = NULL;
    OWNED(rbac_subject) after = NULL;
    struct rbac_subject **subjects[2] = {&before, &after};

    trial->user = user;
    for (size_t side = 0; side < 2; side++) {
        uint32_t admins[64];
        const size_t n =
            policy_people_admins(trial->people[side], user, admins, 64);

        assert_int_equal(
            rbac_subject_new(trial->engines[side], admins, n, subjects[side]),
            STATUS_OK);
        trial->subjects[side] = *subjects[side];
    }
    trial->visits.n = 0;
    assert_int_equal(
        rbac_difference(before, after, NOW_S, keep_visit, &trial->visits),
        STATUS_OK);
    for (size_t t = 0; t < rbac_catalog.n_types; t++)
        expect_type(trial, &rbac_catalog.types[t]);
}

static void the_difference_equals_brute_force(void **state)
{
    size_t n_asked = 0;
    size_t n_rows = 0;
    size_t n_later = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= n_estates; seed++) {
        SCOPED(trial_end) struct trial trial;

        trial_begin(&trial, seed * 1000);
        expect_user(&trial, "root@EXAMPLE.COM");
        for (size_t i = 0; i < 4; i++) {
            char user[32];

            snprintf(user, sizeof(user), "user%zu@EXAMPLE.COM", i);
            expect_user(&trial, user);
        }
        n_asked += trial.n_asked;
        n_rows += trial.difference.n_rows;
        n_later += trial.n_later;
    }
    assert_true(n_asked > n_estates * 1000);
    assert_true(n_rows > n_estates);
    assert_true(n_later > n_estates);
}

static void a_policy_differs_from_itself_in_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        OWNED(arena) arena = NULL;
        struct policy policy;
        struct rights_difference difference;

        assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
        policy = random_policy(seed, 6, arena);
        assert_int_equal(
            policy_rights_compare(&policy, &policy, NOW_S, arena, &difference),
            STATUS_OK);
        assert_int_equal(difference.n_rows, 0);
    }
}

static const struct policy *compile(struct policy_set *set, const char *text)
{
    const struct policy *policy = NULL;

    assert_int_equal(policy_set_add(set, "p.yaml", text_of(text)), STATUS_OK);
    assert_int_equal(policy_set_compile(set, &policy), STATUS_OK);
    return policy;
}

#define ROOT                                                                   \
    "administrators:\n"                                                        \
    "  - user: root@EXAMPLE.COM\n"                                             \
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n"
#define ROLE                                                                   \
    "version: 1\n"                                                             \
    "scopes: [{ name: Web }]\n"                                                \
    "collections:\n"                                                           \
    "  - { name: Servers, limiting: All Systems }\n"                           \
    "roles:\n"                                                                 \
    "  - name: R\n"                                                            \
    "    operations: { SMS_Application: [Read, Create],\n"                     \
    "                  SMS_Collection: [Read, Modify], SMS_Admin: [Read] }\n"

static void rows_are_written_for_people_and_programs(void **state)
{
    OWNED(policy_set) old = NULL;
    OWNED(policy_set) new = NULL;
    OWNED(arena) arena = NULL;
    SCOPED(buf_free) struct buf out = buf_make(65536);
    struct json_writer w = json_writer_make(&out);
    struct rights_difference difference;

    (void)state;
    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    assert_int_equal(policy_set_new(&old), STATUS_OK);
    assert_int_equal(policy_set_new(&new), STATUS_OK);
    assert_int_equal(
        policy_rights_compare(
            compile(old, ROLE ROOT
                    "  - user: eve@EXAMPLE.COM\n"
                    "    assignments: [{ roles: [R], scopes: [Web] }]\n"),
            compile(new, ROLE "    require_level: { mfa: { SMS_Application: "
                              "[Read] } }\n"
                              "groups: [{ name: g, members: "
                              "[bob@EXAMPLE.COM] }]\n" ROOT "  - group: g\n"
                              "    assignments: [{ roles: [R], scopes: "
                              "[Web], collections: [Servers] }]\n"
                              "  - user: eve@EXAMPLE.COM\n"
                              "    assignments: [{ roles: [R], scopes: "
                              "[Web] }]\n"
                              "  - group: elsewhere\n"
                              "    assignments: [{ roles: [R], scopes: "
                              "[All] }]\n"),
            NOW_S, arena, &difference),
        STATUS_OK);
    rights_write_text(&difference, &out);
    assert_text_equal(
        buf_text(&out),
        "+ bob@EXAMPLE.COM: Read on SMS_Collection on collection Servers (at "
        "domain)\n"
        "+ bob@EXAMPLE.COM: Modify on SMS_Collection on collections below "
        "Servers (at domain)\n"
        "+ bob@EXAMPLE.COM: Read on SMS_Admin everywhere (at domain)\n"
        "+ bob@EXAMPLE.COM: Create on SMS_Application everywhere (at "
        "domain)\n"
        "+ bob@EXAMPLE.COM: Read on SMS_Application in scope Web (at mfa)\n"
        "~ eve@EXAMPLE.COM: Read on SMS_Application in scope Web (at mfa, "
        "before at domain)\n"
        "+ group elsewhere: Read on SMS_Admin everywhere (at domain)\n"
        "+ group elsewhere: Create on SMS_Application everywhere (at "
        "domain)\n"
        "+ group elsewhere: Read on SMS_Application in every other scope (at "
        "mfa)\n");
    buf_clear(&out);
    difference.n_rows = 1;
    rights_write_json(&difference, &w);
    assert_text_equal(buf_text(&out),
                      "[{\"user\":\"bob@EXAMPLE.COM\",\"class\":\"SMS_"
                      "Collection\",\"operations\":[\"Read\"],\"where\":"
                      "\"collection\",\"category\":\"Servers\",\"before\":null,"
                      "\"after\":\"domain\"}]");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_written_for_people_and_programs),
        cmocka_unit_test(a_policy_differs_from_itself_in_nothing),
        cmocka_unit_test(the_difference_equals_brute_force),
    };

    if (argc > 1)
        n_estates = strtoull(argv[1], NULL, 10) * (unit_is_long() ? 5 : 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

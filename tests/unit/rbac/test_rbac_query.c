/*
 * Reverse questions and differences, against asking everything one by one.
 */
#include "tests/unit/unit.h"

#include "rbac/build.h"
#include "rbac/query.h"

enum { N_SCOPES = 4, N_COLLECTIONS = 6, N_ADMINS = 3, N_ROLES = 2 };
enum { NOW = 100, LATER = 200, TYPES = 3 };

static const uint16_t types[TYPES] = {RBAC_TYPE_COLLECTION, RBAC_TYPE_PACKAGE,
                                      30};
static const char *const ids[] = {"A", "B", "C", "D", "E", "F"};

/* A fixed sequence: the same estates every time. */
static uint64_t state_of_random = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (uint32_t)(state_of_random >> 33) % n;
}

struct side {
    struct rbac_right rights[N_ROLES][TYPES];
    struct rbac_role roles[N_ROLES];
    struct rbac_scope scopes[N_SCOPES];
    struct rbac_collection collections[N_COLLECTIONS];
    uint32_t numbers[N_ADMINS][2][6];
    struct rbac_assignment assignments[N_ADMINS][2];
    struct rbac_admin admins[N_ADMINS];
    struct rbac_estate estate;
    struct rbac_engine *engine;
    struct rbac_subject *subject;
};

static struct rbac_right random_right(size_t t)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, types[t]);

    return (struct rbac_right){
        types[t], below(UINT32_MAX) & below(UINT32_MAX) & type->operations,
        (enum auth_level)below(4)};
}

static void random_assignment(struct side *side, size_t a, size_t i)
{
    uint32_t *n = side->numbers[a][i];

    n[0] = below(N_ROLES);
    n[1] = below(N_SCOPES);
    n[2] = below(N_SCOPES);
    n[3] = below(N_COLLECTIONS);
    n[4] = below(N_COLLECTIONS);
    side->assignments[a][i] = (struct rbac_assignment){
        n, 1, n + 1, below(3), n + 3, below(3), INT64_MIN, INT64_MAX};
    if (below(3) == 0) {
        side->assignments[a][i].from_s = below(LATER);
        side->assignments[a][i].until_s = NOW + below(LATER);
    }
}

static void fill(struct side *side)
{
    for (size_t r = 0; r < N_ROLES; r++) {
        for (size_t t = 0; t < TYPES; t++)
            side->rights[r][t] = random_right(t);
        side->roles[r] = (struct rbac_role){ids[r], ids[r], side->rights[r],
                                            TYPES, AUTH_LEVEL_NONE};
    }
    for (size_t s = 0; s < N_SCOPES; s++)
        side->scopes[s] = (struct rbac_scope){ids[s], ids[s], s == 0, s == 1};
    for (uint32_t c = 0; c < N_COLLECTIONS; c++)
        side->collections[c] =
            (struct rbac_collection){ids[c], ids[c], c ? below(c) : RBAC_NONE};
    for (size_t a = 0; a < N_ADMINS; a++) {
        random_assignment(side, a, 0);
        random_assignment(side, a, 1);
        side->admins[a] =
            (struct rbac_admin){.name = ids[a],
                                .is_group = a > 0,
                                .assignments = side->assignments[a],
                                .n_assignments = 2};
    }
}

/* One thing of an estate becomes another. */
static void spoil(struct side *side)
{
    switch (below(4)) {
    case 0:
        side->rights[below(N_ROLES)][0] = random_right(0);
        break;
    case 1:
        random_assignment(side, below(N_ADMINS), below(2));
        break;
    case 2:
        side->collections[1 + below(N_COLLECTIONS - 1)].limiting = 0;
        break;
    case 3:
        side->scopes[N_SCOPES - 1].id = "Z";
        break;
    }
}

static void point(struct side *side)
{
    for (size_t r = 0; r < N_ROLES; r++)
        side->roles[r].rights = side->rights[r];
    for (size_t a = 0; a < N_ADMINS; a++) {
        side->admins[a].assignments = side->assignments[a];
        for (size_t i = 0; i < 2; i++) {
            side->assignments[a][i].roles = side->numbers[a][i];
            side->assignments[a][i].scopes = side->numbers[a][i] + 1;
            side->assignments[a][i].collections = side->numbers[a][i] + 3;
        }
    }
    side->estate = (struct rbac_estate){
        &rbac_catalog,     side->roles,   N_ROLES,      side->scopes, N_SCOPES,
        side->collections, N_COLLECTIONS, side->admins, N_ADMINS};
}

/* One person with all three records. */
static void build(struct side *side, const struct side *previous)
{
    static const uint32_t records[] = {0, 1, 2};
    struct rbac_problem problem;

    point(side);
    assert_int_equal(rbac_engine_rebuild(previous ? previous->engine : NULL,
                                         &side->estate, &side->engine,
                                         &problem),
                     STATUS_OK);
    assert_int_equal(
        rbac_subject_new(side->engine, records, N_ADMINS, &side->subject),
        STATUS_OK);
}

static void drop(struct side *side)
{
    rbac_subject_free(side->subject);
    rbac_engine_free(side->engine);
}

/* ---- Differences ---- */

static void count(void *context, const struct rbac_changed *changed)
{
    (void)changed;
    ++*(size_t *)context;
}

static struct rbac_decision ask(const struct side *side, uint16_t type,
                                uint8_t operation, const char *id,
                                bool is_collection, int64_t now_s)
{
    const uint32_t label =
        !id ? RBAC_NONE
            : (is_collection ? rbac_find_collection
                             : rbac_find_scope)(side->engine, text_of(id));
    const struct rbac_request request = {
        .type = type,
        .operation = operation,
        .labels = &label,
        .n_labels = label != RBAC_NONE,
        .level = AUTH_LEVEL_DOMAIN,
        .now_s = now_s,
    };

    return rbac_check(side->subject, &request);
}

/* Whether one right ever differs from now on, asked second by second. */
static bool differs(const struct side sides[2], uint16_t type, uint8_t bit,
                    const char *id, bool is_collection)
{
    for (int64_t t = NOW; t <= NOW + LATER + 1; t++) {
        const struct rbac_decision a =
            ask(&sides[0], type, bit, id, is_collection, t);
        const struct rbac_decision b =
            ask(&sides[1], type, bit, id, is_collection, t);

        if (a.verdict != b.verdict || a.level_required != b.level_required)
            return true;
    }
    return false;
}

static size_t count_by_hand(const struct side sides[2])
{
    static const char *const labels[] = {"A", "B", "C", "D", "E", "F", "Z"};
    size_t n = 0;

    for (size_t t = 0; t < TYPES; t++) {
        const struct rbac_type *type =
            rbac_catalog_type(&rbac_catalog, types[t]);
        const bool is_collection = type->securing == RBAC_BY_COLLECTION;

        for (uint8_t bit = 0; bit < 32; bit++) {
            const bool is_labelless =
                type->securing == RBAC_BY_ROLE || type->type_wide >> bit & 1;

            if (!(type->operations >> bit & 1))
                continue;
            for (size_t l = 0; l < (is_labelless ? 1 : 7); l++)
                n += differs(sides, types[t], bit,
                             is_labelless ? NULL : labels[l], is_collection);
        }
    }
    return n;
}

static void a_difference_is_every_check_that_differs(void **state)
{
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct side sides[2];
        size_t n_visited = 0;

        fill(&sides[0]);
        sides[1] = sides[0];
        spoil(&sides[1]);
        build(&sides[0], NULL);
        build(&sides[1], &sides[0]);
        assert_int_equal(rbac_difference(sides[0].subject, sides[1].subject,
                                         NOW, count, &n_visited),
                         STATUS_OK);
        assert_int_equal(n_visited, count_by_hand(sides));
        drop(&sides[0]);
        drop(&sides[1]);
    }
}

static void nothing_differs_from_itself(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct side sides[2];
        size_t n_visited = 0;

        fill(&sides[0]);
        sides[1] = sides[0];
        build(&sides[0], NULL);
        build(&sides[1], NULL); /* on a ground of its own */
        assert_int_equal(rbac_difference(sides[0].subject, sides[1].subject,
                                         NOW, count, &n_visited),
                         STATUS_OK);
        assert_int_equal(rbac_difference(sides[0].subject, sides[0].subject,
                                         NOW, count, &n_visited),
                         STATUS_OK);
        assert_int_equal(n_visited, 0);
        drop(&sides[0]);
        drop(&sides[1]);
    }
}

/* ---- Who can ---- */

struct holders {
    bool may[N_ADMINS];
    size_t n;
};

static void note_holder(void *context, const struct rbac_holder *holder)
{
    struct holders *holders = context;

    holders->may[holder->admin] = true;
    holders->n++;
    assert_true(holder->explanation.n_findings > 0);
    assert_int_equal(holder->explanation.findings[0].grant.admin,
                     holder->admin);
}

static void check_holders(const struct side *side,
                          const struct rbac_request *request)
{
    struct holders holders = {0};
    size_t n = 0;

    assert_int_equal(rbac_who_can(side->engine, request, note_holder, &holders),
                     STATUS_OK);
    for (uint32_t a = 0; a < N_ADMINS; a++) {
        OWNED(rbac_subject) alone = NULL;
        bool may;

        assert_int_equal(rbac_subject_new(side->engine, &a, 1, &alone),
                         STATUS_OK);
        may = rbac_check(alone, request).verdict != RBAC_DENY;
        assert_int_equal(holders.may[a], may);
        n += may;
    }
    assert_int_equal(holders.n, n);
}

static void who_can_and_check_agree(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct side side;

        fill(&side);
        build(&side, NULL);
        for (uint32_t i = 0; i < 60; i++) {
            const uint32_t label = below(N_SCOPES);
            const struct rbac_request request = {
                .type = types[below(TYPES)],
                .operation = (uint8_t)below(31),
                .labels = &label,
                .n_labels = 1,
                .level = AUTH_LEVEL_DOMAIN,
                .now_s = NOW,
            };

            check_holders(&side, &request);
        }
        drop(&side);
    }
}

/* ---- What can ---- */

struct wanted {
    const struct side *side;
    size_t n;
};

/* Whatever is held now, at its level, is allowed somewhere. */
static void assert_held(void *context, const struct rbac_held *held)
{
    struct wanted *wanted = context;
    struct rbac_request request = {.type = held->type,
                                   .is_type_wide = true,
                                   .level = held->level,
                                   .now_s = NOW};

    wanted->n++;
    if (NOW < held->from_s || NOW >= held->until_s)
        return;
    for (uint32_t bits = held->operations; bits; bits &= bits - 1) {
        request.operation = (uint8_t)__builtin_ctz(bits);
        assert_int_equal(rbac_check(wanted->side->subject, &request).verdict,
                         RBAC_ALLOW);
    }
}

static void what_can_shows_what_is_held(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct side side;
        struct wanted wanted = {&side, 0};

        fill(&side);
        build(&side, NULL);
        rbac_what_can(side.subject, assert_held, &wanted);
        drop(&side);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_is_every_check_that_differs),
        cmocka_unit_test(nothing_differs_from_itself),
        cmocka_unit_test(who_can_and_check_agree),
        cmocka_unit_test(what_can_shows_what_is_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

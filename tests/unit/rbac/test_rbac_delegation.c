/*
 * A search by machine for a way up (T61): an administrator who is not full acts
 * up to four times, whatever is allowed, and must never hold a right that they
 * did not hold before.
 */
#include "tests/unit/unit.h"

#include "rbac/administer.h"
#include "rbac/build.h"
#include "rbac/rbac.h"

enum {
    N_ROLES = 4,
    N_SCOPES = 3,
    N_COLLECTIONS = 5,
    N_RECORDS = 3, /* the actor, a group of theirs, and somebody else */
    N_ASSIGNMENTS = 3,
    N_TYPES = 4,
    ACTS = 4,
    TRIES = 40, /* acts proposed until one is allowed */
    SEARCHES = 600,
};

static const uint16_t types[N_TYPES] = {RBAC_TYPE_COLLECTION, RBAC_TYPE_PACKAGE,
                                        RBAC_TYPE_ROLE, RBAC_TYPE_ADMIN};
static const char *const ids[] = {"A", "B", "C", "D", "E"};
static const int64_t times[] = {0, 50, 100};

static uint64_t state_of_random = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (uint32_t)(state_of_random >> 33) % n;
}

/* An estate by value, so that an act is a copy with one change. */
struct estate {
    struct rbac_right rights[N_ROLES][N_TYPES];
    uint32_t limiting[N_COLLECTIONS];
    struct {
        uint32_t role, scope, collection;
        int64_t from_s, until_s;
        bool is_used;
    } grants[N_RECORDS][N_ASSIGNMENTS];
};

/* The same as the engine wants it. */
struct engine_input {
    struct rbac_role roles[N_ROLES];
    struct rbac_scope scopes[N_SCOPES];
    struct rbac_collection collections[N_COLLECTIONS];
    struct rbac_assignment assignments[N_RECORDS][N_ASSIGNMENTS];
    struct rbac_admin admins[N_RECORDS];
    struct rbac_engine *engine;
    struct rbac_subject *actor;
};

static struct rbac_right random_right(size_t t)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, types[t]);

    return (struct rbac_right){types[t], below(UINT32_MAX) & type->operations,
                               (enum auth_level)below(3)};
}

static void random_grant(struct estate *estate, size_t record, size_t i)
{
    estate->grants[record][i].role = below(N_ROLES);
    estate->grants[record][i].scope = below(N_SCOPES);
    estate->grants[record][i].collection = below(N_COLLECTIONS);
    estate->grants[record][i].from_s = below(3) ? INT64_MIN : 50;
    estate->grants[record][i].until_s = below(3) ? INT64_MAX : 100;
    estate->grants[record][i].is_used = true;
}

/* Role 0 may change administrators and roles, so that there is an actor. */
static void fill(struct estate *estate)
{
    *estate = (struct estate){0};
    for (size_t r = 0; r < N_ROLES; r++)
        for (size_t t = 0; t < N_TYPES; t++)
            estate->rights[r][t] = random_right(t);
    for (size_t t = 2; t < N_TYPES; t++)
        estate->rights[0][t] = (struct rbac_right){
            types[t], 1u << RBAC_OP_READ | 1u << RBAC_OP_MODIFY, 0};
    for (uint32_t c = 0; c < N_COLLECTIONS; c++)
        estate->limiting[c] = c ? below(c) : RBAC_NONE;
    for (size_t a = 0; a < N_RECORDS; a++)
        for (size_t i = 0; i < 1 + below(2); i++)
            random_grant(estate, a, i);
    estate->grants[0][0].role = 0;
    estate->grants[0][0].from_s = INT64_MIN;
    estate->grants[0][0].until_s = INT64_MAX;
}

static void describe_record(const struct estate *estate, size_t a,
                            struct engine_input *input)
{
    struct rbac_admin *admin = &input->admins[a];

    *admin = (struct rbac_admin){.name = ids[a],
                                 .is_group = a == 1,
                                 .assignments = input->assignments[a]};
    for (size_t i = 0; i < N_ASSIGNMENTS; i++)
        if (estate->grants[a][i].is_used)
            input->assignments[a][admin->n_assignments++] =
                (struct rbac_assignment){&estate->grants[a][i].role,
                                         1,
                                         &estate->grants[a][i].scope,
                                         1,
                                         &estate->grants[a][i].collection,
                                         1,
                                         estate->grants[a][i].from_s,
                                         estate->grants[a][i].until_s};
}

static void describe(const struct estate *estate, struct engine_input *input)
{
    for (size_t r = 0; r < N_ROLES; r++)
        input->roles[r] =
            (struct rbac_role){ids[r], ids[r], estate->rights[r], N_TYPES, 0};
    for (size_t s = 0; s < N_SCOPES; s++)
        input->scopes[s] = (struct rbac_scope){ids[s], ids[s], s == 0, s == 1};
    for (size_t c = 0; c < N_COLLECTIONS; c++)
        input->collections[c] =
            (struct rbac_collection){ids[c], ids[c], estate->limiting[c]};
    for (size_t a = 0; a < N_RECORDS; a++)
        describe_record(estate, a, input);
}

static void build(const struct estate *estate, struct engine_input *input)
{
    const uint32_t own[] = {0, 1};
    const struct rbac_estate whole = {
        &rbac_catalog, input->roles,  N_ROLES,
        input->scopes, N_SCOPES,      input->collections,
        N_COLLECTIONS, input->admins, N_RECORDS};
    struct rbac_problem problem;

    describe(estate, input);
    assert_int_equal(rbac_engine_build(&whole, &input->engine, &problem),
                     STATUS_OK);
    assert_int_equal(rbac_subject_new(input->engine, own, 2, &input->actor),
                     STATUS_OK);
}

static void drop(struct engine_input *input)
{
    rbac_subject_free(input->actor);
    rbac_engine_free(input->engine);
}

/* ---- Rights ---- */

static struct rbac_decision ask(const struct engine_input *input, size_t t,
                                uint8_t operation, uint32_t label, int64_t now)
{
    const struct rbac_request request = {.type = types[t],
                                         .operation = operation,
                                         .labels = &label,
                                         .n_labels = 1,
                                         .level = AUTH_LEVEL_DOMAIN,
                                         .now_s = now};

    return rbac_check(input->actor, &request);
}

/* No right now or later that was not there before, nor at a lower level. */
static void assert_nothing_gained(const struct engine_input *before,
                                  const struct engine_input *after)
{
    for (size_t t = 0; t < N_TYPES; t++)
        for (uint8_t bit = 0; bit < 31; bit++)
            for (uint32_t label = 0; label < N_COLLECTIONS; label++)
                for (size_t n = 0; n < ARRAY_SIZE(times); n++) {
                    const struct rbac_decision a =
                        ask(before, t, bit, label, times[n]);
                    const struct rbac_decision b =
                        ask(after, t, bit, label, times[n]);

                    if (b.verdict != RBAC_DENY &&
                        (a.verdict == RBAC_DENY ||
                         b.level_required < a.level_required))
                        fail_msg("gained type %u bit %u label %u", types[t],
                                 bit, label);
                }
}

/* ---- Acts ---- */

static bool holds(const struct engine_input *input, size_t t, uint8_t bit,
                  uint32_t label)
{
    return ask(input, t, bit, label, 0).verdict != RBAC_DENY;
}

static bool act_on_record(const struct engine_input *input,
                          struct estate *estate)
{
    const uint32_t a = below(N_RECORDS);
    const size_t i = below(N_ASSIGNMENTS);
    struct engine_input changed;

    if (below(2))
        random_grant(estate, a, i);
    else
        estate->grants[a][i].is_used = false;
    describe_record(estate, a, &changed);
    return holds(input, 3, RBAC_OP_MODIFY, 0) &&
           rbac_check_admin_change(input->actor, a, &changed.admins[a],
                                   AUTH_LEVEL_MFA, 0)
                   .verdict == RBAC_ALLOW;
}

static bool act_on_role(const struct engine_input *input, struct estate *estate)
{
    const uint32_t r = below(N_ROLES);
    struct engine_input changed;

    if (below(2))
        estate->rights[r][below(2)].operations |= 1u << below(3);
    else
        estate->rights[r][below(N_TYPES)].level = AUTH_LEVEL_NONE;
    describe(estate, &changed);
    return holds(input, 2, RBAC_OP_MODIFY, 0) &&
           rbac_check_role_change(input->actor, &changed.roles[r], r,
                                  AUTH_LEVEL_MFA, 0)
                   .verdict == RBAC_ALLOW;
}

static bool act_on_tree(const struct engine_input *input, struct estate *estate)
{
    const uint32_t c = 1 + below(N_COLLECTIONS - 1), to = below(N_COLLECTIONS);

    estate->limiting[c] = to;
    return holds(input, 0, RBAC_OP_MODIFY, c) &&
           holds(input, 0, RBAC_OP_READ, to) &&
           rbac_check_relimit(input->actor, c, to, AUTH_LEVEL_MFA, 0).verdict ==
               RBAC_ALLOW;
}

static bool act(const struct engine_input *input, struct estate *estate)
{
    switch (below(4)) {
    case 0:
        return act_on_role(input, estate);
    case 1:
        return act_on_tree(input, estate);
    default:
        return act_on_record(input, estate);
    }
}

/* Proposes acts until one is allowed. */
static bool act_once(struct estate *estate)
{
    struct engine_input input;
    bool is_done = false;

    build(estate, &input);
    for (int i = 0; i < TRIES && !is_done; i++) {
        struct estate proposed = *estate;

        is_done = act(&input, &proposed);
        if (is_done)
            *estate = proposed;
    }
    drop(&input);
    return is_done;
}

static size_t search_once(void)
{
    struct estate first, estate;
    struct engine_input before;
    size_t n_acts = 0;

    fill(&first);
    estate = first;
    build(&first, &before);
    while (n_acts < ACTS && act_once(&estate)) {
        struct engine_input after;

        build(&estate, &after);
        assert_nothing_gained(&before, &after);
        drop(&after);
        n_acts++;
    }
    drop(&before);
    return n_acts;
}

static void nobody_acts_themselves_up(void **state)
{
    size_t n_acts = 0;

    (void)state;
    for (int i = 0; i < SEARCHES; i++)
        n_acts += search_once();
    print_message("%zu acts were allowed\n", n_acts);
    assert_true(n_acts > SEARCHES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_acts_themselves_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

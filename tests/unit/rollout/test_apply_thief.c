/*
 * An administrator of a part of a site applies whatever gets through, step
 * after step: nobody gains what they did not hold.
 */
#include "tests/unit/rollout/thief_oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/write.h"
#include "rbac/administer.h"

enum { STEPS = 4, TRIES = 8, ARENA_BYTES = 1 << 24, TEXT_BYTES = 1 << 20 };

static uint64_t seed = 1;
static uint64_t first_round;
static uint64_t n_rounds = 40;

/* What the console made has no place; the file no longer names it. */
static void give_to_console(struct fixture *f, struct random *random,
                            struct thief_model *model)
{
    static const char sql[] = "UPDATE admin SET place = NULL, declared = NULL"
                              " WHERE LogonName = ?1";

    for (int i = 1; i < THIEF_USERS; i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        if (!model->admins[i].is_there || !random_chance(random, 15))
            continue;
        model->admins[i].is_console = true;
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(store_prepare(f->store, sql, &stmt), STATUS_OK);
        store_bind_text(stmt, 1, text_of(thief_name('u', i)));
        assert_int_equal(store_run(stmt), STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    }
}

static enum status apply_model(struct fixture *f,
                               const struct thief_model *model,
                               const struct declare_caller *caller,
                               struct applied *applied)
{
    OWNED(arena) arena = NULL;
    struct policy policy;

    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    policy = thief_policy(model, arena);
    return apply_policy(f, &policy, caller, applied);
}

/* ---- A walk ---- */

struct walk {
    struct fixture *fixture;
    struct random random;
    struct thief_model model;
    struct declare_caller caller;
    struct site *first;    /* owned: before all steps */
    enum auth_level level; /* the highest so far */
    struct buf log;        /* owned: the files so far */
    size_t n_allowed;
};

static void walk_clear(struct walk *walk)
{
    site_free(walk->first);
    buf_free(&walk->log);
}

static void log_model(struct walk *walk, const struct thief_model *model)
{
    OWNED(arena) arena = NULL;
    SCOPED(buf_free) struct buf text = buf_make(TEXT_BYTES);
    struct policy policy;

    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    policy = thief_policy(model, arena);
    assert_int_equal(policy_write(&policy, &text), STATUS_OK);
    buf_append_format(&walk->log, "---- as %s in \"%s\" at level %d\n",
                      walk->caller.user,
                      walk->caller.n_groups ? walk->caller.groups[0] : "",
                      (int)walk->caller.level);
    buf_append_text(&walk->log, buf_text(&text));
}

static bool is_top(const struct walk *walk)
{
    OWNED(rbac_subject) subject = NULL;
    uint32_t admins[64];
    uint32_t own;
    const struct site *site = walk->fixture->site;
    const size_t n = site_admins_of(site,
                                    (struct site_member){walk->caller.user,
                                                         walk->caller.groups,
                                                         walk->caller.n_groups},
                                    admins, 64, &own);

    assert_int_equal(rbac_subject_new(site->engine, admins, n, &subject),
                     STATUS_OK);
    return rbac_is_full_administrator(subject, thief_times[0]);
}

static void judge(struct walk *walk, const struct site *before, uint64_t round)
{
    struct thief_breach breach = {0};
    struct declare_caller highest = walk->caller;

    oracle_step(before, walk->fixture->site, &walk->caller, &breach);
    oracle_gains(before, walk->fixture->site, &walk->caller, &breach);
    highest.level = walk->level;
    oracle_gains(walk->first, walk->fixture->site, &highest, &breach);
    if (!breach.is_there)
        return;
    fprintf(stderr, "%.*s", (int)walk->log.size, buf_text(&walk->log).data);
    fail_msg("round %llu: %s", (unsigned long long)round, breach.text);
}

/* One try; true: it was allowed and changed something. */
static bool try_once(struct walk *walk, uint64_t round)
{
    OWNED(site) before = NULL;
    struct thief_model model = walk->model;
    struct applied applied;

    walk->caller.level = (enum auth_level)(1 + random_below(&walk->random, 3));
    thief_change(&walk->random, &model);
    assert_int_equal(site_load(walk->fixture->store, &before), STATUS_OK);
    if (apply_model(walk->fixture, &model, &walk->caller, &applied) !=
            STATUS_OK ||
        !applied.changed)
        return false;
    walk->model = model;
    if (walk->caller.level > walk->level)
        walk->level = walk->caller.level;
    log_model(walk, &model);
    judge(walk, before, round);
    walk->n_allowed++;
    return true;
}

static size_t walk_round(struct fixture *f, uint64_t round)
{
    static char group[] = "g0";
    static char *groups[] = {group};
    SCOPED(walk_clear)
    struct walk walk = {
        .fixture = f,
        .random = random_make(seed, round),
        .log = buf_make(TEXT_BYTES),
        .caller = {.user = "u0@X", .groups = groups, .now_s = thief_times[0]}};
    struct applied applied;

    wipe_site(f);
    walk.model = thief_random(&walk.random);
    group[1] = (char)('0' + random_below(&walk.random, THIEF_GROUPS));
    walk.caller.n_groups = random_below(&walk.random, 2);
    if (apply_model(f, &walk.model, NULL, &applied) != STATUS_OK)
        fail_msg("round %llu: %s", (unsigned long long)round, applied.why);
    if (is_top(&walk))
        return 0;
    log_model(&walk, &walk.model);
    give_to_console(f, &walk.random, &walk.model);
    fixture_reload(f);
    assert_int_equal(site_load(f->store, &walk.first), STATUS_OK);
    for (int step = 0; step < STEPS; step++)
        for (int tries = 0; tries < TRIES; tries++)
            if (try_once(&walk, round))
                break;
    return walk.n_allowed;
}

static void nobody_gains_by_applying(void **state)
{
    size_t n_allowed = 0;

    for (uint64_t round = first_round; round < first_round + n_rounds; round++)
        n_allowed += walk_round(*state, round);
    print_message("%zu changes allowed\n", n_allowed);
    if (n_rounds >= 40)
        assert_true(n_allowed > n_rounds / 2);
}

/* test_apply_thief [ROUNDS [SEED [FIRST]]] */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLIED(nobody_gains_by_applying),
    };

    n_rounds = rounds_of(n_rounds);
    if (argc > 1)
        n_rounds = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    if (argc > 3)
        first_round = strtoull(argv[3], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

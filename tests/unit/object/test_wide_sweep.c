/*
 * A sweep over all collections, in steps that are as short as can be: after
 * each, nobody is in a collection whose limit does not hold him, and labels are
 * those of the sets or due, and then they say no more; at its end all is as
 * rules say.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/member_rule.h"
#include "provider/object/collection/wide_sweep.h"
#include "provider/object/query/label_block.h"
#include "provider/object/query/label_due.h"

enum { NUMBER = 4096, N = 14, N_WORDS = 4, N_ROUNDS = 40, FIRST_RULE = 1000 };

static const size_t words[N_WORDS] = {0, 1, 31, 63};

/* What is checked against: the collections, the root first. */
struct estate {
    struct fixture *f;
    int64_t rows[N];
    int64_t limits[N];             /* 0: none */
    struct member_block before[N]; /* what they held when the sweep began */
    struct member_block came[N];   /* at any step since then */
};

static void run(struct fixture *f, const char *sql)
{
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
}

static int64_t number_of(struct fixture *f, const char *sql, int64_t row)
{
    int64_t value = -1;

    assert_int_equal(
        store_int_with(f->store, sql, STORE_ARGS(STORE_INT(row)), &value),
        STATUS_OK);
    return value;
}

static struct member_block held_by(const struct estate *estate, size_t i)
{
    const struct member_set set = {SET_OF_COLLECTION, estate->rows[i]};
    struct member_block block;

    assert_int_equal(member_set_read(estate->f->store, set, NUMBER, &block),
                     STATUS_OK);
    return block;
}

/* ---- Making ---- */

static struct member_block some_devices(int most)
{
    struct member_block block = {{0}};

    for (int i = rand() % (most + 1); i > 0; i--)
        block_put(&block, words[rand() % N_WORDS] * 64 + (size_t)rand() % 64);
    return block;
}

static void fill_root(const struct estate *estate)
{
    SCOPED(member_round_clear) struct member_round round;
    struct member_block all = {{0}};

    for (size_t i = 0; i < N_WORDS; i++)
        all.words[words[i]] = UINT64_MAX;
    member_round_begin(&round, estate->f->store, estate->f->now_s);
    assert_int_equal(
        member_round_replace(&round, estate->rows[0], NUMBER, &all, &all),
        STATUS_OK);
    assert_int_equal(member_round_label(&round, NUMBER, NULL), STATUS_OK);
}

static int64_t rule_of(size_t i)
{
    return FIRST_RULE + 10 * (int64_t)i;
}

static void add_rule(const struct estate *estate, size_t i)
{
    const int64_t other =
        estate->rows[1 + (size_t)rand() % (i > 1 ? i - 1 : 1)];
    char sql[256];

    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (row, collection, kind, wql, name)"
             " VALUES (%d, %d, 2, '', 'q');",
             (int)rule_of(i), (int)estate->rows[i]);
    run(estate->f, sql);
    if (i < 2 || rand() % 3 == 0)
        return;
    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (collection, kind, other, name)"
             " VALUES (%d, %d, %d, 'o');",
             (int)estate->rows[i], 3 + rand() % 2, (int)other);
    run(estate->f, sql);
}

/* Each is limited by one before it. */
static void make_estate(struct fixture *f, struct estate *estate)
{
    *estate = (struct estate){.f = f};
    estate->rows[0] = number_of(f,
                                "SELECT row FROM collection"
                                " WHERE CollectionID = 'SMS00001'",
                                0);
    for (size_t i = 1; i < N; i++) {
        const size_t limit = (size_t)rand() % i;
        char sql[256];

        make_object(f, "SMS_Collection", "CollectionID",
                    "{'Name':'c','LimitToCollectionID':'SMS00001'}");
        estate->rows[i] = number_of(f, "SELECT max(row) FROM collection", 0);
        estate->limits[i] = estate->rows[limit];
        snprintf(sql, sizeof(sql),
                 "UPDATE collection SET LimitToCollectionID = (SELECT"
                 " CollectionID FROM collection WHERE row = %d)"
                 " WHERE row = %d;",
                 (int)estate->limits[i], (int)estate->rows[i]);
        run(f, sql);
        add_rule(estate, i);
    }
}

/* ---- Checking ---- */

static void check_limits(const struct estate *estate)
{
    for (size_t i = 1; i < N; i++) {
        const struct member_block held = held_by(estate, i);

        for (size_t j = 0; j < i; j++) {
            const struct member_block limit = held_by(estate, j);

            for (size_t w = 0;
                 estate->rows[j] == estate->limits[i] && w < BLOCK_WORDS; w++)
                assert_true((held.words[w] & ~limit.words[w]) == 0);
        }
    }
}

static void put_label(const struct estate *estate,
                      const struct member_block held[N], size_t i,
                      size_t device, struct buf *list, int64_t *last)
{
    if (!block_has(&held[i], device))
        return;
    for (size_t j = i + 1; j < N; j++)
        if (estate->limits[j] == estate->rows[i] && block_has(&held[j], device))
            return;
    label_list_append(list, *last, estate->rows[i]);
    *last = estate->rows[i];
}

static void check_exact(const struct estate *estate,
                        const struct member_block held[N], size_t device,
                        struct text labels)
{
    SCOPED(buf_free) struct buf list = buf_make(4096);
    int64_t last = 0;

    for (size_t j = 0; j < N; j++)
        put_label(estate, held, j, device, &list, &last);
    assert_true(text_equal(labels, buf_text(&list)));
}

/* Nobody is let in by what does not hold him. */
static void check_no_more(const struct estate *estate,
                          const struct member_block held[N], size_t device,
                          struct text labels)
{
    struct label_walk walk = {labels, 0};

    while (label_walk_next(&walk) == STATUS_OK) {
        size_t at = 0;

        while (estate->rows[at] != walk.row)
            assert_true(++at < N);
        assert_true(block_has(&held[at], device));
    }
}

/* Whatever is due. */
static void check_holders(const struct estate *estate,
                          const struct member_block held[N], size_t device)
{
    SCOPED(row_set_clear) struct row_set holders = {0};

    assert_int_equal(member_holders(estate->f->store,
                                    NUMBER * BLOCK_ROWS + (int64_t)device,
                                    &holders),
                     STATUS_OK);
    for (size_t i = 0; i < N; i++)
        assert_true(block_has(&held[i], device) ==
                    (row_set_find(&holders, estate->rows[i]) != SIZE_MAX));
}

static void check_labels_of(const struct estate *estate,
                            const struct member_block held[N], size_t word,
                            bool is_due)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct label_block block;

    assert_int_equal(
        store_row_with(
            estate->f->store, "SELECT labels FROM label_block WHERE block = ?1",
            STORE_ARGS(STORE_INT((int64_t)(NUMBER * 64 + word))), &stmt),
        STATUS_OK);
    assert_int_equal(label_block_read(store_text(stmt, 0), &block), STATUS_OK);
    for (size_t i = 0; i < LABELS_ROWS; i++)
        if (is_due)
            check_no_more(estate, held, word * 64 + i, block.of[i]);
        else
            check_exact(estate, held, word * 64 + i, block.of[i]);
}

static uint64_t due_words(const struct estate *estate)
{
    uint64_t due;

    assert_int_equal(label_due_read(estate->f->store, NUMBER, &due), STATUS_OK);
    return due;
}

static void check_labels(const struct estate *estate)
{
    const uint64_t due = due_words(estate);
    struct member_block held[N];

    for (size_t i = 0; i < N; i++)
        held[i] = held_by(estate, i);
    for (size_t i = 0; i < N_WORDS; i++) {
        check_labels_of(estate, held, words[i], due >> words[i] & 1);
        check_holders(estate, held, words[i] * 64 + (size_t)rand() % 64);
    }
}

static void check_end(const struct estate *estate)
{
    for (size_t i = 1; i < N; i++) {
        SCOPED(member_rules_clear) struct member_rules rules = {0};
        const struct member_block held = held_by(estate, i);
        struct member_block wanted;
        static const char n_members[] =
            "SELECT MemberCount FROM collection WHERE row = ?1";

        assert_int_equal(
            member_rules_read(estate->f->store, estate->rows[i], 0, &rules),
            STATUS_OK);
        assert_int_equal(
            member_rules_want(estate->f->store, &rules, NUMBER, &wanted),
            STATUS_OK);
        assert_memory_equal(&held, &wanted, sizeof(held));
        assert_int_equal(number_of(estate->f, n_members, estate->rows[i]),
                         block_count(&held));
    }
    assert_int_equal(
        number_of(estate->f, "SELECT count(*) FROM collection_due", 0), 0);
    assert_int_equal(number_of(estate->f, "SELECT count(*) FROM label_due", 0),
                     0);
}

/* What depends on a change is due until it follows, whatever happens. */
static void check_due(const struct estate *estate,
                      const struct wide_sweep *wide)
{
    for (size_t i = 1; i < N; i++) {
        const size_t place =
            row_set_find(&wide->sweep.graph.set, estate->rows[i]);
        static const char n_due[] =
            "SELECT count(*) FROM collection_due WHERE collection = ?1";

        if (!wide->sweep.is_due[place] || wide->is_start[place])
            continue;
        assert_int_equal(number_of(estate->f, n_due, estate->rows[i]), 1);
    }
}

/* ---- What comes ---- */

static void remember(struct estate *estate)
{
    memset(estate->came, 0, sizeof(estate->came));
    for (size_t i = 0; i < N; i++)
        estate->before[i] = held_by(estate, i);
}

static void note_what_came(struct estate *estate)
{
    for (size_t i = 0; i < N; i++) {
        const struct member_block held = held_by(estate, i);

        for (size_t w = 0; w < BLOCK_WORDS; w++)
            estate->came[i].words[w] |=
                held.words[w] & ~estate->before[i].words[w];
    }
}

/* Nobody came who had to leave again: what would exclude him went first. */
static void check_who_came(const struct estate *estate)
{
    for (size_t i = 0; i < N; i++) {
        const struct member_block held = held_by(estate, i);

        for (size_t w = 0; w < BLOCK_WORDS; w++)
            assert_true((estate->came[i].words[w] & ~held.words[w]) == 0);
    }
}

/* ---- Sweeping ---- */

static struct wide_sweep *begin(struct fixture *f, struct member_tally *tally)
{
    struct wide_sweep *wide;

    assert_int_equal(wide_sweep_new(f->store, tally, &wide), STATUS_OK);
    while (!wide->is_made) {
        assert_false(wide->is_circular);
        assert_int_equal(wide_sweep_make(wide, 0), STATUS_OK);
    }
    wide->now_s = f->now_s;
    wide->written_max = 1;
    wide->n_words = (size_t)1 << rand() % 7;
    return wide;
}

/* Rules find others, a few of all. */
static void change_some(const struct estate *estate, struct wide_sweep *wide)
{
    assert_int_equal(wide_sweep_begin(wide, NUMBER), STATUS_OK);
    for (size_t i = 1; i < N; i++) {
        const struct member_set set = {SET_OF_RULE, rule_of(i)};
        const struct member_block found = some_devices(120);

        if (rand() % 3)
            continue;
        assert_int_equal(
            member_set_write(estate->f->store, set, NUMBER, &found), STATUS_OK);
        wide_sweep_start(wide, estate->rows[i]);
    }
}

static bool step(const struct estate *estate, struct wide_sweep *wide)
{
    bool is_through;

    while (!wide_sweep_is_loaded(wide))
        assert_int_equal(wide_sweep_load(wide, 0), STATUS_OK);
    assert_int_equal(wide_sweep_step(wide, &is_through), STATUS_OK);
    check_limits(estate);
    check_labels(estate);
    return is_through;
}

static void step_through(struct estate *estate, struct wide_sweep *wide)
{
    remember(estate);
    for (size_t n = 0; !step(estate, wide); n++) {
        assert_true(n < 10000);
        check_due(estate, wide);
        note_what_came(estate);
    }
    check_who_came(estate);
}

static void sweep_once(struct estate *estate)
{
    struct fixture *f = estate->f;
    struct member_tally tally = {0};
    struct wide_sweep *wide = begin(f, &tally);

    change_some(estate, wide);
    step_through(estate, wide);
    while (!member_tally_is_empty(&tally))
        assert_int_equal(member_tally_end(&tally, f->store, f->now_s),
                         STATUS_OK);
    check_end(estate);
    wide_sweep_free(wide);
}

static void each_step_leaves_all_labels_right_and_the_last_all_members(
    void **state)
{
    struct fixture *f = *state;
    struct estate estate;

    srand(5);
    make_estate(f, &estate);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    fill_root(&estate);
    for (int i = 0; i < N_ROUNDS; i++)
        sweep_once(&estate);
    store_write_rollback(f->store);
}

/* As after a stop: what is known in memory is gone, what is due is not. */
static bool stop_between(const struct estate *estate)
{
    struct member_tally tally = {0};
    struct wide_sweep *wide = begin(estate->f, &tally);
    bool is_through = false;

    change_some(estate, wide);
    for (int n = 1 + rand() % 8; n > 0 && !is_through; n--)
        is_through = step(estate, wide);
    wide_sweep_free(wide);
    member_tally_clear(&tally);
    return due_words(estate) != 0;
}

static void settle(struct estate *estate)
{
    struct member_tally tally = {0};
    struct wide_sweep *wide = begin(estate->f, &tally);

    assert_int_equal(wide_sweep_begin(wide, NUMBER), STATUS_OK);
    step_through(estate, wide);
    assert_true(due_words(estate) == 0);
    assert_true(member_tally_is_empty(&tally));
    wide_sweep_free(wide);
}

static void labels_that_are_due_are_stored_after_a_stop(void **state)
{
    struct fixture *f = *state;
    struct estate estate;
    int n_due = 0;

    srand(7);
    make_estate(f, &estate);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    fill_root(&estate);
    for (int i = 0; i < N_ROUNDS; i++) {
        n_due += stop_between(&estate);
        settle(&estate);
    }
    assert_true(n_due > 0);
    store_write_rollback(f->store);
}

/* ---- Blocks that are read ahead ---- */

/* The root and the first collection have these of a block; the rule finds. */
static void fill(const struct estate *estate, int64_t number,
                 const struct member_block *found)
{
    const struct member_block all = member_block_whole();
    const struct member_set root = {SET_OF_COLLECTION, estate->rows[0]};
    const struct member_set rule = {SET_OF_RULE, rule_of(1)};
    struct store *store = estate->f->store;

    assert_int_equal(member_set_write(store, root, number, &all), STATUS_OK);
    assert_int_equal(member_set_write(store, rule, number, found), STATUS_OK);
}

static void sweep_block(const struct estate *estate, struct wide_sweep *wide,
                        int64_t number)
{
    bool is_through = false;

    assert_int_equal(wide_sweep_begin(wide, number), STATUS_OK);
    wide_sweep_start(wide, estate->rows[1]);
    while (!is_through) {
        while (!wide_sweep_is_loaded(wide))
            assert_int_equal(wide_sweep_load(wide, 0), STATUS_OK);
        assert_int_equal(wide_sweep_step(wide, &is_through), STATUS_OK);
    }
}

static void check_first(const struct estate *estate, int64_t number,
                        const struct member_block *wanted)
{
    const struct member_set set = {SET_OF_COLLECTION, estate->rows[1]};
    struct member_block held;

    assert_int_equal(member_set_read(estate->f->store, set, number, &held),
                     STATUS_OK);
    assert_memory_equal(&held, wanted, sizeof(held));
}

/* Back and forth, of what rules find meanwhile. */
static void what_is_found_meanwhile_is_seen_in_blocks_ahead(void **state)
{
    static const int64_t steps[] = {0, 1, 2, 1, 3, 4, 5, 0, 2, 3};
    struct fixture *f = *state;
    struct estate estate;
    struct member_tally tally = {0};
    struct wide_sweep *wide;
    struct member_block found[6];

    srand(8);
    make_estate(f, &estate);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    wide = begin(f, &tally);
    for (int64_t i = 0; i < 6; i++) {
        found[i] = some_devices(120);
        fill(&estate, NUMBER + i, &found[i]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        const int64_t other = steps[(i + 1) % ARRAY_SIZE(steps)];

        sweep_block(&estate, wide, NUMBER + steps[i]);
        check_first(&estate, NUMBER + steps[i], &found[steps[i]]);
        if (i % 3 == 0)
            continue;
        found[other] = some_devices(120);
        fill(&estate, NUMBER + other, &found[other]);
    }
    wide_sweep_free(wide);
    member_tally_clear(&tally);
    store_write_rollback(f->store);
}

/* ---- Cycles ---- */

/* Another program's rule, or one that changes between two slices. */
static void what_depends_on_itself_is_left_to_others(void **state)
{
    struct fixture *f = *state;
    struct estate estate;
    struct member_tally tally = {0};
    struct wide_sweep *wide;
    char sql[256];

    srand(6);
    make_estate(f, &estate);
    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (collection, kind, other, name)"
             " VALUES (%d, 3, %d, 'o'), (%d, 3, %d, 'o');",
             (int)estate.rows[1], (int)estate.rows[2], (int)estate.rows[2],
             (int)estate.rows[1]);
    run(f, sql);
    assert_int_equal(wide_sweep_new(f->store, &tally, &wide), STATUS_OK);
    while (!wide->is_made && !wide->is_circular)
        assert_int_equal(wide_sweep_make(wide, 0), STATUS_OK);
    assert_true(wide->is_circular);
    wide_sweep_free(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(each_step_leaves_all_labels_right_and_the_last_all_members),
        WITH_SITE(labels_that_are_due_are_stored_after_a_stop),
        WITH_SITE(what_is_found_meanwhile_is_seen_in_blocks_ahead),
        WITH_SITE(what_depends_on_itself_is_left_to_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

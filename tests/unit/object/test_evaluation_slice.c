/*
 * Slices of an evaluation: what is known between them, and what is wanted as a
 * whole beside what is wanted block by block.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_slice.h"
#include "provider/object/collection/member_rule.h"
#include "provider/object/collection/members.h"

enum { N_DEVICES = 8, APART = 512, FIRST = 16777217 };

static int64_t number_of(struct fixture *f, const char *sql)
{
    int64_t value = -1;

    assert_int_equal(store_int_with(f->store, sql, STORE_NO_ARGS, &value),
                     STATUS_OK);
    return value;
}

static void run(struct fixture *f, const char *sql)
{
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
}

/* ---- Parts of a block ---- */

/* All in one block, far from each other. */
static void make_devices(struct fixture *f)
{
    for (int i = 0; i < N_DEVICES; i++) {
        char sql[128];
        char json[64];

        snprintf(sql, sizeof(sql),
                 "UPDATE sqlite_sequence SET seq = %d WHERE name = 'device'",
                 FIRST - 1 + i * APART);
        if (i > 0)
            run(f, sql);
        snprintf(json, sizeof(json), "{'Name':'pc%d'}", i);
        make_object(f, "SMS_R_System", "ResourceID", json);
    }
}

static const char n_members[] =
    "SELECT count(*) FROM collection_member WHERE collection = 20";
static const char n_labelled[] =
    "SELECT count(*) FROM collection_member m JOIN label_block b"
    " ON b.block = m.resource >> 6 WHERE m.collection = 20"
    " AND instr(sms_labels(b.labels, m.resource), x'14000000') > 0";
static const char n_due[] = "SELECT count(*) FROM collection_due";

static void request(struct fixture *f, const char *like)
{
    char sql[256];

    run(f, "DELETE FROM collection_rule WHERE collection = 20 AND kind = 2;");
    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (collection, kind, wql, name) VALUES"
             " (20, 2, 'select * from SMS_R_System where Name like ''%s''',"
             " 'q');",
             like);
    run(f, sql);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, 20, true, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

/* One step of an evaluation; answers whether there is more to do. */
static bool slice(struct fixture *f, struct evaluation *between)
{
    bool has_more;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        evaluation_slice(between, f->store, f->now_s, 0, &has_more), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_int_equal(number_of(f, n_labelled), number_of(f, n_members));
    return has_more;
}

/* Until some but not all devices were gone through. */
static void go_halfway(struct fixture *f, struct evaluation *between)
{
    int64_t n = 0;

    while (n == 0) {
        assert_true(slice(f, between));
        n = number_of(f, n_members);
    }
    assert_true(n < N_DEVICES);
}

static void finish(struct fixture *f, struct evaluation *between)
{
    for (size_t n = 0; slice(f, between); n++)
        assert_true(n < 100);
    assert_int_equal(number_of(f, n_due), 0);
    evaluation_clear(between);
}

static void a_block_is_gone_through_in_parts(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    request(f, "pc%");
    go_halfway(f, &between);
    assert_int_equal(number_of(f, n_due), 1);
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), N_DEVICES);
}

/* As after a stop, or a slice that was undone. */
static void what_is_forgotten_halfway_is_found_again(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    request(f, "pc%");
    go_halfway(f, &between);
    evaluation_clear(&between);
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), N_DEVICES);
}

/* Another rule: what was compared was compared with the old one. */
static void what_is_asked_for_halfway_is_compared_again(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    request(f, "pc%");
    go_halfway(f, &between);
    request(f, "pc7");
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), 1);
    request(f, "pc%");
    go_halfway(f, &between);
    request(f, "nothing");
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), 0);
}

/* Others go through the same block meanwhile, from its first device on. */
static void one_that_comes_halfway_misses_nothing(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Late','LimitToCollectionID':'SMS00001'}");
    request(f, "pc%");
    go_halfway(f, &between);
    run(f, "INSERT INTO collection_rule (collection, kind, resource, name)"
           " SELECT 22, 1, row, 'd' FROM device;");
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, 22, false, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), N_DEVICES);
    assert_int_equal(number_of(f, "SELECT count(*) FROM collection_member"
                                  " WHERE collection = 22"),
                     N_DEVICES);
}

/* While others wait, a rule that is added waits with them. */
static void what_comes_waits_with_others_and_what_goes_does_not(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};
    char json[64];

    make_devices(f);
    run(f, "INSERT INTO collection_due VALUES (21, 0, 0, 0, 0);");
    assert_int_equal(
        act_invoke(f, "full", "SMS_Collection", "P0100014", "AddMembershipRule",
                   "{'CollectionRule':{'QueryExpression':"
                   "'select * from SMS_R_System','RuleName':'q'}}"),
        STATUS_OK);
    assert_int_equal(number_of(f, n_due), 2);
    assert_int_equal(number_of(f, n_members), 0);
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), N_DEVICES);
    run(f, "INSERT INTO collection_due VALUES (21, 0, 0, 0, 0);");
    snprintf(json, sizeof(json), "{'CollectionRule':{'QueryID':%d}}",
             (int)number_of(f, "SELECT row FROM collection_rule WHERE"
                               " collection = 20 AND kind = 2"));
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100014",
                                "DeleteMembershipRule", json),
                     STATUS_OK);
    assert_int_equal(number_of(f, n_members), 0);
}

/* ---- Labels that are due ---- */

static const char n_behind[] = "SELECT count(*) FROM label_due";

/* As an evaluation leaves a block that is killed before its last steps. */
static void lose_labels(struct fixture *f)
{
    run(f, "INSERT INTO label_due (block, words) VALUES (4096, -1);"
           "DELETE FROM label_block WHERE block >> 6 = 4096;");
    assert_int_equal(number_of(f, n_labelled), 0);
}

/* Returns whether there was more to do in the end. */
static bool settle(struct fixture *f, struct evaluation *between)
{
    bool has_more = true;

    for (size_t n = 0; number_of(f, n_behind) > 0; n++) {
        assert_true(n < 100 && has_more);
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(
            evaluation_slice(between, f->store, f->now_s, 0, &has_more),
            STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    }
    assert_int_equal(number_of(f, n_labelled), N_DEVICES);
    return has_more;
}

static void labels_that_are_due_are_stored_though_nothing_else_is(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    request(f, "pc%");
    finish(f, &between);
    lose_labels(f);
    settle(f, &between);
    assert_false(slice(f, &between));
    evaluation_clear(&between);
}

static void labels_that_are_due_come_before_rules(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    request(f, "pc%");
    finish(f, &between);
    lose_labels(f);
    request(f, "pc7");
    assert_true(settle(f, &between));
    assert_int_equal(number_of(f, "SELECT queries FROM collection_due"), 1);
    finish(f, &between);
    assert_int_equal(number_of(f, n_members), 1);
}

/* Rules that cannot be put in order: labels do not depend on it. */
static void labels_that_are_due_need_no_order(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_devices(f);
    request(f, "pc%");
    finish(f, &between);
    run(f, "INSERT INTO collection_rule (collection, kind, other, name)"
           " VALUES (20, 3, 21, 'o'), (21, 3, 20, 'o');");
    lose_labels(f);
    settle(f, &between);
    evaluation_clear(&between);
}

/* ---- Failures ---- */

/* Slices of one step after one that failed, as the writer has them. */
static void run_in_spite(struct fixture *f)
{
    struct evaluation between = {0};
    bool has_more = true, is_careful = false;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    for (size_t n = 0; has_more; n++) {
        enum status status;

        assert_true(n < 100);
        assert_int_equal(store_part_begin(f->store), STATUS_OK);
        status = evaluation_slice(&between, f->store, f->now_s,
                                  is_careful ? EVALUATION_WARY : 1, &has_more);
        assert_int_equal(status == STATUS_OK ? store_part_keep(f->store)
                                             : store_part_undo(f->store),
                         STATUS_OK);
        has_more |= status != STATUS_OK;
        if (status != STATUS_OK && is_careful)
            assert_int_equal(evaluation_failed(f->store, f->now_s, status),
                             STATUS_OK);
        is_careful = status != STATUS_OK;
    }
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    evaluation_clear(&between);
}

/* The labels of pc7 cannot be read: what it comes into fails when the block is
 * gone through, not when it is compared. */
static void what_fails_in_a_part_keeps_no_other_from_going_on(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Broken','LimitToCollectionID':'SMS00001'}");
    request(f, "pc0");
    run(f, "INSERT INTO collection_rule (collection, kind, resource, name)"
           " SELECT 22, 1, row, 'd' FROM device WHERE Name = 'pc7';"
           "UPDATE label_block SET labels = x'010203' WHERE block ="
           " (SELECT row >> 6 FROM device WHERE Name = 'pc7');");
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, 22, false, f->now_s - 5),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    run_in_spite(f);
    assert_int_equal(number_of(f, n_members), 1);
    assert_int_equal(number_of(f, "SELECT collection FROM collection_due"
                                  " WHERE failures = 1"),
                     22);
    assert_int_equal(number_of(f, n_due), 1);
}

/* ---- As a whole ---- */

enum { N_SETS = 6, N_BLOCKS = 5, N_ROUNDS = 60, OWNER = 20, RULE = 100 };

/* Collections and rules, whose sets are put as they come. */
static void make_owners(struct fixture *f)
{
    for (int i = 2; i < N_SETS; i++)
        make_object(f, "SMS_Collection", "CollectionID",
                    "{'Name':'Owner','LimitToCollectionID':'SMS00001'}");
    for (int i = 0; i < N_SETS; i++) {
        char sql[128];

        snprintf(
            sql, sizeof(sql),
            "INSERT INTO collection_rule (row, collection, kind, wql, name)"
            " VALUES (%d, 20, 2, '', 'q');",
            RULE + i);
        run(f, sql);
    }
}

static void put_random(struct fixture *f, struct member_set set)
{
    for (int64_t number = 0; number < N_BLOCKS; number++) {
        struct member_block block = {{0}};
        const int kind = rand() % 4;

        for (size_t i = 0; i < BLOCK_ROWS && kind == 1;
             i += 1 + (size_t)rand() % 900)
            block_put(&block, i);
        for (size_t i = 0; i < BLOCK_ROWS && kind == 2;
             i += 1 + (size_t)rand() % 3)
            block_put(&block, i);
        if (kind == 3)
            block = member_block_whole();
        assert_int_equal(member_set_write(f->store, set, number, &block),
                         STATUS_OK);
    }
}

/* Some blocks of what is wanted, so that not all differ. */
static void put_wanted(struct fixture *f, const struct member_rules *rules)
{
    const struct member_set own = {SET_OF_COLLECTION, rules->collection};

    for (int64_t number = 0; number < N_BLOCKS; number++) {
        struct member_block block;

        if (rand() % 2)
            continue;
        assert_int_equal(member_rules_want(f->store, rules, number, &block),
                         STATUS_OK);
        assert_int_equal(member_set_write(f->store, own, number, &block),
                         STATUS_OK);
    }
}

static void add_random(struct row_list *rows, int64_t first)
{
    for (int i = 0; i < rand() % 3; i++)
        assert_int_equal(row_list_add(rows, first + rand() % 2), STATUS_OK);
}

/* By the blocks of each, one after the other. */
static void check_differences(struct fixture *f,
                              const struct member_rules *rules)
{
    const struct member_set own = {SET_OF_COLLECTION, rules->collection};
    SCOPED(row_list_clear) struct row_list numbers = {0};
    size_t at = 0;

    assert_int_equal(member_rules_differ(f->store, rules, &numbers), STATUS_OK);
    for (int64_t number = 0; number < N_BLOCKS; number++) {
        struct member_block wanted, has;
        bool is_other;

        assert_int_equal(member_rules_want(f->store, rules, number, &wanted),
                         STATUS_OK);
        assert_int_equal(member_set_read(f->store, own, number, &has),
                         STATUS_OK);
        is_other = memcmp(&wanted, &has, sizeof(has)) != 0;
        assert_int_equal(at < numbers.n && numbers.of[at] == number, is_other);
        at += is_other;
    }
    assert_int_equal(at, numbers.n);
}

static void what_is_wanted_as_a_whole_is_wanted_in_each_block(void **state)
{
    struct fixture *f = *state;

    srand(11);
    make_owners(f);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    for (int round = 0; round < N_ROUNDS; round++) {
        SCOPED(member_rules_clear)
        struct member_rules rules = {.collection = OWNER, .limit = OWNER + 1};

        for (int64_t i = 0; i < N_SETS; i++) {
            put_random(f, (struct member_set){SET_OF_COLLECTION, OWNER + i});
            put_random(f, (struct member_set){SET_OF_RULE, RULE + i});
        }
        for (int64_t i = 0; i < rand() % 3; i++)
            assert_int_equal(
                row_list_add(&rules.direct, i * BLOCK_ROWS + rand() % 99),
                STATUS_OK);
        add_random(&rules.queries, RULE);
        add_random(&rules.includes, OWNER + 2);
        add_random(&rules.excludes, OWNER + 4);
        put_wanted(f, &rules);
        check_differences(f, &rules);
    }
    store_write_rollback(f->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_block_is_gone_through_in_parts),
        WITH_SITE(what_is_forgotten_halfway_is_found_again),
        WITH_SITE(what_is_asked_for_halfway_is_compared_again),
        WITH_SITE(one_that_comes_halfway_misses_nothing),
        WITH_SITE(what_comes_waits_with_others_and_what_goes_does_not),
        WITH_SITE(labels_that_are_due_are_stored_though_nothing_else_is),
        WITH_SITE(labels_that_are_due_come_before_rules),
        WITH_SITE(labels_that_are_due_need_no_order),
        WITH_SITE(what_fails_in_a_part_keeps_no_other_from_going_on),
        WITH_SITE(what_is_wanted_as_a_whole_is_wanted_in_each_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Evaluation that goes on: whatever the slices, what they make is what is made
 * at once, and a device is right in every block they went through.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_slice.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/refresh.h"
#include "provider/object/collection/rule_part.h"

/* What is known between slices. */
static struct evaluation between;

enum { N_BLOCKS = 7, APART = 4096, FIRST = 16777217 };

/* Devices each in a block of its own, as a large site has them. */
static void make_devices(struct fixture *f)
{
    for (int i = 0; i < N_BLOCKS; i++) {
        char sql[128];
        char json[64];

        snprintf(sql, sizeof(sql),
                 "UPDATE sqlite_sequence SET seq = %d WHERE name = 'device'",
                 FIRST - 1 + i * APART);
        if (i > 0)
            assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
        snprintf(json, sizeof(json), "{'Name':'pc%d'}", i);
        make_object(f, "SMS_R_System", "ResourceID", json);
    }
}

static int64_t number_of(struct fixture *f, const char *sql)
{
    int64_t value = -1;

    assert_int_equal(store_int_with(f->store, sql, STORE_NO_ARGS, &value),
                     STATUS_OK);
    return value;
}

static const char n_members[] =
    "SELECT count(*) FROM collection_member WHERE collection = 20";
static const char n_dependent[] =
    "SELECT count(*) FROM collection_member WHERE collection = 21";
static const char n_due[] = "SELECT count(*) FROM collection_due";
static const char status_of[] =
    "SELECT CurrentStatus FROM collection WHERE row = 20";
static const char counted[] =
    "SELECT MemberCount FROM collection WHERE row = 20";
static const char n_labelled[] =
    "SELECT count(*) FROM device d WHERE EXISTS (SELECT 1 FROM"
    " collection_member m WHERE m.collection = 20 AND m.resource = d.row)"
    " AND (SELECT sms_labels(b.labels, d.row) FROM label_block b"
    " WHERE b.block = d.row >> 6) IS NOT x'1400000015000000'";

/* A collection (row 20), and one that includes it (21). */
static void make_collections(struct fixture *f)
{
    assert_int_equal(number_of(f, "SELECT row FROM collection WHERE"
                                  " CollectionID = 'P0100014'"),
                     20);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100015",
                                "AddMembershipRule",
                                "{'CollectionRule':{'IncludeCollectionID':"
                                "'P0100014'}}"),
                     STATUS_OK);
}

static void add_query(struct fixture *f, const char *like)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (collection, kind, wql, name) VALUES"
             " (20, 2, 'select * from SMS_R_System where Name like ''%s''',"
             " 'q');",
             like);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
}

static size_t run_slices(struct fixture *f)
{
    bool has_more = true;
    size_t n = 0;

    evaluation_clear(&between);
    while (has_more) {
        assert_true(++n < 100);
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(
            evaluation_slice(&between, f->store, f->now_s, 0, &has_more),
            STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
        assert_int_equal(number_of(f, n_members), number_of(f, n_dependent));
        assert_int_equal(number_of(f, n_members), number_of(f, counted));
    }
    return n;
}

static enum status schedule(struct store *store, int64_t now_s)
{
    bool has_more;

    return refresh_due(store, now_s, &has_more);
}

static void request(struct fixture *f, bool with_queries)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, 20, with_queries, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_int_equal(number_of(f, status_of), COLLECTION_AWAITS_REFRESH);
}

static void slices_make_what_is_made_at_once(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_collections(f);
    add_query(f, "pc%");
    request(f, true);
    assert_int_equal(number_of(f, n_members), 0);
    assert_true(run_slices(f) >= N_BLOCKS);
    assert_int_equal(number_of(f, n_members), N_BLOCKS);
    assert_int_equal(number_of(f, n_labelled), 0);
    assert_int_equal(number_of(f, n_due), 0);
    assert_int_equal(number_of(f, status_of), COLLECTION_READY);
    /* and what is gone goes */
    assert_int_equal(store_run_script(f->store, "DELETE FROM collection_rule"
                                                " WHERE collection = 20;"),
                     STATUS_OK);
    add_query(f, "%3");
    request(f, true);
    run_slices(f);
    assert_int_equal(number_of(f, n_members), 1);
    assert_int_equal(number_of(f, n_labelled), 0);
}

/* Nothing changed: no rule that names a property is asked; NULL: all are. */
static void a_trigger_without_properties_asks_no_rule(void **state)
{
    const struct object_class *class = object_class_find(TEXT("SMS_R_System"));
    const struct member_trigger nothing = {.class = class};
    const char *const names[] = {"Name"};
    const struct member_trigger name = {
        .class = class, .properties = names, .n_properties = 1};
    const struct member_trigger *const triggers[] = {&nothing, &name, NULL};
    struct fixture *f = *state;

    make_devices(f);
    make_collections(f);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    add_query(f, "pc%");
    for (size_t i = 0; i < ARRAY_SIZE(triggers); i++) {
        SCOPED(member_flips_clear) struct member_flips found = {0};
        struct member_devices device = {.number = FIRST >> BLOCK_BITS};

        block_put(&device.mask, FIRST & (BLOCK_ROWS - 1));
        assert_int_equal(members_query(f->store, 20, f->now_s, 0), STATUS_OK);
        assert_int_equal(store_run_script(f->store, "DELETE FROM rule_block;"),
                         STATUS_OK);
        assert_int_equal(members_query_some(f->store, &device, triggers[i],
                                            f->now_s, &found),
                         STATUS_OK);
        assert_int_equal(found.rules.rows.n, i > 0);
    }
}

/* A rule that takes too long for one slice. */
static void rules_are_run_block_by_block(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_collections(f);
    add_query(f, "pc%");
    request(f, true);
    assert_int_equal(
        store_run_script(f->store, "UPDATE rule_due SET width = 4096;"),
        STATUS_OK);
    assert_true(run_slices(f) >= 2 * N_BLOCKS);
    assert_int_equal(number_of(f, n_members), N_BLOCKS);
    assert_int_equal(number_of(f, n_labelled), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM rule_due"), 0);
}

/* As it was after a part took too long: no device is left out. */
static void parts_of_few_devices_find_all_of_them(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 40; i++) {
        char json[64];

        snprintf(json, sizeof(json), "{'Name':'pc%d'}", i);
        make_object(f, "SMS_R_System", "ResourceID", json);
    }
    make_collections(f);
    add_query(f, "pc%");
    request(f, true);
    assert_int_equal(
        store_run_script(f->store, "UPDATE rule_due SET width = 16;"),
        STATUS_OK);
    run_slices(f);
    assert_int_equal(number_of(f, n_members), 40);
}

enum { LONG = 200, N_PATTERNS = 150 };

/* Heavy for a few devices too: each pattern tries every place of a name. */
static void put_heavy(struct store *store, const char *name)
{
    struct buf sql = buf_make(N_PATTERNS * LONG);

    buf_append_string(&sql, "UPDATE collection_rule SET wql = 'select *"
                            " from SMS_R_System where Name = ''x''");
    for (int i = 0; i < N_PATTERNS; i++)
        buf_append_format(&sql, " or Name like ''%%%.*s_b%d''", 50, name, i);
    buf_append_string(&sql, "';");
    assert_int_equal(store_run_script(store, buf_text(&sql).data), STATUS_OK);
    buf_free(&sql);
}

static void a_rule_that_is_heavy_by_itself_is_given_up(void **state)
{
    struct fixture *f = *state;
    char name[LONG + 1] = "";
    char json[LONG + 32];
    bool is_light;

    memset(name, 'a', LONG);
    snprintf(json, sizeof(json), "{'Name':'%s'}", name);
    for (int i = 0; i < 60; i++)
        make_object(f, "SMS_R_System", "ResourceID", json);
    make_collections(f);
    add_query(f, "aa%");
    request(f, true);
    run_slices(f);
    assert_int_equal(number_of(f, n_members), 60);
    put_heavy(f->store, name);
    assert_int_equal(
        rule_part_is_light(f->store,
                           number_of(f, "SELECT row FROM collection_rule"
                                        " WHERE kind = 2"),
                           f->now_s, &is_light),
        STATUS_OK);
    assert_false(is_light);
    request(f, true);
    assert_true(run_slices(f) < 20);
    assert_int_equal(number_of(f, n_members), 60); /* as before */
    assert_int_equal(number_of(f, n_due), 0);
}

/* ---- Failures ---- */

static enum status slice(struct fixture *f, bool *more_out)
{
    enum status status;

    assert_int_equal(store_part_begin(f->store), STATUS_OK);
    status = evaluation_slice(&between, f->store, f->now_s, EVALUATION_WARY,
                              more_out);
    assert_int_equal(status == STATUS_OK ? store_part_keep(f->store)
                                         : store_part_undo(f->store),
                     STATUS_OK);
    return status;
}

/* Until nothing can be done now; returns how many slices failed. */
static size_t run_in_spite(struct fixture *f)
{
    bool has_more = true;
    size_t n_failed = 0;
    size_t n = 0;

    evaluation_clear(&between);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    while (has_more) {
        const enum status status = slice(f, &has_more);

        assert_true(++n < 100);
        if (status == STATUS_OK)
            continue;
        n_failed++;
        has_more = true;
        assert_int_equal(evaluation_failed(f->store, f->now_s, status),
                         STATUS_OK);
    }
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    return n_failed;
}

/* Collections 20 and 22; the set of 22 cannot be read. */
static void make_broken(struct fixture *f)
{
    make_devices(f);
    make_collections(f);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Broken','LimitToCollectionID':'SMS00001'}");
    add_query(f, "pc%");
    assert_int_equal(
        store_run_script(f->store,
                         "INSERT INTO collection_block VALUES (4096, 22,"
                         " x'010203');"
                         "INSERT INTO collection_map VALUES (22, 256);"),
        STATUS_OK);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, 22, false, f->now_s - 5),
                     STATUS_OK);
    assert_int_equal(evaluation_request(f->store, 20, true, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static const char when_again[] =
    "SELECT due_s FROM collection_due WHERE collection = 22";
static const char status_of_broken[] =
    "SELECT CurrentStatus FROM collection WHERE row = 22";

static void a_failing_collection_waits_and_others_go_on(void **state)
{
    struct fixture *f = *state;
    int64_t waits = 60;

    make_broken(f);
    assert_true(run_in_spite(f) > 0);
    assert_int_equal(number_of(f, n_members), N_BLOCKS);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(number_of(f, n_due), 1);
        assert_int_equal(number_of(f, when_again), f->now_s + waits);
        assert_int_equal(number_of(f, status_of_broken),
                         COLLECTION_AWAITS_REFRESH);
        assert_int_equal(run_in_spite(f), 0); /* not before its time */
        f->now_s += waits;
        assert_int_equal(run_in_spite(f), 1);
        waits = waits * 2 < 3600 ? waits * 2 : 3600;
    }
    assert_int_equal(store_run_script(f->store, "DELETE FROM collection_block"
                                                " WHERE collection = 22;"),
                     STATUS_OK);
    f->now_s += waits;
    assert_int_equal(run_in_spite(f), 0);
    assert_int_equal(number_of(f, n_due), 0);
    assert_int_equal(number_of(f, status_of_broken), COLLECTION_READY);
}

static void a_clock_that_is_put_back_delays_nothing(void **state)
{
    struct fixture *f = *state;

    make_broken(f);
    run_in_spite(f);
    request(f, true);
    f->now_s -= 1000000;
    assert_int_equal(run_in_spite(f), 0);
    assert_int_equal(number_of(f, n_due), 2);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(schedule(f->store, f->now_s), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_true(run_in_spite(f) > 0);
    assert_int_equal(number_of(f, n_due), 1);
}

static void what_is_not_done_at_once_is_due(void **state)
{
    struct fixture *f = *state;
    struct member_outcome outcome = {0};

    make_devices(f);
    make_collections(f);
    add_query(f, "pc%");
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(members_query(f->store, 20, f->now_s, 0), STATUS_OK);
    assert_int_equal(members_evaluate(f->store, 20, f->now_s, 0, &outcome),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_int_equal(number_of(f, n_members), 1);
    assert_int_equal(number_of(f, n_due), 2); /* and what depends on it */
    assert_true(outcome.comes && outcome.goes);
    run_slices(f);
    assert_int_equal(number_of(f, n_members), N_BLOCKS);
    assert_int_equal(number_of(f, n_due), 0);
}

static void a_schedule_makes_due_once_a_day(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_collections(f);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':2}"),
                     STATUS_OK);
    add_query(f, "pc%");
    for (int day = 0; day < 2; day++) {
        assert_int_equal(schedule(f->store, f->now_s), STATUS_OK);
        assert_int_equal(number_of(f, n_due), 0); /* not since it was made */
        f->now_s += EVALUATION_DAY_S;
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(schedule(f->store, f->now_s), STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
        assert_int_equal(number_of(f, n_due), 1);
        run_slices(f);
        assert_int_equal(schedule(f->store, f->now_s + 1000), STATUS_OK);
        assert_int_equal(number_of(f, n_due), 0);
    }
    assert_int_equal(number_of(f, n_members), N_BLOCKS);
}

static void pass_time(struct fixture *f, int64_t s)
{
    f->now_s += s;
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(schedule(f->store, f->now_s), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static int64_t n_in(struct fixture *f, int64_t collection)
{
    int64_t n = -1;

    assert_int_equal(store_int_with(f->store,
                                    "SELECT count(*) FROM collection_member"
                                    " WHERE collection = ?1",
                                    STORE_ARGS(STORE_INT(collection)), &n),
                     STATUS_OK);
    return n;
}

/* Rows 22 to 25: a rule that finds every device. */
static void make_of_types(struct fixture *f, const int *types)
{
    for (int i = 0; i < 4; i++) {
        char json[128];
        char key[16];

        snprintf(json, sizeof(json),
                 "{'Name':'c%d','LimitToCollectionID':'SMS00001',"
                 "'RefreshType':%d}",
                 i, types[i]);
        make_object(f, "SMS_Collection", "CollectionID", json);
        snprintf(key, sizeof(key), "P010001%d", 6 + i);
        assert_int_equal(
            act_invoke(f, "full", "SMS_Collection", key, "AddMembershipRule",
                       "{'CollectionRule':{'QueryExpression':"
                       "'select * from SMS_R_System','RuleName':'q'}}"),
            STATUS_OK);
    }
}

/* By hand, on schedule, with each change, or both; and by request, always. */
static void each_refresh_type_does_what_it_says(void **state)
{
    static const int types[] = {1, 2, 4, 6};
    struct fixture *f = *state;

    make_of_types(f, types);
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'new1'}");
    for (int i = 0; i < 4; i++)
        assert_int_equal(n_in(f, 22 + i), (types[i] & 4) != 0);
    pass_time(f, EVALUATION_DAY_S - 1);
    run_slices(f);
    assert_int_equal(n_in(f, 23), 0); /* not before its day is over */
    pass_time(f, 1);
    run_slices(f);
    for (int i = 0; i < 4; i++)
        assert_int_equal(n_in(f, 22 + i), types[i] != 1);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100016",
                                "RequestRefresh", "{}"),
                     STATUS_OK);
    assert_int_equal(n_in(f, 22), 1);
}

enum { HOUR_S = 3600 };

static const char next_of[] =
    "SELECT ifnull(max(next_s), 0) FROM collection_refresh";

/* Due once for all the times that passed, and never stopped by a clock. */
static void a_schedule_of_its_own_sets_the_time(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_collections(f);
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100014",
                   "{'RefreshType':2,'RefreshSchedule':[{'TokenType':"
                   "'SMS_ST_RecurInterval','HourSpan':1,"
                   "'StartTime':'2027-01-01T00:00:00Z'}]}"),
        STATUS_OK);
    add_query(f, "pc%");
    assert_int_equal(number_of(f, next_of), f->now_s + HOUR_S);
    pass_time(f, HOUR_S - 1);
    assert_int_equal(number_of(f, n_due), 0);
    pass_time(f, 1);
    assert_int_equal(number_of(f, n_due), 1);
    run_slices(f);
    assert_int_equal(number_of(f, n_members), N_BLOCKS);
    pass_time(f, 87600 * (int64_t)HOUR_S); /* ten years */
    assert_int_equal(number_of(f, n_due), 1);
    assert_int_equal(number_of(f, next_of), f->now_s + HOUR_S);
    run_slices(f);
    pass_time(f, 0);
    assert_int_equal(number_of(f, n_due), 0);
    pass_time(f, -87600 * (int64_t)HOUR_S);
    assert_int_equal(number_of(f, next_of), f->now_s + HOUR_S);
    assert_int_equal(number_of(f, n_due), 0);
    pass_time(f, HOUR_S);
    assert_int_equal(number_of(f, n_due), 1);
}

/* Turning it off clears it. */
static void a_schedule_needs_a_type_that_has_one(void **state)
{
    static const char of_hours[] =
        "{'RefreshSchedule':[{'TokenType':'SMS_ST_RecurInterval',"
        "'HourSpan':1}]}";
    static const char n_kept[] =
        "SELECT count(*) FROM collection WHERE RefreshSchedule IS NOT NULL";
    struct fixture *f = *state;

    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100014", of_hours),
        STATUS_INVALID);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':6}"),
                     STATUS_OK);
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100014", of_hours),
        STATUS_OK);
    assert_int_equal(number_of(f, n_kept), 1);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshSchedule':[{'TokenType':"
                                "'SMS_ST_RecurInterval'}]}"),
                     STATUS_INVALID);
    assert_int_equal(number_of(f, n_kept), 1);
    assert_true(number_of(f, next_of) > f->now_s);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(number_of(f, n_kept), 0);
    assert_int_equal(number_of(f, next_of), 0);
}

/* A clock that was ahead when it was refreshed last. */
static void a_day_that_never_ends_ends(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_collections(f);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':2}"),
                     STATUS_OK);
    f->now_s += 1000 * (int64_t)EVALUATION_DAY_S;
    pass_time(f, 0);
    run_slices(f);
    pass_time(f, -1000 * (int64_t)EVALUATION_DAY_S);
    assert_int_equal(number_of(f, n_due), 1);
    run_slices(f);
    pass_time(f, 1);
    assert_int_equal(number_of(f, n_due), 0);
}

static void a_collection_that_is_deleted_is_not_due(void **state)
{
    struct fixture *f = *state;

    make_devices(f);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Gone','LimitToCollectionID':'SMS00001'}");
    assert_int_equal(store_run_script(f->store, "INSERT INTO collection_due"
                                                " VALUES (22, 0, 1, 0, 0);"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(number_of(f, n_due), 0);
    assert_int_equal(run_slices(f), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(slices_make_what_is_made_at_once),
        WITH_SITE(a_trigger_without_properties_asks_no_rule),
        WITH_SITE(rules_are_run_block_by_block),
        WITH_SITE(parts_of_few_devices_find_all_of_them),
        WITH_SITE(a_rule_that_is_heavy_by_itself_is_given_up),
        WITH_SITE(a_failing_collection_waits_and_others_go_on),
        WITH_SITE(a_clock_that_is_put_back_delays_nothing),
        WITH_SITE(what_is_not_done_at_once_is_due),
        WITH_SITE(a_schedule_makes_due_once_a_day),
        WITH_SITE(each_refresh_type_does_what_it_says),
        WITH_SITE(a_schedule_of_its_own_sets_the_time),
        WITH_SITE(a_schedule_needs_a_type_that_has_one),
        WITH_SITE(a_day_that_never_ends_ends),
        WITH_SITE(a_collection_that_is_deleted_is_not_due),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

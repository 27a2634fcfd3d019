/*
 * Many devices at a site of many rules: rules are asked in slices after the
 * import, and nothing has a device meanwhile that another keeps from it.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/collection/evaluation_slice.h"
#include "provider/object/collection/members.h"

enum { N_RULES = 100, N_DEVICES = 60, FIRST = 16777217, SLICES_MAX = 5000 };

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

/* ---- The site ---- */

static const char others[] = "P0100016"; /* all, but for those of Zeros */
static const char zeros[] = "P0100017";
static const char *const evens[] = {"P0100018", "P0100019", "P010001A"};

static void make_collection(struct fixture *f, const char *name)
{
    char json[256];

    snprintf(json, sizeof(json),
             "{'Name':'%s','LimitToCollectionID':'SMS00001','RefreshType':4}",
             name);
    assert_int_equal(act_create(f, "full", "SMS_Collection", json), STATUS_OK);
}

static void put_rule(struct fixture *f, const char *collection,
                     const char *rule)
{
    char json[512];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s}}", rule);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", collection,
                                "AddMembershipRule", json),
                     STATUS_OK);
}

/* Each finds one device, or none. */
static void put_many_rules(struct fixture *f, const char *collection, int first)
{
    SCOPED(buf_free) struct buf json = buf_make(1 << 20);

    buf_append_string(&json, "{'CollectionRules':[");
    for (int i = 0; i < N_RULES; i++) {
        char rule[160];

        snprintf(rule, sizeof(rule),
                 "%s{'RuleName':'q%d','QueryExpression':'select * from "
                 "SMS_R_System where Name = \\\"pc%d\\\"'}",
                 i ? "," : "", i, (first + i) * 2);
        buf_append_string(&json, rule);
    }
    buf_append_string(&json, "]}");
    buf_append_char(&json, '\0');
    assert_int_equal(buf_status(&json), STATUS_OK);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", collection,
                                "AddMembershipRules", buf_text(&json).data),
                     STATUS_OK);
}

static void make_rules(struct fixture *f)
{
    make_collection(f, "Others");
    make_collection(f, "Zeros");
    put_rule(f, others, "'IncludeCollectionID':'SMS00001'");
    put_rule(f, others, "'ExcludeCollectionID':'P0100017'");
    put_rule(f, zeros,
             "'RuleName':'z','QueryExpression':'select * from SMS_R_System "
             "where Name like \\\"%0\\\"'");
    for (int i = 0; i < (int)ARRAY_SIZE(evens); i++) {
        char name[16];

        snprintf(name, sizeof(name), "Evens%d", i);
        make_collection(f, name);
        put_many_rules(f, evens[i], i * N_RULES);
    }
}

static void make_devices(struct fixture *f)
{
    for (int i = 0; i < N_DEVICES; i++) {
        char json[64];

        if (i == N_DEVICES / 2) /* the others are in another block */
            run(f, "UPDATE sqlite_sequence SET seq = seq + 5000"
                   " WHERE name = 'device'");
        snprintf(json, sizeof(json), "{'Name':'pc%d'}", i);
        make_object(f, "SMS_R_System", "ResourceID", json);
    }
}

/* ---- Members ---- */

static const char labels_of_all[] =
    "SELECT 'labels', row, hex((SELECT sms_labels(labels, row) FROM label_block"
    " WHERE block = row >> 6)) FROM device ORDER BY 2";

static const char *const members_and_labels[] = {
    "SELECT 'in', collection, resource FROM collection_member ORDER BY 2, 3",
    "SELECT 'found', rule, block || hex(members) FROM rule_block ORDER BY 2, 3",
    labels_of_all,
    "SELECT 'counts', row, MemberCount FROM collection ORDER BY 2",
    "SELECT 'due', collection, block FROM collection_due",
    "SELECT 'waits', first, last FROM arrival_due",
};

static void dump(struct fixture *f, struct buf *into)
{
    for (size_t i = 0; i < ARRAY_SIZE(members_and_labels); i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        assert_int_equal(store_prepare(f->store, members_and_labels[i], &stmt),
                         STATUS_OK);
        while (store_step(stmt) == STATUS_OK)
            for (int column = 0; column < 3; column++) {
                buf_append_text(into, store_text(stmt, column));
                buf_append_char(into, '\n');
            }
    }
    assert_int_equal(buf_status(into), STATUS_OK);
    assert_true(into->size > 1000);
}

/* As if the devices had just been stored: some of them, as a batch has them. */
static void import(struct fixture *f, size_t from, size_t until)
{
    SCOPED(row_list_clear) struct row_list all = {0};
    struct row_list part;

    assert_int_equal(row_list_select(f->store,
                                     "SELECT row FROM device ORDER BY row",
                                     STORE_NO_ARGS, &all),
                     STATUS_OK);
    assert_int_equal(all.n, N_DEVICES);
    part = (struct row_list){.of = all.of + from, .n = until - from};
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    if (from == 0)
        run(f, "DELETE FROM collection_block; DELETE FROM rule_block;"
               "DELETE FROM label_block;"
               "UPDATE collection SET MemberCount = 0;");
    assert_int_equal(members_imported(f->store, &part, f->now_s), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static const char n_in_others[] =
    "SELECT count(*) FROM collection_member m JOIN collection c"
    " ON c.row = m.collection WHERE c.CollectionID = 'P0100016'";
static const char n_kept_out[] =
    "SELECT count(*) FROM collection_member m JOIN collection c"
    " ON c.row = m.collection JOIN device d ON d.row = m.resource"
    " WHERE c.CollectionID = 'P0100016' AND d.Name LIKE '%0'";
static const char n_waiting[] = "SELECT count(*) FROM arrival_due";

/* The least step. Others has no device that Zeros will keep from it. */
static bool slice(struct fixture *f, struct evaluation *between)
{
    bool has_more;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        evaluation_slice(between, f->store, f->now_s, 0, &has_more), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_int_equal(number_of(f, n_kept_out), 0);
    return has_more;
}

static void finish(struct fixture *f, struct evaluation *between)
{
    for (size_t n = 0; slice(f, between); n++)
        assert_true(n < SLICES_MAX);
    evaluation_clear(between);
}

static void assert_same(struct fixture *f, const struct buf *expected)
{
    SCOPED(buf_free) struct buf now = buf_make(1 << 20);

    dump(f, &now);
    assert_int_equal(now.size, expected->size);
    assert_memory_equal(buf_text(&now).data, buf_text(expected).data, now.size);
}

/* ---- Tests ---- */

static void many_devices_are_asked_about_later(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf one_by_one = buf_make(1 << 20);
    struct evaluation between = {0};

    make_rules(f);
    make_devices(f);
    dump(f, &one_by_one);
    assert_int_equal(number_of(f, n_in_others), N_DEVICES - N_DEVICES / 10);
    import(f, 0, N_DEVICES);
    assert_int_equal(number_of(f, n_waiting), 1);
    assert_int_equal(number_of(f, n_in_others), 0);
    finish(f, &between);
    assert_same(f, &one_by_one);
}

static void few_devices_are_asked_about_at_once(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf one_by_one = buf_make(1 << 20);

    make_rules(f);
    make_devices(f);
    dump(f, &one_by_one);
    for (size_t at = 0; at < N_DEVICES; at += 4) {
        import(f, at, at + 4);
        assert_int_equal(number_of(f, n_waiting), 0);
    }
    assert_same(f, &one_by_one);
}

/* While rules are asked about the first: what comes then is asked about by all
 * of them. After each slice everything is forgotten, as by a stop. */
static void more_come_while_rules_are_asked(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf one_by_one = buf_make(1 << 20);
    size_t at = 0;

    make_rules(f);
    make_devices(f);
    dump(f, &one_by_one);
    for (bool has_more = true; has_more || at < N_DEVICES;) {
        struct evaluation between = {0};

        if (at < N_DEVICES) {
            import(f, at, at + 6);
            at += 6;
        }
        for (size_t i = 0; i < 25; i++)
            has_more = slice(f, &between);
        evaluation_clear(&between);
    }
    assert_same(f, &one_by_one);
}

/* A rule that goes, a device that goes, another name. */
static void what_changes_meanwhile_is_right_at_the_end(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};
    char key[32];

    make_rules(f);
    make_devices(f);
    import(f, 0, N_DEVICES);
    for (size_t i = 0; i < 50; i++)
        slice(f, &between);
    snprintf(key, sizeof(key), "%d", FIRST);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", key, "{'Name':'pc998'}"),
        STATUS_OK);
    snprintf(key, sizeof(key), "%d", FIRST + 10);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", key), STATUS_OK);
    finish(f, &between);
    assert_int_equal(number_of(f, n_waiting), 0);
    /* pc0 is in no rule of Evens by its new name, pc10 is gone. */
    assert_int_equal(number_of(f, "SELECT MemberCount FROM collection"
                                  " WHERE CollectionID = 'P0100018'"),
                     N_DEVICES / 2 - 2);
    assert_int_equal(number_of(f, "SELECT MemberCount FROM collection"
                                  " WHERE CollectionID = 'P0100017'"),
                     N_DEVICES / 10 - 2);
    assert_int_equal(number_of(f, n_in_others), N_DEVICES - N_DEVICES / 10 + 1);
}

static void act_on_others(struct fixture *f, const char *method,
                          const char *rule)
{
    char json[128];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s}}", rule);
    assert_int_equal(
        act_invoke(f, "full", "SMS_Collection", others, method, json),
        STATUS_OK);
    assert_int_equal(number_of(f, n_kept_out), 0);
}

/* What evaluates a collection in an act lets no device in that waits, and one
 * that is named waits no more. */
static void an_act_meanwhile_lets_nothing_in(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};
    char rule[64];

    make_rules(f);
    put_rule(f, others,
             "'RuleName':'a','QueryExpression':'select * from SMS_R_System "
             "where Name = \\\"none\\\"'");
    snprintf(rule, sizeof(rule), "'QueryID':%d",
             (int)number_of(f, "SELECT max(row) FROM collection_rule"));
    make_devices(f);
    import(f, 0, N_DEVICES);
    slice(f, &between);
    act_on_others(f, "DeleteMembershipRule", rule);
    snprintf(rule, sizeof(rule), "'ResourceID':%d", FIRST + 10);
    act_on_others(f, "AddMembershipRule", rule);
    snprintf(rule, sizeof(rule), "'ResourceID':%d", FIRST + 11);
    act_on_others(f, "AddMembershipRule", rule);
    finish(f, &between);
    assert_int_equal(number_of(f, n_in_others), N_DEVICES - N_DEVICES / 10);
}

/* As if each failed: one after the other is left to its collection. */
static void what_cannot_be_asked_is_run_with_its_collection(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf one_by_one = buf_make(1 << 20);
    struct evaluation between = {0};

    make_rules(f);
    make_devices(f);
    dump(f, &one_by_one);
    import(f, 0, N_DEVICES);
    for (size_t n = 0; number_of(f, n_waiting) > 0; n++) {
        assert_true(n < SLICES_MAX);
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(
            evaluation_failed(f->store, f->now_s, STATUS_UNAVAILABLE),
            STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    }
    assert_int_equal(
        number_of(f, "SELECT count(*) FROM collection_due WHERE queries = 1"),
        1 + (int64_t)ARRAY_SIZE(evens));
    finish(f, &between);
    assert_same(f, &one_by_one);
}

/* One after the other, not together: each after what it depends on. */
static void of_some_that_are_due_what_is_excluded_goes_first(void **state)
{
    struct fixture *f = *state;
    struct evaluation between = {0};

    make_rules(f);
    make_devices(f);
    import(f, 0, N_DEVICES);
    while (number_of(f, n_waiting) > 0)
        slice(f, &between);
    do {
        between.n_together = 1;
        between.width = BLOCK_ROWS;
        between.is_wide = false;
        between.is_width_known = true;
    } while (slice(f, &between));
    evaluation_clear(&between);
    assert_int_equal(number_of(f, n_in_others), N_DEVICES - N_DEVICES / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(many_devices_are_asked_about_later),
        WITH_SITE(few_devices_are_asked_about_at_once),
        WITH_SITE(more_come_while_rules_are_asked),
        WITH_SITE(what_changes_meanwhile_is_right_at_the_end),
        WITH_SITE(what_cannot_be_asked_is_run_with_its_collection),
        WITH_SITE(an_act_meanwhile_lets_nothing_in),
        WITH_SITE(of_some_that_are_due_what_is_excluded_goes_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "provider/store/audit.h"

static char path[64];

/* ---- The wall clock, linked in its place ---- */

static int64_t wall_offset_ms;

int64_t __real_clock_wall_ms(void);
int64_t __wrap_clock_wall_ms(void);

int64_t __wrap_clock_wall_ms(void)
{
    return __real_clock_wall_ms() + wall_offset_ms;
}

/* ---- A store with records ---- */

static enum status append(struct store *store, const char *user,
                          enum audit_outcome outcome, int64_t *id_out)
{
    const struct audit_record record = {
        .event = "object.create",
        .user = text_of(user),
        .level = TEXT("mfa"),
        .peer = TEXT("unix:uid=0"),
        .session = 41,
        .class_name = TEXT("SMS_Collection"),
        .key = TEXT("P0100014"),
        .operation = TEXT("Create"),
        .outcome = outcome,
        .message_id = 30015,
    };

    return audit_append(store, &record, id_out);
}

static void append_done(struct store *store, const char *user)
{
    int64_t id;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(append(store, user, AUDIT_DONE, &id), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static int open_file(void **state)
{
    struct store *store = NULL;

    strcpy(path, "/tmp/audit-XXXXXX");
    close(mkstemp(path));
    if (store_open(path, STORE_MAKE, &store) != STATUS_OK)
        return -1;
    for (int i = 0; i < 5; i++) {
        char user[16];

        snprintf(user, sizeof(user), "u%d", i + 1);
        append_done(store, user);
    }
    *state = store;
    return 0;
}

static int close_file(void **state)
{
    char side[80];

    store_free(*state);
    unlink(path);
    snprintf(side, sizeof(side), "%s-wal", path);
    unlink(side);
    snprintf(side, sizeof(side), "%s-shm", path);
    unlink(side);
    return 0;
}

/* As somebody with the file and a database tool would. */
static void tamper(const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 1000);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t broken_at(struct store *store, int64_t n_expected)
{
    int64_t n = -1;
    int64_t broken = -1;

    assert_int_equal(audit_verify(store, NULL, INT64_MAX, &n, &broken),
                     STATUS_OK);
    assert_int_equal(n, n_expected);
    return broken;
}

static void holds_when_nobody_touched_it(void **state)
{
    assert_int_equal(broken_at(*state, 5), 0);
}

static void holds_when_empty(void **state)
{
    OWNED(store) store = NULL;

    (void)state;
    assert_int_equal(store_open(":memory:", STORE_MAKE, &store), STATUS_OK);
    assert_int_equal(broken_at(store, 0), 0);
}

static void finds_an_edit_of_any_column(void **state)
{
    static const char *const columns[] = {
        "wall_ms", "mono_ms",    "boot",    "event",     "user",
        "method",  "level",      "peer",    "session",   "class",
        "key",     "grant",      "detail",  "operation", "outcome",
        "reason",  "message_id", "request", "trace",     "span",
    };
    char sql[160];

    for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
        snprintf(sql, sizeof(sql),
                 "CREATE TABLE kept AS SELECT * FROM audit WHERE id = 3;"
                 "UPDATE audit SET %s = '7' WHERE id = 3",
                 columns[i]);
        tamper(sql);
        assert_int_equal(broken_at(*state, 2), 3);
        tamper("INSERT OR REPLACE INTO audit SELECT * FROM kept;"
               "DROP TABLE kept");
        assert_int_equal(broken_at(*state, 5), 0);
    }
}

static void finds_a_text_moved_between_columns(void **state)
{
    tamper("UPDATE audit SET user = user || level, level = '' WHERE id = 2");
    assert_int_equal(broken_at(*state, 1), 2);
}

static void finds_a_deletion(void **state)
{
    tamper("DELETE FROM audit WHERE id = 2");
    assert_int_equal(broken_at(*state, 1), 2);
}

static void finds_a_deletion_that_closes_the_gap(void **state)
{
    tamper("DELETE FROM audit WHERE id = 2;"
           "UPDATE audit SET id = id - 1 WHERE id > 2;"
           "UPDATE audit_head SET id = 4");
    assert_int_equal(broken_at(*state, 1), 2);
}

static void finds_an_insertion(void **state)
{
    tamper("INSERT INTO audit SELECT 6, wall_ms, mono_ms, boot, event, 'evil',"
           " method, level, peer, session, class, key, operation, outcome,"
           " reason, grant, detail, message_id, hash, request, trace, span"
           " FROM audit WHERE id = 5");
    assert_int_equal(broken_at(*state, 5), 6);
}

static void finds_an_insertion_at_the_end_with_the_head_moved(void **state)
{
    tamper("INSERT INTO audit SELECT 6, wall_ms, mono_ms, boot, event, 'evil',"
           " method, level, peer, session, class, key, operation, outcome,"
           " reason, grant, detail, message_id, hash, request, trace, span"
           " FROM audit WHERE id = 5;"
           "UPDATE audit_head SET id = 6");
    assert_int_equal(broken_at(*state, 5), 6);
}

static void finds_a_reordering(void **state)
{
    tamper("UPDATE audit SET id = -2 WHERE id = 2;"
           "UPDATE audit SET id = 2 WHERE id = 3;"
           "UPDATE audit SET id = 3 WHERE id = -2");
    assert_int_equal(broken_at(*state, 1), 2);
}

static void finds_a_cut_tail(void **state)
{
    tamper("DELETE FROM audit WHERE id > 3");
    assert_int_equal(broken_at(*state, 3), 4);
}

static void finds_everything_gone(void **state)
{
    tamper("DELETE FROM audit");
    assert_int_equal(broken_at(*state, 0), 1);
}

static void a_head_kept_elsewhere_tells_of_a_tail_cut_with_the_head(
    void **state)
{
    char kept[AUDIT_HASH_BYTES];
    char now[AUDIT_HASH_BYTES];
    int64_t kept_id;
    int64_t now_id;

    assert_int_equal(audit_head(*state, &kept_id, kept), STATUS_OK);
    assert_int_equal(kept_id, 5);
    tamper("DELETE FROM audit WHERE id > 3; UPDATE audit_head SET id = 3,"
           " hash = (SELECT hash FROM audit WHERE id = 3)");
    assert_int_equal(broken_at(*state, 3), 0); /* it looks whole .. */
    assert_int_equal(audit_head(*state, &now_id, now), STATUS_OK);
    assert_true(now_id < kept_id); /* .. but has gone back */
}

static void appends_nothing_without_a_head(void **state)
{
    struct store *store = *state;
    int64_t id;

    tamper("DELETE FROM audit_head");
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(append(store, "u", AUDIT_DONE, &id), STATUS_UNAVAILABLE);
    store_write_rollback(store);
}

static void appends_only_inside_a_change_and_with_an_outcome(void **state)
{
    struct store *store = *state;
    int64_t id;

    assert_int_equal(append(store, "u", AUDIT_DONE, &id), STATUS_INVALID);
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(append(store, "u", AUDIT_NONE, &id), STATUS_INVALID);
    assert_int_equal(append(store, "u", AUDIT_DENIED, &id), STATUS_OK);
    assert_int_equal(id, 6);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static void a_record_goes_with_its_change(void **state)
{
    struct store *store = *state;
    int64_t id;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(append(store, "u", AUDIT_DONE, &id), STATUS_OK);
    store_write_rollback(store);
    assert_int_equal(broken_at(store, 5), 0);

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(append(store, "u", AUDIT_DONE, &id), STATUS_OK);
    assert_int_equal(store_part_undo(store), STATUS_OK);
    assert_int_equal(append(store, "v", AUDIT_FAILED, &id), STATUS_OK);
    assert_int_equal(id, 6);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    assert_int_equal(broken_at(store, 6), 0);
}

static json_t *list(struct store *store, const struct audit_query *query)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 20);
    struct json_writer writer = json_writer_make(&out);
    json_t *page;

    assert_int_equal(audit_list(store, query, &writer), STATUS_OK);
    assert_int_equal(buf_status(&out), STATUS_OK);
    page = json_loadb(buf_text(&out).data, buf_text(&out).size,
                      JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(page);
    return page;
}

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static void lists_the_newest_first_and_page_by_page(void **state)
{
    struct audit_query query = {.limit = 2};
    SCOPED(json_drop) json_t *first = list(*state, &query);
    SCOPED(json_drop) json_t *second = NULL;
    SCOPED(json_drop) json_t *third = NULL;
    json_t *items = json_object_get(first, "items");

    assert_int_equal(json_array_size(items), 2);
    assert_int_equal(
        json_integer_value(json_object_get(json_array_get(items, 0), "id")), 5);
    query.after = json_integer_value(json_object_get(first, "next"));
    assert_int_equal(query.after, 4);
    second = list(*state, &query);
    query.after = json_integer_value(json_object_get(second, "next"));
    assert_int_equal(query.after, 2);
    third = list(*state, &query);
    assert_int_equal(json_array_size(json_object_get(third, "items")), 1);
    assert_null(json_object_get(third, "next"));
}

static int64_t number_of(const json_t *items, size_t i, const char *name)
{
    return json_integer_value(json_object_get(json_array_get(items, i), name));
}

static const char *text_of_item(const json_t *items, size_t i, const char *name)
{
    return json_string_value(json_object_get(json_array_get(items, i), name));
}

/* Serial and monotonic clock go on where the wall clock goes back (T96). */
static void a_clock_set_back_changes_no_order(void **state)
{
    wall_offset_ms = -3600 * 1000;
    append_done(*state, "later");
    wall_offset_ms = 0;
    SCOPED(json_drop)
    json_t *page = list(*state, &(struct audit_query){.limit = 2});
    const json_t *items = json_object_get(page, "items");

    assert_string_equal(text_of_item(items, 0, "user"), "later");
    assert_int_equal(number_of(items, 0, "id"), 6);
    assert_true(strcmp(text_of_item(items, 0, "time"),
                       text_of_item(items, 1, "time")) < 0);
    assert_true(number_of(items, 0, "monotonic_ms") >=
                number_of(items, 1, "monotonic_ms"));
    assert_int_equal(strlen(text_of_item(items, 0, "boot")), 36);
    assert_string_equal(text_of_item(items, 0, "boot"),
                        text_of_item(items, 1, "boot"));
    assert_int_equal(broken_at(*state, 6), 0);
}

static void lists_by_user_outcome_event_and_time(void **state)
{
    SCOPED(json_drop)
    json_t *user =
        list(*state, &(struct audit_query){.limit = 9, .user = TEXT("u2")});
    SCOPED(json_drop)
    json_t *denied = list(
        *state, &(struct audit_query){.limit = 9, .outcome = TEXT("denied")});
    SCOPED(json_drop)
    json_t *event = list(
        *state, &(struct audit_query){.limit = 9, .event = TEXT("signin")});
    SCOPED(json_drop)
    json_t *old = list(*state, &(struct audit_query){.limit = 9, .until_s = 9});
    SCOPED(json_drop)
    json_t *young =
        list(*state, &(struct audit_query){.limit = 9, .since_s = 9});

    assert_int_equal(json_array_size(json_object_get(user, "items")), 1);
    assert_int_equal(json_array_size(json_object_get(denied, "items")), 0);
    assert_int_equal(json_array_size(json_object_get(event, "items")), 0);
    assert_int_equal(json_array_size(json_object_get(old, "items")), 0);
    assert_int_equal(json_array_size(json_object_get(young, "items")), 5);
}

/* ---- Of a request ---- */

#define TRACE_ONE "0af7651916cd43dd8448eb211c80319c"

static void append_request(struct store *store, const char *request,
                           const char *trace)
{
    const struct audit_record record = {.event = "object.delete",
                                        .user = TEXT("u9"),
                                        .method = TEXT("kerberos"),
                                        .level = TEXT("domain"),
                                        .peer = TEXT("tls:192.0.2.7:1234"),
                                        .session = 42,
                                        .class_name = TEXT("SMS_Site"),
                                        .key = TEXT("K"),
                                        .operation = TEXT("Delete"),
                                        .outcome = AUDIT_DENIED,
                                        .reason = TEXT("out-of-scope"),
                                        .request = text_of(request),
                                        .trace = text_of(trace)};
    int64_t id;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(audit_append(store, &record, &id), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static size_t n_listed(struct store *store, struct audit_query query)
{
    SCOPED(json_drop) json_t *page = NULL;

    query.limit = 9;
    page = list(store, &query);
    return json_array_size(json_object_get(page, "items"));
}

/* Records of before there were requests, and after, are one chain. */
static void a_request_and_its_trace_are_in_the_chain(void **state)
{
    append_request(*state, "A-1-1", TRACE_ONE);
    append_done(*state, "u");
    append_request(*state, "A-1-2", "");
    assert_int_equal(broken_at(*state, 8), 0);
    tamper("UPDATE audit SET request = '', trace = '' WHERE id = 6");
    assert_int_equal(broken_at(*state, 5), 6);
}

static void a_text_moved_into_a_trace_is_found(void **state)
{
    append_request(*state, "A-1-1", TRACE_ONE);
    tamper("UPDATE audit SET span = trace, trace = '' WHERE id = 6");
    assert_int_equal(broken_at(*state, 5), 6);
}

static void a_request_and_a_trace_are_found(void **state)
{
    append_request(*state, "A-1-1", TRACE_ONE);
    append_request(*state, "A-1-2", TRACE_ONE);
    append_request(*state, "A-1-3", "");
    assert_int_equal(
        n_listed(*state, (struct audit_query){.request = TEXT("A-1-2")}), 1);
    assert_int_equal(
        n_listed(*state, (struct audit_query){.request = TEXT("A-1")}), 0);
    assert_int_equal(
        n_listed(*state, (struct audit_query){.trace = TEXT(TRACE_ONE)}), 2);
    assert_int_equal(
        n_listed(*state, (struct audit_query){.trace = TEXT(TRACE_ONE),
                                              .request = TEXT("A-1-1")}),
        1);
    assert_int_equal(
        n_listed(*state, (struct audit_query){.trace = TEXT(TRACE_ONE),
                                              .user = TEXT("u1")}),
        0);
    assert_int_equal(
        n_listed(*state,
                 (struct audit_query){.request = TEXT("A-1-2"), .after = 7}),
        0);
}

/* Each column selects the one record that has the value, and no other. */
static void every_column_selects(void **state)
{
    static const struct audit_query one[] = {
        {.user = TEXT("u9")},
        {.outcome = TEXT("denied")},
        {.event = TEXT("object.delete")},
        {.class_name = TEXT("sms_site")},
        {.key = TEXT("K")},
        {.operation = TEXT("delete")},
        {.level = TEXT("domain")},
        {.method = TEXT("kerberos")},
        {.peer = TEXT("192.0.2.7")},
        {.peer = TEXT("tls:192.0.2.7")},
        {.peer = TEXT("tls:192.0.2.7:1234")},
        {.reason = TEXT("out-of-scope")},
        {.session = 42},
    };
    static const struct audit_query none[] = {
        {.key = TEXT("k")},
        {.peer = TEXT("192.0.2")},
        {.peer = TEXT("1234")},
        {.session = 43},
        {.class_name = TEXT("SMS")},
        {.operation = TEXT("Delet")},
        {.user = TEXT("u9"), .level = TEXT("mfa")},
    };

    append_request(*state, "A-1-1", "");
    for (size_t i = 0; i < ARRAY_SIZE(one); i++)
        assert_int_equal(n_listed(*state, one[i]), 1);
    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        assert_int_equal(n_listed(*state, none[i]), 0);
}

static void refuses_a_list_without_bounds(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 20);
    struct json_writer writer = json_writer_make(&out);
    static const struct audit_query bad[] = {
        {.limit = 0},
        {.limit = AUDIT_LIST_MAX + 1},
        {.limit = 1, .after = -1},
        {.limit = 1, .since_s = INT64_MAX},
        {.limit = 1, .until_s = -5},
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(audit_list(*state, &bad[i], &writer), STATUS_INVALID);
}

static void hostile_text_stays_text(void **state)
{
    static const char evil[] = "x'); DROP TABLE audit; --\n\x1b[2J\",\"id\":1";
    SCOPED(json_drop) json_t *page = NULL;
    json_t *item;

    append_done(*state, evil);
    page = list(*state, &(struct audit_query){.limit = 1});
    item = json_array_get(json_object_get(page, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "user")), evil);
    assert_int_equal(json_integer_value(json_object_get(item, "id")), 6);
    assert_int_equal(broken_at(*state, 6), 0);
}

static void names_of_outcomes_are_read_back(void **state)
{
    (void)state;
    for (int i = AUDIT_DONE; i <= AUDIT_FAILED; i++)
        assert_int_equal(audit_outcome_read(text_of(
                             audit_outcome_name((enum audit_outcome)i))),
                         i);
    assert_int_equal(audit_outcome_read(TEXT("")), AUDIT_NONE);
    assert_int_equal(audit_outcome_read(TEXT("Done")), AUDIT_NONE);
}

#define WITH_FILE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_file, close_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(holds_when_nobody_touched_it),
        cmocka_unit_test(holds_when_empty),
        WITH_FILE(finds_an_edit_of_any_column),
        WITH_FILE(finds_a_text_moved_between_columns),
        WITH_FILE(finds_a_deletion),
        WITH_FILE(finds_a_deletion_that_closes_the_gap),
        WITH_FILE(finds_an_insertion),
        WITH_FILE(finds_an_insertion_at_the_end_with_the_head_moved),
        WITH_FILE(finds_a_reordering),
        WITH_FILE(finds_a_cut_tail),
        WITH_FILE(finds_everything_gone),
        WITH_FILE(a_head_kept_elsewhere_tells_of_a_tail_cut_with_the_head),
        WITH_FILE(appends_nothing_without_a_head),
        WITH_FILE(appends_only_inside_a_change_and_with_an_outcome),
        WITH_FILE(a_record_goes_with_its_change),
        WITH_FILE(lists_the_newest_first_and_page_by_page),
        WITH_FILE(a_clock_set_back_changes_no_order),
        WITH_FILE(lists_by_user_outcome_event_and_time),
        WITH_FILE(a_request_and_its_trace_are_in_the_chain),
        WITH_FILE(a_text_moved_into_a_trace_is_found),
        WITH_FILE(a_request_and_a_trace_are_found),
        WITH_FILE(every_column_selects),
        WITH_FILE(refuses_a_list_without_bounds),
        WITH_FILE(hostile_text_stays_text),
        cmocka_unit_test(names_of_outcomes_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/base/clock.h"
#include "provider/store/seal_inspect.h"
#include "tests/unit/store/old_audit.h"

/* What somebody does who can write the database alone is done by SQLite's own
 * library. */

/* As somebody with the file and a database tool would. */
static void tamper(struct site *site, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(site->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 22];
    const int in = open(from, O_RDONLY);
    const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const ssize_t size = read(in, bytes, sizeof(bytes));

    assert_true(size > 0 && (size_t)size < sizeof(bytes));
    assert_int_equal(write(out, bytes, (size_t)size), size);
    close(in);
    close(out);
}

/* Attaches the kept database, and does something with it. */
static void tamper_from_kept(struct site *site, const char *sql)
{
    char script[512];

    snprintf(script, sizeof(script), "ATTACH '%s' AS kept; %s", site->kept,
             sql);
    tamper(site, script);
}

/* ---- What goes ---- */

static void what_is_over_its_term_goes_but_the_last_stay(void **state)
{
    struct site *site = *state;
    int64_t first, ignored;

    const int64_t n = remove_all(site, DAYS(30), DAYS(100));

    assert_in_range(n, OLD, OLD + 20); /* a record a slice came after them */
    assert_int_equal(audit_first(site->store, &first, &ignored), STATUS_OK);
    assert_int_equal(first, n + 1);
    assert_int_equal(seal_last(site->store)->start, n);
    assert_int_equal(reopen(site), STATUS_OK);
    for (int i = 0; i < 100; i++) /* they push none of the others out */
        assert_int_equal(remove_all(site, DAYS(30), DAYS(200)), 0);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void what_is_within_its_term_stays(void **state)
{
    struct site *site = *state;

    assert_int_equal(remove_all(site, DAYS(100), 0), 0); /* not yet a day */
    assert_int_equal(remove_all(site, DAYS(400), 0), 0);
    assert_int_equal(remove_all(site, 0, 0), 0); /* for ever */
    assert_int_equal(seal_last(site->store)->start, 0);
    assert_in_range(remove_all(site, DAYS(98), 0), OLD, OLD + 20);
}

/* Set ahead by years, and nothing written since: not all is over its term. */
static void a_clock_that_is_far_ahead_takes_not_all_away(void **state)
{
    struct site *site = *state;

    append_records(site, 500);
    assert_in_range(remove_all(site, DAYS(60), DAYS(3650)), OLD, OLD + 20);
    assert_int_equal(remove_all(site, DAYS(400), DAYS(3650)), 0);
}

/* However it came to be asked for. */
static void a_term_under_the_least_removes_nothing(void **state)
{
    struct site *site = *state;

    assert_int_equal(remove_all(site, DAYS(30) - 1, DAYS(3000)), 0);
    assert_int_equal(remove_all(site, 1, DAYS(3000)), 0);
}

static void a_slice_leaves_a_record_of_what_it_removed(void **state)
{
    struct site *site = *state;
    SCOPED(buf_free) struct buf out = buf_make(1 << 16);
    struct json_writer w = json_writer_make(&out);
    const struct audit_query query = {.event = TEXT("audit.retain"),
                                      .limit = 100};

    assert_in_range(remove_all(site, DAYS(30), DAYS(100)), OLD, OLD + 20);
    assert_int_equal(audit_list(site->store, &query, &w), STATUS_OK);
    buf_append_char(&out, '\0');
    assert_non_null(strstr(buf_text(&out).data, "\\\"last\\\":5"));
    assert_non_null(strstr(buf_text(&out).data, "\\\"keep_days\\\":30"));
    assert_non_null(strstr(buf_text(&out).data, "\"starts\":{\"record\":5"));
}

/* Archives and exports decide up to where it may. */
static void what_may_not_go_yet_is_held(void **state)
{
    struct site *site = *state;

    slice_up_to(site, DAYS(30), DAYS(100), 0);
    assert_int_equal(site->retention.n_removed, 0);
    assert_true(site->retention.held_before_ms > 0);
    assert_int_equal(site->retention.held_last, OLD);
    assert_int_equal(seal_last(site->store)->start, 0);
    do
        slice_up_to(site, DAYS(30), DAYS(100), 100);
    while (site->retention.held_before_ms == 0);
    assert_int_equal(seal_last(site->store)->start, 100);
    slice_up_to(site, DAYS(30), DAYS(100), 100);
    assert_int_equal(seal_last(site->store)->start, 100);
    assert_in_range(remove_all(site, DAYS(30), DAYS(100)), OLD - 100, OLD - 80);
    assert_int_equal(site->retention.held_before_ms, 0);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void what_is_undone_removes_nothing(void **state)
{
    const struct retention_term term = {DAYS(30), INT64_MAX};
    struct site *site = *state;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(retention_slice(&site->retention, site->store, &term,
                                     clock_wall_ms() + DAYS(100)),
                     STATUS_OK);
    assert_true(site->retention.n_removed > 0);
    store_write_rollback(site->store);
    append_records(site, 1);
    assert_int_equal(seal_last(site->store)->start, 0);
    assert_int_equal(reopen(site), STATUS_OK);
    site->retention = (struct retention){0};
    assert_in_range(remove_all(site, DAYS(30), DAYS(100)), OLD, OLD + 20);
    assert_int_equal(reopen(site), STATUS_OK);
}

/* To remove it would hide who changed it. */
static void a_record_that_does_not_fit_ends_it(void **state)
{
    struct site *site = *state;

    close_store(site);
    tamper(site, "UPDATE audit SET user = 'dave' WHERE id = 100");
    assert_int_equal(reopen(site), STATUS_OK); /* not among the last */
    assert_int_equal(remove_all(site, DAYS(30), DAYS(100)), 99);
    assert_int_equal(site->retention.broken, 100);
    assert_int_equal(remove_all(site, DAYS(30), DAYS(100)), 0);
    assert_int_equal(seal_last(site->store)->start, 99);
    assert_int_equal(reopen(site), STATUS_OK);
}

/* ---- Who may say where it starts ---- */

static void a_cut_without_a_start_is_found(void **state)
{
    struct site *site = *state;

    close_store(site);
    tamper(site, "DELETE FROM audit WHERE id <= 100");
    assert_int_equal(reopen(site), STATUS_INVALID);
}

static void a_longer_cut_than_the_signed_one_is_found(void **state)
{
    struct site *site = *state;

    remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    tamper(site, "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)");
    assert_int_equal(reopen(site), STATUS_INVALID);
}

static void a_start_that_is_taken_out_or_bent_is_found(void **state)
{
    static const char *const acts[] = {
        "UPDATE seal SET start = ''",
        "UPDATE seal SET start = replace(start, 'start=50', 'start=51');"
        "DELETE FROM audit WHERE id < 510 OR id <= (SELECT min(id) + 10 FROM "
        "audit)",
        "UPDATE seal SET start = replace(start, 'why=term', 'why=accepted')",
        "UPDATE seal SET start = line",
        "UPDATE seal SET start = 'x'",
    };
    struct site *site = *state;

    remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    copy_file(site->path, site->kept);
    for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
        tamper(site, acts[i]);
        assert_int_equal(reopen(site), STATUS_INVALID);
        close_store(site);
        copy_file(site->kept, site->path);
    }
    assert_int_equal(reopen(site), STATUS_OK);
}

/* What was once true: the start before, with the records it had. */
static void an_older_start_with_its_records_is_found(void **state)
{
    struct site *site = *state;

    close_store(site);
    copy_file(site->path, site->kept);
    assert_int_equal(reopen(site), STATUS_OK);
    remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    tamper_from_kept(site, "INSERT OR IGNORE INTO audit SELECT * FROM"
                           " kept.audit WHERE id <= 600;"
                           "UPDATE seal SET start = ''");
    assert_int_equal(reopen(site), STATUS_INVALID);
    close_store(site);
    tamper_from_kept(site, "UPDATE seal SET line = (SELECT line FROM"
                           " kept.seal)");
    assert_int_equal(reopen(site), STATUS_INVALID);
}

/* One that was signed, and came with later changes: the database before them,
 * cut as it says. */
static void a_future_start_is_found(void **state)
{
    struct site *site = *state;
    char later[128], anchor[128];

    snprintf(later, sizeof(later), "%s/log", site->top);
    snprintf(anchor, sizeof(anchor), "%s/other.anchor", site->top);
    remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    copy_file(site->path, site->kept);
    copy_file(site->anchor, anchor);
    assert_int_equal(reopen(site), STATUS_OK);
    s_days = 200;
    append_records(site, RETENTION_RECORDS_MIN);
    assert_true(remove_all(site, DAYS(30), 0) > 0);
    close_store(site);
    copy_file(site->path, later);
    copy_file(site->kept, site->path); /* with the anchor of that time */
    copy_file(anchor, site->anchor);
    assert_int_equal(reopen(site), STATUS_OK);
    close_store(site);
    assert_int_equal(rename(later, site->kept), 0);
    tamper_from_kept(site, "UPDATE seal SET start = (SELECT start FROM"
                           " kept.seal); DELETE FROM audit WHERE id <="
                           " (SELECT min(id) - 1 FROM kept.audit)");
    assert_int_equal(reopen(site), STATUS_INVALID);
}

static void a_start_of_another_store_is_found(void **state)
{
    struct site *site = *state;
    struct site other = *site;
    char other_path[128];

    /* With the same key, and as many records. */
    snprintf(other.path, sizeof(other.path), "%s/kept", site->top);
    snprintf(other_path, sizeof(other_path), "%s/other.anchor", site->top);
    other.place.anchor = other_path;
    other.retention = (struct retention){0};
    assert_int_equal(store_open(other.path, STORE_MAKE, &other.store),
                     STATUS_OK);
    assert_int_equal(seal_make(other.store, &other.place), STATUS_OK);
    fill(&other);
    remove_all(&other, DAYS(30), DAYS(100));
    close_store(&other);
    remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    tamper_from_kept(site, "UPDATE seal SET start = (SELECT start FROM"
                           " kept.seal)");
    assert_int_equal(reopen(site), STATUS_INVALID);
}

static void a_cut_while_it_is_open_loses_the_store(void **state)
{
    struct site *site = *state;

    tamper(site, "DELETE FROM audit WHERE id <= 100");
    assert_int_equal(store_write_begin(site->store), STATUS_UNAVAILABLE);
    assert_true(store_is_lost(site->store));
}

static void a_start_that_is_bent_while_it_is_open_loses_the_store(void **state)
{
    struct site *site = *state;

    remove_all(site, DAYS(30), DAYS(100));
    tamper(site, "UPDATE seal SET start = ''");
    assert_int_equal(store_write_begin(site->store), STATUS_UNAVAILABLE);
    assert_true(store_is_lost(site->store));
}

/* ---- Other acts on the seal ---- */

static void a_new_key_signs_the_start_anew(void **state)
{
    struct site *site = *state;
    int64_t start;

    start = remove_all(site, DAYS(30), DAYS(100));
    assert_int_equal(seal_rotate(site->store, &site->place), STATUS_OK);
    assert_int_equal(reopen(site), STATUS_OK);
    assert_int_equal(seal_last(site->store)->start, start);
    s_days = 200;
    append_records(site, RETENTION_RECORDS_MIN);
    assert_true(remove_all(site, DAYS(30), 0) > 0);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void accept(struct site *site)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();

    close_store(site);
    assert_int_equal(store_open(site->path, STORE_WRITE, &site->store),
                     STATUS_OK);
    assert_int_equal(seal_accept(site->store, &site->place, &report),
                     STATUS_OK);
    assert_true(report.problems.size > 0);
}

/* Whoever accepts a cut gets a start that says so. */
static void a_cut_that_is_accepted_starts(void **state)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    struct site *site = *state;

    close_store(site);
    tamper(site, "DELETE FROM audit WHERE id <= 100");
    accept(site);
    assert_int_equal(seal_last(site->store)->start, 101);
    assert_int_equal(
        seal_look_audit(site->store, seal_key_of(site->store), &report),
        STATUS_OK);
    assert_int_equal(report.problems.size, 0);
    assert_int_equal(report.start.why, SEAL_START_ACCEPTED);
    assert_int_equal(report.n_records, RECORDS - 101);
    assert_int_equal(reopen(site), STATUS_OK);
    assert_true(remove_all(site, DAYS(30), DAYS(100)) > 0);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void an_older_database_that_is_accepted_has_its_own_start(void **state)
{
    struct site *site = *state;

    close_store(site);
    copy_file(site->path, site->kept);
    assert_int_equal(reopen(site), STATUS_OK);
    remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    copy_file(site->kept, site->path);
    assert_int_equal(reopen(site), STATUS_INVALID);
    accept(site);
    assert_int_equal(seal_last(site->store)->start, 0);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void a_retained_audit_is_accepted_under_a_new_key(void **state)
{
    struct site *site = *state;
    int64_t start;

    start = remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    assert_int_equal(unlink(site->key), 0);
    assert_int_equal(seal_key_make(site->key), STATUS_OK);
    assert_int_equal(reopen(site), STATUS_INVALID);
    accept(site);
    assert_int_equal(seal_last(site->store)->start, start);
    assert_int_equal(reopen(site), STATUS_OK);
}

/* ---- Offline ---- */

static void inspect(struct site *site, const char *anchor, int64_t start,
                    bool is_good)
{
    SCOPED(seal_found_clear) struct seal_found found = {0};
    char public[128];
    const struct seal_inspection what = {
        .file = site->path, .key = public, .anchor = anchor};

    snprintf(public, sizeof(public), "%s.pub", site->key);
    assert_int_equal(seal_inspect(&what, &found), STATUS_OK);
    assert_int_equal(found.report.problems.size == 0, is_good);
    assert_int_equal(found.report.start.from.id, start);
}

static void it_is_verified_offline_against_what_was_before(void **state)
{
    struct site *site = *state;
    int64_t start;
    char log[128];

    snprintf(log, sizeof(log), "%s/log", site->top);
    copy_file(site->anchor, log); /* before anything was removed */
    start = remove_all(site, DAYS(30), DAYS(100));
    close_store(site);
    inspect(site, site->anchor, start, true);
    inspect(site, log, start, true);
    copy_file(site->anchor, log);
    tamper(site, "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)");
    inspect(site, site->anchor, start, false);
    inspect(site, NULL, start, false);
}

static void a_start_reads_as_it_was_written_and_no_other(void **state)
{
    struct site *site = *state;
    OWNED(seal_key) key = NULL;
    struct seal_start read, start = {.from = {.id = 77},
                                     .time_ms = 1,
                                     .why = SEAL_START_TERM,
                                     .before_ms = 2};
    char text[SEAL_LINE_BYTES], bent[SEAL_LINE_BYTES];

    assert_int_equal(seal_key_open(site->key, &key), STATUS_OK);
    memset(start.store, 'a', 32);
    memset(start.from.hash, 'A', 64);
    memset(start.key, 'b', 16);
    assert_int_equal(seal_start_write(&start, key, text), STATUS_OK);
    assert_int_equal(seal_start_read(text_of(text), key, &read), STATUS_OK);
    assert_int_equal(read.from.id, 77);
    assert_int_equal(seal_start_write(&read, key, bent), STATUS_OK);
    assert_string_equal(bent, text);
    for (size_t i = 0; text[i]; i++) {
        memcpy(bent, text, sizeof(bent));
        bent[i] = (char)(bent[i] ^ 1);
        assert_int_not_equal(seal_start_read(text_of(bent), key, &read),
                             STATUS_OK);
        bent[i] = '\0';
        assert_int_not_equal(
            seal_start_read((struct text){bent, i + 1}, key, &read), STATUS_OK);
    }
}

#define SEALED(test)                                                           \
    cmocka_unit_test_setup_teardown(test, old_audit_set_up, old_audit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEALED(what_is_over_its_term_goes_but_the_last_stay),
        SEALED(what_is_within_its_term_stays),
        SEALED(a_clock_that_is_far_ahead_takes_not_all_away),
        SEALED(a_term_under_the_least_removes_nothing),
        SEALED(a_slice_leaves_a_record_of_what_it_removed),
        SEALED(what_may_not_go_yet_is_held),
        SEALED(what_is_undone_removes_nothing),
        SEALED(a_record_that_does_not_fit_ends_it),
        SEALED(a_cut_without_a_start_is_found),
        SEALED(a_longer_cut_than_the_signed_one_is_found),
        SEALED(a_start_that_is_taken_out_or_bent_is_found),
        SEALED(an_older_start_with_its_records_is_found),
        SEALED(a_future_start_is_found),
        SEALED(a_start_of_another_store_is_found),
        SEALED(a_cut_while_it_is_open_loses_the_store),
        SEALED(a_start_that_is_bent_while_it_is_open_loses_the_store),
        SEALED(a_new_key_signs_the_start_anew),
        SEALED(a_cut_that_is_accepted_starts),
        SEALED(an_older_database_that_is_accepted_has_its_own_start),
        SEALED(a_retained_audit_is_accepted_under_a_new_key),
        SEALED(it_is_verified_offline_against_what_was_before),
        SEALED(a_start_reads_as_it_was_written_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/store/seal_inspect.h"

/* Time that passes with each look at the clock, in place of the C library's. */
static time_t s_hurry_s, s_hurried_s;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const long result = syscall(SYS_clock_gettime, clock, now);

    if (clock == CLOCK_BOOTTIME)
        now->tv_sec += s_hurried_s += s_hurry_s;
    return (int)result;
}

/* What a seal covers is judged by reading the store anew, after it was closed:
 * every way in which SQLite changes rows must have been followed. */

struct site {
    char top[64];
    char path[96], key[96], anchor[96];
    struct seal_place place;
    struct store *store;
};

static const char SCHEMA[] =
    "CREATE TABLE parent (row INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT UNIQUE) STRICT;"
    "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (row)"
    " ON DELETE CASCADE, name TEXT NOT NULL, value BLOB,"
    " PRIMARY KEY (parent, name)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX child_by_name ON child (name);"
    "CREATE TABLE trail (row INTEGER PRIMARY KEY, what TEXT) STRICT;"
    "CREATE TRIGGER follow AFTER INSERT ON child BEGIN"
    " INSERT INTO trail (what) VALUES (new.name); END;";

static const char *const tables[] = {"parent", "child", "trail", "number"};

static int set_up(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    strcpy(site->top, "/tmp/test_seal.XXXXXX");
    if (!mkdtemp(site->top))
        return -1;
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    if (store_open(site->path, STORE_MAKE, &site->store) != STATUS_OK ||
        seal_make(site->store, &site->place) != STATUS_OK ||
        store_write_begin(site->store) != STATUS_OK ||
        store_run_script(site->store, SCHEMA) != STATUS_OK ||
        store_write_commit(site->store) != STATUS_OK)
        return -1;
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        "site.db", "site.db-wal", "site.db-shm",  "key",
        "key.pub", "key.next",    "key.next.pub", "anchor"};
    struct site *site = *state;
    char path[160];

    store_free(site->store);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", site->top, names[i]);
        unlink(path);
    }
    rmdir(site->top);
    free(site);
    return 0;
}

static enum status run(struct site *site, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_text(site->store, text_of(sql), &stmt));
    return store_run(stmt);
}

static enum status reopen(struct site *site)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();

    store_free(site->store);
    site->store = NULL;
    TRY(store_open(site->path, STORE_WRITE, &site->store));
    return seal_open(site->store, &site->place, &report);
}

static void assert_followed(struct site *site)
{
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(seal_check_tables(site->store, tables, ARRAY_SIZE(tables)),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void change(struct site *site, const char *const *statements, size_t n)
{
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(run(site, statements[i]), STATUS_OK);
    assert_int_equal(seal_check_tables(site->store, tables, ARRAY_SIZE(tables)),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(reopen(site), STATUS_OK);
}

#define CHANGE(site, ...)                                                      \
    change(site, (const char *const[]){__VA_ARGS__},                           \
           ARRAY_SIZE(((const char *const[]){__VA_ARGS__})))

static void every_kind_of_statement_is_followed(void **state)
{
    struct site *site = *state;

    CHANGE(site, "INSERT INTO parent (name) VALUES ('a'), ('b'), ('c'), (NULL)",
           "INSERT INTO child VALUES (1, 'x', x'00FF'), (1, 'y', NULL),"
           " (2, 'x', x'')");
    CHANGE(site, "UPDATE parent SET name = name || '1' WHERE row < 3");
    CHANGE(site, "UPDATE child SET name = name || 'z', value = x'01'");
    CHANGE(site, "UPDATE parent SET row = 40 WHERE row = 4");
    CHANGE(site, "INSERT OR REPLACE INTO parent (row, name) VALUES (3, 'd')");
    CHANGE(site, "INSERT OR REPLACE INTO parent (row, name) VALUES (9, 'd')");
    CHANGE(site, "INSERT OR IGNORE INTO parent (name) VALUES ('d'), ('e')");
    CHANGE(site, "INSERT INTO child VALUES (1, 'xz', x'07')"
                 " ON CONFLICT DO UPDATE SET value = excluded.value");
    CHANGE(site, "REPLACE INTO child SELECT parent, name, x'09' FROM child");
    CHANGE(site, "DELETE FROM parent WHERE row = 1"); /* and its children */
    CHANGE(site, "DELETE FROM trail");                /* all at once */
    CHANGE(site, "DELETE FROM child", "DELETE FROM parent");
    CHANGE(site, "INSERT INTO parent (name) VALUES ('after')");
}

static void what_is_undone_is_followed(void **state)
{
    struct site *site = *state;

    CHANGE(site, "INSERT INTO parent (name) VALUES ('a'), ('b')");
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO child VALUES (1, 'kept', NULL)"),
                     STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "DELETE FROM parent"), STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO parent (name) VALUES ('in')"),
                     STATUS_OK);
    assert_int_equal(store_part_keep(site->store), STATUS_OK);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO parent (name) VALUES ('kept')"),
                     STATUS_OK);
    assert_int_equal(store_part_keep(site->store), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_followed(site);
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "DELETE FROM parent"), STATUS_OK);
    store_write_rollback(site->store);
    assert_followed(site);
}

/* What the inner part alone has changed, as a dry run of many rows does. */
static void what_is_kept_and_then_undone_is_followed(void **state)
{
    struct site *site = *state;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO parent (name) VALUES ('in')"),
                     STATUS_OK);
    assert_int_equal(store_part_keep(site->store), STATUS_OK);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_followed(site);
}

/* A statement that fails at its third row leaves none of the first two. */
static void what_fails_halfway_is_followed(void **state)
{
    struct site *site = *state;

    CHANGE(site, "INSERT INTO parent (name) VALUES ('a'), ('b')");
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(
        run(site, "INSERT INTO parent (name) VALUES ('x'), ('y'), ('a')"),
        STATUS_CONFLICT);
    assert_int_equal(run(site, "UPDATE parent SET name = 'same'"),
                     STATUS_CONFLICT);
    assert_int_equal(run(site, "INSERT INTO child VALUES (1, 'n', NULL),"
                               " (99, 'n', NULL)"),
                     STATUS_CONFLICT);
    assert_int_equal(run(site, "INSERT INTO parent (name) VALUES ('z')"),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_followed(site);
}

/* A number that no row has got has been given all the same. */
static void a_number_without_a_row_is_followed(void **state)
{
    static const char *const changes[] = {
        "INSERT INTO parent (name) VALUES ('a')",
        "UPDATE parent SET name = 'b'",
        "INSERT OR IGNORE INTO parent (name) VALUES ('b')",
        ("INSERT INTO parent (name) VALUES ('b')"
         " ON CONFLICT (name) DO UPDATE SET name = 'c'"),
        "DELETE FROM parent",
        "INSERT INTO parent (name) VALUES ('d')",
    };
    struct site *site = *state;

    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        assert_int_equal(store_write_begin(site->store), STATUS_OK);
        assert_int_equal(run(site, changes[i]), STATUS_OK);
        assert_int_equal(store_write_commit(site->store), STATUS_OK);
    }
    assert_followed(site);
}

/* Whatever comes after whatever, with a plain generator. */
static void any_sequence_is_followed(void **state)
{
    struct site *site = *state;
    uint32_t dice = 20260903;

    for (int round = 0; round < 40; round++) {
        assert_int_equal(store_write_begin(site->store), STATUS_OK);
        for (int i = 0; i < 25; i++) {
            char sql[160];
            unsigned what, one, two;

            dice = dice * 1664525u + 1013904223u;
            what = dice >> 28;
            one = dice >> 20 & 15;
            two = dice >> 12 & 15;
            if (what < 3)
                snprintf(sql, sizeof(sql),
                         "INSERT INTO parent (name) VALUES ('n%u')", one);
            else if (what < 6)
                snprintf(sql, sizeof(sql),
                         "REPLACE INTO parent VALUES (%u, 'n%u')", one, two);
            else if (what < 10)
                snprintf(sql, sizeof(sql),
                         "REPLACE INTO child VALUES (%u, 'c%u', x'0%X')", one,
                         two, one);
            else if (what < 12)
                snprintf(sql, sizeof(sql),
                         "UPDATE child SET name = name || 'u' WHERE parent >"
                         " %u",
                         one);
            else if (what < 14)
                snprintf(sql, sizeof(sql), "DELETE FROM parent WHERE row = %u",
                         one);
            else
                snprintf(sql, sizeof(sql),
                         "DELETE FROM child WHERE name LIKE"
                         " 'c%u%%'",
                         two);
            if (what % 3 == 0)
                assert_int_equal(store_part_begin(site->store), STATUS_OK);
            (void)!run(site, sql); /* conflicts are part of it */
            if (what % 3 == 0)
                assert_int_equal(two & 1 ? store_part_undo(site->store)
                                         : store_part_keep(site->store),
                                 STATUS_OK);
        }
        if (round % 5 == 4)
            store_write_rollback(site->store);
        else
            assert_int_equal(store_write_commit(site->store), STATUS_OK);
        assert_followed(site);
    }
}

/* ---- Around it ---- */

static void a_change_of_nothing_makes_no_checkpoint(void **state)
{
    struct site *site = *state;
    const int64_t serial = seal_last(site->store)->serial;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(seal_last(site->store)->serial, serial);
    CHANGE(site, "INSERT INTO parent (name) VALUES ('a')");
    assert_int_equal(seal_last(site->store)->serial, serial + 1);
}

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    const int in = open(from, O_RDONLY);
    const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const ssize_t size = read(in, bytes, sizeof(bytes));

    assert_true(size > 0 && write(out, bytes, (size_t)size) == size);
    close(in);
    close(out);
}

/* A stop after any step: the old key with the new beside it, and the anchor
 * as it was before or after. */
static void a_rotation_that_was_stopped_is_finished(void **state)
{
    struct site *site = *state;
    char old[128], anchor[128], next[128], next_public[128];

    snprintf(old, sizeof(old), "%s/old", site->top);
    snprintf(anchor, sizeof(anchor), "%s/anchor.old", site->top);
    snprintf(next, sizeof(next), "%s.next", site->key);
    snprintf(next_public, sizeof(next_public), "%s.next.pub", site->key);
    CHANGE(site, "INSERT INTO parent (name) VALUES ('a')");
    /* Stopped after the anchor, before it, and between the two names. */
    for (int stop = 0; stop < 3; stop++) {
        copy_file(site->key, old);
        copy_file(site->anchor, anchor);
        if (stop == 1) /* and a power cut before that */
            CHANGE(site, "DELETE FROM parent",
                   "INSERT INTO parent (name) VALUES ('a')");
        assert_int_equal(seal_rotate(site->store, &site->place), STATUS_OK);
        assert_int_equal(rename(site->key, next), 0);
        if (stop < 2)
            copy_file(next, next_public); /* its content is not looked at */
        assert_int_equal(rename(old, site->key), 0);
        if (stop == 1) {
            store_free(site->store);
            site->store = NULL;
            assert_int_equal(rename(anchor, site->anchor), 0);
        }
        assert_int_equal(reopen(site), STATUS_OK);
        assert_int_not_equal(access(next, F_OK), 0);
        assert_followed(site);
    }
    unlink(anchor);
}

/* As another program may: the rows and the schema stay. */
static void run_outside(struct site *site, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(site->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA writable_schema = on", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void an_index_that_lies_is_found_however_long_it_takes(void **state)
{
    struct site *site = *state;

    CHANGE(site, "INSERT INTO parent (name) VALUES ('a'), ('b')",
           "INSERT INTO child VALUES (1, 'x', NULL), (2, 'y', NULL)");
    s_hurry_s = 2;
    assert_int_equal(reopen(site), STATUS_OK);
    s_hurry_s = 0;
    store_free(site->store);
    site->store = NULL;
    run_outside(site,
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX"
                " child_by_name ON child (CASE name WHEN ''x'' THEN ''y'' "
                "ELSE ''x'' END)' WHERE name = 'child_by_name'");
    run_outside(site, "REINDEX child_by_name; UPDATE sqlite_schema SET sql ="
                      " 'CREATE INDEX child_by_name ON child (name)'"
                      " WHERE name = 'child_by_name'");
    assert_int_equal(reopen(site), STATUS_INVALID);
    s_hurry_s = 2;
    assert_int_equal(reopen(site), STATUS_INVALID);
    s_hurry_s = 0;
}

/* In one process, and not what was changed last: its tags are as old as each
 * table. */
static void only_what_others_changed_is_named(void **state)
{
    static const char *const statements[] = {
        "INSERT INTO parent (name) VALUES ('a'), ('b')",
        "INSERT INTO child VALUES (1, 'x', NULL)",
        "DELETE FROM child",
        "UPDATE parent SET name = name || '1'",
    };
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    struct site *site = *state;

    for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
        assert_int_equal(store_write_begin(site->store), STATUS_OK);
        assert_int_equal(store_part_begin(site->store), STATUS_OK);
        assert_int_equal(run(site, "DELETE FROM parent"), STATUS_OK);
        assert_int_equal(store_part_undo(site->store), STATUS_OK);
        assert_int_equal(run(site, statements[i]), STATUS_OK);
        assert_int_equal(store_write_commit(site->store), STATUS_OK);
        assert_int_equal(store_write_begin(site->store), STATUS_OK);
        assert_int_equal(run(site, "DELETE FROM trail"), STATUS_OK);
        store_write_rollback(site->store);
    }
    store_free(site->store);
    site->store = NULL;
    run_outside(site, "UPDATE trail SET what = 'y'");
    assert_int_equal(store_open(site->path, STORE_WRITE, &site->store),
                     STATUS_OK);
    assert_int_equal(seal_open(site->store, &site->place, &report),
                     STATUS_INVALID);
    buf_append_char(&report.problems, '\0');
    assert_non_null(strstr(buf_text(&report.problems).data, " in: trail\n"));
}

/* More than a start verifies, so that the chain alone does not find it. */
static void append_many_records(struct site *site)
{
    const struct audit_record record = {.event = "signin",
                                        .outcome = AUDIT_DONE};
    int64_t id = 0;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    while (id < 1200)
        assert_int_equal(audit_append(site->store, &record, &id), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

static void a_record_before_the_first_is_nobodys(void **state)
{
    struct site *site = *state;

    append_many_records(site);
    assert_int_equal(reopen(site), STATUS_OK);
    store_free(site->store);
    site->store = NULL;
    run_outside(site, "INSERT INTO audit SELECT 0, 0, 0, '', 'forged', 'dave',"
                      " '', '', '', 0, '', '', '', 'done', '', '', '',"
                      " 0, zeroblob(32), '', '', ''");
    assert_int_equal(reopen(site), STATUS_INVALID);
}

/* Root reads everybody's files; the key of anybody else is no secret. */
static void a_key_of_another_user_does_not_seal(void **state)
{
    SCOPED(seal_found_clear) struct seal_found found = {0};
    struct site *site = *state;
    const struct seal_inspection what = {
        .file = site->path, .key = site->key, .has_rows = true};

    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(site->key, 12345, (gid_t)-1), 0);
    assert_int_equal(reopen(site), STATUS_INVALID);
    /* To look is another matter: the provider may have a user of its own. */
    assert_int_equal(seal_inspect(&what, &found), STATUS_OK);
    assert_int_equal(found.report.problems.size, 0);
    assert_int_equal(chown(site->key, 0, (gid_t)-1), 0);
    assert_int_equal(reopen(site), STATUS_OK);
}

static void a_new_key_that_sealed_nothing_is_forgotten(void **state)
{
    struct site *site = *state;
    char next[128];

    snprintf(next, sizeof(next), "%s.next", site->key);
    assert_int_equal(seal_key_make(next), STATUS_OK);
    assert_int_equal(reopen(site), STATUS_OK);
    assert_int_not_equal(access(next, F_OK), 0);
    copy_file(site->key, next);
    assert_int_equal(truncate(next, 40), 0);
    assert_int_equal(reopen(site), STATUS_OK);
    assert_int_not_equal(access(next, F_OK), 0);
}

static void a_line_reads_as_it_was_written_and_no_other(void **state)
{
    struct site *site = *state;
    OWNED(seal_key) key = NULL;
    struct seal_line line, read;
    char text[SEAL_LINE_BYTES], bent[SEAL_LINE_BYTES];

    assert_int_equal(seal_key_open(site->key, &key), STATUS_OK);
    line = *seal_last(site->store);
    assert_int_equal(seal_line_write(&line, key, text), STATUS_OK);
    assert_int_equal(seal_line_read(text_of(text), key, &read), STATUS_OK);
    assert_int_equal(seal_line_write(&read, key, bent), STATUS_OK);
    assert_string_equal(bent, text);
    for (size_t i = 0; text[i]; i++) {
        memcpy(bent, text, sizeof(bent));
        bent[i] = (char)(bent[i] ^ 1);
        assert_int_not_equal(seal_line_read(text_of(bent), key, &read),
                             STATUS_OK);
        bent[i] = '\0';
        assert_int_not_equal(seal_line_read(text_of(bent), key, &read),
                             STATUS_OK);
    }
}

/* Behind SQLite's back: the bytes of a row, in the file. */
static void edit_file(const char *path, const char *from, const char *to)
{
    static char bytes[1 << 20];
    const int fd = open(path, O_RDWR);
    const ssize_t size = read(fd, bytes, sizeof(bytes));
    char *at =
        size > 0 ? memmem(bytes, (size_t)size, from, strlen(from)) : NULL;

    assert_non_null(at);
    assert_int_equal(pwrite(fd, to, strlen(to), at - bytes), strlen(to));
    close(fd);
}

/* What is read for a generation is compared with what was left there. */
static void pages_that_are_edited_in_place_are_found(void **state)
{
    struct site *site = *state;

    CHANGE(site, "INSERT INTO parent (name) VALUES ('somebody'), ('other')");
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(store_run_script(site->store, "PRAGMA shrink_memory"),
                     STATUS_OK);
    assert_int_equal(seal_check_tables(site->store, tables, ARRAY_SIZE(tables)),
                     STATUS_OK);
    assert_int_equal(store_run_script(site->store, "PRAGMA shrink_memory"),
                     STATUS_OK);
    edit_file(site->path, "somebody", "the king");
    assert_int_equal(seal_check_tables(site->store, tables, ARRAY_SIZE(tables)),
                     STATUS_INVALID);
    assert_true(store_is_lost(site->store));
    store_write_rollback(site->store);
    assert_int_equal(store_write_begin(site->store), STATUS_UNAVAILABLE);
}

/* ---- Tables that are followed by row ---- */

enum { LONG_ROWS = 1000, CHECKS_MAX = LONG_ROWS / 64 + 1 };

static const struct seal_followed followed[] = {{"trail", true},
                                                {"child", false}};

static enum status check_followed(struct site *site)
{
    return seal_check_followed(site->store, followed, ARRAY_SIZE(followed));
}

/* Follows a long table, with a row whose bytes are looked for. */
static void follow_long(struct site *site)
{
    char sql[160];

    snprintf(sql, sizeof(sql),
             "INSERT INTO trail (row, what) WITH RECURSIVE n (i) AS (VALUES (1)"
             " UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " SELECT i, 'row ' || i || '.' FROM n",
             LONG_ROWS);
    CHANGE(site, sql);
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(check_followed(site), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

/* A change that reads the file anew. What a script does may be anything: it is
 * in a change of its own. */
static void begin_without_pages(struct site *site)
{
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(store_run_script(site->store, "PRAGMA shrink_memory"),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
}

/* A row at a time is changed; how often until it is found that one is bent. */
static int count_checks(struct site *site)
{
    for (int n = 1; n <= 2 * CHECKS_MAX; n++) {
        enum status status;

        begin_without_pages(site);
        assert_int_equal(run(site, "UPDATE trail SET what = what || 'x'"
                                   " WHERE row = 1"),
                         STATUS_OK);
        status = check_followed(site);
        if (status != STATUS_OK) {
            store_write_rollback(site->store);
            return n;
        }
        assert_int_equal(store_write_commit(site->store), STATUS_OK);
    }
    return 0;
}

static void a_bent_row_of_a_long_table_is_found_soon(void **state)
{
    struct site *site = *state;
    int n;

    follow_long(site);
    edit_file(site->path, "row 777.", "row 666.");
    n = count_checks(site);
    assert_true(n > 0 && n <= CHECKS_MAX);
    assert_true(store_is_lost(site->store));
}

/* Whatever changes a row must find it as it was left. */
static void a_bent_row_is_found_by_what_changes_it(void **state)
{
    struct site *site = *state;

    follow_long(site);
    edit_file(site->path, "row 777.", "row 666.");
    begin_without_pages(site);
    assert_int_equal(run(site, "UPDATE trail SET what = what || 'x'"
                               " WHERE row = 777"),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_UNAVAILABLE);
    assert_true(store_is_lost(site->store));
}

/* When decisions rest on all rows, all are read. */
static void all_rows_are_compared_when_all_were_read(void **state)
{
    struct site *site = *state;

    follow_long(site);
    edit_file(site->path, "row 777.", "row 666.");
    begin_without_pages(site);
    seal_note_all_read(site->store);
    assert_int_equal(check_followed(site), STATUS_INVALID);
    store_write_rollback(site->store);
    assert_true(store_is_lost(site->store));
}

/* What a change that was undone left is what was there before. */
static void what_is_undone_is_followed_by_row(void **state)
{
    struct site *site = *state;

    follow_long(site);
    for (int n = 0; n < 2 * CHECKS_MAX; n++) {
        assert_int_equal(store_write_begin(site->store), STATUS_OK);
        assert_int_equal(run(site, "UPDATE trail SET what = 'kept' WHERE"
                                   " row % 10 = 1"),
                         STATUS_OK);
        assert_int_equal(store_part_begin(site->store), STATUS_OK);
        assert_int_equal(run(site, "DELETE FROM trail WHERE row % 10 < 3"),
                         STATUS_OK);
        assert_int_equal(run(site, "INSERT INTO trail (what) VALUES ('new')"),
                         STATUS_OK);
        assert_int_not_equal(run(site, "UPDATE trail SET row = row % 500 + 1"),
                             STATUS_OK);
        assert_int_equal(store_part_undo(site->store), STATUS_OK);
        assert_int_equal(check_followed(site), STATUS_OK);
        if (n % 3 == 0)
            store_write_rollback(site->store);
        else
            assert_int_equal(store_write_commit(site->store), STATUS_OK);
    }
}

#define SEALED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEALED(every_kind_of_statement_is_followed),
        SEALED(a_bent_row_of_a_long_table_is_found_soon),
        SEALED(a_bent_row_is_found_by_what_changes_it),
        SEALED(all_rows_are_compared_when_all_were_read),
        SEALED(what_is_undone_is_followed_by_row),
        SEALED(what_is_undone_is_followed),
        SEALED(what_is_kept_and_then_undone_is_followed),
        SEALED(what_fails_halfway_is_followed),
        SEALED(a_number_without_a_row_is_followed),
        SEALED(any_sequence_is_followed),
        SEALED(pages_that_are_edited_in_place_are_found),
        SEALED(a_change_of_nothing_makes_no_checkpoint),
        SEALED(a_rotation_that_was_stopped_is_finished),
        SEALED(an_index_that_lies_is_found_however_long_it_takes),
        SEALED(only_what_others_changed_is_named),
        SEALED(a_record_before_the_first_is_nobodys),
        SEALED(a_key_of_another_user_does_not_seal),
        SEALED(a_new_key_that_sealed_nothing_is_forgotten),
        SEALED(a_line_reads_as_it_was_written_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

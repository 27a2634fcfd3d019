#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/base/clock.h"
#include "provider/base/whole.h"
#include "provider/store/archive/archive_look.h"
#include "provider/store/archive/archive_make.h"
#include "provider/store/seal_key.h"
#include "tests/unit/store/old_audit.h"

/* ---- Making ---- */

static struct archive_order everything(const struct site *site)
{
    return (struct archive_order){
        .directory = site->top, .before_ms = INT64_MAX, .last = OLD};
}

/* As the daemon does: by a connection that reads. */
static enum status make(const struct site *site,
                        const struct archive_order *order, int64_t *last_out)
{
    OWNED(store) reader = NULL;

    TRY(store_open(site->path, STORE_READ, &reader));
    return archive_make(reader, seal_key_of(site->store), order, last_out);
}

static int64_t make_up_to(const struct site *site, int64_t last)
{
    struct archive_order order = everything(site);
    int64_t made = 0;

    order.last = last;
    assert_int_equal(make(site, &order, &made), STATUS_OK);
    return made;
}

/* The archive that begins with a record. */
static const char *path_of(const struct site *site, int64_t first,
                           char out[400])
{
    DIR *top = opendir(site->top);
    const struct dirent *entry;
    char part[32];

    snprintf(part, sizeof(part), "-%012lld-", (long long)first);
    out[0] = '\0';
    while ((entry = readdir(top)) != NULL)
        if (strncmp(entry->d_name, "audit-", 6) == 0 &&
            strstr(entry->d_name, part))
            snprintf(out, 400, "%s/%s", site->top, entry->d_name);
    closedir(top);
    assert_true(*out);
    return out;
}

static void remove_up_to(struct site *site, int64_t up_to)
{
    do
        slice_up_to(site, DAYS(30), DAYS(100), up_to);
    while (seal_last(site->store)->start < up_to);
}

/* ---- Looking ---- */

static struct archive_chain look_at(const struct site *site, const char *file,
                                    const char *const *files, size_t n)
{
    struct archive_chain chain;
    const struct archive_inspection what = {
        .files = files, .n_files = n, .key = site->key, .file = file};

    assert_int_equal(archive_chain_look(&what, &chain), STATUS_OK);
    buf_append_char(&chain.problems, '\0');
    return chain;
}

/* Nothing is found: "" is the whole text. */
static void finds(const struct site *site, const char *file,
                  const char *const *files, size_t n, const char *problem)
{
    SCOPED(archive_chain_clear)
    struct archive_chain chain = look_at(site, file, files, n);
    const char *said = buf_text(&chain.problems).data;

    if (*problem ? !strstr(said, problem) : *said)
        print_error("said: %s", said);
    assert_true(*problem ? strstr(said, problem) != NULL : *said == '\0');
}

static void read_file(const char *path, struct buf *out)
{
    const int fd = open(path, O_RDONLY);

    assert_int_equal(whole_read(fd, out), STATUS_OK);
    close(fd);
}

static void write_file(const char *path, struct text bytes)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(fd, bytes.data, bytes.size), bytes.size);
    close(fd);
}

/* ---- Tests ---- */

static void what_is_archived_is_all_of_it(void **state)
{
    struct site *site = *state;
    SCOPED(archive_chain_clear) struct archive_chain chain = {0};
    char path[400];
    const char *files[] = {path};

    assert_int_equal(make_up_to(site, OLD), OLD);
    path_of(site, 1, path);
    chain = look_at(site, site->path, files, 1);
    assert_string_equal(buf_text(&chain.problems).data, "");
    assert_int_equal(chain.behind, 0);
    assert_int_equal(chain.last, OLD);
    assert_int_equal(chain.n_signed, 1);
    assert_true(chain.joins);
    remove_up_to(site, OLD);
    finds(site, site->path, files, 1, "");
}

static void one_continues_the_other(void **state)
{
    struct site *site = *state;
    char paths[3][400];
    const char *all[] = {paths[0], paths[1], paths[2]};
    const char *turned[] = {paths[2], paths[0], paths[1]};
    const char *gap[] = {paths[0], paths[2]};
    const char *twice[] = {paths[0], paths[0]};

    for (int i = 0; i < 3; i++) {
        make_up_to(site, 100 * (i + 1));
        path_of(site, 100 * i + 1, paths[i]);
        finds(site, site->path, &all[i], 1, "");
        remove_up_to(site, 100 * (i + 1));
    }
    finds(site, site->path, all, 3, "");
    finds(site, site->path, turned, 3, "");
    finds(site, NULL, all, 2, "");
    finds(site, site->path, all, 2, "records 201 to 300 are missing");
    finds(site, NULL, gap, 2, "records 101 to 200 are missing");
    finds(site, NULL, twice, 2, "both have record 1");
}

static void one_that_is_there_already_is_taken(void **state)
{
    struct site *site = *state;
    struct archive_order order = everything(site);
    char path[400];
    struct stat before, after;
    int64_t last = 0;

    make_up_to(site, 200);
    path_of(site, 1, path);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(make(site, &order, &last), STATUS_OK);
    assert_int_equal(last, 200);
    remove_up_to(site, 100); /* half of it, and then the provider ends */
    assert_int_equal(reopen(site), STATUS_OK);
    assert_int_equal(make(site, &order, &last), STATUS_OK);
    assert_int_equal(last, 200);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    remove_up_to(site, 200);
    assert_int_equal(make(site, &order, &last), STATUS_OK);
    assert_int_equal(last, OLD);
}

/* Nothing of it is removed then: what should be elsewhere is not. */
static void one_that_was_changed_is_not_taken(void **state)
{
    struct site *site = *state;
    struct archive_order order = everything(site);
    SCOPED(buf_free) struct buf whole = buf_make(1 << 22);
    char path[400];
    int64_t last = 0;

    make_up_to(site, 200);
    path_of(site, 1, path);
    read_file(path, &whole);
    write_file(path, (struct text){buf_text(&whole).data, whole.size / 2});
    assert_int_equal(make(site, &order, &last), STATUS_CONFLICT);
    assert_int_equal(last, 0);
    write_file(path, buf_text(&whole));
    assert_int_equal(make(site, &order, &last), STATUS_OK);
}

static void what_is_not_old_or_not_free_is_not_archived(void **state)
{
    struct site *site = *state;
    struct archive_order order = everything(site);
    int64_t last = 0;

    order.before_ms = 0;
    assert_int_equal(make(site, &order, &last), STATUS_END);
    order.before_ms = clock_wall_ms() - DAYS(50);
    order.last = INT64_MAX;
    assert_int_equal(make(site, &order, &last), STATUS_OK);
    assert_int_equal(last, OLD);
}

static void without_a_place_nothing_is_archived(void **state)
{
    struct site *site = *state;
    struct archive_order order = everything(site);
    int64_t last = 0;

    order.directory = "/nowhere/at/all";
    assert_int_equal(make(site, &order, &last), STATUS_UNAVAILABLE);
    assert_int_equal(last, 0);
}

/* ---- What somebody does to a file ---- */

struct change {
    const char *what;
    void (*make)(struct buf *out, struct text whole);
    const char *problem;
};

/* The bytes behind so many lines. */
static size_t lines(struct text whole, int n)
{
    size_t at = 0;

    for (; n > 0; n--)
        at = (size_t)((const char *)memchr(whole.data + at, '\n',
                                           whole.size - at) -
                      whole.data) +
             1;
    return at;
}

static void put(struct buf *out, struct text whole, size_t from, size_t to)
{
    buf_append(out, whole.data + from, to - from);
}

static void leave_out_one(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 50));
    put(out, whole, lines(whole, 51), whole.size);
}

static void swap_two(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 50));
    put(out, whole, lines(whole, 51), lines(whole, 52));
    put(out, whole, lines(whole, 50), lines(whole, 51));
    put(out, whole, lines(whole, 52), whole.size);
}

static void repeat_one(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 51));
    put(out, whole, lines(whole, 50), whole.size);
}

/* Another word of the same length, in record 50. */
static void change_one(struct buf *out, struct text whole)
{
    const size_t from = lines(whole, 50);
    char *at;

    put(out, whole, 0, whole.size);
    at = memmem(out->data + from, 400, "alice", 5);
    memcpy(at, "mallo", 5);
}

static void add_a_member(struct buf *out, struct text whole)
{
    const size_t from = lines(whole, 50);

    put(out, whole, 0, from + 1);
    buf_append_string(out, "\"note\":\"by others\",");
    put(out, whole, from + 1, whole.size);
}

static void cut_the_end(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 100));
}

static void cut_in_a_line(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 100) + 9);
}

static void cut_but_the_seal(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 100));
    put(out, whole, lines(whole, 201), whole.size);
}

static void cut_the_beginning(struct buf *out, struct text whole)
{
    put(out, whole, 0, lines(whole, 1));
    put(out, whole, lines(whole, 10), whole.size);
}

static void change_the_seal(struct buf *out, struct text whole)
{
    put(out, whole, 0, whole.size);
    out->data[whole.size - 4] = out->data[whole.size - 4] == '0' ? '1' : '0';
}

static void add_behind(struct buf *out, struct text whole)
{
    put(out, whole, 0, whole.size);
    put(out, whole, lines(whole, 1), lines(whole, 2));
}

static void empty(struct buf *out, struct text whole)
{
    (void)out;
    (void)whole;
}

static void every_change_of_a_file_is_found(void **state)
{
    static const struct change changes[] = {
        {"left out", leave_out_one, "it is broken at record 50"},
        {"swapped", swap_two, "it is broken at record 50"},
        {"repeated", repeat_one, "it is broken at record 51"},
        {"changed", change_one, "it is broken at record 50"},
        {"more in it", add_a_member, "it is broken at record 50"},
        {"cut", cut_the_end, "it was cut behind record 99"},
        {"cut in a line", cut_in_a_line, "it was cut within a line"},
        {"cut, sealed", cut_but_the_seal, "its seal is that of other records"},
        {"begins later", cut_the_beginning, "it is broken at record 1"},
        {"seal", change_the_seal, "its seal was changed"},
        {"more", add_behind, "there is more behind its seal"},
        {"empty", empty, "it is no archive"},
    };
    struct site *site = *state;
    SCOPED(buf_free) struct buf whole = buf_make(1 << 22);
    char path[400];
    const char *files[] = {path};

    make_up_to(site, 200);
    path_of(site, 1, path);
    read_file(path, &whole);
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        SCOPED(buf_free) struct buf bent = buf_make(1 << 22);

        changes[i].make(&bent, buf_text(&whole));
        write_file(path, buf_text(&bent));
        finds(site, NULL, files, 1, changes[i].problem);
    }
    write_file(path, buf_text(&whole));
    finds(site, NULL, files, 1, "");
}

static void a_store_that_goes_on_otherwise_is_found(void **state)
{
    struct site *site = *state;
    struct site *other;
    char path[400];
    const char *files[] = {path};
    void *made = NULL;

    make_up_to(site, OLD);
    path_of(site, 1, path);
    assert_int_equal(old_audit_set_up(&made), 0);
    other = made;
    finds(other, NULL, files, 1, "signed by another key");
    finds(other, other->path, files, 1, "of another store");
    old_audit_tear_down(&made);
}

/* The next one has its hash, and is signed with the new key. */
static void an_earlier_key_is_proved_by_what_continues_it(void **state)
{
    struct site *site = *state;
    char paths[2][400];
    const char *files[] = {paths[0], paths[1]};

    make_up_to(site, 100);
    path_of(site, 1, paths[0]);
    remove_up_to(site, 100);
    assert_int_equal(seal_rotate(site->store, &site->place), STATUS_OK);
    assert_int_equal(reopen(site), STATUS_OK);
    finds(site, NULL, files, 1, "signed by another key");
    finds(site, site->path, files, 1, "");
    make_up_to(site, 200);
    path_of(site, 101, paths[1]);
    finds(site, NULL, files, 2, "");
}

/* As somebody with the file and a database tool would. */
static void tamper(struct site *site, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(site->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Its hash of the archive's last record may be what somebody put there. */
static void a_store_that_was_altered_proves_nothing(void **state)
{
    struct site *site = *state;
    char path[400];
    const char *files[] = {path};

    make_up_to(site, 100);
    path_of(site, 1, path);
    assert_int_equal(seal_rotate(site->store, &site->place), STATUS_OK);
    finds(site, site->path, files, 1, "");
    tamper(site, "UPDATE audit SET hash = zeroblob(32) WHERE id = 300");
    finds(site, site->path, files, 1, "signed by another key");
    finds(site, site->path, files, 1, "its audit is broken at record 300");
}

/* What whoever checks it has memory for says nothing of the site. */
static void a_line_without_an_end_is_refused(void **state)
{
    struct site *site = *state;
    char path[400];
    const char *files[] = {path};

    make_up_to(site, 200);
    path_of(site, 1, path);
    assert_int_equal(truncate(path, (off_t)1 << 30), 0); /* zeros */
    finds(site, NULL, files, 1, "longer than any record");
}

/* Bytes that are no text come back as they were. */
static void what_is_no_text_is_kept_too(void **state)
{
    struct site *site = *state;
    const struct audit_record record = {
        .event = "signin",
        .user = (struct text){"\xff\0\"\\\n\xc3\x28", 7},
        .detail = TEXT("{\"a\":\"\\u00e4 \xc3\xa4\"}"),
        .outcome = AUDIT_REFUSED};
    char path[400];
    const char *files[] = {path};
    int64_t id;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(audit_append(site->store, &record, &id), STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(make_up_to(site, id), id);
    path_of(site, 1, path);
    finds(site, site->path, files, 1, "");
}

#define IN_A_SITE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, old_audit_set_up, old_audit_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_SITE(what_is_archived_is_all_of_it),
        IN_A_SITE(one_continues_the_other),
        IN_A_SITE(one_that_is_there_already_is_taken),
        IN_A_SITE(one_that_was_changed_is_not_taken),
        IN_A_SITE(what_is_not_old_or_not_free_is_not_archived),
        IN_A_SITE(without_a_place_nothing_is_archived),
        IN_A_SITE(every_change_of_a_file_is_found),
        IN_A_SITE(a_store_that_goes_on_otherwise_is_found),
        IN_A_SITE(an_earlier_key_is_proved_by_what_continues_it),
        IN_A_SITE(a_store_that_was_altered_proves_nothing),
        IN_A_SITE(a_line_without_an_end_is_refused),
        IN_A_SITE(what_is_no_text_is_kept_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

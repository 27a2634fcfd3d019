#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/store/policy_room.h"

#define DIGEST_A                                                               \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B                                                               \
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static int open_store(void **state)
{
    struct store *store;

    if (store_open(":memory:", STORE_WRITE, &store) != STATUS_OK)
        return -1;
    *state = store;
    return store_write_begin(store) == STATUS_OK ? 0 : -1;
}

static int close_store(void **state)
{
    store_free(*state);
    return 0;
}

static int64_t add(struct store *store, const char *origin, const char *digest)
{
    struct policy_version version = {.time_s = 1800000000, .author = "alice"};

    snprintf(version.origin, sizeof(version.origin), "%s", origin);
    snprintf(version.digest, sizeof(version.digest), "%s", digest);
    assert_int_equal(policy_version_add(store, &version), STATUS_OK);
    return version.number;
}

static int64_t count_of(struct store *store, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare_text(store, text_of(sql), &stmt), STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    return store_int(stmt, 0);
}

static void numbers_grow_and_the_newest_is_found(void **state)
{
    struct store *store = *state;
    struct policy_version found;

    assert_int_equal(policy_version_newest(store, NULL, &found), STATUS_OK);
    assert_int_equal(found.number, 0);
    assert_int_equal(add(store, "directory", DIGEST_A), 1);
    assert_int_equal(add(store, "console", DIGEST_B), 2);
    assert_int_equal(policy_version_newest(store, NULL, &found), STATUS_OK);
    assert_int_equal(found.number, 2);
    assert_string_equal(found.author, "alice");
    assert_string_equal(found.digest, DIGEST_B);
    assert_int_equal(policy_version_newest(store, "directory", &found),
                     STATUS_OK);
    assert_int_equal(found.number, 1);
    assert_int_equal(policy_version_find(store, 3, &found), STATUS_NOT_FOUND);
}

struct files {
    char text[256];
    size_t n;
};

static enum status note(void *context, struct policy_file file)
{
    struct files *files = context;
    const size_t at = strlen(files->text);

    files->n++;
    snprintf(files->text + at, sizeof(files->text) - at, "%.*s=%.*s;",
             (int)file.name.size, file.name.data, (int)file.text.size,
             file.text.data);
    return STATUS_OK;
}

static void sets_share_the_texts_they_have_in_common(void **state)
{
    const struct policy_file a[] = {{TEXT("one.yaml"), TEXT("same")},
                                    {TEXT("two.yaml"), TEXT("a")}};
    const struct policy_file b[] = {{TEXT("one.yaml"), TEXT("same")},
                                    {TEXT("two.yaml"), TEXT("b")}};
    struct store *store = *state;
    struct files found = {.n = 0};

    for (int i = 0; i < 2; i++) {
        assert_int_equal(policy_files_put(store, DIGEST_A, a, 2), STATUS_OK);
        assert_int_equal(policy_files_put(store, DIGEST_B, b, 2), STATUS_OK);
    }
    assert_int_equal(count_of(store, "SELECT count(*) FROM policy_text"), 3);
    assert_int_equal(policy_files_visit(store, DIGEST_B, note, &found),
                     STATUS_OK);
    assert_string_equal(found.text, "one.yaml=same;two.yaml=b;");
    assert_int_equal(policy_files_visit(store, "none", note, &found),
                     STATUS_NOT_FOUND);
}

static void what_no_longer_waits_leaves_no_files(void **state)
{
    const struct policy_file kept[] = {{TEXT("one.yaml"), TEXT("kept")}};
    const struct policy_file gone[] = {{TEXT("one.yaml"), TEXT("gone")}};
    struct policy_waiting waiting = {
        .version = {.time_s = 5, .author = "alice", .digest = DIGEST_A},
        .plan_digest = DIGEST_B};
    struct policy_waiting found;
    struct store *store = *state;

    assert_int_equal(policy_files_put(store, DIGEST_A, gone, 1), STATUS_OK);
    assert_int_equal(policy_files_put(store, DIGEST_B, kept, 1), STATUS_OK);
    add(store, "console", DIGEST_B);
    assert_int_equal(policy_waiting_put(store, &waiting), STATUS_OK);
    assert_int_equal(policy_waiting_find(store, text_of(DIGEST_A), &found),
                     STATUS_OK);
    assert_string_equal(found.plan_digest, DIGEST_B);
    assert_string_equal(found.version.author, "alice");
    assert_int_equal(policy_waiting_drop(store, DIGEST_A), STATUS_OK);
    assert_int_equal(policy_waiting_find(store, text_of(DIGEST_A), &found),
                     STATUS_NOT_FOUND);
    assert_int_equal(count_of(store, "SELECT count(*) FROM policy_text"), 1);
    assert_int_equal(count_of(store, "SELECT count(*) FROM policy_file"), 1);
    snprintf(waiting.version.digest, sizeof(waiting.version.digest), "%s",
             DIGEST_B);
    assert_int_equal(policy_waiting_put(store, &waiting), STATUS_OK);
    assert_int_equal(policy_waiting_drop(store, DIGEST_B), STATUS_OK);
    assert_int_equal(count_of(store, "SELECT count(*) FROM policy_file"), 1);
}

static void only_so_many_wait_at_once(void **state)
{
    struct policy_waiting waiting = {.version = {.digest = DIGEST_A}};
    struct store *store = *state;

    for (int i = 0; i < POLICY_WAITING_MAX; i++) {
        snprintf(waiting.version.digest, sizeof(waiting.version.digest),
                 "%064d", i);
        snprintf(waiting.version.author, sizeof(waiting.version.author),
                 "author %d", i / POLICY_WAITING_AUTHOR_MAX);
        assert_int_equal(policy_waiting_put(store, &waiting), STATUS_OK);
    }
    assert_int_equal(policy_waiting_put(store, &waiting), STATUS_OK);
    memset(waiting.version.digest, 'c', 64);
    strcpy(waiting.version.author, "another");
    assert_int_equal(policy_waiting_put(store, &waiting), STATUS_LIMIT);
}

static void one_author_waits_only_so_often_and_replaces_nobody(void **state)
{
    struct policy_waiting waiting = {.version = {.author = "mallory"}};
    struct store *store = *state;

    for (int i = 0; i <= POLICY_WAITING_AUTHOR_MAX; i++) {
        snprintf(waiting.version.digest, sizeof(waiting.version.digest),
                 "%064d", i);
        assert_int_equal(policy_waiting_put(store, &waiting),
                         i < POLICY_WAITING_AUTHOR_MAX ? STATUS_OK
                                                       : STATUS_LIMIT);
    }
    strcpy(waiting.version.author, "alice");
    assert_int_equal(policy_waiting_put(store, &waiting), STATUS_OK);
    snprintf(waiting.version.digest, sizeof(waiting.version.digest), "%064d",
             1);
    assert_int_equal(policy_waiting_put(store, &waiting), STATUS_CONFLICT);
}

/* ---- Bounds ---- */

enum { NOW = 1800000000 }; /* when add() adds */

static void one_author_adds_only_so_many_in_a_minute(void **state)
{
    struct store *store = *state;

    for (int i = 0; i < POLICY_RATE_VERSIONS; i++) {
        assert_int_equal(policy_room_check(store, "alice", 0, NOW), STATUS_OK);
        add(store, "console", DIGEST_A);
    }
    assert_int_equal(policy_room_check(store, "alice", 0, NOW), STATUS_LIMIT);
    assert_int_equal(policy_room_check(store, "bob", 0, NOW), STATUS_OK);
    assert_int_equal(policy_room_check(store, "alice", 0, NOW + POLICY_RATE_S),
                     STATUS_OK);
}

/* A set of one file of n letters, under a digest of its own. */
static void put_large(struct store *store, char letter, size_t n)
{
    SCOPED(memory_drop) char *text = malloc(n);
    char digest[POLICY_DIGEST_BYTES];
    struct policy_file file = {TEXT("site.yaml"), {text, n}};

    assert_non_null(text);
    memset(text, letter, n);
    snprintf(digest, sizeof(digest), "%064d", letter);
    assert_int_equal(policy_files_put(store, digest, &file, 1), STATUS_OK);
    add(store, "console", digest);
}

static void one_author_adds_only_so_much_in_a_minute(void **state)
{
    struct store *store = *state;

    put_large(store, 'a', POLICY_RATE_BYTES / 2);
    assert_int_equal(
        policy_room_check(store, "alice", POLICY_RATE_BYTES / 2, NOW),
        STATUS_OK);
    put_large(store, 'b', POLICY_RATE_BYTES / 2);
    assert_int_equal(policy_room_check(store, "alice", 1, NOW), STATUS_LIMIT);
    assert_int_equal(policy_room_check(store, "bob", 1, NOW), STATUS_OK);
    assert_int_equal(policy_room_check(store, "alice", 1, NOW + POLICY_RATE_S),
                     STATUS_OK);
}

static void the_oldest_go_but_what_runs_and_what_the_host_said(void **state)
{
    struct store *store = *state;
    struct policy_version found;

    add(store, "directory", DIGEST_A);
    for (int i = 0; i < POLICY_VERSIONS_MAX + 10; i++)
        add(store, "console", DIGEST_B);
    assert_int_equal(policy_room_make(store), STATUS_OK);
    assert_int_equal(count_of(store, "SELECT count(*) FROM policy_version"),
                     POLICY_VERSIONS_MAX);
    assert_int_equal(policy_version_newest(store, "directory", &found),
                     STATUS_OK);
    assert_int_equal(found.number, 1);
    assert_int_equal(policy_version_newest(store, NULL, &found), STATUS_OK);
    assert_int_equal(found.number, POLICY_VERSIONS_MAX + 11);
    for (char c = 'a'; c < 'a' + 10; c++)
        put_large(store, c, POLICY_KEPT_MAX_BYTES / 8);
    assert_int_equal(policy_room_make(store), STATUS_OK);
    assert_true(count_of(store, "SELECT sum(size) FROM policy_text") <=
                POLICY_KEPT_MAX_BYTES);
    assert_int_equal(policy_version_newest(store, "directory", &found),
                     STATUS_OK);
    assert_int_equal(found.number, 1);
}

static void pages_follow_each_other(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 16);
    struct json_writer w = json_writer_make(&out);
    struct store *store = *state;

    for (int i = 0; i < 5; i++)
        add(store, "console", DIGEST_A);
    assert_int_equal(policy_version_list(store, 0, 2, &w), STATUS_OK);
    buf_append_char(&out, '\0');
    assert_non_null(strstr(buf_text(&out).data, "\"version\":5"));
    assert_non_null(strstr(buf_text(&out).data, "\"next\":4"));
    buf_clear(&out);
    w = json_writer_make(&out);
    assert_int_equal(policy_version_list(store, 2, 2, &w), STATUS_OK);
    buf_append_char(&out, '\0');
    assert_non_null(strstr(buf_text(&out).data, "\"version\":1"));
    assert_null(strstr(buf_text(&out).data, "next"));
    assert_null(strstr(buf_text(&out).data, "gone"));
    assert_int_equal(policy_version_list(store, 0, 0, &w), STATUS_INVALID);
}

/* A history that was made room in does not look like a whole one. */
static void the_history_says_how_many_versions_are_gone(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 16);
    struct json_writer w = json_writer_make(&out);
    struct store *store = *state;

    for (int i = 0; i < POLICY_VERSIONS_MAX + 10; i++)
        add(store, "console", DIGEST_B);
    assert_int_equal(policy_room_make(store), STATUS_OK);
    assert_int_equal(policy_version_list(store, 20, 100, &w), STATUS_OK);
    buf_append_char(&out, '\0');
    assert_non_null(strstr(buf_text(&out).data, "\"version\":11"));
    assert_non_null(strstr(buf_text(&out).data, "\"gone\":10}"));
}

#define WITH_STORE(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(numbers_grow_and_the_newest_is_found),
        WITH_STORE(sets_share_the_texts_they_have_in_common),
        WITH_STORE(what_no_longer_waits_leaves_no_files),
        WITH_STORE(only_so_many_wait_at_once),
        WITH_STORE(one_author_waits_only_so_often_and_replaces_nobody),
        WITH_STORE(one_author_adds_only_so_many_in_a_minute),
        WITH_STORE(one_author_adds_only_so_much_in_a_minute),
        WITH_STORE(the_history_says_how_many_versions_are_gone),
        WITH_STORE(the_oldest_go_but_what_runs_and_what_the_host_said),
        WITH_STORE(pages_follow_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

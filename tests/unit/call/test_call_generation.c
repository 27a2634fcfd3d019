/* A reader's transaction and generation belong together, whoever commits. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/call/generation.h"

enum { COMMITS = 400, READERS = 3 };

struct fixture {
    char directory[64];
    char path[128];
    struct store *store; /* the writer's */
    struct present present;
    struct generation *generation; /* the writer's, held */
    _Atomic bool is_over;
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    strcpy(f->directory, "/tmp/test_generation.XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->path, sizeof(f->path), "%s/site.db", f->directory);
    assert_int_equal(store_open(f->path, STORE_MAKE, &f->store), STATUS_OK);
    f->generation = generation_new(NULL, 1);
    assert_non_null(f->generation);
    assert_int_equal(present_open(&f->present, f->store, f->generation),
                     STATUS_OK);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    char command[128];

    generation_free(f->generation);
    present_close(&f->present);
    store_free(f->store);
    snprintf(command, sizeof(command), "rm -rf %s", f->directory);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

/* What stands in the store beside the generation, by the same change. */
static void commit_next(struct fixture *f)
{
    struct generation *next = generation_new(NULL, f->generation->number + 1);

    assert_non_null(next);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        store_set_number(f->store, "beside", (int64_t)next->number), STATUS_OK);
    assert_int_equal(present_commit(&f->present, f->store, next), STATUS_OK);
    generation_free(f->generation);
    f->generation = next;
}

/* A change that touches no rights. */
static void commit_other(struct fixture *f, int64_t value)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_set_number(f->store, "other", value), STATUS_OK);
    assert_int_equal(present_commit(&f->present, f->store, f->generation),
                     STATUS_OK);
}

struct reader {
    struct fixture *fixture;
    pthread_t thread;
    size_t n_views;
    size_t n_generations;
    size_t n_mixed;
    enum status status;
};

static void look(struct reader *reader, struct view *view, uint64_t *last)
{
    int64_t beside = 0;

    reader->status = view_begin(view);
    if (reader->status == STATUS_OK)
        reader->status = store_number(view->store, "beside", &beside);
    if (reader->status != STATUS_OK)
        return;
    reader->n_views++;
    if ((uint64_t)beside != view->generation->number && beside != 0)
        reader->n_mixed++;
    if (view->generation->number < *last)
        reader->n_mixed++;
    if (view->generation->number > *last)
        reader->n_generations++;
    *last = view->generation->number;
    view_end(view);
}

static void *read_on(void *context)
{
    struct reader *reader = context;
    struct view view = {.present = &reader->fixture->present};
    uint64_t last = 0;

    reader->status = store_open(reader->fixture->path, STORE_READ, &view.store);
    while (reader->status == STATUS_OK && !reader->fixture->is_over)
        look(reader, &view, &last);
    view_close(&view);
    store_free(view.store);
    return NULL;
}

static void no_view_mixes_a_store_with_another_generation(void **state)
{
    struct fixture *f = *state;
    struct reader readers[READERS] = {0};

    for (size_t i = 0; i < READERS; i++) {
        readers[i].fixture = f;
        assert_int_equal(
            pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
    }
    for (int64_t i = 0; i < COMMITS; i++) {
        commit_next(f);
        commit_other(f, i);
    }
    f->is_over = true;
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i].thread, NULL);
    for (size_t i = 0; i < READERS; i++) {
        assert_int_equal(readers[i].status, STATUS_OK);
        assert_int_equal(readers[i].n_mixed, 0);
        assert_true(readers[i].n_generations > 1);
    }
}

static void an_open_view_follows_every_commit(void **state)
{
    struct fixture *f = *state;
    struct view view = {.present = &f->present};
    int64_t other = 0;

    assert_int_equal(store_open(f->path, STORE_READ, &view.store), STATUS_OK);
    assert_int_equal(view_begin(&view), STATUS_OK);
    assert_ptr_equal(view.generation, f->generation);
    commit_next(f);
    assert_ptr_not_equal(view.generation, f->generation);
    assert_int_equal(view_begin(&view), STATUS_OK);
    assert_ptr_equal(view.generation, f->generation);
    commit_other(f, 7);
    assert_int_equal(view_begin(&view), STATUS_OK);
    assert_int_equal(store_number(view.store, "other", &other), STATUS_OK);
    assert_int_equal(other, 7);
    view_close(&view);
    store_free(view.store);
}

static void close_database(sqlite3 **db)
{
    sqlite3_close(*db);
}

/* Is the log free of readers, so that it can begin anew? */
static bool is_log_free(const struct fixture *f)
{
    SCOPED(close_database) sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    /* It knows its log once it has read something. */
    assert_int_equal(sqlite3_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    return sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE,
                                     NULL, NULL) == SQLITE_OK;
}

static void open_view(struct fixture *f, struct view *view)
{
    *view = (struct view){.present = &f->present};
    assert_int_equal(store_open(f->path, STORE_READ, &view->store), STATUS_OK);
    assert_int_equal(view_begin(view), STATUS_OK);
}

static void close_view(struct view *view)
{
    view_close(view);
    store_free(view->store);
}

static void a_view_stays_open_only_while_nothing_is_committed(void **state)
{
    struct fixture *f = *state;
    struct view view;

    open_view(f, &view);
    view_pause(&view, 5000);
    assert_false(view.is_open); /* nobody knows for how long it is calm */
    assert_int_equal(view_begin(&view), STATUS_OK);
    view_pause(&view, 5999);
    assert_false(view.is_open);
    assert_int_equal(view_begin(&view), STATUS_OK);
    view_pause(&view, 6000);
    assert_true(view.is_open);
    commit_other(f, 1);
    view_pause(&view, 6001);
    assert_false(view.is_open);
    assert_int_equal(view_begin(&view), STATUS_OK);
    view_pause(&view, 6002);
    assert_false(view.is_open);
    close_view(&view);
}

static void a_calm_view_reads_each_commit_before_it(void **state)
{
    struct fixture *f = *state;
    int64_t other = 0;
    struct view view;

    open_view(f, &view);
    view_pause(&view, 0);
    for (int64_t i = 1; i < 20; i++) {
        assert_int_equal(view_begin(&view), STATUS_OK);
        view_pause(&view, i * 10000);
        assert_int_equal(view_begin(&view), STATUS_OK);
        view_pause(&view, i * 10000 + 1000);
        assert_true(view.is_open);
        if (i % 2)
            commit_other(f, i);
        else
            commit_next(f);
        assert_int_equal(view_begin(&view), STATUS_OK);
        assert_ptr_equal(view.generation, f->generation);
        assert_int_equal(store_number(view.store, "other", &other), STATUS_OK);
        assert_int_equal(other, i % 2 ? i : i - 1);
    }
    close_view(&view);
}

static void a_calm_view_ends_when_nobody_reads(void **state)
{
    struct fixture *f = *state;
    struct view view;

    open_view(f, &view);
    view_pause(&view, 0);
    commit_other(f, 1);
    assert_int_equal(view_begin(&view), STATUS_OK);
    view_pause(&view, 0);
    assert_int_equal(view_begin(&view), STATUS_OK);
    view_pause(&view, 1000);
    assert_false(is_log_free(f));
    view_rest(&view); /* it was used just now */
    assert_true(view.is_open);
    view_rest(&view);
    assert_false(view.is_open);
    assert_true(is_log_free(f));
    close_view(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            no_view_mixes_a_store_with_another_generation, open_fixture,
            close_fixture),
        cmocka_unit_test_setup_teardown(an_open_view_follows_every_commit,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(
            a_view_stays_open_only_while_nothing_is_committed, open_fixture,
            close_fixture),
        cmocka_unit_test_setup_teardown(a_calm_view_reads_each_commit_before_it,
                                        open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(a_calm_view_ends_when_nobody_reads,
                                        open_fixture, close_fixture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

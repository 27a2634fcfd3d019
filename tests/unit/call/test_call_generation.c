/* A reader's transaction and generation belong together, whoever commits. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            no_view_mixes_a_store_with_another_generation, open_fixture,
            close_fixture),
        cmocka_unit_test_setup_teardown(an_open_view_follows_every_commit,
                                        open_fixture, close_fixture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

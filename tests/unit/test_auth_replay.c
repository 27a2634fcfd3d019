#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/replay.h"

enum { NOW = 1750000000, N_THREADS = 4, N_IDS = 2000 };

#define ISSUER TEXT("https://login.example.com/")

static char directory[] = "/tmp/test_auth_replay.XXXXXX";
static char path[64];

static int set_up(void **state)
{
    (void)state;
    if (!*path) {
        assert_non_null(mkdtemp(directory));
        snprintf(path, sizeof(path), "%s/tokens", directory);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rmdir(directory);
    return 0;
}

static enum status remember(struct replay *replay, const char *id,
                            int64_t expires_at_s, int64_t now_s)
{
    return replay_remember(replay, ISSUER, text_of(id), expires_at_s, now_s);
}

static void a_token_counts_once_until_its_end(void **state)
{
    SCOPED(replay_drop) struct replay *replay = NULL;

    (void)state;
    assert_int_equal(replay_open(NULL, &replay), STATUS_OK);
    assert_int_equal(remember(replay, "a", NOW + 10, NOW), STATUS_OK);
    assert_int_equal(remember(replay, "a", NOW + 10, NOW + 9), STATUS_CONFLICT);
    assert_int_equal(remember(replay, "b", NOW + 10, NOW), STATUS_OK);
    assert_int_equal(replay_remember(replay, TEXT("https://other/"), TEXT("a"),
                                     NOW + 10, NOW),
                     STATUS_OK);
    assert_int_equal(remember(replay, "a", NOW + 20, NOW + 10), STATUS_OK);
}

static void it_is_remembered_across_a_restart(void **state)
{
    struct replay *replay = NULL;

    (void)state;
    assert_int_equal(replay_open(path, &replay), STATUS_OK);
    assert_int_equal(remember(replay, "a", NOW + 10, NOW), STATUS_OK);
    replay_close(replay);
    assert_int_equal(replay_open(path, &replay), STATUS_OK);
    assert_int_equal(remember(replay, "a", NOW + 10, NOW), STATUS_CONFLICT);
    assert_int_equal(remember(replay, "b", NOW + 10, NOW), STATUS_OK);
    replay_close(replay);
}

/* Source: threat rule T40: filled by an attacker it refuses, not forgets. */
static void a_full_memory_refuses(void **state)
{
    SCOPED(replay_drop) struct replay *replay = NULL;
    size_t n_refused = 0;
    char id[16];

    (void)state;
    assert_int_equal(replay_open(NULL, &replay), STATUS_OK);
    assert_int_equal(remember(replay, "victim", NOW + 10, NOW), STATUS_OK);
    for (int i = 0; i < REPLAY_SLOTS + REPLAY_SLOTS / 4; i++) {
        snprintf(id, sizeof(id), "%d", i);
        if (remember(replay, id, NOW + 10, NOW) == STATUS_LIMIT)
            n_refused++;
    }
    assert_true(n_refused >= REPLAY_SLOTS / 4);
    assert_int_equal(remember(replay, "victim", NOW + 10, NOW),
                     STATUS_CONFLICT);
    assert_int_equal(remember(replay, "later", NOW + 20, NOW + 10), STATUS_OK);
}

struct race {
    struct replay *replay;
    size_t n_first;
};

static void *remember_all(void *context)
{
    struct race *race = context;
    char id[16];

    for (int i = 0; i < N_IDS; i++) {
        snprintf(id, sizeof(id), "%d", i);
        if (remember(race->replay, id, NOW + 10, NOW) == STATUS_OK)
            race->n_first++;
    }
    return NULL;
}

static void two_workers_at_once_let_it_in_once(void **state)
{
    SCOPED(replay_drop) struct replay *replay = NULL;
    struct race races[N_THREADS];
    pthread_t threads[N_THREADS];
    size_t n_first = 0;

    (void)state;
    assert_int_equal(replay_open(NULL, &replay), STATUS_OK);
    for (size_t i = 0; i < N_THREADS; i++) {
        races[i] = (struct race){replay, 0};
        pthread_create(&threads[i], NULL, remember_all, &races[i]);
    }
    for (size_t i = 0; i < N_THREADS; i++) {
        pthread_join(threads[i], NULL);
        n_first += races[i].n_first;
    }
    assert_int_equal(n_first, N_IDS);
}

static void a_file_that_is_something_else_is_refused(void **state)
{
    struct replay *replay = NULL;
    FILE *file;

    (void)state;
    assert_int_equal(replay_open("/nonexistent/tokens", &replay),
                     STATUS_UNAVAILABLE);
    assert_int_equal(replay_open(directory, &replay), STATUS_UNAVAILABLE);
    file = fopen(path, "w");
    fputs("hello", file);
    fclose(file);
    chmod(path, 0600);
    assert_int_equal(replay_open(path, &replay), STATUS_INVALID);
    unlink(path);
    assert_int_equal(replay_open(path, &replay), STATUS_OK);
    replay_close(replay);
    chmod(path, 0666);
    assert_int_equal(replay_open(path, &replay), STATUS_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_counts_once_until_its_end),
        TEST(it_is_remembered_across_a_restart),
        TEST(a_full_memory_refuses),
        TEST(two_workers_at_once_let_it_in_once),
        TEST(a_file_that_is_something_else_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, end);
}

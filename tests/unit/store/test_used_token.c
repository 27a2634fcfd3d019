#include "tests/unit/unit.h"

#include <string.h>

#include "provider/store/used_token.h"

enum { NOW = 1750000000 };

static int open_memory(void **state)
{
    struct store *store = NULL;

    if (store_open(":memory:", STORE_WRITE, &store) != STATUS_OK ||
        store_write_begin(store) != STATUS_OK)
        return -1;
    *state = store;
    return 0;
}

static int close_memory(void **state)
{
    store_write_rollback(*state);
    store_free(*state);
    return 0;
}

static enum status use(struct store *store, int number, int64_t until_s,
                       int64_t now_s)
{
    unsigned char key[32] = {0};

    memcpy(key, &number, sizeof(number));
    return used_token_put(store, (struct text){(const char *)key, sizeof(key)},
                          until_s, now_s);
}

static void a_token_is_used_once(void **state)
{
    assert_int_equal(use(*state, 1, NOW + 10, NOW), STATUS_OK);
    assert_int_equal(use(*state, 1, NOW + 10, NOW + 5), STATUS_CONFLICT);
    assert_int_equal(use(*state, 2, NOW + 10, NOW), STATUS_OK);
}

/* A use that is not kept was none: the sign-in did not happen either. */
static void a_use_that_is_undone_was_none(void **state)
{
    assert_int_equal(store_part_begin(*state), STATUS_OK);
    assert_int_equal(use(*state, 1, NOW + 10, NOW), STATUS_OK);
    assert_int_equal(store_part_undo(*state), STATUS_OK);
    assert_int_equal(use(*state, 1, NOW + 10, NOW), STATUS_OK);
    assert_int_equal(use(*state, 1, NOW + 10, NOW), STATUS_CONFLICT);
}

static void a_full_memory_refuses_and_forgets_none_that_counts(void **state)
{
    for (int i = 0; i < USED_TOKENS_MAX; i++)
        assert_int_equal(use(*state, i, NOW + 10, NOW), STATUS_OK);
    assert_int_equal(use(*state, -1, NOW + 10, NOW), STATUS_LIMIT);
    assert_int_equal(use(*state, 7, NOW + 10, NOW + 9), STATUS_CONFLICT);
    /* Once they have ended there is room again. */
    assert_int_equal(use(*state, -1, NOW + 30, NOW + 11), STATUS_OK);
    assert_int_equal(use(*state, -1, NOW + 30, NOW + 12), STATUS_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_used_once, open_memory,
                                        close_memory),
        cmocka_unit_test_setup_teardown(a_use_that_is_undone_was_none,
                                        open_memory, close_memory),
        cmocka_unit_test_setup_teardown(
            a_full_memory_refuses_and_forgets_none_that_counts, open_memory,
            close_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Sets of devices by blocks: what is written is read back, whatever the form it
 * is stored in, and the table of pairs says the same.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "provider/object/object_private.h"
#include "provider/object/query/member_set.h"
#include "provider/object/query/set_map.h"

enum { FIRST = 1 << 24, OWNER = 6 };

static const struct member_set set = {SET_OF_COLLECTION, OWNER};

static int open_site(void **state)
{
    struct store *store = NULL;

    if (store_open(":memory:", STORE_WRITE, &store) != STATUS_OK ||
        site_prepare(store, "P01", "Test") != STATUS_OK ||
        store_write_begin(store) != STATUS_OK)
        return -1;
    *state = store;
    return 0;
}

static int close_site(void **state)
{
    store_write_rollback(*state);
    store_free(*state);
    return 0;
}

/* n members of a block, every step-th. */
static struct member_block every(size_t n, size_t step)
{
    struct member_block block = {{0}};

    for (size_t i = 0; i < n; i++)
        block_put(&block, i * step);
    return block;
}

static void check_back(struct store *store, int64_t number,
                       const struct member_block *block)
{
    struct member_block back;

    assert_int_equal(member_set_write(store, set, number, block), STATUS_OK);
    assert_int_equal(member_set_read(store, set, number, &back), STATUS_OK);
    assert_memory_equal(&back, block, sizeof(back));
}

static void blocks_come_back_in_every_form(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 254, 255, 256, 257, 4095, 4096};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        const struct member_block block = every(sizes[i], 1);

        check_back(*state, 4096, &block);
        assert_int_equal(block_count(&block), sizes[i]);
    }
    for (size_t step = 1; step <= 4095; step *= 3) {
        const struct member_block block = every(4096 / step, step);

        check_back(*state, 4097, &block);
    }
}

static void an_empty_block_is_not_stored(void **state)
{
    const struct member_block some = every(3, 5);
    const struct member_block none = {{0}};
    SCOPED(row_list_clear) struct row_list numbers = {0};

    check_back(*state, 4096, &some);
    check_back(*state, 4099, &some);
    check_back(*state, 4096, &none);
    assert_int_equal(member_set_blocks(*state, set, &numbers), STATUS_OK);
    assert_int_equal(numbers.n, 1);
    assert_int_equal(numbers.of[0], 4099);
}

static void members_above_a_number_are_those(void **state)
{
    const struct member_block block = every(64, 64);
    int64_t members[BLOCK_ROWS];

    (void)state;
    for (int64_t after = 0; after < BLOCK_ROWS; after++) {
        const size_t n =
            block_members(&block, 2, 2 * BLOCK_ROWS + after, members);

        assert_int_equal(n, (size_t)(63 - after / 64));
        if (n)
            assert_int_equal(members[0],
                             2 * BLOCK_ROWS + (after / 64 + 1) * 64);
    }
    assert_int_equal(block_members(&block, 2, -1, members), 64);
    assert_int_equal(block_members(&block, 2, INT64_MIN, members), 64);
}

/* ---- What cannot be a block is refused, not read ---- */

static void check_refused(struct store *store, const char *bytes, size_t size)
{
    struct member_block block;
    struct member_block before;

    memset(&block, 0, sizeof(block));
    before = block;
    assert_int_equal(member_block_join(&block, (struct text){bytes, size}),
                     STATUS_INVALID);
    assert_memory_equal(&block, &before, sizeof(block));
    (void)store;
}

static void what_is_no_block_is_refused(void **state)
{
    static const char zeros[600];

    check_refused(*state, "\x00\x10", 2); /* an offset of 4096 */
    check_refused(*state, "\xff\xff", 2);
    check_refused(*state, zeros, 3);
    check_refused(*state, zeros, 511);
    check_refused(*state, zeros, 513);
    check_refused(*state, zeros, 600);
}

/* ---- As a table ---- */

static size_t count_rows(struct store *store, const char *sql,
                         struct store_args args)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    assert_int_equal(row_list_select(store, sql, args, &rows), STATUS_OK);
    for (size_t i = 1; i < rows.n; i++)
        assert_true(rows.of[i] > rows.of[i - 1]);
    return rows.n;
}

static const char of_owner[] =
    "SELECT resource FROM collection_member WHERE collection = ?1"
    " ORDER BY resource";
static const char above[] =
    "SELECT resource FROM collection_member WHERE collection = ?1"
    " AND resource > ?2 ORDER BY resource";
static const char of_both[] =
    "SELECT resource FROM collection_member WHERE collection = ?1"
    " AND resource = ?2";
static const char of_all[] = "SELECT resource FROM collection_member";

static void the_table_has_the_pairs(void **state)
{
    const struct member_block some = every(300, 7);
    const struct member_block few = every(2, 1);
    const struct store_args owner = STORE_ARGS(STORE_INT(OWNER));

    check_back(*state, FIRST >> BLOCK_BITS, &few);
    check_back(*state, (FIRST >> BLOCK_BITS) + 9, &some);
    assert_int_equal(count_rows(*state, of_owner, owner), 302);
    assert_int_equal(count_rows(*state, of_all, STORE_NO_ARGS), 302);
    assert_int_equal(count_rows(*state, above,
                                STORE_ARGS(STORE_INT(OWNER), STORE_INT(FIRST))),
                     301);
    assert_int_equal(
        count_rows(*state, of_both,
                   STORE_ARGS(STORE_INT(OWNER), STORE_INT(FIRST + 1))),
        1);
}

static void the_table_has_no_others(void **state)
{
    static const int64_t owners[] = {0, -1, 5, INT64_MAX, INT64_MIN};
    static const int64_t members[] = {0, -1, FIRST + 2, INT64_MAX, INT64_MIN};
    const struct member_block few = every(2, 1);

    check_back(*state, FIRST >> BLOCK_BITS, &few);
    for (size_t i = 0; i < ARRAY_SIZE(owners); i++)
        assert_int_equal(
            count_rows(*state, of_owner, STORE_ARGS(STORE_INT(owners[i]))), 0);
    for (size_t i = 0; i < ARRAY_SIZE(members); i++)
        assert_int_equal(
            count_rows(*state, of_both,
                       STORE_ARGS(STORE_INT(OWNER), STORE_INT(members[i]))),
            0);
    assert_int_equal(count_rows(*state, of_owner, STORE_ARGS(STORE_NULL)), 0);
    assert_int_equal(
        count_rows(*state, of_both, STORE_ARGS(STORE_INT(OWNER), STORE_NULL)),
        0);
}

/* Blocks of one are found among those of others, as far apart as can be. */
static void blocks_of_a_collection_are_found_in_order(void **state)
{
    static const int64_t numbers[] = {507904, 4097, 4096, 503808, 4112, 15};
    static const int64_t sorted[] = {15, 4096, 4097, 4112, 503808, 507904};
    const struct member_set other = {SET_OF_COLLECTION, OWNER + 1};
    const struct member_block block = every(2, 1);
    SCOPED(row_list_clear) struct row_list found = {0};
    int64_t n;

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        assert_int_equal(member_set_write(*state, set, numbers[i], &block),
                         STATUS_OK);
        assert_int_equal(
            member_set_write(*state, other, numbers[i] + 1, &block), STATUS_OK);
    }
    assert_int_equal(member_set_blocks(*state, set, &found), STATUS_OK);
    assert_int_equal(found.n, ARRAY_SIZE(sorted));
    assert_memory_equal(found.of, sorted, sizeof(sorted));
    assert_int_equal(member_set_count(*state, set, &n), STATUS_OK);
    assert_int_equal(n, 2 * ARRAY_SIZE(sorted));
}

static void no_collection_is_deleted_that_has_members(void **state)
{
    static const char delete[] = "DELETE FROM collection WHERE row = 6;";
    const struct member_block block = every(2, 1);
    const struct member_block nothing = {{0}};

    assert_int_equal(member_set_write(*state, set, 4096, &block), STATUS_OK);
    assert_int_equal(set_map_forget(*state, OWNER), STATUS_INVALID);
    assert_int_not_equal(store_run_script(*state, delete), STATUS_OK);
    assert_int_equal(member_set_write(*state, set, 4096, &nothing), STATUS_OK);
    assert_int_equal(set_map_forget(*state, OWNER), STATUS_OK);
    assert_int_equal(store_run_script(*state, delete), STATUS_OK);
}

#define WITH_SITE(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(blocks_come_back_in_every_form),
        WITH_SITE(an_empty_block_is_not_stored),
        cmocka_unit_test(members_above_a_number_are_those),
        WITH_SITE(what_is_no_block_is_refused),
        WITH_SITE(the_table_has_the_pairs),
        WITH_SITE(the_table_has_no_others),
        WITH_SITE(blocks_of_a_collection_are_found_in_order),
        WITH_SITE(no_collection_is_deleted_that_has_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

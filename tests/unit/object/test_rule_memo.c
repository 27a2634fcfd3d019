/* What heavy rules found is known until something changes. */
#include "tests/unit/unit.h"

#include "provider/object/collection/rule_memo.h"

static const struct memo_range part = {.first = BLOCK_ROWS + 1,
                                       .last = 2 * BLOCK_ROWS - 1};

static struct memo_key key_of(const char *wql, uint64_t stamp)
{
    return (struct memo_key){text_of(wql), false, stamp};
}

static void keep(struct rule_memos *memos, struct memo_key key)
{
    int64_t rows[] = {7, BLOCK_ROWS + 1, BLOCK_ROWS + 9, 2 * BLOCK_ROWS - 1};
    const struct row_list found = {.of = rows, .n = ARRAY_SIZE(rows)};

    rule_memo_keep(memos, &key, &part, &found, 1);
}

static bool find(struct rule_memos *memos, struct memo_key key,
                 const struct memo_range *range, struct row_list *found)
{
    bool is_known = false;

    found->n = 0;
    assert_int_equal(rule_memo_find(memos, &key, range, found, &is_known),
                     STATUS_OK);
    return is_known;
}

static void what_was_found_is_known_for_a_part_of_it(void **state)
{
    SCOPED(rule_memos_clear) struct rule_memos memos = {0};
    SCOPED(row_list_clear) struct row_list found = {0};
    const struct memo_range less = {.first = BLOCK_ROWS + 2,
                                    .last = BLOCK_ROWS + 9};
    const struct memo_range more = {.first = BLOCK_ROWS, .last = part.last};

    (void)state;
    keep(&memos, key_of("a", 1));
    assert_true(find(&memos, key_of("a", 1), &part, &found));
    assert_int_equal(found.n, 3);
    assert_int_equal(found.of[2], 2 * BLOCK_ROWS - 1);
    assert_true(find(&memos, key_of("a", 1), &less, &found));
    assert_int_equal(found.n, 1);
    assert_int_equal(found.of[0], BLOCK_ROWS + 9);
    assert_false(find(&memos, key_of("a", 1), &more, &found));
    assert_false(find(&memos, key_of("b", 1), &part, &found));
}

static void nothing_is_known_of_another_state(void **state)
{
    SCOPED(rule_memos_clear) struct rule_memos memos = {0};
    SCOPED(row_list_clear) struct row_list found = {0};
    struct memo_key of_users = key_of("a", 1);

    (void)state;
    of_users.is_user = true;
    keep(&memos, key_of("a", 1));
    assert_false(find(&memos, of_users, &part, &found));
    assert_false(find(&memos, key_of("a", 2), &part, &found));
    assert_false(find(&memos, key_of("a", 1), &part, &found));
    keep(&memos, key_of("a", 0)); /* nobody knows of which */
    assert_false(find(&memos, key_of("a", 0), &part, &found));
    assert_false(rule_memo_has(&memos, &(struct memo_key){TEXT("a"), 0, 0}));
}

static void the_least_used_is_forgotten(void **state)
{
    SCOPED(rule_memos_clear) struct rule_memos memos = {0};
    SCOPED(row_list_clear) struct row_list found = {0};
    char wql[] = "A";

    (void)state;
    for (int i = 0; i < MEMOS_MAX + 5; i++, wql[0]++) {
        keep(&memos, key_of(wql, 1));
        assert_true(find(&memos, key_of("A", 1), &part, &found));
    }
    assert_false(find(&memos, key_of("B", 1), &part, &found));
    wql[0]--;
    assert_true(find(&memos, key_of(wql, 1), &part, &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_found_is_known_for_a_part_of_it),
        cmocka_unit_test(nothing_is_known_of_another_state),
        cmocka_unit_test(the_least_used_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

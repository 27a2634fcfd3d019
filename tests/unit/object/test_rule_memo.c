/* What rules found, of a block or of all, is known until something changes. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "provider/object/collection/rule_whole.h"

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

/* ---- Of all resources ---- */

static void keep_whole(struct rule_wholes *wholes, struct memo_key key,
                       size_t n)
{
    struct row_list found = {.of = calloc(n + 1, sizeof(int64_t)), .n = n + 1};

    assert_non_null(found.of);
    for (size_t i = 0; i <= n; i++)
        found.of[i] = (int64_t)i;
    rule_whole_keep(wholes, &key, &found, 1);
    row_list_clear(&found);
}

static bool find_whole(const struct rule_wholes *wholes, struct memo_key key,
                       struct row_list *found)
{
    bool is_known = false;

    found->n = 0;
    assert_int_equal(rule_whole_find(wholes, &key, found, &is_known),
                     STATUS_OK);
    return is_known;
}

static void wholes_drop(struct rule_wholes **wholes)
{
    rule_wholes_clear(*wholes);
    free(*wholes);
}

static void a_whole_is_known_in_its_state_alone(void **state)
{
    SCOPED(wholes_drop)
    struct rule_wholes *wholes = calloc(1, sizeof(*wholes));
    SCOPED(row_list_clear) struct row_list found = {0};
    struct memo_key of_users = key_of("a", 1);

    (void)state;
    of_users.is_user = true;
    keep_whole(wholes, key_of("a", 1), 3);
    keep_whole(wholes, key_of("empty", 1), 0);
    keep_whole(wholes, key_of("unknown", 0), 3);
    assert_true(find_whole(wholes, key_of("a", 1), &found));
    assert_int_equal(found.n, 3);
    assert_int_equal(found.of[2], 3);
    assert_true(find_whole(wholes, key_of("empty", 1), &found));
    assert_int_equal(found.n, 0);
    assert_false(find_whole(wholes, key_of("a", 2), &found));
    assert_false(find_whole(wholes, key_of("b", 1), &found));
    assert_false(find_whole(wholes, of_users, &found));
    assert_false(find_whole(wholes, key_of("unknown", 0), &found));
}

static void wholes_take_no_more_memory_than_they_may(void **state)
{
    SCOPED(wholes_drop)
    struct rule_wholes *wholes = calloc(1, sizeof(*wholes));
    SCOPED(row_list_clear) struct row_list found = {0};
    const size_t most = WHOLES_MAX_BYTES / sizeof(int64_t);

    (void)state;
    keep_whole(wholes, key_of("a", 1), most / 2);
    keep_whole(wholes, key_of("b", 1), most / 2);
    assert_int_equal(wholes->n_bytes, WHOLES_MAX_BYTES);
    keep_whole(wholes, key_of("b", 2), most / 2); /* in its place */
    assert_true(wholes->n_bytes <= WHOLES_MAX_BYTES);
    assert_true(find_whole(wholes, key_of("b", 2), &found));
    keep_whole(wholes, key_of("c", 1), most + 1);
    assert_false(find_whole(wholes, key_of("c", 1), &found));
    assert_true(find_whole(wholes, key_of("b", 2), &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_found_is_known_for_a_part_of_it),
        cmocka_unit_test(nothing_is_known_of_another_state),
        cmocka_unit_test(the_least_used_is_forgotten),
        cmocka_unit_test(a_whole_is_known_in_its_state_alone),
        cmocka_unit_test(wholes_take_no_more_memory_than_they_may),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

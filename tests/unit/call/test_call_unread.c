#include "tests/unit/unit.h"

#include "provider/call/unread.h"

enum { MOST_BYTES = 8 * 1024 * 1024, MANY = 100 };

static void hold(struct unread *unread, const char *user, size_t bytes,
                 struct unread_hold *hold_out)
{
    *hold_out = unread_hold_of(unread, text_of(user));
    unread_hold_set(hold_out, bytes);
}

static void one_user_is_bound_over_connections(void **state)
{
    static struct unread unread;
    struct unread_hold held[2], next, other;

    (void)state;
    unread_open(&unread);
    for (size_t i = 0; i < ARRAY_SIZE(held); i++)
        hold(&unread, "alice", UNREAD_USER_MAX_BYTES / 2, &held[i]);
    next = unread_hold_of(&unread, TEXT("alice"));
    assert_int_equal(unread_room(&next, MOST_BYTES), UNREAD_ROOM_MIN_BYTES);
    other = unread_hold_of(&unread, TEXT("bob"));
    if (other.counter != next.counter) /* one time in 4096 it is */
        assert_int_equal(unread_room(&other, MOST_BYTES), MOST_BYTES);
    unread_hold_set(&held[0], 0); /* read */
    assert_int_equal(unread_room(&next, MOST_BYTES), UNREAD_USER_MAX_BYTES / 2);
    unread_hold_set(&held[1], 0);
    assert_int_equal(unread.all, 0);
}

static void all_are_bound_but_who_holds_little(void **state)
{
    static struct unread unread;
    struct unread_hold others = {.unread = &unread, .counter = 1};
    struct unread_hold mine = {.unread = &unread, .counter = 2};

    (void)state;
    unread_open(&unread);
    unread_hold_set(&others, UNREAD_ALL_MAX_BYTES);
    assert_int_equal(unread_room(&mine, MOST_BYTES), MOST_BYTES);
    unread_hold_set(&mine, UNREAD_LITTLE_BYTES + 1);
    assert_int_equal(unread_room(&mine, MOST_BYTES), UNREAD_ROOM_MIN_BYTES);
    unread_hold_set(&others, 0);
    assert_int_equal(unread_room(&mine, MOST_BYTES), MOST_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_user_is_bound_over_connections),
        cmocka_unit_test(all_are_bound_but_who_holds_little),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "provider/rpc/room.h"

enum { MAX_BYTES = 64 * 1024 };

static void fill(struct buf *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buf_append_char(out, 'x');
}

static void errors_of_the_rest_always_fit(void **state)
{
    enum { CALLS = 20 };
    SCOPED(buf_free) struct buf out = buf_make(MAX_BYTES);
    const struct room room = room_make(&out, CALLS);

    (void)state;
    for (size_t left = CALLS; left > 0; left--) {
        const size_t before = out.size;

        if (room_begin(&room, &out, left))
            fill(&out, MAX_BYTES); /* as much as it is let */
        if (!room_end(&room, &out))
            buf_truncate(&out, before);
        if (out.size == before)
            fill(&out, ROOM_ERROR_BYTES);
        assert_int_equal(buf_status(&out), STATUS_OK);
    }
    fill(&out, 2);
    assert_int_equal(buf_status(&out), STATUS_OK);
    assert_true(out.size <= MAX_BYTES);
}

static void what_fits_is_kept(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(MAX_BYTES);
    const struct room room = room_make(&out, 1);

    (void)state;
    assert_true(room_begin(&room, &out, 1));
    fill(&out, MAX_BYTES - ROOM_ERROR_BYTES - 2);
    assert_true(room_end(&room, &out));
    assert_int_equal(out.size, MAX_BYTES - ROOM_ERROR_BYTES - 2);
}

static void narrow_room_never_takes_the_least(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(MAX_BYTES);
    struct room room = room_make(&out, 4);

    (void)state;
    room_narrow(&room, &out, 4, 0);
    assert_true(room_begin(&room, &out, 4));
    fill(&out, ROOM_ANSWER_MIN_BYTES);
    assert_true(room_end(&room, &out));
    room_narrow(&room, &out, 3, 0);
    assert_false(room_begin(&room, &out, 3)); /* it only ever narrows */
    fill(&out, 3 * ROOM_ERROR_BYTES + 2);
    assert_int_equal(buf_status(&out), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_the_rest_always_fit),
        cmocka_unit_test(what_fits_is_kept),
        cmocka_unit_test(narrow_room_never_takes_the_least),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

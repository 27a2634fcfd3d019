#include "tests/unit/unit.h"

#include "provider/wire/frame.h"

static struct text line_of(struct frame_reader *reader)
{
    struct text line = {0};

    assert_int_equal(frame_next(reader, &line), STATUS_OK);
    return line;
}

static void lines_of_one_feed_come_one_by_one(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(16);
    struct text line;

    (void)state;
    frame_feed(&reader, TEXT("one\n\nthree\nfo"));
    assert_text_equal(line_of(&reader), "one");
    assert_text_equal(line_of(&reader), "");
    assert_text_equal(line_of(&reader), "three");
    assert_int_equal(frame_next(&reader, &line), STATUS_END);
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    frame_feed(&reader, TEXT("ur\nfive\n"));
    assert_text_equal(line_of(&reader), "four");
    assert_text_equal(line_of(&reader), "five");
    assert_int_equal(frame_next(&reader, &line), STATUS_END);
}

static void a_line_may_come_byte_by_byte(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(16);
    const char *bytes = "hello\n";
    struct text line;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        frame_feed(&reader, (struct text){bytes + i, 1});
        assert_int_equal(frame_next(&reader, &line), STATUS_END);
        assert_int_equal(frame_keep(&reader), STATUS_OK);
    }
    frame_feed(&reader, (struct text){bytes + 5, 1});
    assert_text_equal(line_of(&reader), "hello");
}

static void lines_may_be_kept_and_read_later(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(4);
    struct text line;

    (void)state;
    frame_feed(&reader, TEXT("one\ntwo\nthr"));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_text_equal(line_of(&reader), "one");
    assert_text_equal(line_of(&reader), "two");
    assert_int_equal(frame_next(&reader, &line), STATUS_END);
    frame_feed(&reader, TEXT("\n"));
    assert_text_equal(line_of(&reader), "thr");
}

static void a_line_of_the_maximum_passes_and_one_more_byte_does_not(
    void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader whole = frame_reader_make(4);
    SCOPED(frame_reader_free)
    struct frame_reader parts = frame_reader_make(4);
    struct text line;

    (void)state;
    frame_feed(&whole, TEXT("1234\n12345\n"));
    assert_text_equal(line_of(&whole), "1234");
    assert_int_equal(frame_next(&whole, &line), STATUS_LIMIT);

    frame_feed(&parts, TEXT("123"));
    assert_int_equal(frame_next(&parts, &line), STATUS_END);
    assert_int_equal(frame_keep(&parts), STATUS_OK);
    frame_feed(&parts, TEXT("45"));
    assert_int_equal(frame_next(&parts, &line), STATUS_LIMIT);
}

static void a_line_without_end_is_refused_before_it_ends(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(4);
    struct text line;

    (void)state;
    frame_feed(&reader, TEXT("12345"));
    assert_int_equal(frame_next(&reader, &line), STATUS_LIMIT);
}

static void after_sign_in_longer_lines_pass(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(2);

    (void)state;
    frame_allow(&reader, 8);
    frame_feed(&reader, TEXT("12345678\n"));
    assert_text_equal(line_of(&reader), "12345678");
}

static void a_kept_line_is_told_of_before_it_is_read(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(8);

    (void)state;
    frame_feed(&reader, TEXT("123"));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_true(frame_wants_more(&reader));
    frame_feed(&reader, TEXT("45\n6"));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_int_equal(frame_kept_line(&reader), 6);
    assert_false(frame_wants_more(&reader));
    assert_text_equal(line_of(&reader), "12345");
    assert_true(frame_wants_more(&reader));
    frame_feed(&reader, TEXT("12345678"));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_false(frame_wants_more(&reader)); /* it is too long already */
}

static void an_emptied_reader_gives_its_memory_back(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(FRAME_MAX_BYTES);
    static char bytes[FRAME_FEED_MAX_BYTES];

    (void)state;
    memset(bytes, 'x', sizeof(bytes));
    frame_feed(&reader, (struct text){bytes, sizeof(bytes)});
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    frame_feed(&reader, TEXT("\n"));
    assert_int_equal(line_of(&reader).size, sizeof(bytes));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_int_equal(reader.kept.capacity, 0);
}

static bool holds(const struct buf *buf, const char *needle)
{
    return buf->data &&
           memmem(buf->data, buf->capacity, needle, strlen(needle));
}

static void a_kept_line_leaves_no_copy_once_it_was_read(void **state)
{
    SCOPED(frame_reader_free)
    struct frame_reader reader = frame_reader_make(FRAME_MAX_BYTES);

    (void)state;
    frame_feed(&reader, TEXT("first tok"));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    frame_feed(&reader, TEXT("en\nsecond"));
    assert_text_equal(line_of(&reader), "first token");
    assert_true(holds(&reader.kept, "first token"));
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_false(holds(&reader.kept, "first"));
    assert_false(holds(&reader.kept, "token"));
    frame_feed(&reader, TEXT(" token\nthird"));
    assert_text_equal(line_of(&reader), "second token");
    assert_int_equal(frame_keep(&reader), STATUS_OK);
    assert_false(holds(&reader.kept, "token"));
    assert_true(holds(&reader.kept, "third"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_one_feed_come_one_by_one),
        cmocka_unit_test(a_line_may_come_byte_by_byte),
        cmocka_unit_test(lines_may_be_kept_and_read_later),
        cmocka_unit_test(
            a_line_of_the_maximum_passes_and_one_more_byte_does_not),
        cmocka_unit_test(a_line_without_end_is_refused_before_it_ends),
        cmocka_unit_test(after_sign_in_longer_lines_pass),
        cmocka_unit_test(a_kept_line_is_told_of_before_it_is_read),
        cmocka_unit_test(an_emptied_reader_gives_its_memory_back),
        cmocka_unit_test(a_kept_line_leaves_no_copy_once_it_was_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

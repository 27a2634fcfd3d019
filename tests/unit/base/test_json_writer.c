#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/base/json_writer.h"

static void places_commas_and_brackets(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    writer_object_begin(&w);
    writer_put_int(&w, "n", -5);
    writer_key(&w, "list");
    writer_array_begin(&w);
    writer_bool(&w, true);
    writer_null(&w);
    writer_object_begin(&w);
    writer_object_end(&w);
    writer_array_end(&w);
    writer_put_string(&w, "s", "x");
    writer_object_end(&w);
    assert_text_equal(buf_text(&out),
                      "{\"n\":-5,\"list\":[true,null,{}],\"s\":\"x\"}");
}

static void a_key_made_elsewhere_is_followed_by_its_value(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    writer_object_begin(&w);
    writer_raw_key(&w, TEXT("\"a\":"));
    writer_int(&w, 1);
    writer_raw(&w, TEXT("\"b\":null"));
    writer_raw_key(&w, TEXT("\"c\":"));
    writer_null(&w);
    writer_object_end(&w);
    assert_text_equal(buf_text(&out), "{\"a\":1,\"b\":null,\"c\":null}");
}

static void escapes_what_would_break_out_and_mends_bad_utf8(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    writer_text(&w, TEXT("a\"\\\n\x01\x7F\xC3\xA9\xFF\xE2\x82"));
    assert_text_equal(buf_text(&out), "\"a\\\"\\\\\\n\\u0001\\u007f\xC3\xA9"
                                      "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

/* An audit record is read in terminals: one line, in the order it is in. */
static void what_is_not_seen_is_spelled_out(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    writer_text(&w, TEXT("\xE2\x80\xAE\xE2\x80\xA8\xC2\x85\xC2\x9B"
                         "1\xF3\xA0\x81\xA1\xF0\x9F\x98\x80"));
    assert_text_equal(buf_text(&out),
                      "\"\\u202e\\u2028\\u0085\\u009b1\\udb40\\udc61"
                      "\xF0\x9F\x98\x80\"");
}

static void whole_numbers_are_written_to_their_ends(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(256);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    writer_array_begin(&w);
    writer_int(&w, 0);
    writer_int(&w, 10);
    writer_int(&w, -1);
    writer_int(&w, INT64_MAX);
    writer_int(&w, INT64_MIN);
    writer_array_end(&w);
    assert_text_equal(buf_text(&out),
                      "[0,10,-1,9223372036854775807,-9223372036854775808]");
}

enum { LENGTH = 21 };

/* How one character is written, as a table would say it. */
static struct text written(unsigned char c, char room[8])
{
    static const char *const named[] = {
        ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\t'] = "\\t"};

    if (c < sizeof(named) / sizeof(named[0]) && named[c])
        return text_of(named[c]);
    if (c >= 0x80)
        return TEXT("\xEF\xBF\xBD");
    snprintf(room, 8, c < 0x20 || c == 0x7F ? "\\u%04x" : "%c", c);
    return text_of(room);
}

/* Plain characters are written eight at a time: none of the others is missed,
 * wherever it is. */
static void every_character_is_right_at_every_place(void **state)
{
    (void)state;
    for (int c = 1; c <= UINT8_MAX; c++) {
        for (size_t at = 0; at < LENGTH; at++) {
            SCOPED(buf_free) struct buf out = buf_make(1024);
            SCOPED(buf_free) struct buf wanted = buf_make(1024);
            struct json_writer w = json_writer_make(&out);
            char text[LENGTH + 1] = "abcdefghijklmnopqrstu", room[8];

            text[at] = (char)c;
            writer_put_string(&w, text, text);
            for (int twice = 0; twice < 2; twice++) {
                buf_append_string(&wanted, twice ? ":\"" : "\"");
                buf_append(&wanted, text, at);
                buf_append_text(&wanted, written((unsigned char)c, room));
                buf_append_string(&wanted, text + at + 1);
                buf_append_char(&wanted, '"');
            }
            assert_true(text_equal(buf_text(&out), buf_text(&wanted)));
        }
    }
}

/* Exactly its size is enough room, and one byte less is not. */
static void an_answer_may_fill_its_room_to_the_end(void **state)
{
    static const char all[] = "{\"key\":\"value\",\"k\":\"\"}";

    (void)state;
    for (size_t less = 0; less < 2; less++) {
        SCOPED(buf_free) struct buf out = buf_make(sizeof(all) - 1 - less);
        struct json_writer w = json_writer_make(&out);

        writer_object_begin(&w);
        writer_put_string(&w, "key", "value");
        writer_put_string(&w, "k", "");
        writer_object_end(&w);
        assert_int_equal(buf_status(&out), less ? STATUS_LIMIT : STATUS_OK);
        if (!less)
            assert_text_equal(buf_text(&out), all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_commas_and_brackets),
        cmocka_unit_test(a_key_made_elsewhere_is_followed_by_its_value),
        cmocka_unit_test(what_is_not_seen_is_spelled_out),
        cmocka_unit_test(escapes_what_would_break_out_and_mends_bad_utf8),
        cmocka_unit_test(every_character_is_right_at_every_place),
        cmocka_unit_test(an_answer_may_fill_its_room_to_the_end),
        cmocka_unit_test(whole_numbers_are_written_to_their_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

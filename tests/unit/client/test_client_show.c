#include "tests/unit/unit.h"

#include "provider/client/show.h"

static void assert_shown(struct text in, const char *text, const char *field)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);

    show_text(&out, in);
    assert_text_equal(buf_text(&out), text);
    buf_clear(&out);
    show_field(&out, in);
    assert_text_equal(buf_text(&out), field);
}

static void plain_text_stays_as_it_is(void **state)
{
    (void)state;
    assert_shown(TEXT("All Systems"), "All Systems", "All Systems");
    assert_shown(TEXT("Zo\xC3\xAB \xE6\xBC\xA2"), "Zo\xC3\xAB \xE6\xBC\xA2",
                 "Zo\xC3\xAB \xE6\xBC\xA2");
    assert_shown(TEXT(""), "", "");
}

static void a_terminal_never_sees_a_control_character(void **state)
{
    (void)state;
    assert_shown(TEXT("a\x1B[31mb"), "a\\u{1b}[31mb", "a\\u{1b}[31mb");
    assert_shown(TEXT("a\nb\tc\rd"), "a\\nb\\tc\\rd", "a\\nb\\tc\\rd");
    assert_shown(TEXT("\x7F\0"), "\\u{7f}\\u{0}", "\\u{7f}\\u{0}");
    assert_shown(TEXT("\xC2\x9B"
                      "1m"),
                 "\\u{9b}1m", "\\u{9b}1m"); /* CSI in one code point */
    assert_shown(TEXT("a\xFF"), "a\\xff", "a\\xff");
    assert_shown(TEXT("\xE2\x82"), "\\xe2\\x82", "\\xe2\\x82"); /* cut */
}

static void what_deceives_the_eye_is_spelled_out(void **state)
{
    (void)state;
    assert_shown(TEXT("a\xE2\x80\xAE"
                      "b"),
                 "a\\u{202e}b", "a\\u{202e}b");
    assert_shown(TEXT("a\xE2\x80\x8B"
                      "b"),
                 "a\\u{200b}b", "a\\u{200b}b");
    assert_shown(TEXT("\xEF\xBB\xBF"), "\\u{feff}", "\\u{feff}");
    assert_shown(TEXT("a\xC2\x85\xE2\x80\xA8"), "a\\u{85}\\u{2028}",
                 "a\\u{85}\\u{2028}"); /* line breaks to some */
    assert_shown(TEXT("bob\xC2\xA0"), "bob\\u{a0}", "bob\\u{a0}");
    assert_shown(TEXT("bob\xE2\xA0\x80\xE3\x80\x80"), "bob\\u{2800}\\u{3000}",
                 "bob\\u{2800}\\u{3000}");
}

static void a_field_can_be_read_back(void **state)
{
    (void)state;
    assert_shown(TEXT("CONTOSO\\alice"), "CONTOSO\\alice", "CONTOSO\\\\alice");
    assert_shown(TEXT("\\n"), "\\n", "\\\\n");
}

static void a_spreadsheet_takes_no_field_for_a_formula(void **state)
{
    (void)state;
    assert_shown(TEXT("=cmd()"), "=cmd()", "\\=cmd()");
    assert_shown(TEXT("+1"), "+1", "\\+1");
    assert_shown(TEXT("-1"), "-1", "\\-1");
    assert_shown(TEXT("@x"), "@x", "\\@x");
    assert_shown(TEXT("a=b"), "a=b", "a=b");
    assert_shown(TEXT("\xEF\xBC\x9D"
                      "1"),
                 "\xEF\xBC\x9D"
                 "1",
                 "\\\xEF\xBC\x9D"
                 "1");
    assert_shown(TEXT("\t=1"), "\\t=1", "\\t=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_stays_as_it_is),
        cmocka_unit_test(a_terminal_never_sees_a_control_character),
        cmocka_unit_test(what_deceives_the_eye_is_spelled_out),
        cmocka_unit_test(a_field_can_be_read_back),
        cmocka_unit_test(a_spreadsheet_takes_no_field_for_a_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

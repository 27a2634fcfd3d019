#include "tests/unit/unit.h"

#include <unicode/uchar.h>

#include "provider/base/text_trim.h"

static void accepts_shortest_utf8_and_refuses_the_rest(void **state)
{
    (void)state;
    assert_true(text_is_utf8(TEXT("plain")));
    assert_true(text_is_utf8(TEXT("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")));
    assert_false(text_is_utf8(TEXT("\xC0\x80")));         /* overlong NUL */
    assert_false(text_is_utf8(TEXT("\xE0\x80\xAF")));     /* overlong slash */
    assert_false(text_is_utf8(TEXT("\xED\xA0\x80")));     /* surrogate */
    assert_false(text_is_utf8(TEXT("\xF4\x90\x80\x80"))); /* past the end */
    assert_false(text_is_utf8(TEXT("\xE2\x82")));         /* cut */
    assert_false(text_is_utf8(TEXT("\x80")));
}

static void blanks_at_both_ends_are_taken_off(void **state)
{
    (void)state;
    assert_true(text_equal(text_trim(TEXT("  a b ")), TEXT("a b")));
    assert_true(text_equal(text_trim(TEXT("\ta\t")), TEXT("\ta\t")));
    assert_int_equal(text_trim(TEXT("   ")).size, 0);
    assert_int_equal(text_trim(text_of(NULL)).size, 0);
}

static void names_hold_no_characters_that_deceive(void **state)
{
    (void)state;
    assert_true(text_is_name(TEXT("alice@EXAMPLE.COM"), 64));
    assert_true(text_is_name(TEXT("Zo\xC3\xAB"), 64));
    assert_false(text_is_name(TEXT(""), 64));
    assert_false(text_is_name(TEXT("alice\0evil"), 64));
    assert_false(text_is_name(TEXT("a\nb"), 64));
    assert_false(text_is_name(TEXT(" alice"), 64));
    assert_false(text_is_name(TEXT("alice "), 64));
    assert_false(text_is_name(TEXT("a\xE2\x80\xAE"
                                   "b"),
                              64)); /* RTL override */
    assert_false(text_is_name(TEXT("a\xE2\x80\x8B"
                                   "b"),
                              64)); /* zero width */
    assert_false(text_is_name(TEXT("alice"), 4));
}

static void what_is_not_visible_is_made_so(void **state)
{
    char line[] = "a\nb\x7F Zo\xC3\xAB\xE2\x80\xAE!\xC2\x9B\xFF\xE2\x80";
    char plain[] = "Zo\xC3\xAB";
    char none[] = "";

    (void)state;
    text_make_visible(line);
    assert_string_equal(line, "a?b? Zo\xC3\xAB?!????");
    text_make_visible(plain);
    assert_string_equal(plain, "Zo\xC3\xAB");
    text_make_visible(none);
    assert_string_equal(none, "");
}

static void nearest_word_is_found_only_when_near(void **state)
{
    static const char *const words[] = {"minimum_level", "exclusions"};

    (void)state;
    assert_string_equal(text_nearest(TEXT("minimun_level"), words, 2),
                        "minimum_level");
    assert_string_equal(text_nearest(TEXT("Exclusion"), words, 2),
                        "exclusions");
    assert_null(text_nearest(TEXT("roles"), words, 2));
    assert_null(text_nearest(TEXT(""), words, 2));
}

static void comparison_goes_by_length_not_by_nul(void **state)
{
    (void)state;
    assert_false(text_equal(TEXT("alice"), TEXT("alice\0.evil")));
    assert_true(text_equal_nocase(TEXT("CollectionID"), TEXT("collectionid")));
    assert_false(text_equal_nocase(TEXT("Collection"), TEXT("collectionid")));
}

/* The table that the build made is the library's. */
static void what_has_no_shape_is_not_visible(void **state)
{
    (void)state;
    for (UChar32 code = 0x80; code <= UCHAR_MAX_VALUE; code++) {
        const int8_t type = u_charType(code);
        const bool is_blank =
            code == 0x2800 || code == 0xFFFC || code == 0xFFFD ||
            type == U_UNASSIGNED ||
            (U_MASK(type) & (U_GC_Z_MASK | U_GC_C_MASK)) ||
            u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);

        if (text_is_visible((uint32_t)code) == is_blank)
            fail_msg("U+%04X", (unsigned)code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_shape_is_not_visible),
        cmocka_unit_test(accepts_shortest_utf8_and_refuses_the_rest),
        cmocka_unit_test(names_hold_no_characters_that_deceive),
        cmocka_unit_test(what_is_not_visible_is_made_so),
        cmocka_unit_test(blanks_at_both_ends_are_taken_off),
        cmocka_unit_test(nearest_word_is_found_only_when_near),
        cmocka_unit_test(comparison_goes_by_length_not_by_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "provider/base/name.h"

/* A name has one spelling (T53). */
static void names_are_of_one_form(void **state)
{
    static const struct {
        const char *name;
        const char *fault; /* NULL: fit */
    } rows[] = {
        {"alice@EXAMPLE.COM", NULL},
        {"Zo\xC3\xAB", NULL},
        {"Zoe\xCC\x88", "NFC"},
        {"stra\xC3\x9F"
         "e",
         NULL},
        {"\xD0\xB4\xD0\xB5\xD0\xB6", NULL},     /* Cyrillic */
        {"\xD0\x92\xD0\xB5\xD0\xB1 SQL", NULL}, /* a word of each */
        {"\xD0\xB0"
         "dmin",
         "scripts"}, /* Cyrillic a */
        {"web-\xD0\xB0"
         "dmin",
         "scripts"},
        {"\xE6\xBC\xA2\xE5\xAD\x97"
         "PC",
         NULL}, /* Han and Latin */
        {"\xE3\x82\xB5\xE3\x83\xBC\xE3\x83\x90", NULL},
        {"\xD8\xA8\xD8\xA7\xD8\xA8", NULL}, /* Arabic */
        {"bob\xC2\xA0", "invisible"},
        {"bob\xE2\x80\x83", "invisible"},
        {"bob\xE3\x80\x80", "invisible"},
        {"bob\xE2\xA0\x80", "invisible"}, /* U+2800 */
        {"bob\xE3\x85\xA4", "invisible"}, /* U+3164 */
        {"bo\xE1\x85\x9F"
         "b",
         "invisible"}, /* U+115F */
        {"bo\xCD\x8F"
         "b",
         "invisible"}, /* U+034F */
        {"bo\xC2\xAD"
         "b",
         "invisible"}, /* soft hyphen */
        {"bo\xE2\x80\x8D"
         "b",
         "invisible"}, /* joiner */
        {"\xE2\x80\xAE"
         "bob",
         "invisible"},
        {"bo\xEF\xB8\x8F"
         "b",
         "invisible"}, /* variation */
        {"bo\xF3\xA0\x81\xA1"
         "b",
         "invisible"}, /* tag */
        {"bo\xEE\x80\x80"
         "b",
         "invisible"}, /* private use */
        {"", "invisible"},
        {"a name of more than 24 byt", "long"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const char *fault = name_fault(text_of(rows[i].name), 24);

        if (!rows[i].fault != !fault ||
            (fault && !strstr(fault, rows[i].fault)))
            fail_msg("%s: %s", rows[i].name, fault ? fault : "fit");
    }
}

static bool look_alike(const char *a, const char *b)
{
    SCOPED(buf_free) struct buf look_a = buf_make(1024);
    SCOPED(buf_free) struct buf look_b = buf_make(1024);

    assert_int_equal(name_look(text_of(a), false, &look_a), STATUS_OK);
    assert_int_equal(name_look(text_of(b), false, &look_b), STATUS_OK);
    return name_is_alike(text_of(a), buf_text(&look_a), text_of(b),
                         buf_text(&look_b));
}

static void what_a_person_takes_for_one_is_one(void **state)
{
    static const struct {
        const char *a, *b;
        bool is_alike;
    } rows[] = {
        {"admin", "Admin", true},
        {"admin", "adm\xC4\xB1n", true}, /* dotless i */
        {"Web Team", "Web  Team", true},
        {"coco", "\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE", true}, /* Cyrillic */
        {"COCO", "\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE", true},
        {"Zo\xC3\xAB", "Zoe\xCC\x88", true},
        {"strasse",
         "stra\xC3\x9F"
         "e",
         true},
        {"\xEF\xBC\xA1lice", "alice", true}, /* full width */
        {"modem", "modern", false},
        {"web1", "webl", false},
        {"alice", "alicia", false},
        {"M\xC3\xBCller", "Muller", false},
        {"alice", "alice2", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (look_alike(rows[i].a, rows[i].b) != rows[i].is_alike)
            fail_msg("%s, %s", rows[i].a, rows[i].b);
}

static void among_plain_names_case_and_blanks_are_all_that_is_lost(void **state)
{
    SCOPED(buf_free) struct buf look = buf_make(64);

    (void)state;
    assert_int_equal(name_look(TEXT("Web  Team 1l"), true, &look), STATUS_OK);
    assert_text_equal(buf_text(&look), "web team 1l");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_of_one_form),
        cmocka_unit_test(what_a_person_takes_for_one_is_one),
        cmocka_unit_test(
            among_plain_names_case_and_blanks_are_all_that_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

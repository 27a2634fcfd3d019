#include "tests/unit/unit.h"

#include "provider/base/sid.h"

#define DOMAIN "S-1-5-21-1004336348-1177238915-682003330"

static struct sid sid_of(const char *text)
{
    struct sid sid;

    assert_int_equal(sid_read(text_of(text), &sid), STATUS_OK);
    return sid;
}

static void a_sid_is_written_as_it_was_read(void **state)
{
    static const char *const texts[] = {
        "S-1-0-0",
        "S-1-5-18",
        "S-1-18-2",
        "S-1-5-32-544",
        DOMAIN,
        DOMAIN "-500",
        "S-1-5-21-4294967295-0-0-4294967295",
        "S-1-4294967295-1",
        "S-1-0x100000000-1",
        "S-1-0xffffffffffff-1",
        "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const struct sid sid = sid_of(texts[i]);
        char text[SID_TEXT_BYTES];

        sid_write(&sid, text);
        assert_string_equal(text, texts[i]);
    }
}

static void the_longest_sid_fits(void **state)
{
    struct sid sid = {.authority = 0xffffffffffff, .n_parts = SID_PARTS_MAX};
    char text[SID_TEXT_BYTES];

    (void)state;
    memset(sid.parts, 0xff, sizeof(sid.parts));
    sid_write(&sid, text);
    assert_int_equal(strlen(text), 4 + 14 + 15 * 11);
    assert_true(sid_is_text(text_of(text)));
}

static void any_other_spelling_is_none(void **state)
{
    static const char *const texts[] = {
        "",
        "S-1",
        "S-1-",
        "S-1-5",
        "S-1-5-",
        "s-1-5-18",
        "S-2-5-18",
        "S-1-05-18",
        "S-1-5-018",
        "S-1-5-4294967296",
        "S-1-5-18446744073709551616",
        "S-1-4294967296-1",
        "S-1-0x5-18",
        "S-1-0x0100000000-1",
        "S-1-0x1000000000000-1",
        "S-1-0xFFFFFFFFFFFF-1",
        "S-1-5-+18",
        "S-1-5-1 8",
        " S-1-5-18",
        "S-1-5-18 ",
        "S-1-5--18",
        "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_false(sid_is_text(text_of(texts[i])));
}

static void an_account_is_in_its_domain_alone(void **state)
{
    const struct sid domain = sid_of(DOMAIN);
    const struct sid other = sid_of("S-1-5-21-1-2-3");
    struct sid account, longer;

    (void)state;
    assert_int_equal(sid_append(&domain, 500, &account), STATUS_OK);
    assert_int_equal(sid_append(&account, 1, &longer), STATUS_OK);
    assert_true(sid_is_in(&account, &domain));
    assert_false(sid_is_in(&account, &other));
    assert_false(sid_is_in(&domain, &domain));
    assert_false(sid_is_in(&longer, &domain));
    assert_true(sid_is_account(&account));
    assert_false(sid_is_account(&domain));
    assert_true(sid_is_domain(&domain));
    assert_false(sid_is_domain(&account));
    assert_true(sid_equal(&account, &account));
    assert_false(sid_equal(&account, &domain));
}

static void a_group_of_the_host_is_of_no_domain(void **state)
{
    const struct sid administrators = sid_of("S-1-5-32-544");
    const struct sid full = sid_of("S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15");
    struct sid none;

    (void)state;
    assert_false(sid_is_account(&administrators));
    assert_false(sid_is_domain(&administrators));
    assert_int_equal(sid_append(&full, 1, &none), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sid_is_written_as_it_was_read),
        cmocka_unit_test(the_longest_sid_fits),
        cmocka_unit_test(any_other_spelling_is_none),
        cmocka_unit_test(an_account_is_in_its_domain_alone),
        cmocka_unit_test(a_group_of_the_host_is_of_no_domain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

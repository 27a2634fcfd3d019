#include "tests/unit/unit.h"

#include "provider/base/base64.h"

static void check(enum base64_alphabet alphabet, struct text bytes,
                  const char *encoded)
{
    SCOPED(buf_free) struct buf out = buf_make(64);
    SCOPED(buf_free) struct buf back = buf_make(64);

    base64_append(&out, alphabet, bytes);
    assert_text_equal(buf_text(&out), encoded);
    assert_int_equal(base64_read(alphabet, buf_text(&out), &back), STATUS_OK);
    assert_true(text_equal(buf_text(&back), bytes));
}

/* Source: RFC 4648 section 10. */
static void encodes_the_vectors_of_the_standard_both_ways(void **state)
{
    (void)state;
    check(BASE64_PLAIN, TEXT(""), "");
    check(BASE64_PLAIN, TEXT("f"), "Zg==");
    check(BASE64_PLAIN, TEXT("fo"), "Zm8=");
    check(BASE64_PLAIN, TEXT("foobar"), "Zm9vYmFy");
    check(BASE64_PLAIN, TEXT("\xFB\xFF"), "+/8=");
    check(BASE64_URL, TEXT("\xFB\xFF"), "-_8");
    check(BASE64_URL, TEXT("f"), "Zg");
}

static void refuses_every_other_spelling(void **state)
{
    static const struct {
        enum base64_alphabet alphabet;
        const char *encoded;
    } bad[] = {
        {BASE64_PLAIN, "Zg"},   {BASE64_PLAIN, "Zg="},
        {BASE64_PLAIN, "Zh=="}, {BASE64_PLAIN, "Zg==\n"},
        {BASE64_PLAIN, "Z g="}, {BASE64_PLAIN, "===="},
        {BASE64_PLAIN, "-_8="}, {BASE64_URL, "Zg=="},
        {BASE64_URL, "Zh"},     {BASE64_URL, "Z"},
        {BASE64_URL, "+/8"},    {BASE64_PLAIN, "Zg==Zg=="},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        SCOPED(buf_free) struct buf out = buf_make(64);

        assert_int_equal(
            base64_read(bad[i].alphabet, text_of(bad[i].encoded), &out),
            STATUS_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_the_vectors_of_the_standard_both_ways),
        cmocka_unit_test(refuses_every_other_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

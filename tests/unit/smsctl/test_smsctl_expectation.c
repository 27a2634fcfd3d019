#include "tests/unit/unit.h"

#include "provider/smsctl/expectation.h"

static void an_expectation_is_taken_apart(void **state)
{
    struct expectation out;

    (void)state;
    assert_int_equal(
        expectation_read(
            TEXT(" Deploy Applications  SMS_Collection Web  Servers "), &out),
        STATUS_OK);
    assert_text_equal(out.operation, "Deploy Applications");
    assert_text_equal(out.class_name, "SMS_Collection");
    assert_text_equal(out.key, "Web  Servers");

    assert_int_equal(expectation_read(TEXT("Read SMS_Application"), &out),
                     STATUS_OK);
    assert_text_equal(out.operation, "Read");
    assert_int_equal(out.key.size, 0);
}

static void without_a_class_or_an_operation_it_is_none(void **state)
{
    static const char *const wrong[] = {"",
                                        " ",
                                        "Read",
                                        "Read SMS_Nothing",
                                        "SMS_Application",
                                        "SMS_ApplicationRead"};
    struct expectation out;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_int_equal(expectation_read(text_of(wrong[i]), &out),
                         STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expectation_is_taken_apart),
        cmocka_unit_test(without_a_class_or_an_operation_it_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

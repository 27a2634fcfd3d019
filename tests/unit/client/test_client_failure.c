#include "tests/unit/unit.h"

#include "provider/client/failure.h"

static void read_error(struct failure *failure, const char *line)
{
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};

    assert_int_equal(rpc_reply_read(text_of(line), &reply), STATUS_OK);
    assert_int_not_equal(failure_read(failure, &reply), STATUS_OK);
}

static void every_error_of_the_wire_has_its_exit_status(void **state)
{
    static const struct {
        enum rpc_error error;
        int exit_status;
    } table[] = {
        {RPC_DONE, 0},
        {RPC_PARSE, 1},
        {RPC_INVALID_REQUEST, 1},
        {RPC_UNKNOWN_METHOD, 1},
        {RPC_LIMIT, 1},
        {RPC_NOT_AUTHENTICATED, 3},
        {RPC_LEVEL_TOO_LOW, 4},
        {RPC_DENIED, 5},
        {RPC_NOT_FOUND, 6},
        {RPC_CONFLICT, 7},
        {RPC_INVALID_PARAMS, 8},
        {RPC_INVALID, 8},
        {RPC_UNAVAILABLE, 9},
    };

    (void)state;
    assert_int_equal(ARRAY_SIZE(table), RPC_N_ERRORS);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        assert_int_equal(failure_result_of_error(table[i].error),
                         table[i].exit_status);
}

static void no_failing_status_means_that_it_worked(void **state)
{
    (void)state;
    assert_int_equal(failure_result_of(STATUS_OK), SMSCLIENT_OK);
    for (int i = STATUS_OK + 1; i <= STATUS_END; i++)
        assert_int_not_equal(failure_result_of((enum status)i), SMSCLIENT_OK);
}

static void a_level_too_low_says_how_to_reach_it(void **state)
{
    struct failure failure = {{SMSCLIENT_OK}};

    (void)state;
    read_error(&failure,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":2,"
               "\"message\":\"This needs a stronger sign-in.\",\"data\":{"
               "\"reason\":\"level_too_low\",\"level\":\"domain\","
               "\"level_required\":\"mfa\",\"how\":[\"OAUTHBEARER\","
               "\"GSSAPI\"]}}}");
    assert_int_equal(failure.view.result, SMSCLIENT_LEVEL_TOO_LOW);
    assert_int_equal(failure.view.code, 2);
    assert_string_equal(failure.view.reason, "level_too_low");
    assert_string_equal(failure.view.message, "This needs a stronger sign-in.");
    assert_string_equal(failure.view.next,
                        "Sign in with OAUTHBEARER or GSSAPI.");
    failure_clear(&failure);
}

static void ways_to_raise_it_are_told_as_sentences(void **state)
{
    struct failure failure = {{SMSCLIENT_OK}};

    (void)state;
    read_error(&failure,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":2,"
               "\"message\":\"Stronger.\",\"data\":{"
               "\"reason\":\"level_too_low\",\"how\":[\"OAUTHBEARER\"],"
               "\"raise\":[{\"level\":\"mfa\",\"how\":["
               "{\"mechanism\":\"OAUTHBEARER\",\"sentence\":\"A token.\"},"
               "{\"mechanism\":7},"
               "{\"mechanism\":\"PLAIN\",\"sentence\":\"A \\u001b[2J.\"}"
               "]}]}}}");
    assert_string_equal(failure.view.next,
                        "OAUTHBEARER: A token. Or PLAIN: A \\u{1b}[2J.");
    failure_clear(&failure);
}

static void a_limit_with_a_time_means_try_again(void **state)
{
    struct failure failure = {{SMSCLIENT_OK}};

    (void)state;
    read_error(&failure, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":7,"
                         "\"message\":\"A limit.\",\"data\":{"
                         "\"retry_after_ms\":250}}}");
    assert_int_equal(failure.view.result, SMSCLIENT_UNAVAILABLE);
    assert_string_equal(failure.view.next, "Try again in 250 ms.");
    read_error(&failure, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":7,"
                         "\"message\":\"A limit.\",\"data\":{}}}");
    assert_int_equal(failure.view.result, SMSCLIENT_FAILED);
    assert_string_equal(failure.view.next, "");
    failure_clear(&failure);
}

static void text_of_the_server_is_escaped_and_bounded(void **state)
{
    struct failure failure = {{SMSCLIENT_OK}};
    SCOPED(buf_free) struct buf line = buf_make(1 << 20);

    (void)state;
    buf_append_string(&line,
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":3,"
                      "\"message\":\"\\u001b[2J\\n\\u202e");
    for (int i = 0; i < 100000; i++)
        buf_append_char(&line, 'x');
    buf_append_string(&line, "\",\"data\":{\"how\":\"a\\u0007b\"}}}");
    buf_append_char(&line, '\0');
    read_error(&failure, buf_text(&line).data);
    assert_memory_equal(failure.view.message, "\\u{1b}[2J\\n\\u{202e}xx", 21);
    assert_in_range(strlen(failure.view.message), 100, 2000);
    assert_string_equal(failure.view.next, "a\\u{7}b");
    failure_clear(&failure);
}

static void an_unknown_code_is_no_success(void **state)
{
    struct failure failure = {{SMSCLIENT_OK}};

    (void)state;
    read_error(&failure, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":0,"
                         "\"message\":\"\"}}");
    assert_int_not_equal(failure.view.result, SMSCLIENT_OK);
    read_error(&failure,
               "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":999,"
               "\"message\":\"\"}}");
    assert_int_not_equal(failure.view.result, SMSCLIENT_OK);
    failure_clear(&failure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_of_the_wire_has_its_exit_status),
        cmocka_unit_test(no_failing_status_means_that_it_worked),
        cmocka_unit_test(a_level_too_low_says_how_to_reach_it),
        cmocka_unit_test(ways_to_raise_it_are_told_as_sentences),
        cmocka_unit_test(a_limit_with_a_time_means_try_again),
        cmocka_unit_test(text_of_the_server_is_escaped_and_bounded),
        cmocka_unit_test(an_unknown_code_is_no_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

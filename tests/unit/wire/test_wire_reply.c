#include "tests/unit/unit.h"

#include "provider/wire/reply.h"

static void a_result_is_written_and_read_back(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};
    struct json_writer w = json_writer_make(&out);
    json_t *id = json_integer(7);

    (void)state;
    reply_begin(&w, id);
    writer_string(&w, "yes");
    reply_end(&w);
    json_decref(id);
    assert_text_equal(buf_text(&out),
                      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"yes\"}");
    assert_int_equal(rpc_reply_read(buf_text(&out), &reply), STATUS_OK);
    assert_int_equal(reply.error, RPC_DONE);
    assert_string_equal(json_string_value(reply.result), "yes");
}

static void an_error_carries_its_reason_and_more(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};
    struct json_writer w = json_writer_make(&out);

    (void)state;
    reply_error_begin(&w, NULL, RPC_LEVEL_TOO_LOW, NULL);
    writer_put_string(&w, "level_required", "mfa");
    reply_error_end(&w);
    assert_int_equal(rpc_reply_read(buf_text(&out), &reply), STATUS_OK);
    assert_int_equal(reply.error, RPC_LEVEL_TOO_LOW);
    assert_string_equal(
        json_string_value(json_object_get(reply.data, "reason")),
        "level_too_low");
    assert_string_equal(
        json_string_value(json_object_get(reply.data, "level_required")),
        "mfa");
}

static void every_error_has_its_own_code(void **state)
{
    (void)state;
    for (int i = RPC_PARSE; i < RPC_N_ERRORS; i++)
        assert_int_equal(rpc_error_read(rpc_error_code((enum rpc_error)i)), i);
    assert_int_equal(rpc_error_read(12345), RPC_UNAVAILABLE);
}

static void an_answer_with_a_nul_byte_is_refused(void **state)
{
    static const char good[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":2}";
    static const char bad[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":2\0}";
    SCOPED(rpc_reply_drop) struct rpc_reply reply = {0};

    (void)state;
    assert_int_equal(
        rpc_reply_read((struct text){bad, sizeof(bad) - 1}, &reply),
        STATUS_INVALID);
    assert_int_equal(rpc_reply_read(text_of(good), &reply), STATUS_OK);
}

static void what_is_no_answer_is_refused(void **state)
{
    static const char *const lines[] = {
        "",
        "[]",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"result\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"error\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":7}",
        "{\"id\":1,\"result\":1}",
    };
    struct rpc_reply reply = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        assert_int_equal(rpc_reply_read(text_of(lines[i]), &reply),
                         STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_is_written_and_read_back),
        cmocka_unit_test(an_error_carries_its_reason_and_more),
        cmocka_unit_test(every_error_has_its_own_code),
        cmocka_unit_test(an_answer_with_a_nul_byte_is_refused),
        cmocka_unit_test(what_is_no_answer_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

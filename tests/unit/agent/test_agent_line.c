#include "tests/unit/unit.h"

#include "provider/agent/agent_line.h"

static enum rpc_error read_line(const char *text, bool *has_id_out)
{
    SCOPED(agent_line_drop) struct agent_line line = {.id = NULL};

    agent_line_read(text_of(text), &line);
    *has_id_out = line.id != NULL;
    if (line.error != RPC_DONE)
        assert_non_null(line.why);
    return line.error;
}

static void single_requests_are_relayed(void **state)
{
    static const char *const good[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.whoami\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"m\",\"params\":{}}",
        "{\"method\":\"authority.get\",\"id\":0,\"jsonrpc\":\"2.0\"}",
    };
    bool has_id;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        assert_int_equal(read_line(good[i], &has_id), RPC_DONE);
        assert_true(has_id);
    }
}

static void what_changes_the_session_is_not(void **state)
{
    static const char *const bad[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"auth.step_up\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"auth.start\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.end\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session\\u002eend\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\\u0061uth.step_up\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"object.import\"}",
    };
    bool has_id;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(read_line(bad[i], &has_id), RPC_INVALID_REQUEST);
        assert_true(has_id);
    }
}

/* Otherwise another command would wait for an answer that never comes, or get
 * one that is not its own. */
static void what_has_no_single_answer_is_not(void **state)
{
    static const char *const bad[] = {
        "",
        "x",
        "[]",
        "{}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"session.whoami\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"session.whoami\"}",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.whoami\"}]",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"session.whoami\"}",
    };
    bool has_id;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_not_equal(read_line(bad[i], &has_id), RPC_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_requests_are_relayed),
        cmocka_unit_test(what_changes_the_session_is_not),
        cmocka_unit_test(what_has_no_single_answer_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

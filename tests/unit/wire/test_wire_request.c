#include "tests/unit/unit.h"

#include <stdlib.h>

#include "provider/wire/request.h"

/* The error of the line as a whole, or of its first request. */
static enum rpc_error error_of(struct text line)
{
    SCOPED(rpc_message_drop) struct rpc_message message = {0};
    struct rpc_request request;
    struct rpc_problem problem;
    const enum rpc_error error = rpc_message_read(line, &message, &problem);

    return error == RPC_DONE ? rpc_request_read(&message, 0, &request, &problem)
                             : error;
}

static void a_request_is_read_with_its_parts(void **state)
{
    SCOPED(rpc_message_drop) struct rpc_message message = {0};
    struct rpc_request request;
    struct rpc_problem problem;

    (void)state;
    assert_int_equal(
        rpc_message_read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":"
                              "\"object.get\",\"params\":{\"key\":\"A\"}}"),
                         &message, &problem),
        RPC_DONE);
    assert_int_equal(rpc_request_read(&message, 0, &request, &problem),
                     RPC_DONE);
    assert_text_equal(request.method, "object.get");
    assert_int_equal(json_integer_value(request.id), 7);
    assert_string_equal(
        json_string_value(json_object_get(request.params, "key")), "A");
    assert_false(request.is_notification);
}

static void a_request_without_id_wants_no_answer(void **state)
{
    SCOPED(rpc_message_drop) struct rpc_message message = {0};
    struct rpc_request request;
    struct rpc_problem problem;

    (void)state;
    assert_int_equal(rpc_message_read(TEXT("{\"jsonrpc\":\"2.0\",\"method\":"
                                           "\"a\"}"),
                                      &message, &problem),
                     RPC_DONE);
    assert_int_equal(rpc_request_read(&message, 0, &request, &problem),
                     RPC_DONE);
    assert_true(request.is_notification);
    assert_null(request.params);
}

/* ---- The usual form means what the JSON library says ---- */

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static bool is_text(const json_t *json, const char *data, size_t size)
{
    return json_is_string(json) && json_string_length(json) == size &&
           memcmp(json_string_value(json), data, size) == 0;
}

/* Is it absent from both, or equal? */
static bool is_same(const json_t *member, const json_t *read)
{
    return (!member && !read) || json_equal(member, read) == 1;
}

/* Is the line read in its usual form? Then as the library reads it. */
static bool is_usual(struct text line)
{
    OWNED(rpc_envelope) read = rpc_envelope_read(line);
    SCOPED(json_drop)
    json_t *tree =
        json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, NULL);

    if (!read)
        return false;
    assert_true(json_is_object(tree));
    assert_true(is_text(json_object_get(tree, "jsonrpc"), "2.0", 3));
    assert_true(is_text(json_object_get(tree, "method"), read->method,
                        read->method_size));
    assert_true(is_same(json_object_get(tree, "id"), read->id));
    assert_true(is_same(json_object_get(tree, "params"), read->params));
    assert_int_equal(json_object_size(tree),
                     2 + !!read->id + !!read->params + read->has_trace);
    if (read->has_trace)
        assert_true(is_text(json_object_get(tree, "traceparent"), read->trace,
                            TRACE_BYTES));
    return true;
}

static const char *const usual[] = {
    "{\"jsonrpc\":\"2.0\",\"id\":-170,\"method\":\"object.get\","
    "\"params\":{\"class\":\"SMS_R_System\",\"key\":\"16777217\"}}",
    "{\"jsonrpc\": \"2.0\", \"id\": \"a1\", \"method\": \"b\", \"params\": "
    "{\"p\": [\"Name\", 0, {\"\":{}}], \"q\": [], \"r\": true} }",
    "{\"params\":{\"a\":null,\"b\":false,\"c\":100200300400500600},"
    "\"method\":\"m\",\"jsonrpc\":\"2.0\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"traceparent\":"
    "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}",
};

static void a_usual_line_is_read_without_a_tree(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
        assert_true(is_usual(text_of(usual[i])));
}

/* Each byte in turn replaced, left out and doubled. */
/* As that of an import. */
static void a_long_line_is_read_without_a_tree(void **state)
{
    enum { N = 100 * 1000 };
    SCOPED(rpc_message_drop) struct rpc_message message = {0};
    SCOPED(memory_drop) char *line = malloc(N);
    struct rpc_problem problem;
    int n;

    (void)state;
    assert_non_null(line);
    n = snprintf(line, N,
                 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\","
                 "\"params\":{\"rows\":[0");
    while (n < N - 8)
        n += snprintf(line + n, (size_t)(N - n), ",%d", n % 10);
    n += snprintf(line + n, (size_t)(N - n), "]}}");
    assert_int_equal(
        rpc_message_read((struct text){line, (size_t)n}, &message, &problem),
        RPC_DONE);
    assert_non_null(message.usual);
    assert_int_equal(message.n_requests, 1);
}

static void a_line_that_is_not_quite_usual_means_the_same(void **state)
{
    char line[256];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
        const struct text good = text_of(usual[i]);

        for (size_t at = 0; at < good.size; at++) {
            for (int c = 0; c < 256; c++) {
                memcpy(line, good.data, good.size);
                line[at] = (char)c;
                (void)is_usual((struct text){line, good.size});
                memcpy(line + at + 1, good.data + at, good.size - at);
                (void)is_usual((struct text){line, good.size + 1});
            }
            memcpy(line + at, good.data + at + 1, good.size - at - 1);
            (void)is_usual((struct text){line, good.size - 1});
        }
    }
}

static void what_is_unusual_is_left_to_the_library(void **state)
{
    static const char *const lines[] = {
        "",
        "{}",
        "[]",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"method\":\"b\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":1,\"a\":1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":\"\\n\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":\"\xC3\xA9\"}"
        "}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":1.0}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":01}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":-0}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\","
        "\"params\":{\"a\":9223372036854775808}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":[1,]}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"a\":"
        "[[[[[[[[[[1]]]]]]]]]]}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":null}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"user\":\"b\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\"} x",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\"",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        assert_false(is_usual(text_of(lines[i])));
}

static void what_is_no_json_is_a_parse_error(void **state)
{
    (void)state;
    assert_int_equal(error_of(TEXT("")), RPC_PARSE);
    assert_int_equal(error_of(TEXT("{")), RPC_PARSE);
    assert_int_equal(error_of(TEXT("{\"a\":1,\"a\":2}")), RPC_PARSE);
    assert_int_equal(error_of(TEXT("{} {}")), RPC_PARSE);
    assert_int_equal(error_of(TEXT("{\"a\":\"\\u0000\"}")), RPC_PARSE);
    assert_int_equal(error_of(TEXT("{\"a\":\"\xC0\xAF\"}")), RPC_PARSE);
    assert_int_equal(error_of(TEXT("7")), RPC_PARSE);
}

/* After a number the parser takes it for white space, or for the end. */
static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    static const char good[] =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"a\",\"params\":{\"n\":1}}";
    char line[sizeof(good)];

    (void)state;
    assert_int_equal(error_of(TEXT(good)), RPC_DONE);
    for (size_t at = 0; at < sizeof(line); at++) {
        memcpy(line, good, at);
        line[at] = '\0';
        memcpy(line + at + 1, good + at, sizeof(good) - 1 - at);
        assert_int_equal(error_of((struct text){line, sizeof(line)}),
                         RPC_PARSE);
    }
}

static void what_is_no_request_is_an_invalid_request(void **state)
{
    static const char *const lines[] = {
        "[]",
        "[1]",
        "{}",
        "{\"jsonrpc\":\"1.0\",\"method\":\"a\"}",
        "{\"jsonrpc\":\"2.0\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":[1]}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":null}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1.5}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":{}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"user\":\"b\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"traceparent\":7}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"traceparent\":\"\"}",
        ("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"traceparent\":"
         "\"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01\"}"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        assert_int_equal(error_of(text_of(lines[i])), RPC_INVALID_REQUEST);
}

static void deep_nesting_is_refused_before_it_is_parsed(void **state)
{
    enum { N = 100 * 1000 };
    SCOPED(memory_drop) char *line = malloc(N);
    char shallow[2 * RPC_DEPTH_MAX + 1];

    (void)state;
    assert_non_null(line);
    memset(line, '[', N);
    assert_int_equal(error_of((struct text){line, N}), RPC_PARSE);

    memset(shallow, '[', RPC_DEPTH_MAX);
    memset(shallow + RPC_DEPTH_MAX, ']', RPC_DEPTH_MAX);
    assert_int_equal(error_of((struct text){shallow, 2 * RPC_DEPTH_MAX}),
                     RPC_INVALID_REQUEST);
    assert_int_equal(error_of(TEXT("{\"jsonrpc\":\"2.0\",\"method\":"
                                   "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\""
                                   "[[[[[[[[[[\"}")),
                     RPC_DONE);
}

static void each_request_of_a_batch_is_read_alone(void **state)
{
    SCOPED(rpc_message_drop) struct rpc_message message = {0};
    struct rpc_request request;
    struct rpc_problem problem;

    (void)state;
    assert_int_equal(
        rpc_message_read(TEXT("[{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1}"
                              ",{\"method\":\"b\",\"id\":\"x\"}]"),
                         &message, &problem),
        RPC_DONE);
    assert_int_equal(message.n_requests, 2);
    assert_int_equal(rpc_request_read(&message, 0, &request, &problem),
                     RPC_DONE);
    assert_int_equal(rpc_request_read(&message, 1, &request, &problem),
                     RPC_INVALID_REQUEST);
    assert_string_equal(json_string_value(request.id), "x");
    assert_string_equal(problem.at, "jsonrpc");
}

static void a_batch_has_a_maximum(void **state)
{
    SCOPED(memory_drop) char *line = malloc(3 * RPC_BATCH_MAX + 8);
    size_t n = 0;

    (void)state;
    assert_non_null(line);
    line[n++] = '[';
    for (int i = 0; i <= RPC_BATCH_MAX; i++) {
        if (i > 0)
            line[n++] = ',';
        line[n++] = '1';
    }
    line[n++] = ']';
    assert_int_equal(error_of((struct text){line, n}), RPC_INVALID_REQUEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_read_with_its_parts),
        cmocka_unit_test(a_request_without_id_wants_no_answer),
        cmocka_unit_test(a_usual_line_is_read_without_a_tree),
        cmocka_unit_test(a_long_line_is_read_without_a_tree),
        cmocka_unit_test(a_line_that_is_not_quite_usual_means_the_same),
        cmocka_unit_test(what_is_unusual_is_left_to_the_library),
        cmocka_unit_test(what_is_no_json_is_a_parse_error),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(what_is_no_request_is_an_invalid_request),
        cmocka_unit_test(deep_nesting_is_refused_before_it_is_parsed),
        cmocka_unit_test(each_request_of_a_batch_is_read_alone),
        cmocka_unit_test(a_batch_has_a_maximum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

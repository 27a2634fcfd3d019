#include "tests/unit/unit.h"

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/web/head.h"

#define START "POST /rpc?x=1 HTTP/1.1\r\n"
#define HOST  "Host: localhost:7443\r\n"
#define END   "\r\n"

static unsigned status_of(struct text bytes)
{
    struct head head;
    const char *why = NULL;
    const unsigned status = head_read(bytes, &head, &why);

    assert_true((status == 0) == (why == NULL));
    return status;
}

static void reads_what_a_client_sends(void **state)
{
    const struct text bytes = TEXT(START HOST "User-Agent: curl/7.88.1\r\n"
                                              "Accept: */*\r\n"
                                              "authorization: Bearer a.b.c \r\n"
                                              "Content-Type: application/json"
                                              "\r\nContent-Length: 17\r\n" END);
    const char *why = NULL;
    struct head head;

    (void)state;
    assert_int_equal(head_read(bytes, &head, &why), 0);
    assert_int_equal(head.method, HEAD_POST);
    assert_text_equal(head.path, "/rpc");
    assert_text_equal(head.query, "x=1");
    assert_text_equal(head.host, "localhost");
    assert_text_equal(head.authorization, "Bearer a.b.c");
    assert_text_equal(head.content_type, "application/json");
    assert_int_equal(head.body_size, 17);
    assert_true(head.keeps_alive);
    assert_null(head.origin.data);
}

static void a_client_may_ask_to_close(void **state)
{
    const char *why = NULL;
    struct head head;

    (void)state;
    assert_int_equal(
        head_read(TEXT(START HOST "Connection: close\r\n" END), &head, &why),
        0);
    assert_false(head.keeps_alive);
    assert_int_equal(head.body_size, 0);
}

/* Each of these is read in two ways by somebody. */
static void what_could_be_two_requests_is_none(void **state)
{
    static const struct {
        unsigned status;
        struct text bytes;
    } cases[] = {
        {400, TEXT("GET / HTTP/1.1\n" HOST END)},
        {400, TEXT(START "Host: a\n" END)},
        {400, TEXT(START HOST "X: a\rContent-Length: 3\r\n" END)},
        {400, TEXT(START HOST "X: a\r\r\n" END)},
        {400, TEXT(START HOST "X: a\0b\r\n" END)},
        {400, TEXT(START HOST "X: a\r\n b\r\n" END)},
        {400, TEXT(START HOST "X: a\r\n\tb\r\n" END)},
        {400, TEXT(START HOST "X: \xc3\xa4\r\n" END)},
        {400, TEXT(START HOST "Content-Length : 5\r\n" END)},
        {400, TEXT(START HOST " Content-Length: 5\r\n" END)},
        {400, TEXT(START HOST "Content Length: 5\r\n" END)},
        {400, TEXT(START HOST "X[]: 5\r\n" END)},
        {400, TEXT(START HOST ": 5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 5\r\n"
                              "Content-Length: 5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 5\r\n"
                              "content-length: 6\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 5, 5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: +5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: -5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 0x5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 5 \t5\r\n" END)},
        {400, TEXT(START HOST "Content-Length:\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 18446744073709551617\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 99999999999\r\n" END)},
        {400, TEXT(START HOST "Transfer-Encoding: chunked\r\n"
                              "Content-Length: 5\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 5\r\n"
                              "Transfer-Encoding: chunked\r\n" END)},
        {400, TEXT(START HOST "Content-Length: 5\r\n"
                              "Transfer-Encoding: identity\r\n" END)},
        {411, TEXT(START HOST "Transfer-Encoding: chunked\r\n" END)},
        {400, TEXT(START HOST "Transfer-Encoding: xchunked\r\n" END)},
        {411, TEXT(START HOST "transfer-encoding: gzip, chunked\r\n" END)},
        {400, TEXT(START END)},
        {400, TEXT(START "Host:\r\n" END)},
        {400, TEXT(START "Host: :443\r\n" END)},
        {400, TEXT(START "Host: [::1\r\n" END)},
        {400, TEXT(START HOST "Host: other\r\n" END)},
        {400, TEXT(START HOST "Authorization: Bearer a\r\n"
                              "Authorization: Bearer b\r\n" END)},
        {400, TEXT("GET https://localhost/rpc HTTP/1.1\r\n" HOST END)},
        {400, TEXT("GET //localhost/rpc# HTTP/1.1\r\n" HOST END)},
        {400, TEXT("CONNECT localhost:443 HTTP/1.1\r\n" HOST END)},
        {400, TEXT("OPTIONS * HTTP/1.1\r\n" HOST END)},
        {400, TEXT(START HOST "Connection: upgrade\r\n"
                              "Upgrade: h2c\r\n" END)},
        {505, TEXT("GET / HTTP/1.0\r\n" HOST END)},
        {505, TEXT("GET / HTTP/2.0\r\n" HOST END)},
        {505, TEXT("GET /\r\n" HOST END)},
        {400, TEXT("GET  / HTTP/1.1\r\n" HOST END)},
        {400, TEXT("get / HTTP/1.1\r\n" HOST END)},
        {400, TEXT("{\"jsonrpc\":\"2.0\"}\r\n" END)},
        {400, TEXT("GET /  HTTP/1.1\r\n" HOST END)},
        {400, TEXT("GET / HTTP/1.1 \r\n" HOST END)},
        {400, TEXT("GET\t/ HTTP/1.1\r\n" HOST END)},
        {400, TEXT("\r\nGET / HTTP/1.1\r\n" HOST END)},
        {400, TEXT("GET / HTTP/1.01\r\n" HOST END)},
        {400, TEXT(END END)},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (status_of(cases[i].bytes) != cases[i].status)
            fail_msg("case %zu: %u instead of %u", i, status_of(cases[i].bytes),
                     cases[i].status);
}

static void too_many_headers_are_refused(void **state)
{
    SCOPED(buf_free) struct buf bytes = buf_make(64 * 1024);

    (void)state;
    buf_append_string(&bytes, START HOST);
    for (int i = 0; i < HEAD_LINES_MAX - 1; i++)
        buf_append_format(&bytes, "X%d: y\r\n", i);
    buf_append_string(&bytes, END);
    assert_int_equal(status_of(buf_text(&bytes)), 0);
    buf_truncate(&bytes, bytes.size - 2);
    buf_append_string(&bytes, "X: y\r\n" END);
    assert_int_equal(status_of(buf_text(&bytes)), 431);
}

static void its_end_is_found_however_it_comes(void **state)
{
    const struct text bytes = TEXT(START HOST END "body\r\n\r\n");
    const size_t size = sizeof(START HOST END) - 1;
    size_t n_scanned = 0;

    (void)state;
    for (size_t n = 0; n < size; n++)
        assert_int_equal(head_size((struct text){bytes.data, n}, &n_scanned),
                         0);
    assert_int_equal(head_size(bytes, &n_scanned), size);
    n_scanned = 0;
    assert_int_equal(head_size(bytes, &n_scanned), size);
}

static void hosts_lose_their_ports(void **state)
{
    static const struct {
        const char *said;
        const char *host; /* NULL: none */
    } cases[] = {
        {"a", "a"},         {"a:443", "a"}, {"[::1]:443", "::1"},
        {"[::1]", "::1"},   {":443", NULL}, {"[]:443", NULL},
        {"[::1]:", "::1"},  {"a:b", NULL},  {"a:1:2", NULL},
        {"[::1]:\"", NULL}, {"a:", "a"},    {"[::1]x", NULL},
        {"[::1", NULL},     {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct text host = text_of(cases[i].said);

        assert_int_equal(head_cut_port(&host), cases[i].host != NULL);
        if (cases[i].host)
            assert_text_equal(host, cases[i].host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_a_client_sends),
        cmocka_unit_test(a_client_may_ask_to_close),
        cmocka_unit_test(what_could_be_two_requests_is_none),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(its_end_is_found_however_it_comes),
        cmocka_unit_test(hosts_lose_their_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whose requests are answered, and with what. */
#include "tests/unit/unit.h"

#include <string.h>

#include "provider/monitor/page.h"

static struct metrics metrics;
static const struct method_table no_methods = {0};

static struct page make(const char *path, int64_t seen_ms)
{
    const struct metric_view view = {
        .metrics = &metrics, .now_s = 1800000000, .now_ms = 200000};

    metrics_open(&metrics, NULL, 1);
    metrics_set(&metrics, METRIC_STORE_FREE, (int64_t)1 << 40);
    metrics.store_seen_ms = seen_ms;
    metrics.writer_seen_ms = seen_ms;
    return page_make(path, &view, &no_methods);
}

static void assert_page(const char *path, int64_t seen_ms, unsigned status,
                        const char *part)
{
    SCOPED(page_clear) struct page page = make(path, seen_ms);

    assert_int_equal(page.status, status);
    buf_append_char(&page.text, '\0');
    assert_non_null(strstr(buf_text(&page.text).data, part));
}

static void pages_tell_the_state(void **state)
{
    (void)state;
    assert_page("/healthz", 199000, 200, "ok\n");
    assert_page("/readyz", 199000, 200, "[+]store good\n");
    assert_page("/metrics", 199000, 200,
                "smsprovider_condition{name=\"store\"} 0");
}

static void stuck_it_is_neither_healthy_nor_ready(void **state)
{
    (void)state;
    assert_page("/healthz", 1, 503, "does not come round");
    assert_page("/readyz", 1, 503, "[-]store failed: ");
    assert_page("/metrics", 1, 200, "smsprovider_condition{name=\"store\"} 2");
}

/* Starting is no reason to be started again. */
static void before_the_first_commit_healthy_but_not_ready(void **state)
{
    (void)state;
    assert_page("/healthz", 0, 200, "ok\n");
    assert_page("/readyz", 0, 503, "[-]store failed: ");
}

static void there_is_nothing_else(void **state)
{
    static const char *const paths[] = {
        "",          "/",          "/metrics/", "/Metrics", "//metrics",
        "/metrics2", "/metrics?a", "/rpc",      "healthz",  "/../metrics",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        assert_page(paths[i], 199000, 404, "There are /metrics");
}

static void hosts_are_addresses(void **state)
{
    static const char *const ours[] = {
        "127.0.0.1", "127.0.0.1:9464", "[::1]",    "[::1]:9464",
        "localhost", "LocalHost:1",    "10.0.0.1",
    };
    static const char *const others[] = {
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.",
        "localhost.evil:1",
        "[::1",
        "[::1]evil",
        "::1",
        "[localhost]",
        "127.1",
        "0x7f.1",
        "local host",
    };
    char longest[300];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
        assert_true(page_host_is_ours(ours[i]));
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        assert_false(page_host_is_ours(others[i]));
    assert_false(page_host_is_ours(NULL));
    memset(longest, '1', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_false(page_host_is_ours(longest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_tell_the_state),
        cmocka_unit_test(stuck_it_is_neither_healthy_nor_ready),
        cmocka_unit_test(before_the_first_commit_healthy_but_not_ready),
        cmocka_unit_test(there_is_nothing_else),
        cmocka_unit_test(hosts_are_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

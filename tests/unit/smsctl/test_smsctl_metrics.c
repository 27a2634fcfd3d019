#include "tests/unit/unit.h"

#include "provider/client/answer.h"
#include "provider/smsctl/verb_metrics.h"

static void assert_written(const char *json, const char *expected)
{
    SCOPED(answer_drop) json_t *metrics = json_loads(json, 0, NULL);
    SCOPED(buf_free) struct buf out = buf_make(65536);

    assert_non_null(metrics);
    metrics_write_prometheus(metrics, &out);
    assert_text_equal(buf_text(&out), expected);
}

#define CALLS                                                                  \
    "# HELP smsprovider_calls_total Calls answered, by outcome.\n"             \
    "# TYPE smsprovider_calls_total counter\n"
#define SIGN_INS                                                               \
    "# HELP smsprovider_sign_ins_total Sign-ins finished, by mechanism and "   \
    "outcome.\n"                                                               \
    "# TYPE smsprovider_sign_ins_total counter\n"

static void a_collector_reads_numbers_with_labels(void **state)
{
    (void)state;
    assert_written(
        "{\"since\":\"1970-01-02T00:00:00Z\",\"sessions\":2,\"reloaded\":null,"
        "\"turned_away\":{\"descriptors\":9},\"longest_change_ms\":7,"
        "\"calls\":{\"done\":5,\"denied\":1},\"sign_ins\":[{\"mechanism\":"
        "\"EXTERNAL\",\"accepted\":3,\"refused\":4}]}",
        "# HELP smsprovider_start_time_seconds Time the provider started.\n"
        "# TYPE smsprovider_start_time_seconds gauge\n"
        "smsprovider_start_time_seconds 86400\n"
        "# HELP smsprovider_sessions Open sessions.\n"
        "# TYPE smsprovider_sessions gauge\n"
        "smsprovider_sessions 2\n"
        "# HELP smsprovider_turned_away_total Connections and sign-ins "
        "turned away, by missing resource.\n"
        "# TYPE smsprovider_turned_away_total counter\n"
        "smsprovider_turned_away_total{cause=\"descriptors\"} 9\n"
        "# HELP smsprovider_longest_change_ms Longest time that one "
        "change blocked others.\n"
        "# TYPE smsprovider_longest_change_ms gauge\n"
        "smsprovider_longest_change_ms 7\n" CALLS
        "smsprovider_calls_total{outcome=\"done\"} 5\n"
        "smsprovider_calls_total{outcome=\"denied\"} 1\n" SIGN_INS
        "smsprovider_sign_ins_total{mechanism=\"EXTERNAL\",outcome="
        "\"accepted\"} 3\n"
        "smsprovider_sign_ins_total{mechanism=\"EXTERNAL\",outcome="
        "\"refused\"} 4\n");
}

static void a_label_stays_a_label(void **state)
{
    (void)state;
    assert_written("{\"calls\":{\"a\\\"} 1\\n\\\\\":7},\"sessions\":\"many\"}",
                   CALLS "smsprovider_calls_total{outcome=\"a\\\"} "
                         "1\\n\\\\\"} 7\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_collector_reads_numbers_with_labels),
        cmocka_unit_test(a_label_stays_a_label),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "provider/wire/metric_text.h"

static void json_drop(json_t **json)
{
    json_decref(*json);
}

static void assert_written(const char *json, const char *expected)
{
    SCOPED(json_drop) json_t *metrics = json_loads(json, 0, NULL);
    SCOPED(buf_free) struct buf out = buf_make(65536);

    assert_non_null(metrics);
    metric_write_text(metrics, &out);
    assert_text_equal(buf_text(&out), expected);
}

#define CALLS                                                                  \
    "# HELP smsprovider_calls_total Calls answered, by outcome.\n"             \
    "# TYPE smsprovider_calls_total counter\n"
#define SIGN_INS                                                               \
    "# HELP smsprovider_sign_ins_total Sign-ins finished, by mechanism, "      \
    "outcome and level.\n"                                                     \
    "# TYPE smsprovider_sign_ins_total counter\n"

static void a_collector_reads_numbers_with_labels(void **state)
{
    (void)state;
    assert_written(
        "{\"since\":\"1970-01-02T00:00:00Z\",\"sessions\":2,\"reloaded\":null,"
        "\"turned_away\":{\"descriptors\":9},\"longest_change_ms\":7,"
        "\"calls\":{\"done\":5,\"denied\":1},\"sign_ins\":[{\"mechanism\":"
        "\"EXTERNAL\",\"accepted\":3,\"refused\":4,\"levels\":{\"domain\":1,"
        "\"mfa\":2}}]}",
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
        "\"accepted\",level=\"domain\"} 1\n"
        "smsprovider_sign_ins_total{mechanism=\"EXTERNAL\",outcome="
        "\"accepted\",level=\"mfa\"} 2\n"
        "smsprovider_sign_ins_total{mechanism=\"EXTERNAL\",outcome="
        "\"refused\",level=\"\"} 4\n");
}

static void conditions_and_ends_are_numbers(void **state)
{
    (void)state;
    assert_written(
        "{\"conditions\":[{\"name\":\"store\",\"state\":\"good\"},"
        "{\"name\":\"disk\",\"state\":\"warning\"},"
        "{\"name\":\"odd\",\"state\":\"unheard of\"}],"
        "\"ends\":[{\"kind\":\"certificate\",\"name\":\"CN=a\","
        "\"end\":\"1970-01-02T00:00:00Z\"},"
        "{\"kind\":\"key_set\",\"name\":\"b\",\"end\":null}]}",
        "# HELP smsprovider_condition 0: good, 1: needs attention, 2: does not "
        "work.\n"
        "# TYPE smsprovider_condition gauge\n"
        "smsprovider_condition{name=\"store\"} 0\n"
        "smsprovider_condition{name=\"disk\"} 1\n"
        "smsprovider_condition{name=\"odd\"} 2\n"
        "# HELP smsprovider_end_timestamp_seconds When a certificate, "
        "revocation list or key set ends.\n"
        "# TYPE smsprovider_end_timestamp_seconds gauge\n"
        "smsprovider_end_timestamp_seconds{kind=\"certificate\",name="
        "\"CN=a\"} 86400\n");
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
        cmocka_unit_test(conditions_and_ends_are_numbers),
        cmocka_unit_test(a_label_stays_a_label),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

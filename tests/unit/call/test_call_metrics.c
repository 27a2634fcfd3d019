/* What is counted, and who may read it. */
#include "tests/unit/unit.h"

#include <string.h>

#include "provider/call/metrics.h"
#include "provider/method/table.h"
#include "tests/support/provider_fixture.h"

static const char policy[] =
    "version: 1\n"
    "administrators:\n"
    "  - user: top@A.TEST\n"
    "    assignments:\n"
    "      - { roles: [Full Administrator], instances: all }\n"
    "  - user: none@A.TEST\n";

static struct provider provider;
static struct metrics metrics;
static _Atomic int64_t n_conns;

static int open_provider(void **state)
{
    (void)state;
    n_conns = 7;
    provider_open(&provider, policy);
    metrics_open(&metrics, &n_conns, 1800000000);
    provider.loop.metrics = &metrics;
    provider.writer.metrics = &metrics;
    return 0;
}

static int close_provider(void **state)
{
    (void)state;
    provider_close(&provider);
    return 0;
}

static void calls_are_counted_by_how_they_ended(void **state)
{
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    peer_call(&provider, top, "session.whoami", "{}");
    peer_call(&provider, top, "server.info", "{}");
    peer_call(&provider, top, "object.get", "{}");
    peer_call(&provider, top, "object.get",
              "{\"class\":\"SMS_Role\",\"key\":\"XXX00000\"}");
    peer_call(&provider, top, "nothing", "{}");
    assert_int_equal(metrics.calls[RPC_DONE], 2);
    assert_int_equal(metrics.calls[RPC_INVALID_PARAMS], 1);
    assert_int_equal(metrics.calls[RPC_NOT_FOUND], 1);
    assert_int_equal(metrics.calls[RPC_UNKNOWN_METHOD], 1);
    assert_int_equal(metrics.calls[RPC_DENIED], 0);
    assert_int_equal(metrics.verdicts[GATE_NOT_FOUND], 1);
    assert_int_equal(metrics.verdicts[GATE_OPEN], 2);
    assert_int_equal(metrics.verdicts[GATE_DENIED], 0);
}

/* ---- How long ---- */

static int64_t n_of(const char *method)
{
    const struct method *found = method_find(&method_table, text_of(method));

    return metrics.latencies[found - method_table.rows + 1].count;
}

static void lines_are_counted_by_their_method(void **state)
{
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    peer_call(&provider, top, "session.whoami", "{}");
    peer_call(&provider, top, "session.whoami", "{}");
    peer_call(&provider, top, "nothing", "{}");
    assert_int_equal(n_of("session.whoami"), 2);
    assert_int_equal(n_of("object.get"), 0);
    assert_int_equal(metrics.latencies[0].count, 1);
}

static void a_time_is_in_the_first_bucket_that_holds_it(void **state)
{
    const struct metrics_latency *latency = &metrics.latencies[3];

    (void)state;
    metrics_count_latency(&metrics, 3, 50);
    metrics_count_latency(&metrics, 3, 51);
    metrics_count_latency(&metrics, 3, 31 * 1000000);
    metrics_count_latency(&metrics, METRICS_METHODS_MAX + 1, 1);
    assert_int_equal(latency->buckets[0], 1);
    assert_int_equal(latency->buckets[1], 1);
    assert_int_equal(latency->buckets[METRIC_N_BUCKETS - 1], 0);
    assert_int_equal(latency->count, 3);
    assert_int_equal(latency->sum_us, 31 * 1000000 + 101);
    assert_int_equal(metrics.latencies[0].count, 1);
}

/* ---- What is lost with its change ---- */

static struct turn *begin_turn(struct peer *peer, const char *line)
{
    struct turn *turn;

    buf_clear(&provider.out);
    assert_int_equal(view_begin(&provider.view), STATUS_OK);
    provider.loop.generation = provider.view.generation;
    turn = turn_begin(&provider.loop, peer, text_of(line), &provider.out);
    view_end(&provider.view);
    assert_non_null(turn);
    return turn;
}

static void run_in_pool(struct turn *turn)
{
    assert_int_equal(turn->wait, TURN_FOR_POOL);
    assert_int_equal(view_begin(&provider.view), STATUS_OK);
    provider.pool.generation = provider.view.generation;
    turn_go_on(&turn->job, &provider.pool);
    view_end(&provider.view);
}

/* Its part in the writer, whose commit fails. */
static void lose_in_writer(struct turn *turn)
{
    assert_int_equal(turn->wait, TURN_FOR_WRITER);
    assert_int_equal(store_write_begin(provider.writing), STATUS_OK);
    turn_go_on(&turn->job, &provider.writer);
    store_write_rollback(provider.writing);
    turn_fail(&turn->job);
    turn_end_part(turn);
    assert_int_equal(turn->wait, TURN_IS_DONE);
}

#define CREATE(id)                                                             \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"object.create\","         \
    "\"params\":{\"class\":\"SMS_Application\",\"properties\":{"               \
    "\"LocalizedDisplayName\":\"a\"}}}"

static void what_is_lost_with_its_change_is_unavailable(void **state)
{
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);
    OWNED(turn) turn = begin_turn(top, "[" CREATE("1") "," CREATE("2") "]");
    const int64_t n_records = provider_n_records(&provider);

    (void)state;
    lose_in_writer(turn);
    assert_int_equal(metrics.calls[RPC_UNAVAILABLE], 2);
    assert_int_equal(metrics.calls[RPC_DONE], 0);
    assert_int_equal(provider_n_records(&provider), n_records);
}

static void a_long_read_without_its_record_is_not_answered(void **state)
{
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);
    OWNED(turn)
    turn = begin_turn(top, "{\"jsonrpc\":\"2.0\",\"id\":1,"
                           "\"method\":\"audit.query\",\"params\":{}}");

    (void)state;
    run_in_pool(turn);
    lose_in_writer(turn);
    buf_append_char(&turn->reply, '\0');
    assert_null(strstr(buf_text(&turn->reply).data, "items"));
    assert_non_null(strstr(buf_text(&turn->reply).data, "unavailable"));
    assert_int_equal(metrics.calls[RPC_UNAVAILABLE], 1);
    assert_int_equal(metrics.calls[RPC_DONE], 0);
}

static void who_may_read_the_site_reads_them(void **state)
{
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);
    SCOPED(peer_leave)
    struct peer *none = peer_open(&provider, "none@A.TEST", AUTH_LEVEL_MFA);
    const char *answer = peer_call(&provider, top, "server.metrics", "{}");

    (void)state;
    assert_non_null(strstr(answer, "\"connections\":7"));
    assert_non_null(strstr(answer, "\"since\":\"2027-01-15T08:00:00Z\""));
    assert_non_null(strstr(answer, "\"reloaded\":null"));
    assert_non_null(strstr(answer, "{\"mechanism\":\"EXTERNAL\",\"accepted\":0,"
                                   "\"refused\":0,\"levels\":{\"domain\":0,"
                                   "\"certificate\":0,\"mfa\":0}}"));
    answer = peer_call(&provider, none, "server.metrics", "{}");
    assert_non_null(strstr(answer, "\"reason\":\"denied\""));
    assert_int_equal(metrics.calls[RPC_DENIED], 1);
}

static void a_refused_sign_in_is_counted(void **state)
{
    SCOPED(peer_leave)
    struct peer *stranger = peer_open(&provider, NULL, AUTH_LEVEL_NONE);

    (void)state;
    peer_call(&provider, stranger, "auth.start",
              "{\"mechanism\":\"EXTERNAL\",\"data\":\"\"}");
    assert_int_equal(metrics.accepted[AUTH_EXTERNAL][AUTH_LEVEL_DOMAIN], 0);
    assert_int_equal(metrics.refused[AUTH_EXTERNAL], 1);
}

static void reloads_are_counted_with_their_time(void **state)
{
    (void)state;
    metrics_count_reload(&metrics, true, 1800000100);
    metrics_count_reload(&metrics, false, 1800000200);
    assert_int_equal(metrics.numbers[METRIC_RELOADS], 2);
    assert_int_equal(metrics.numbers[METRIC_RELOADS_FAILED], 1);
    assert_int_equal(metrics.numbers[METRIC_RELOADED], 1800000200);
}

static void the_longest_step_of_each_kind_is_kept(void **state)
{
    (void)state;
    metrics_count_step(&metrics, METRICS_HOLD_COMMIT, 7);
    metrics_count_step(&metrics, METRICS_HOLD_COMMIT, 5);
    metrics_count_step(&metrics, METRICS_HOLD_LABELS, 3);
    assert_int_equal(metrics.longest_us[METRICS_HOLD_COMMIT], 7);
    assert_int_equal(metrics.longest_us[METRICS_HOLD_LABELS], 3);
    for (int i = 0; i < METRICS_N_HOLDS; i++)
        assert_non_null(metrics_hold_name((enum metrics_hold)i));
}

static void nobody_need_count(void **state)
{
    metrics_count_step(NULL, METRICS_HOLD_ACT, 1);
    SCOPED(peer_leave)
    struct peer *top = peer_open(&provider, "top@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    provider.loop.metrics = NULL;
    provider.writer.metrics = NULL;
    assert_non_null(
        strstr(peer_call(&provider, top, "session.whoami", "{}"), "result"));
    assert_non_null(strstr(peer_call(&provider, top, "server.metrics", "{}"),
                           "unavailable"));
}

int main(void)
{
#define WITH_PROVIDER(test)                                                    \
    cmocka_unit_test_setup_teardown(test, open_provider, close_provider)
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(calls_are_counted_by_how_they_ended),
        WITH_PROVIDER(lines_are_counted_by_their_method),
        WITH_PROVIDER(a_time_is_in_the_first_bucket_that_holds_it),
        WITH_PROVIDER(what_is_lost_with_its_change_is_unavailable),
        WITH_PROVIDER(a_long_read_without_its_record_is_not_answered),
        WITH_PROVIDER(who_may_read_the_site_reads_them),
        WITH_PROVIDER(a_refused_sign_in_is_counted),
        WITH_PROVIDER(reloads_are_counted_with_their_time),
        WITH_PROVIDER(the_longest_step_of_each_kind_is_kept),
        WITH_PROVIDER(nobody_need_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

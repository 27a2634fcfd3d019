/* When is all well, and what is said when it is not? */
#include "tests/unit/unit.h"

#include <string.h>

#include "provider/call/condition.h"

enum { NOW_S = 1800000000, NOW_MS = 5000000, DAY_S = 24 * 3600 };

static _Atomic int64_t n_conns;
static struct metrics metrics;
static struct condition conditions[N_CONDITIONS];

static int well(void **state)
{
    (void)state;
    n_conns = 1;
    metrics_open(&metrics, &n_conns, NOW_S - 100);
    metrics_note_writer(&metrics, true, NOW_S - 1, NOW_MS - 1000);
    metrics_set(&metrics, METRIC_STORE_FREE, (int64_t)1 << 40);
    return 0;
}

static void read(const struct expiries *expiries)
{
    const struct metric_view view = {
        .metrics = &metrics, .now_s = NOW_S, .now_ms = NOW_MS};
    const struct expiries none = {0};

    conditions_read(&view, expiries ? expiries : &none, conditions);
}

static enum metric_state worst(void)
{
    enum metric_state state = METRIC_STATE_GOOD;

    for (size_t i = 0; i < N_CONDITIONS; i++)
        if (conditions[i].state > state)
            state = conditions[i].state;
    return state;
}

static void all_is_well(void **state)
{
    (void)state;
    read(NULL);
    assert_int_equal(worst(), METRIC_STATE_GOOD);
    assert_true(conditions_are_ready(conditions));
    assert_string_equal(conditions[CONDITION_STORE].name, "store");
}

static void without_commits_it_is_not_ready(void **state)
{
    (void)state;
    metrics_note_writer(&metrics, true, NOW_S - 10, NOW_MS - 10 * 1000);
    read(NULL);
    assert_true(conditions_are_ready(conditions));
    metrics_note_writer(&metrics, true, NOW_S - 11, NOW_MS - 10 * 1000 - 1);
    read(NULL);
    assert_int_equal(conditions[CONDITION_STORE].state, METRIC_STATE_FAILED);
    assert_false(conditions_are_ready(conditions));
    metrics.store_seen_ms = 0;
    read(NULL);
    assert_false(conditions_are_ready(conditions));
}

/* One that commits nothing is alive as long as it tries. */
static void alive_is_what_comes_round(void **state)
{
    const struct metric_view view = {.metrics = &metrics, .now_ms = NOW_MS};

    (void)state;
    metrics_note_writer(&metrics, false, NOW_S, NOW_MS - 60 * 1000);
    assert_null(condition_fault(&view));
    assert_int_equal(metrics.store_seen_ms, NOW_MS - 1000);
    metrics_note_writer(&metrics, true, NOW_S, NOW_MS - 60 * 1000 - 1);
    assert_non_null(condition_fault(&view));
    metrics.writer_seen_ms = 0;
    assert_null(condition_fault(&view));
}

static void a_full_disk_needs_attention(void **state)
{
    (void)state;
    metrics_set(&metrics, METRIC_STORE_FREE, 512 * 1024 * 1024);
    read(NULL);
    assert_int_equal(worst(), METRIC_STATE_GOOD);
    metrics_set(&metrics, METRIC_STORE_FREE, 512 * 1024 * 1024 - 1);
    read(NULL);
    assert_int_equal(conditions[CONDITION_ROOM].state, METRIC_STATE_WARNING);
    assert_non_null(strstr(conditions[CONDITION_ROOM].message, "511 MiB"));
    assert_true(conditions_are_ready(conditions));
}

static void a_refused_reload_needs_attention_until_one_succeeds(void **state)
{
    (void)state;
    metrics_count_reload(&metrics, false, NOW_S);
    read(NULL);
    assert_int_equal(conditions[CONDITION_CONFIGURATION].state,
                     METRIC_STATE_WARNING);
    metrics_count_reload(&metrics, true, NOW_S);
    read(NULL);
    assert_int_equal(worst(), METRIC_STATE_GOOD);
}

/* ---- What ends ---- */

static struct expiry ending(enum auth_end_kind kind, const char *name,
                            int64_t begins_s, int64_t ends_s)
{
    struct expiry expiry = {
        .kind = kind, .begins_s = begins_s, .ends_s = ends_s};

    strcpy(expiry.name, name);
    return expiry;
}

static void the_last_fifth_of_a_life_needs_attention(void **state)
{
    /* Ten days: two. */
    struct expiry list =
        ending(AUTH_END_LIST, "CN=A", NOW_S - 8 * DAY_S, NOW_S + 2 * DAY_S + 1);

    (void)state;
    assert_int_equal(expiry_state(&list, NOW_S), METRIC_STATE_GOOD);
    assert_int_equal(expiry_state(&list, NOW_S + 1), METRIC_STATE_WARNING);
    assert_int_equal(expiry_state(&list, NOW_S + 2 * DAY_S),
                     METRIC_STATE_WARNING);
    assert_int_equal(expiry_state(&list, NOW_S + 2 * DAY_S + 1),
                     METRIC_STATE_FAILED);
}

static void thirty_days_are_early_enough(void **state)
{
    const struct expiry years = ending(AUTH_END_AUTHORITY, "CN=A", NOW_S,
                                       NOW_S + 3650 * (int64_t)DAY_S);

    (void)state;
    assert_int_equal(expiry_state(&years, years.ends_s - 31 * DAY_S),
                     METRIC_STATE_GOOD);
    assert_int_equal(expiry_state(&years, years.ends_s - 30 * DAY_S),
                     METRIC_STATE_WARNING);
}

static void a_key_set_is_good_until_it_ends(void **state)
{
    const struct expiry keys =
        ending(AUTH_END_KEYS, "https://a/", INT64_MIN, NOW_S + 1);
    const struct expiry none =
        ending(AUTH_END_KEYS, "https://a/", INT64_MIN, INT64_MIN);

    (void)state;
    assert_int_equal(expiry_state(&keys, NOW_S), METRIC_STATE_GOOD);
    assert_int_equal(expiry_state(&keys, NOW_S + 1), METRIC_STATE_FAILED);
    assert_int_equal(expiry_state(&none, NOW_S), METRIC_STATE_FAILED);
}

/* A certificate says what it likes: not a second line, nor escapes. */
static void a_name_stays_on_its_line(void **state)
{
    struct expiry items[] = {
        ending(AUTH_END_SERVER,
               "CN=a\n[+]store ok\xC2\x9B"
               "1m\xE2\x80\xAE",
               NOW_S - DAY_S, NOW_S - 60),
    };
    const struct expiries expiries = {items, ARRAY_SIZE(items)};

    (void)state;
    read(&expiries);
    assert_non_null(strstr(conditions[CONDITION_CERTIFICATES].message,
                           "CN=a?[+]store ok?1m? ended"));
}

static void the_first_to_end_is_named(void **state)
{
    struct expiry items[] = {
        ending(AUTH_END_SERVER, "CN=later", NOW_S - DAY_S, NOW_S + 60),
        ending(AUTH_END_SERVER, "CN=over", NOW_S - DAY_S, NOW_S - 60),
        ending(AUTH_END_SERVER, "CN=sooner", NOW_S - DAY_S, NOW_S + 30),
        ending(AUTH_END_KEYS, "https://a/", INT64_MIN, INT64_MIN),
    };
    const struct expiries expiries = {items, ARRAY_SIZE(items)};

    (void)state;
    read(&expiries);
    assert_int_equal(conditions[CONDITION_CERTIFICATES].state,
                     METRIC_STATE_FAILED);
    assert_non_null(
        strstr(conditions[CONDITION_CERTIFICATES].message, "CN=over ended"));
    assert_non_null(
        strstr(conditions[CONDITION_KEYS].message, "https://a/ is missing"));
    assert_int_equal(conditions[CONDITION_LISTS].state, METRIC_STATE_GOOD);
    assert_true(conditions_are_ready(conditions));
}

int main(void)
{
#define WELL(test) cmocka_unit_test_setup(test, well)
    const struct CMUnitTest tests[] = {
        WELL(all_is_well),
        WELL(without_commits_it_is_not_ready),
        WELL(alive_is_what_comes_round),
        WELL(a_full_disk_needs_attention),
        WELL(a_refused_reload_needs_attention_until_one_succeeds),
        WELL(the_last_fifth_of_a_life_needs_attention),
        WELL(thirty_days_are_early_enough),
        WELL(a_key_set_is_good_until_it_ends),
        WELL(a_name_stays_on_its_line),
        WELL(the_first_to_end_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

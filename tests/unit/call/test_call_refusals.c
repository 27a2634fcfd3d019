#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "provider/call/refusals.h"
#include "provider/store/audit.h"

enum { T0_S = 1800000000, T0_MS = 1000 };

static struct refusals refusals;

static int clear(void **state)
{
    (void)state;
    refusals = (struct refusals){.as_of_ms = T0_MS};
    return 0;
}

static bool add(const char *source, const char *reason)
{
    return refusals_add(&refusals, source, reason, T0_S, T0_MS);
}

static void the_first_of_a_source_and_reason_are_recorded(void **state)
{
    (void)state;
    for (int i = 0; i < REFUSALS_EACH; i++)
        assert_true(add("192.0.2.1", "bad-password"));
    assert_false(add("192.0.2.1", "bad-password"));
    assert_true(add("192.0.2.1", "unknown-identity"));
    assert_true(add("192.0.2.2", "bad-password"));
}

static void many_sources_are_bounded_too(void **state)
{
    char source[32];
    int n_recorded = 0;

    (void)state;
    for (int i = 0; i < 4000; i++) {
        snprintf(source, sizeof(source), "192.0.%d.%d", i / 250, i % 250);
        n_recorded += add(source, "bad-password");
    }
    assert_int_equal(n_recorded, REFUSALS_SOURCES);
    for (int i = 0; i < 100 * REFUSALS_EACH; i++) {
        snprintf(source, sizeof(source), "192.0.0.%d", i % REFUSALS_SOURCES);
        n_recorded += add(source, "bad-password");
    }
    assert_int_equal(n_recorded, REFUSALS_BURST);
    assert_true(refusals_add(&refusals, "192.0.0.1", "bad-password", T0_S,
                             T0_MS + REFUSALS_EVERY_MS));
    assert_false(refusals_add(&refusals, "192.0.0.1", "bad-password", T0_S,
                              T0_MS + REFUSALS_EVERY_MS));
}

/* ---- What was counted ---- */

static struct store *open_store(void)
{
    struct store *store = NULL;

    assert_int_equal(store_open(":memory:", STORE_WRITE, &store), STATUS_OK);
    return store;
}

static void flush(struct store *store, int64_t now_ms)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(refusals_flush(&refusals, store, now_ms), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    refusals_settle(&refusals, true);
}

static void assert_audit_has(struct store *store, const char *part, bool has)
{
    SCOPED(buf_free) struct buf out = buf_make(1 << 16);
    struct json_writer w = json_writer_make(&out);
    const struct audit_query query = {.limit = 10};

    assert_int_equal(audit_list(store, &query, &w), STATUS_OK);
    buf_append_char(&out, '\0');
    assert_int_equal(buf_status(&out), STATUS_OK);
    assert_true((strstr(buf_text(&out).data, part) != NULL) == has);
}

static void what_was_counted_is_one_record(void **state)
{
    OWNED(store) store = open_store();
    int64_t n = 0, broken = 0;

    (void)state;
    for (int i = 0; i < REFUSALS_EACH + 7; i++)
        (void)add("192.0.2.1", "bad-password");
    flush(store, T0_MS + REFUSALS_WINDOW_MS - 1);
    assert_audit_has(store, "signin.refused_more", false);
    flush(store, T0_MS + REFUSALS_WINDOW_MS);
    assert_audit_has(store, "signin.refused_more", true);
    assert_audit_has(store, "\\\"more\\\":7", true);
    assert_audit_has(store, "192.0.2.1", true);
    assert_int_equal(audit_verify(store, NULL, INT64_MAX, &n, &broken),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(broken, 0);

    flush(store, INT64_MAX); /* once is enough, and a new window begins */
    assert_int_equal(audit_verify(store, NULL, INT64_MAX, &n, &broken),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_true(add("192.0.2.1", "bad-password"));
}

static void what_was_counted_survives_a_change_that_failed(void **state)
{
    OWNED(store) store = open_store();

    (void)state;
    for (int i = 0; i < REFUSALS_EACH + 7; i++)
        (void)add("192.0.2.1", "bad-password");
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(refusals_flush(&refusals, store, INT64_MAX), STATUS_OK);
    store_write_rollback(store);
    refusals_settle(&refusals, false);
    assert_audit_has(store, "signin.refused_more", false);
    flush(store, INT64_MAX);
    assert_audit_has(store, "\\\"more\\\":7", true);
}

static void a_clock_set_back_ends_no_window_late(void **state)
{
    OWNED(store) store = open_store();

    (void)state;
    for (int i = 0; i < REFUSALS_EACH; i++)
        assert_true(add("192.0.2.1", "bad-password"));
    assert_false(refusals_add(&refusals, "192.0.2.1", "bad-password",
                              T0_S - 365 * 24 * 3600, T0_MS + 1));
    flush(store, T0_MS + REFUSALS_WINDOW_MS);
    assert_audit_has(store, "\\\"more\\\":1", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_of_a_source_and_reason_are_recorded,
                               clear),
        cmocka_unit_test_setup(many_sources_are_bounded_too, clear),
        cmocka_unit_test_setup(what_was_counted_is_one_record, clear),
        cmocka_unit_test_setup(what_was_counted_survives_a_change_that_failed,
                               clear),
        cmocka_unit_test_setup(a_clock_set_back_ends_no_window_late, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

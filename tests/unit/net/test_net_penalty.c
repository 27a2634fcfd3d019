#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/call/peer.h"
#include "provider/net/penalty.h"

enum { NOW_MS = 1000000 };

static bool add(struct penalties *p, const char *source, int64_t cost_ms)
{
    return penalty_add(p, text_of(source), cost_ms, NOW_MS);
}

static bool is_due(struct penalties *p, const char *source, int64_t now_ms)
{
    return penalty_ask(p, text_of(source), now_ms) != PENALTY_NONE;
}

static struct penalties *make(void)
{
    struct penalties *p = NULL;

    assert_int_equal(penalties_new(&p), STATUS_OK);
    return p;
}

static void a_few_faults_are_nobodys_business(void **state)
{
    OWNED(penalties) p = make();

    (void)state;
    assert_false(is_due(p, "192.0.2.1", NOW_MS));
    for (int i = 0; i < PENALTY_FROM_MS / FAULT_GARBAGE_MS; i++)
        assert_false(add(p, "192.0.2.1", FAULT_GARBAGE_MS));
    assert_false(is_due(p, "192.0.2.1", NOW_MS));
    assert_true(add(p, "192.0.2.1", FAULT_GARBAGE_MS)); /* said once */
    assert_false(add(p, "192.0.2.1", FAULT_GARBAGE_MS));
    assert_true(is_due(p, "192.0.2.1", NOW_MS));
    assert_false(is_due(p, "192.0.2.2", NOW_MS));
}

static void a_debt_passes_and_has_a_limit(void **state)
{
    OWNED(penalties) p = make();
    const int64_t end_ms = NOW_MS + PENALTY_MAX_MS - PENALTY_FROM_MS;

    (void)state;
    for (int i = 0; i < 10000; i++)
        (void)add(p, "192.0.2.1", FAULT_LATE_MS);
    assert_true(is_due(p, "192.0.2.1", end_ms - 1));
    assert_false(is_due(p, "192.0.2.1", end_ms));
}

static void many_nets_of_one_kind_push_nobody_of_another_out(void **state)
{
    OWNED(penalties) p = make();
    char net[48];

    (void)state;
    (void)add(p, "192.0.2.1", PENALTY_MAX_MS);
    (void)add(p, "uid 1000", PENALTY_MAX_MS);
    for (int i = 0; i < 100000; i++) {
        snprintf(net, sizeof(net), "2001:db8:%x:%x::/64", i >> 16, i & 0xffff);
        (void)add(p, net, PENALTY_MAX_MS);
    }
    assert_true(is_due(p, "192.0.2.1", NOW_MS));
    assert_true(is_due(p, "uid 1000", NOW_MS));
    assert_false(is_due(p, "uid 1001", NOW_MS));
}

static void who_has_no_source_has_no_debt(void **state)
{
    OWNED(penalties) p = make();

    (void)state;
    assert_false(add(p, "", PENALTY_MAX_MS));
    assert_false(is_due(p, "", NOW_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_faults_are_nobodys_business),
        cmocka_unit_test(a_debt_passes_and_has_a_limit),
        cmocka_unit_test(many_nets_of_one_kind_push_nobody_of_another_out),
        cmocka_unit_test(who_has_no_source_has_no_debt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
